//! `trueup status`: how every channel stands.

use std::io::{self, Write};

use jiff::SignedDuration;
use serde::Serialize;
use serde_json::Value;
use trueup_host::views::StatusView;

use crate::arguments::{Format, Printing};
use crate::failure::Failure;
use crate::render::{Column, Ink, Row, harmless, print_rows, text};
use crate::session::Session;

const COLUMNS: &[Column] = &[
    Column::text("channel", "channel"),
    Column::text("marketplace", "marketplace").in_csv(),
    Column::flag("enabled", "enabled").in_csv(),
    Column::flag("paused", "paused").in_csv(),
    Column::text("owner", "owner").in_csv(),
    Column::derived("state", "state", state).in_table(),
    Column::number("listings", "listings"),
    Column::number("clean", "clean"),
    Column::number("due", "due"),
    Column::number("in_flight", "in flight"),
    Column::number("parked", "parked"),
    Column::derived("parked_by", "parked by", parked_by).in_csv(),
    Column::number("unresolved", "unresolved"),
    Column::number("exposure", "exposure"),
    Column::number("dirty", "changed"),
    Column::instant("oldest_undelivered", "waiting since (UTC)"),
    Column::instant("last_success", "last success").in_csv(),
    Column::instant("last_true_up", "last true-up").in_csv(),
    Column::instant("last_differential", "last differential").in_csv(),
    Column::number("covered", "covered").in_csv(),
    Column::number("missed", "missed").in_csv(),
    Column::number("freshness_objective_seconds", "objective").in_csv(),
    Column::number("freshness_seconds", "age").in_csv(),
    Column::flag("freshness_missed", "not fresh").in_csv(),
    Column::derived("next", "next", next_runs).in_csv(),
    Column::instant("last_audit", "last audit").in_csv(),
    Column::number("defects", "defects").in_csv(),
    Column::derived("journal", "journal", journal).in_csv(),
    Column::derived("held_feeds", "held feeds", held_feeds).in_csv(),
    Column::prose("problem", "problem").in_csv(),
];
const RUN_COLUMNS: &[Column] = &[
    Column::text("channel", "channel"),
    Column::text("schedule", "schedule"),
    Column::instant("last", "last (UTC)"),
    Column::instant("at", "next (UTC)"),
    Column::text("local", "next (local)"),
];
const NO_CHANNELS: &str = "no channels; `trueup init` writes a file for each marketplace";

/// Prints how every channel stands.
pub async fn status(session: Session<'_>, printing: Printing) -> Result<(), Failure> {
    let channels = session.open().await?.status().await?;
    print_rows(session.out, printing.format, COLUMNS, NO_CHANNELS, &channels)?;
    if printing.format == Format::Table {
        print_runs(session.out, &channels)?;
        print_held(session.out, &channels, session.ink)?;
        print_problems(session.out, &channels, session.ink)?;
    }
    Ok(())
}

/// A schedule's runs.
#[derive(Serialize)]
struct RunRow<'a> {
    channel: &'a str,
    schedule: &'a str,
    last: Option<jiff::Timestamp>,
    at: Option<jiff::Timestamp>,
    local: Option<&'a str>,
}

fn print_runs(out: &mut dyn Write, channels: &[StatusView]) -> io::Result<()> {
    let rows: Vec<RunRow<'_>> = channels.iter().flat_map(runs).collect();
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    print_rows(out, Format::Table, RUN_COLUMNS, "", &rows)
}

/// What is scheduled, and what ran without being scheduled.
fn runs(status: &StatusView) -> Vec<RunRow<'_>> {
    let channel = status.channel.as_str();
    let last_of = |schedule: &str| match schedule {
        "true_up" => status.last_true_up,
        "differential" => status.last_differential,
        _ => None,
    };
    let mut rows: Vec<RunRow<'_>> = status
        .next
        .iter()
        .map(|next| RunRow {
            channel,
            schedule: &next.schedule,
            last: last_of(&next.schedule),
            at: Some(next.at),
            local: Some(&next.local),
        })
        .collect();
    for schedule in ["true_up", "differential"] {
        let is_listed = status.next.iter().any(|next| next.schedule == schedule);
        if let Some(last) = last_of(schedule).filter(|_| !is_listed) {
            rows.push(RunRow { channel, schedule, last: Some(last), at: None, local: None });
        }
    }
    rows
}

fn print_held(out: &mut dyn Write, channels: &[StatusView], ink: Ink) -> io::Result<()> {
    for held in channels.iter().flat_map(|status| &status.held_feeds) {
        let (feed, channel, message) = (held.feed, &held.channel, &held.message);
        let next = match held.approved_until {
            Some(until) => format!("approved until {until:.0}"),
            None => format!("`trueup approve {feed}` lets it go"),
        };
        writeln!(out, "\n{} {channel}: feed {feed}: {message}; {next}", ink.red("held:"))?;
    }
    Ok(())
}

fn print_problems(out: &mut dyn Write, channels: &[StatusView], ink: Ink) -> io::Result<()> {
    for status in channels {
        for parked in &status.parked_by {
            let (channel, listings) = (&status.channel, parked.listings);
            let reason = harmless(&parked.reason);
            writeln!(out, "\n{} {channel}: {listings} × {reason}", ink.bold("parked:"))?;
        }
        if let Some(alarm) = not_fresh(status) {
            writeln!(out, "\n{} {}: {alarm}", ink.red("not fresh:"), status.channel)?;
        }
        if let Some(problem) = &status.problem {
            writeln!(out, "\n{} {}: {problem}", ink.red("problem:"), status.channel)?;
        }
    }
    Ok(())
}

/// What is to be said about a channel that misses its freshness objective.
pub(super) fn not_fresh(status: &StatusView) -> Option<String> {
    let span = |seconds: i64| format!("{:#}", SignedDuration::from_secs(seconds));
    let age = status.freshness_seconds.filter(|_| status.freshness_missed)?;
    let objective = status.freshness_objective_seconds?;
    let success = status.last_success.map_or_else(
        || "no feed has succeeded yet".to_owned(),
        |at| format!("the last success was at {at}"),
    );
    let waiting = status
        .oldest_undelivered
        .map_or_else(String::new, |since| format!("; a change has been waiting since {since}"));
    let (age, objective) = (span(age), span(objective));
    Some(format!("{age} old, and {objective} is allowed: {success}{waiting}"))
}

/// `12 × reason; 3 × other reason`.
fn parked_by(row: &Row) -> String {
    let Some(Value::Array(reasons)) = row.get("parked_by") else {
        return String::new();
    };
    let said = reasons.iter().filter_map(Value::as_object);
    let said: Vec<String> =
        said.map(|of| format!("{} × {}", text(of, "listings"), text(of, "reason"))).collect();
    said.join("; ")
}

fn state(row: &Row) -> String {
    let is = |key| row.get(key) == Some(&Value::Bool(true));
    let owner = text(row, "owner");
    match (is("enabled"), is("paused"), owner.is_empty()) {
        (false, _, _) => "off".to_owned(),
        (true, true, _) => "paused".to_owned(),
        (true, false, true) => "on".to_owned(),
        (true, false, false) => format!("fed by {owner}"),
    }
}

/// As `trueup journal verify --noted` takes it.
fn journal(row: &Row) -> String {
    super::journal::place(row, "journal")
}

fn held_feeds(row: &Row) -> String {
    let Some(Value::Array(held)) = row.get("held_feeds") else {
        return String::new();
    };
    let one = |held: &Value| {
        let held = held.as_object()?;
        Some(format!("{} {}", held.get("feed")?, text(held, "message")))
    };
    let said: Vec<String> = held.iter().filter_map(one).collect();
    said.join("; ")
}

fn next_runs(row: &Row) -> String {
    let Some(Value::Array(next)) = row.get("next") else {
        return String::new();
    };
    let run = |run: &Value| {
        let run = run.as_object()?;
        Some(format!("{} {}", text(run, "schedule"), text(run, "at")))
    };
    let said: Vec<String> = next.iter().filter_map(run).collect();
    said.join("; ")
}
