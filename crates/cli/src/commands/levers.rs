//! `trueup retry`, `approve`, `pause` and `resume`: what an operator can pull.

use crate::failure::Failure;
use crate::render::counted;
use crate::session::Session;

/// Makes parked and waiting listings due now.
pub async fn retry(session: Session<'_>, channel: &str, codes: &[String]) -> Result<(), Failure> {
    let count = session.open().await?.retry(channel, codes).await?;
    let listings = counted(count, "listing");
    writeln!(session.out, "{listings} of {channel} will be tried again with the next feed")?;
    Ok(())
}

/// Lets a held feed go.
pub async fn approve(session: Session<'_>, feed: i64) -> Result<(), Failure> {
    let held = session.open().await?.approve(feed).await?;
    let (channel, until) = (&held.channel, held.approved_until.unwrap_or(held.shown_at));
    writeln!(session.out, "feed {feed} of {channel} is approved: {}", held.message)?;
    writeln!(
        session.out,
        "the next feed of {channel} sends it, unless it has become worse; good until {until:.0}. `trueup send {channel}` sends it now"
    )?;
    Ok(())
}

/// Pauses or resumes a channel.
pub async fn pause(session: Session<'_>, channel: &str, is_paused: bool) -> Result<(), Failure> {
    session.open().await?.set_paused(channel, is_paused).await?;
    let said = match is_paused {
        true => format!("{channel} is paused; `trueup resume {channel}` feeds it again"),
        false => format!("{channel} is fed again"),
    };
    writeln!(session.out, "{said}")?;
    Ok(())
}
