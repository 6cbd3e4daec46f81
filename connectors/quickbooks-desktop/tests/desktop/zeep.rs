//! A real SOAP client: Python's zeep, driving the service from the description it serves.
//!
//! It is installed into a folder of its own under `target/`. Where Python, pip or the package are
//! not to be had, the test says that it was left out; with `TESTBED_ZEEP=required` it fails instead.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;
use trueup_testbed::left_out;

use crate::loopback::start;
use crate::support::{PASSWORD, USER, batch, fates, line};

/// The version the script was written for.
const ZEEP: &str = "zeep==4.3.3";

#[tokio::test]
async fn a_real_soap_client_is_served_from_the_description() {
    let python = match python_with_zeep().await {
        Ok(python) => python,
        Err(why) if std::env::var("TESTBED_ZEEP").as_deref() == Ok("required") => panic!("{why}"),
        Err(why) => return left_out(&format!("the real SOAP client: {why}")),
    };
    let loopback = start("", &[]).await;
    let feed = batch("b-1", vec![line(1, "Nuts & Bolts é", 10)]);
    loopback.talk.post(&feed).await;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/zeep_client.py");
    let mut client = Command::new(python);
    client.arg(script).args([&loopback.url, USER, PASSWORD]).env("NO_PROXY", "127.0.0.1");
    let output = client.output().await.unwrap();
    let (said, errors) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.trim() == "ok", "{said}\n{errors}");
    assert_eq!(fates(&loopback.talk.settle(&feed).await.unwrap(), &feed), ["applied"]);
}

/// Python with zeep, in a folder of its own that later runs find again.
async fn python_with_zeep() -> Result<PathBuf, String> {
    let folder = target().join("zeep").join(ZEEP.replace("==", "-"));
    let python = folder.join("bin").join("python");
    if has_zeep(&python).await {
        return Ok(python);
    }
    let folder = folder.display().to_string();
    run(Command::new("python3").args(["-m", "venv", "--clear", &folder])).await?;
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ZEEP];
    run(Command::new(&python).args(install)).await?;
    has_zeep(&python).await.then_some(python).ok_or_else(|| "zeep cannot be imported".to_owned())
}

async fn has_zeep(python: &Path) -> bool {
    run(Command::new(python).args(["-c", "import zeep"])).await.is_ok()
}

async fn run(command: &mut Command) -> Result<(), String> {
    let output = command.stdin(Stdio::null()).output().await;
    let output = output.map_err(|error| format!("{command:?} cannot be run: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr).trim()))
}

/// Where cargo builds; the test program itself lies in it.
fn target() -> PathBuf {
    let program = std::env::current_exe().unwrap();
    let mut folders = program.ancestors();
    folders.find(|folder| folder.ends_with("debug") || folder.ends_with("release")).map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target"),
        |profile| profile.parent().unwrap_or(profile).to_owned(),
    )
}
