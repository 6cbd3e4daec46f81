//! Feeds that wait for a person, and the person's word.

use jiff::{SignedDuration, Timestamp};
use sea_orm::QueryResult;
use trueup_stock::{Basis, ChannelName};

use super::channels::name_of;
use super::feeds::basis_word;
use super::journal::{About, note};
use super::time::{instant, kept, micros};
use super::waiting::Waiting;
use super::words::Work;
use crate::leases::fence;
use crate::{ChannelId, Durability, FeedId, Lease, Store, StoreError, StoreErrorKind};

/// A held feed. There is one per channel and basis at most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// The feed that was held, and by whose number it is approved.
    pub feed: FeedId,
    /// Its channel.
    pub channel: ChannelName,
    /// Why, with the numbers, as JSON.
    pub reasons: String,
    /// What waits.
    pub waiting: Waiting,
    /// Since when.
    pub held_at: Timestamp,
    /// When the numbers were last brought up to date.
    pub shown_at: Timestamp,
    /// When a person approved them.
    pub approved_at: Option<Timestamp>,
    /// How long that is good for.
    pub approved_until: Option<Timestamp>,
}

/// What is to be held.
#[derive(Clone, Copy, Debug)]
pub struct Holding<'a> {
    /// Why, with the numbers, as JSON.
    pub reasons: &'a str,
    /// The same for people.
    pub message: &'a str,
    /// What waits.
    pub waiting: Waiting,
}

const HOLDS: &str = "SELECT h.feed_id, c.name, h.reasons, h.zeros_until, h.raises_until, h.held_at, \
    h.shown_at, h.approved_at, h.approved_until FROM hold h JOIN channel c ON c.id = h.channel_id \
    WHERE h.ended_at IS NULL";

impl Store {
    /// The held feeds of every channel, by channel.
    ///
    /// # Errors
    /// The database's.
    pub async fn holds(&self) -> Result<Vec<Hold>, StoreError> {
        let sql = format!("{HOLDS} ORDER BY c.name, h.feed_id");
        let rows = Work::new(self.reading()).all(&sql, []).await?;
        rows.iter().map(hold_of).collect()
    }

    /// Holds a feed, or brings the one that is held already up to date; gives back whose number
    /// that is. An approval was of other numbers and ends.
    ///
    /// # Errors
    /// [`StoreErrorKind::Fenced`], or the database's.
    pub async fn hold(
        &self,
        lease: &Lease,
        feed: FeedId,
        basis: Basis,
        holding: Holding<'_>,
        now: Timestamp,
    ) -> Result<FeedId, StoreError> {
        let transaction = self.write(Durability::Full).await?;
        let work = Work::new(&*transaction);
        fence(&work, lease).await?;
        let sql = "INSERT INTO hold (feed_id, channel_id, basis, reasons, zeros_until, \
                   raises_until, held_at, shown_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7) \
                   ON CONFLICT (channel_id, basis) WHERE ended_at IS NULL DO UPDATE SET \
                   reasons = excluded.reasons, zeros_until = excluded.zeros_until, \
                   raises_until = excluded.raises_until, shown_at = excluded.shown_at, \
                   approved_at = NULL, approved_until = NULL RETURNING feed_id";
        let values = [
            feed.0.into(),
            lease.channel().0.into(),
            basis_word(basis).into(),
            holding.reasons.into(),
            holding.waiting.zeros_until.map(micros).into(),
            holding.waiting.raises_until.map(micros).into(),
            micros(now).into(),
        ];
        let held = FeedId(work.number(sql, values).await?);
        let sql = "UPDATE feed SET message = $2 WHERE id = $1 AND state = 'held'";
        work.run(sql, [held.0.into(), holding.message.into()]).await?;
        if held == feed {
            let about = About { channel: Some(lease.channel()), feed: Some(feed), batch: None };
            note(&work, about, "feed_held", holding.reasons, kept(now)).await?;
        }
        transaction.commit().await?;
        Ok(held)
    }

    /// Ends a hold: it was approved and all of it was sent, or nothing is left to be held.
    ///
    /// # Errors
    /// [`StoreErrorKind::Fenced`], or the database's.
    pub async fn release_held(
        &self,
        lease: &Lease,
        held: FeedId,
        message: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let transaction = self.write(Durability::Full).await?;
        let work = Work::new(&*transaction);
        fence(&work, lease).await?;
        let sql = "UPDATE hold SET ended_at = $2 WHERE feed_id = $1 AND ended_at IS NULL";
        work.run(sql, [held.0.into(), micros(now).into()]).await?;
        let sql = "UPDATE feed SET state = 'released', message = $2 \
                   WHERE id = $1 AND state = 'held'";
        work.run(sql, [held.0.into(), message.into()]).await?;
        let about = About { channel: Some(lease.channel()), feed: Some(held), batch: None };
        note(&work, about, "feed_released", message, kept(now)).await?;
        transaction.commit().await
    }

    /// Notes that a person approves a held feed with the numbers that it shows, for so long. Needs
    /// no lease. Durable.
    ///
    /// # Errors
    /// [`StoreErrorKind::NotFound`] where the feed is not held; or the database's.
    pub async fn approve(
        &self,
        feed: FeedId,
        lasts: SignedDuration,
        now: Timestamp,
    ) -> Result<Hold, StoreError> {
        let until = kept(now.saturating_add(lasts).unwrap_or(Timestamp::MAX));
        let transaction = self.write(Durability::Full).await?;
        let work = Work::new(&*transaction);
        let sql = "UPDATE hold SET approved_at = $2, approved_until = $3 \
                   WHERE feed_id = $1 AND ended_at IS NULL RETURNING channel_id";
        let values = [feed.0.into(), micros(now).into(), micros(until).into()];
        let Some(row) = work.first(sql, values).await? else {
            return Err(not_held(&work, feed).await?);
        };
        let channel = Some(ChannelId(row.try_get("", "channel_id")?));
        let row = work.first(&format!("{HOLDS} AND h.feed_id = $1"), [feed.0.into()]).await?;
        let hold = row.as_ref().map(hold_of).transpose()?;
        let hold = hold.ok_or_else(|| super::words::corrupt("a hold without its channel"))?;
        let about = About { channel, feed: Some(feed), batch: None };
        note(&work, about, "feed_approved", &hold.reasons, kept(now)).await?;
        transaction.commit().await?;
        Ok(hold)
    }

    /// The held feed of a channel that was approved since the channel was last fed.
    ///
    /// # Errors
    /// The database's.
    pub async fn approved_since_fed(
        &self,
        channel: ChannelId,
        now: Timestamp,
    ) -> Result<Option<FeedId>, StoreError> {
        let sql = "SELECT feed_id FROM hold h WHERE h.channel_id = $1 AND h.ended_at IS NULL \
                   AND h.approved_until > $2 AND NOT EXISTS (SELECT 1 FROM feed f \
                   WHERE f.channel_id = $1 AND f.id > h.feed_id AND f.started_at >= h.approved_at)";
        let values = [channel.0.into(), micros(now).into()];
        let row = Work::new(self.reading()).first(sql, values).await?;
        row.map_or(Ok(None), |row| Ok(Some(FeedId(row.try_get("", "feed_id")?))))
    }
}

async fn not_held(work: &Work<'_>, feed: FeedId) -> Result<StoreError, StoreError> {
    let sql = "SELECT state FROM feed WHERE id = $1";
    let message = match work.first(sql, [feed.0.into()]).await? {
        None => format!("there is no feed {}; `trueup feeds` lists those there are", feed.0),
        Some(row) => {
            let state: String = row.try_get("", "state")?;
            let id = feed.0;
            format!("feed {id} is not held (it is {state}); `trueup status` shows those that are")
        }
    };
    Ok(StoreError::new(StoreErrorKind::NotFound, message))
}

/// The open hold of a channel.
pub(crate) async fn open_hold(
    work: &Work<'_>,
    channel: ChannelId,
    basis: Basis,
) -> Result<Option<Hold>, StoreError> {
    let sql = format!("{HOLDS} AND h.channel_id = $1 AND h.basis = $2");
    let row = work.first(&sql, [channel.0.into(), basis_word(basis).into()]).await?;
    row.as_ref().map(hold_of).transpose()
}

fn hold_of(row: &QueryResult) -> Result<Hold, StoreError> {
    let when = |name: &str| -> Result<Option<Timestamp>, StoreError> {
        let micros: Option<i64> = row.try_get("", name)?;
        micros.map(instant).transpose()
    };
    let (zeros_until, raises_until) = (when("zeros_until")?, when("raises_until")?);
    Ok(Hold {
        feed: FeedId(row.try_get("", "feed_id")?),
        channel: name_of(row)?,
        reasons: row.try_get("", "reasons")?,
        waiting: Waiting { zeros_until, raises_until },
        held_at: instant(row.try_get("", "held_at")?)?,
        shown_at: instant(row.try_get("", "shown_at")?)?,
        approved_at: when("approved_at")?,
        approved_until: when("approved_until")?,
    })
}
