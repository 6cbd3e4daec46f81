//! Wrong usage, help, and readers that go away.

use std::process::Stdio;

use crate::support::{Folder, run, trueup};

/// Each command, and a word that its help cannot do without.
const COMMANDS: &[(&str, &str)] = &[
    ("demo", "simulated Wayfair"),
    ("init", "trueup.toml"),
    ("check", "problem"),
    ("import", "stock"),
    ("opt-in", "on a channel"),
    ("opt-out", "becomes 0"),
    ("external-stock", "Fixed counts"),
    ("alias", "calls a product"),
    ("figures", "figures"),
    ("preview", "would be sent"),
    ("explain", "were reached"),
    ("send", "one feed now"),
    ("run", "schedules"),
    ("status", "backlog"),
    ("health", "is dead"),
    ("feeds", "latest first"),
    ("feed", "outcome"),
    ("retry", "parked"),
    ("approve", "held feed"),
    ("pause", "Stop feeding"),
    ("resume", "again"),
    ("audit", "heal them"),
    ("adopt", "older world"),
    ("journal", "nobody changed it"),
    ("doctor", "surprise"),
    ("connectors", "linked"),
    ("schema", "JSON schema"),
    ("sandbox", "real HTTP"),
];

#[test]
fn help_of_each_command_says_what_it_does() {
    for (command, word) in COMMANDS {
        let help = run(trueup().args([command, "--help"])).done().stdout;
        assert!(help.contains(word), "{command}: {help}");
    }
}

#[test]
fn help_lists_every_command() {
    let help = run(trueup().arg("--help")).done().stdout;
    for (command, _) in COMMANDS {
        assert!(help.contains(&format!("\n  {command} ")), "{command} is missing:\n{help}");
    }
}

#[test]
fn wrong_usage_ends_with_2() {
    let wrong: &[&[&str]] = &[
        &[],
        &["figurs"],
        &["send"],
        &["send", "shop", "--feed", "everything"],
        &["import", "orders"],
        &["import", "prices", "prices.csv"],
        &["figures", "--format", "xml"],
        &["feed", "latest"],
        &["opt-in", "shop"],
        &["opt-in", "shop", "--all", "CHAIR"],
        &["external-stock", "set"],
        &["sandbox", "wayfair", "--listen", "nowhere"],
    ];
    for arguments in wrong {
        let run = run(trueup().args(*arguments)).failed(2);
        assert!(!run.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_folder_without_settings_is_refused_and_stays_as_it_is() {
    let folder = Folder::empty();
    for command in [&["figures"][..], &["check"], &["status"]] {
        let run = folder.run(command.iter().copied()).failed(2);
        assert!(run.stderr.contains("there are no settings in"), "{}", run.stderr);
        assert!(run.stderr.contains("trueup init"), "{}", run.stderr);
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn variables_alone_are_settings() {
    let folder = Folder::empty();
    let run = run(folder.command(["figures"]).env("TRUEUP_DATABASE", "sqlite://trueup.db")).done();
    assert!(run.stdout.contains("no products yet"), "{}", run.stdout);
    assert!(folder.path().join("trueup.db").exists());
}

#[test]
fn how_to_log_is_no_setting() {
    let folder = Folder::new();
    let mut command = folder.command(["figures"]);
    run(command.env("TRUEUP_LOG", "debug").env("TRUEUP_LOG_FORMAT", "json")).done();
}

#[test]
fn a_wrong_log_filter_is_told() {
    let filter = run(trueup().arg("connectors").env("TRUEUP_LOG", "===")).failed(2);
    assert!(filter.stderr.contains("TRUEUP_LOG"), "{}", filter.stderr);
    let format = run(trueup().arg("connectors").env("TRUEUP_LOG_FORMAT", "yaml")).failed(2);
    assert!(format.stderr.contains("`yaml`"), "{}", format.stderr);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut command = trueup();
    command.args(["connectors", "--format", "json"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn an_unknown_simulator_names_those_there_are() {
    let run = run(trueup().args(["sandbox", "wayfare"])).failed(2);
    let named = "there are: quickbooks_desktop, quickbooks_online, shopify, wayfair";
    assert!(run.stderr.contains(named), "{}", run.stderr);
}

#[test]
fn faults_are_listed_with_a_sentence_each() {
    let faults = run(trueup().args(["sandbox", "wayfair", "--faults", "list"])).done().stdout;
    assert!(faults.lines().any(|line| line.starts_with("lost_answer ")), "{faults}");
    assert!(faults.lines().all(|line| line.split_whitespace().count() > 2), "{faults}");
}

#[test]
fn an_unknown_fault_is_wrong_usage() {
    let run = run(trueup().args(["sandbox", "wayfair", "--faults", "lost_anser"])).failed(2);
    assert!(run.stderr.contains("`lost_anser`"), "{}", run.stderr);
    assert!(run.stderr.contains("--faults list"), "{}", run.stderr);
}
