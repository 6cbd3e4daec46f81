//! What happened, for people; nothing of delivery reads it.

use jiff::Timestamp;

use super::time::micros;
use super::words::Work;
use crate::{ChannelId, FeedId, StoreError};

/// What an entry is about.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct About {
    pub(crate) channel: Option<ChannelId>,
    pub(crate) feed: Option<FeedId>,
    pub(crate) batch: Option<i64>,
}

/// Adds an entry.
pub(crate) async fn note(
    work: &Work<'_>,
    about: About,
    event: &'static str,
    detail: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO journal (at, channel_id, feed_id, batch_id, event, detail) \
               VALUES ($1, $2, $3, $4, $5, $6)";
    let About { channel, feed, batch } = about;
    let (channel, feed) = (channel.map(|channel| channel.0), feed.map(|feed| feed.0));
    let values = [
        micros(now).into(),
        channel.into(),
        feed.into(),
        batch.into(),
        event.into(),
        detail.into(),
    ];
    work.run(sql, values).await?;
    Ok(())
}
