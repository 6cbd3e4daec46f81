//! `trueup check`, and what every command says of broken settings.

use crate::support::{Folder, Market, keys};

const SECRET: &str = "do-not-show-me";

fn broken() -> Folder {
    let folder = Folder::new();
    folder.write("trueup.toml", "databse = \"sqlite://trueup.db\"\n[demand]\nprofile = \"wild\"\n");
    let channel = format!(
        "marketplace = \"wayfair\"\nenabled = true\n[locations]\nMAIN = \"x\"\n\
         [settings]\nclient_id = \"me\"\nclient_secret = [\"{SECRET}\"]\n"
    );
    folder.write("channels/shop.toml", &channel);
    folder
}

#[test]
fn every_problem_is_shown_at_once_and_no_secret() {
    let run = broken().run(["check"]).failed(2);
    for word in ["databse", "profile", "client_secret", "trueup.toml", "channels/shop.toml"] {
        assert!(run.stderr.contains(word), "{word}: {}", run.stderr);
    }
    assert!(!run.stderr.contains(SECRET), "{}", run.stderr);
    assert!(!run.stdout.contains(SECRET), "{}", run.stdout);
}

#[test]
fn every_command_refuses_broken_settings() {
    let folder = broken();
    for command in [&["figures"][..], &["status"], &["send", "shop"], &["run"]] {
        let run = folder.run(command.iter().copied()).failed(2);
        assert!(run.stderr.contains("databse"), "{command:?}: {}", run.stderr);
        assert!(!run.stderr.contains(SECRET), "{command:?}: {}", run.stderr);
    }
    assert!(!folder.path().join("trueup.db").exists());
}

#[test]
fn problems_are_rows_for_scripts() {
    let run = broken().run(["check", "--format", "json"]).failed(2);
    let problems = run.json();
    let first = &problems.as_array().unwrap()[0];
    assert_eq!(keys(first), ["detail", "finding", "key", "line", "place"]);
    assert_eq!(first["finding"], "problem");
    let csv = broken().run(["check", "--format", "csv"]).failed(2);
    assert_eq!(csv.header(), "finding,place,line,key,detail");
}

#[test]
fn checking_makes_no_database() {
    let folder = Folder::new();
    folder.run(["check"]).done();
    assert!(!folder.path().join("trueup.db").exists());
}

#[test]
fn online_tries_the_credentials() {
    let market = Market::open(&[]);
    let folder = Folder::new();
    folder.write("channels/shop.toml", &market.channel_file);
    let good = folder.json(["check", "--online"]);
    assert_eq!(keys(&good[0]), ["channel", "detail", "ok"]);
    assert_eq!(good[0]["ok"], true);

    let wrong = market.channel_file.replace("sandbox-client-secret", SECRET);
    folder.write("channels/shop.toml", &wrong);
    let bad = folder.run(["check", "--online"]).failed(1);
    assert!(bad.stderr.contains("shop"), "{}", bad.stderr);
    assert!(!bad.stderr.contains(SECRET) && !bad.stdout.contains(SECRET));
}
