//! `trueup check`: every problem of the settings at once, and whether channels can be reached.

use std::io::{self, Write};

use serde::Serialize;
use trueup_host::settings::{self, Problem, Problems, Settings};
use trueup_host::views::CheckView;

use crate::arguments::{Format, Printing};
use crate::failure::Failure;
use crate::render::{Column, Waiting, counted, print_rows};
use crate::session::{Session, environment, registry};

const COLUMNS: &[Column] = &[
    Column::text("finding", "finding"),
    Column::text("place", "where"),
    Column::number("line", "line"),
    Column::text("key", "key"),
    Column::prose("detail", "what"),
];
const REACHED_COLUMNS: &[Column] = &[
    Column::text("channel", "channel"),
    Column::flag("ok", "ok"),
    Column::prose("detail", "detail"),
];
const NONE_ENABLED: &str = "no channel is enabled, so there is nothing to reach";

/// Checks the settings and, if asked to, every enabled channel's credentials.
pub async fn check(session: Session<'_>, online: bool, printing: Printing) -> Result<(), Failure> {
    session.must_have_settings()?;
    let judged = settings::load(&session.config, &registry()?, environment());
    match printing.format {
        Format::Table => print_for_people(session.out, &judged)?,
        // Online, the rows are those of the channels.
        Format::Json | Format::Csv if online && judged.is_ok() => {}
        Format::Json | Format::Csv => {
            print_rows(session.out, printing.format, COLUMNS, "", &findings(&judged))?;
        }
    }
    match judged {
        Err(problems) => Err(Failure::usage(problems.to_string())),
        Ok(_) if online => reach(session, printing.format).await,
        Ok(_) => Ok(()),
    }
}

/// Tries the credentials of every enabled channel.
async fn reach(session: Session<'_>, format: Format) -> Result<(), Failure> {
    let host = session.open().await?;
    let views = {
        let _waiting = Waiting::on("asking the marketplaces");
        host.check_online().await
    };
    print_rows(session.out, format, REACHED_COLUMNS, NONE_ENABLED, &views)?;
    let failed = |view: &&CheckView| !view.ok;
    let failed: Vec<&str> = views.iter().filter(failed).map(|view| view.channel.as_str()).collect();
    if failed.is_empty() {
        return Ok(());
    }
    let count = counted(u64::try_from(failed.len()).unwrap_or(u64::MAX), "channel");
    Err(Failure::work(format!("{count} cannot be used: {}", failed.join(", "))))
}

/// Problems go to stderr with the failure; this says what is in order and worth knowing.
fn print_for_people(out: &mut dyn Write, judged: &Result<Settings, Problems>) -> io::Result<()> {
    let Ok(settings) = judged else { return Ok(()) };
    let count = |channels: usize| u64::try_from(channels).unwrap_or(u64::MAX);
    let channels = counted(count(settings.channels.len()), "channel");
    let enabled = settings.enabled_channels().count();
    writeln!(out, "the settings are in order: {channels}, {enabled} enabled")?;
    settings.notes.iter().try_for_each(|note| writeln!(out, "note: {note}"))
}

/// One thing found, as JSON and CSV have it.
#[derive(Serialize)]
struct Finding<'a> {
    /// `problem` or `note`.
    finding: &'static str,
    place: String,
    line: Option<usize>,
    key: &'a str,
    detail: &'a str,
}

fn findings(judged: &Result<Settings, Problems>) -> Vec<Finding<'_>> {
    match judged {
        Ok(settings) => settings.notes.iter().map(|note| finding("note", note)).collect(),
        Err(problems) => problems.iter().map(|problem| finding("problem", problem)).collect(),
    }
}

fn finding<'a>(finding: &'static str, problem: &'a Problem) -> Finding<'a> {
    let Problem { place, line, key, message } = problem;
    Finding { finding, place: place.to_string(), line: *line, key, detail: message }
}
