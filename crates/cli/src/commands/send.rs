//! `trueup send`: one feed now, or its rehearsal.

use std::io::{self, Write};

use trueup_host::views::{FeedDetail, FeedLineView, FeedView, RehearsalView};

use super::feed_lines::{HELD_COLUMNS, kind_words, summary};
use super::feeds::print_detail;
use crate::arguments::{Feed, Format, Printing};
use crate::failure::Failure;
use crate::render::{Ink, Waiting, counted, document, print_rows};
use crate::session::Session;

/// Runs a feed and prints what became of it: a summary, and the lines that were not accepted.
pub async fn send(
    session: Session<'_>,
    channel: &str,
    feed: Feed,
    printing: Printing,
) -> Result<(), Failure> {
    let host = session.open().await?;
    let sent = {
        let _waiting = Waiting::on("sending");
        host.send(channel, feed.kind.into(), feed.basis()).await?
    };
    let is_smooth = sent.accepted == sent.planned && sent.held_count == 0;
    let mut first = None;
    if is_smooth && printing.format == Format::Table {
        // Nothing to tell of single lines, of which there may be a million.
        summary(session.out, &sent, session.ink)?;
    } else {
        let detail = host.feed(sent.feed).await?;
        first = first_failure(&detail);
        print_open(session.out, detail, printing.format, session.ink)?;
    }
    if sent.pending > 0 && printing.format == Format::Table {
        let note =
            "pending lines settle later: `trueup run` and the next feed ask what became of them";
        writeln!(session.out, "{note}")?;
    }
    verdict(&sent, first)
}

/// The first line that was refused or is of unknown fate, and why.
fn first_failure(detail: &FeedDetail) -> Option<String> {
    let failed = |line: &&FeedLineView| ["rejected", "unknown"].contains(&line.outcome.as_str());
    let line = detail.lines.iter().find(failed)?;
    let why = line.reason.as_deref().unwrap_or("no reason was given");
    Some(format!("the first is `{}`: {why}", line.product_code))
}

/// Prints what is not yet as it should be.
fn print_open(
    out: &mut dyn Write,
    mut detail: FeedDetail,
    format: Format,
    ink: Ink,
) -> io::Result<()> {
    detail.lines.retain(|line| line.outcome != "accepted");
    print_detail(out, &detail, format, ink)
}

/// Whether the feed did what it was sent for.
fn verdict(feed: &FeedView, first: Option<String>) -> Result<(), Failure> {
    let see = format!("`trueup feed {}` shows every line", feed.feed);
    if feed.state != "done" {
        let why = feed.message.as_deref().unwrap_or("no reason was recorded");
        let message = format!("feed {} to {} is {}: {why}", feed.feed, feed.channel, feed.state);
        return Err(Failure::work(message).hint(see));
    }
    let failed = [(feed.rejected, "rejected"), (feed.unknown, "of unknown fate")];
    let said: Vec<String> = failed
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{} {what}", counted(*count, "line")))
        .collect();
    if said.is_empty() {
        return Ok(());
    }
    let said: Vec<String> = std::iter::once(said.join(", ")).chain(first).collect();
    let said = said.join("; ");
    Err(Failure::work(format!("feed {} to {}: {said}", feed.feed, feed.channel)).hint(see))
}

/// Prepares a feed, shows it where rehearsals are taken, and prints what was found.
pub async fn rehearse(
    session: Session<'_>,
    channel: &str,
    feed: Feed,
    printing: Printing,
) -> Result<(), Failure> {
    let host = session.open().await?;
    let view = {
        let _waiting = Waiting::on("rehearsing");
        host.rehearse(channel, feed.kind.into(), feed.basis()).await?
    };
    let out = session.out;
    match printing.format {
        Format::Json => document(out, &view)?,
        Format::Csv => print_rows(out, Format::Csv, HELD_COLUMNS, "", &view.refused)?,
        Format::Table => print_rehearsal(out, &view, session.ink)?,
    }
    if let Some(failure) = view.failure {
        return Err(Failure::work(format!("the feed would not go: {failure}")));
    }
    if view.refused.is_empty() {
        return Ok(());
    }
    let count = u64::try_from(view.refused.len()).unwrap_or(u64::MAX);
    Err(Failure::work(format!("{} would be refused", counted(count, "line"))))
}

fn print_rehearsal(out: &mut dyn Write, view: &RehearsalView, ink: Ink) -> io::Result<()> {
    let title = format!("rehearsal of a {} for {}", kind_words(view.feed), view.channel);
    writeln!(out, "{}", ink.bold(&title))?;
    let (lines, requests) = (counted(view.lines, "line"), counted(view.requests, "request"));
    let shown = match view.was_shown {
        true => "the marketplace looked at them and changed nothing",
        false => "prepared here only; the marketplace was not asked",
    };
    writeln!(out, "{lines} in {requests}; {shown}")?;
    if view.refused.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}\n", ink.bold("would be refused"))?;
    print_rows(out, Format::Table, HELD_COLUMNS, "", &view.refused)
}

#[cfg(test)]
mod tests {
    use trueup_host::views::FeedView;
    use trueup_marketplace::FeedKind;
    use trueup_stock::Basis;

    use super::verdict;

    fn feed() -> FeedView {
        FeedView {
            feed: 7,
            channel: "wayfair_us".to_owned(),
            kind: FeedKind::TrueUp,
            basis: Basis::Real,
            cause: "command".to_owned(),
            state: "done".to_owned(),
            started_at: jiff::Timestamp::UNIX_EPOCH,
            finished_at: None,
            planned: 3,
            accepted: 3,
            pending: 0,
            rejected: 0,
            unknown: 0,
            superseded: 0,
            parked: 0,
            held_count: 2,
            message: None,
        }
    }

    #[test]
    fn accepted_pending_and_held_lines_are_no_failure() {
        assert!(verdict(&feed(), None).is_ok());
        assert!(verdict(&FeedView { accepted: 0, pending: 3, ..feed() }, None).is_ok());
        assert!(verdict(&FeedView { planned: 0, accepted: 0, ..feed() }, None).is_ok());
    }

    #[test]
    fn rejected_and_unknown_lines_and_broken_feeds_are() {
        assert!(verdict(&FeedView { rejected: 1, ..feed() }, None).is_err());
        assert!(verdict(&FeedView { unknown: 1, ..feed() }, None).is_err());
        assert!(verdict(&FeedView { state: "failed".to_owned(), ..feed() }, None).is_err());
        assert!(verdict(&FeedView { state: "interrupted".to_owned(), ..feed() }, None).is_err());
    }
}
