//! `trueup run`: the daemon.

use crate::failure::Failure;
use crate::session::Session;
use crate::signals::Signals;

/// Runs all schedules of all enabled channels until asked to stop. The first request finishes what
/// is under way; a second one ends at once.
pub async fn run(session: Session<'_>) -> Result<(), Failure> {
    let host = session.open().await?;
    let mut signals = Signals::listen()?;
    tracing::info!("running until asked to stop");
    let stopping = async {
        signals.asked_to_stop().await?;
        tracing::info!("stopping: what is under way is finished; ask again to end at once");
        host.stop();
        signals.asked_to_stop().await
    };
    tokio::select! {
        ended = host.run() => Ok(ended?),
        asked = stopping => {
            asked?;
            let why = "ended at once; what was under way is confirmed again with the next feed";
            Err(Failure::work(why))
        }
    }
}
