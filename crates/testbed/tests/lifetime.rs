//! A test program leaves no server behind, however it ends.
#![cfg(unix)]
#![expect(clippy::print_stderr, reason = "tells the test its address")]

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use trueup_testbed::TestDatabase;

/// Set for the program under test alone.
const WAITING: &str = "TRUEUP_TESTBED_WAITING";

/// What the program under test prints before its address.
const ADDRESS: &str = "address of the server: ";

/// Not a promise: the program that the other test runs and kills.
#[test]
fn program_that_is_killed() {
    if std::env::var_os(WAITING).is_none() {
        return;
    }
    if let Some(database) = TestDatabase::postgres() {
        let address = database.url.split(['@', '/']).nth(3).unwrap_or_default();
        eprintln!("{ADDRESS}{address}");
        std::thread::park();
    }
}

#[test]
fn killed_program_leaves_no_server() {
    if TestDatabase::postgres().is_none() {
        return;
    }
    let program = std::env::current_exe().expect("this program");
    let mut child = Command::new(program)
        .args(["--exact", "--nocapture", "program_that_is_killed"])
        .env(WAITING, "1")
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("this program runs");
    let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines();
    let address = lines
        .find_map(|line| line.ok()?.strip_prefix(ADDRESS).map(str::to_owned))
        .expect("the server's address");
    assert!(TcpStream::connect(&address).is_ok(), "no server at {address}");

    child.kill().expect("still running");
    child.wait().expect("killed");

    let deadline = Instant::now() + Duration::from_secs(30);
    while TcpStream::connect(&address).is_ok() {
        assert!(Instant::now() < deadline, "the server at {address} lives on");
        std::thread::yield_now();
    }
}
