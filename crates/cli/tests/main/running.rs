//! `trueup run`: starting, stopping, refusing.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::support::{Folder, Market};

const SCHEDULE: &str = "[schedule]\ndifferential = { every = \"30m\" }\n";

#[test]
fn without_an_enabled_channel_there_is_nothing_to_run() {
    let run = Folder::new().run(["run"]).failed(2);
    assert!(run.stderr.contains("enabled = true"), "{}", run.stderr);
}

#[test]
fn asked_to_stop_it_ends_in_order() {
    let market = Market::open(&[]);
    let folder = Folder::with_shop(&market);
    folder.write("channels/shop.toml", &format!("{}\n{SCHEDULE}", market.channel_file));
    for signal in ["TERM", "INT"] {
        let mut command = folder.command(["run"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        assert!(log.any(|line| line.contains("running until asked to stop")), "{signal}");
        let id = child.id().to_string();
        assert!(
            Command::new("kill").args([&format!("-{signal}"), &id]).status().unwrap().success()
        );
        assert!(log.any(|line| line.contains("stopping")), "{signal}");
        assert_eq!(child.wait().unwrap().code(), Some(0), "{signal}");
    }
}
