//! The two sides of the program, and the one place where they meet.

use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::timeout;
use trueup_host::views::ImportView;
use trueup_host::{Host, SourceError};

use crate::erp::Erp;

/// How long trueup goes without looking at the ERP where nobody says that something changed.
const LOOK_AGAIN: Duration = Duration::from_secs(60);

/// What everything in the program shares.
#[derive(Debug)]
pub struct Program {
    /// The program's own tables.
    pub erp: Erp,
    /// trueup.
    pub host: Host,
    /// Says that the tables have changed.
    pub changed: Notify,
}

impl Program {
    /// Lets trueup take over what is in the ERP: now, after every change, and once a minute, so that
    /// a change is late at most where a pull failed. Pulls follow one another: of two at a time the
    /// older could come last.
    pub async fn pull(&self) -> ! {
        loop {
            self.pull_once().await;
            let _or_nobody_said_so = timeout(LOOK_AGAIN, self.changed.notified()).await;
        }
    }

    async fn pull_once(&self) {
        match self.take_over().await {
            Ok(parts) => {
                for refused in parts.into_iter().flat_map(|part| part.rejections) {
                    tracing::error!(part = refused.file, refused.reason, "not taken over");
                }
            }
            Err(error) => tracing::error!(%error, "the ERP was not read; trying again"),
        }
    }

    async fn take_over(&self) -> Result<Vec<ImportView>, SourceError> {
        Ok(self.host.pull(&self.erp.snapshot().await?).await?)
    }
}
