//! Feeds that wait for a person, and the person's word.

use jiff::{SignedDuration, Timestamp};
use trueup_store::{FeedId, Hold, StoreErrorKind};

use crate::views::HeldFeed;
use crate::{Host, HostError};

/// How long an approval is good for.
const APPROVAL_LASTS: SignedDuration = SignedDuration::from_hours(24);

impl Host {
    /// The feeds of every channel of which a part waits for a person.
    ///
    /// # Errors
    /// A database that fails.
    pub async fn held_feeds(&self) -> Result<Vec<HeldFeed>, HostError> {
        let holds = self.store().holds().await?;
        Ok(holds.into_iter().map(view).collect())
    }

    /// Lets a held feed go with the numbers that it shows: the next feed of its channel sends what
    /// waits, if that has not become worse by more than a twentieth. Good for 24 hours.
    ///
    /// # Errors
    /// A feed that is not held, or a database that fails.
    pub async fn approve(&self, feed: i64) -> Result<HeldFeed, HostError> {
        let approved = self.store().approve(FeedId(feed), APPROVAL_LASTS, Timestamp::now()).await;
        match approved {
            Ok(hold) => Ok(view(hold)),
            Err(error) if error.kind() == StoreErrorKind::NotFound => {
                Err(HostError::usage(error.to_string()))
            }
            Err(error) => Err(error.into()),
        }
    }
}

fn view(hold: Hold) -> HeldFeed {
    let reasons: Vec<trueup_runner::Reason> =
        serde_json::from_str(&hold.reasons).unwrap_or_default();
    let said: Vec<String> = reasons.iter().map(ToString::to_string).collect();
    HeldFeed {
        feed: hold.feed.0,
        channel: hold.channel.into(),
        held_at: hold.held_at,
        shown_at: hold.shown_at,
        approved_until: hold.approved_until,
        message: said.join("; "),
        reasons,
    }
}
