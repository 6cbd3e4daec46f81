//! `trueup run`: the daemon.

use crate::failure::Failure;
use crate::session::Session;
use crate::signals::asked_to_stop;

/// Runs all schedules of all enabled channels until asked to stop. The first request finishes what
/// is under way; a second one ends at once.
pub async fn run(session: Session<'_>) -> Result<(), Failure> {
    let host = session.open().await?;
    let running = host.run();
    let stopping = async {
        asked_to_stop().await?;
        tracing::info!("stopping: what is under way is finished; ask again to end at once");
        host.stop();
        asked_to_stop().await
    };
    tokio::select! {
        ended = running => Ok(ended?),
        asked = stopping => {
            asked?;
            let why = "ended at once; what was under way is confirmed again with the next feed";
            Err(Failure::work(why))
        }
    }
}
