//! The program that an operator may name for alarms.

use std::process::Stdio;
use std::time::Duration;

use serde::Serialize;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio::time::timeout;
use trueup_runner::Notice;

use crate::views::StatusView;

/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What it reads.
#[derive(Serialize)]
struct Alarm {
    /// `missed` or `fresh`.
    notice: &'static str,
    #[serde(flatten)]
    status: StatusView,
}

/// Starts the program, if there is one, and does not wait for it.
pub(super) fn tell(command: &[String], notice: Notice, status: StatusView) {
    let Some((program, arguments)) = command.split_first() else { return };
    let notice = match notice {
        Notice::Missed => "missed",
        Notice::Fresh => "fresh",
    };
    let (program, arguments) = (program.clone(), arguments.to_vec());
    tokio::spawn(async move {
        let told = timeout(PATIENCE, run(&program, &arguments, Alarm { notice, status })).await;
        if let Err(error) = told.unwrap_or_else(|_| Err("it takes too long".into())) {
            tracing::error!(program, %error, "the alarm command failed");
        }
    });
}

/// It gets no variables but these two: others may hold secrets.
async fn run(
    program: &str,
    arguments: &[String],
    alarm: Alarm,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let kept = ["PATH", "HOME"].map(|name| Some((name, std::env::var_os(name)?)));
    let mut child = Command::new(program)
        .args(arguments)
        .env_clear()
        .envs(kept.into_iter().flatten())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(&serde_json::to_vec(&alarm)?).await?;
    }
    let status = child.wait().await?;
    if status.success() { Ok(()) } else { Err(format!("it ended with {status}").into()) }
}
