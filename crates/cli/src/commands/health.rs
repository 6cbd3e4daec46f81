//! `trueup health`: whether every channel is as fresh as it is to be. It reads the database alone,
//! so it tells the truth when the daemon is dead.

use serde::Serialize;
use trueup_host::views::StatusView;

use super::status::not_fresh;
use crate::arguments::Printing;
use crate::failure::Failure;
use crate::render::{Column, counted, print_rows};
use crate::session::Session;

const COLUMNS: &[Column] = &[
    Column::text("channel", "channel"),
    Column::flag("healthy", "healthy"),
    Column::prose("reason", "reason"),
];
const NO_CHANNELS: &str = "no channel is enabled";

/// How a channel is.
#[derive(Serialize)]
struct HealthRow<'a> {
    channel: &'a str,
    healthy: bool,
    reason: Option<String>,
}

/// Says how every enabled channel is, and fails where one is not well.
pub async fn health(session: Session<'_>, printing: Printing) -> Result<(), Failure> {
    let channels = session.open().await?.status().await?;
    let rows: Vec<HealthRow<'_>> = channels.iter().filter_map(row).collect();
    print_rows(session.out, printing.format, COLUMNS, NO_CHANNELS, &rows)?;
    let unwell = rows.iter().filter(|row| !row.healthy).count();
    if unwell == 0 {
        return Ok(());
    }
    let unwell = counted(u64::try_from(unwell).unwrap_or(u64::MAX), "channel");
    let hint = "is `trueup run` alive? `trueup status` and `trueup feeds` show what was done last";
    Err(Failure::work(format!("{unwell} not well")).hint(hint))
}

/// Of an enabled channel, and of one whose listings were left behind.
fn row(status: &StatusView) -> Option<HealthRow<'_>> {
    let reason = status.problem.clone().or_else(|| not_fresh(status).filter(|_| status.enabled));
    let is_told = status.enabled || reason.is_some();
    let healthy = reason.is_none();
    is_told.then_some(HealthRow { channel: &status.channel, healthy, reason })
}
