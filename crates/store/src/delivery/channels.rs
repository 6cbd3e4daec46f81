//! The channels this database knows.

use std::time::Duration;

use jiff::Timestamp;
use sea_orm::QueryResult;
use trueup_stock::ChannelName;

use super::journal::{About, note, note_all};
use super::time::{instant, micros};
use super::words::{Work, corrupt};
use crate::open::PostgresLock;
use crate::{ChannelId, Durability, Store, StoreError, StoreErrorKind};

/// A channel, as the database knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelRow {
    /// Its key.
    pub id: ChannelId,
    /// Its name.
    pub name: ChannelName,
    /// The marketplace's id.
    pub marketplace: String,
    /// Whether a person paused it.
    pub is_paused: bool,
    /// How often its lease was granted.
    pub epoch: i64,
    /// Who holds its lease, or held it last without giving it back.
    pub owner: Option<String>,
    /// Until when.
    pub expires_at: Option<Timestamp>,
    /// Its listings that are not retired.
    pub live_listings: u64,
}

/// Marks every product that is opted in to channel `$1` or has a listing there.
pub(crate) const MARK_ALL: &str = "INSERT INTO dirty_product (channel_id, product_id, rev, since) \
    SELECT $1, product_id, 1, $2 FROM (\
      SELECT product_id FROM opt_in WHERE channel_id = $1 \
      UNION SELECT product_id FROM listing WHERE channel_id = $1) AS p \
    WHERE true ORDER BY product_id \
    ON CONFLICT (channel_id, product_id) DO UPDATE SET rev = dirty_product.rev + 1";

impl Store {
    /// Enters a channel, or brings it up to date. Where its marketplace or terms changed, every
    /// product of the channel is to be computed again.
    ///
    /// `terms` is the JSON of the channel's [`trueup_stock::Terms`]: a listing at a location that
    /// its pools no longer name gets a last zero. Durable.
    ///
    /// # Errors
    /// The database's.
    pub async fn register_channel(
        &self,
        name: &ChannelName,
        marketplace: &str,
        terms: &str,
        settle: Duration,
        now: Timestamp,
    ) -> Result<ChannelId, StoreError> {
        let settle = i64::try_from(settle.as_secs()).unwrap_or(i64::MAX);
        // Most of the time nothing changed, and whoever only reads need not wait for a writer.
        let known = "SELECT id FROM channel WHERE name = $1 AND marketplace = $2 AND terms = $3 \
                     AND settle_seconds = $4";
        let values = [name.as_str().into(), marketplace.into(), terms.into(), settle.into()];
        if let Some(row) = Work::new(self.reading()).first(known, values).await? {
            return Ok(ChannelId(row.try_get("", "id")?));
        }
        let transaction = self.write(Durability::Full).await?;
        // Two programs that both know of a new channel enter it one after the other.
        self.lock(&transaction, PostgresLock::Inputs).await?;
        let work = Work::new(&*transaction);
        let before = work
            .first(
                "SELECT id, marketplace, terms FROM channel WHERE name = $1 {locked}",
                [name.as_str().into()],
            )
            .await?;
        let event = if before.is_none() { "channel_entered" } else { "terms_changed" };
        let id = match before {
            None => add(&work, name, marketplace, terms, settle).await?,
            Some(row) => {
                let id: i64 = row.try_get("", "id")?;
                let (old, old_terms): (String, String) =
                    (row.try_get("", "marketplace")?, row.try_get("", "terms")?);
                work.run(
                    "UPDATE channel SET marketplace = $2, terms = $3, settle_seconds = $4 \
                     WHERE id = $1",
                    [id.into(), marketplace.into(), terms.into(), settle.into()],
                )
                .await?;
                if old != marketplace || old_terms != terms {
                    work.run(MARK_ALL, [id.into(), micros(now).into()]).await?;
                }
                id
            }
        };
        let facts = serde_json::json!({
            "marketplace": marketplace, "terms": terms, "settle_seconds": settle,
        });
        let id = ChannelId(id);
        let news = vec![About::channel(id).news(event, &facts)];
        note_all(&work, Some(id), news, now).await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// Every channel, by name.
    ///
    /// # Errors
    /// The database's.
    pub async fn channels(&self) -> Result<Vec<ChannelRow>, StoreError> {
        let sql = "SELECT c.id, c.name, c.marketplace, c.is_paused, c.epoch, c.owner, c.expires_at, \
            (SELECT COUNT(*) FROM delivery d WHERE d.channel_id = c.id) - \
            (SELECT COUNT(*) FROM delivery d WHERE d.channel_id = c.id AND d.state = 4) AS live \
            FROM channel c ORDER BY c.name";
        let rows = Work::new(self.reading()).all(sql, []).await?;
        rows.iter().map(channel_row).collect()
    }

    /// Whether a person paused a channel.
    ///
    /// # Errors
    /// The database's.
    pub async fn is_paused(&self, channel: ChannelId) -> Result<bool, StoreError> {
        let sql = "SELECT is_paused FROM channel WHERE id = $1";
        let row = Work::new(self.reading()).first(sql, [channel.0.into()]).await?;
        row.map_or(Ok(false), |row| Ok(row.try_get("", "is_paused")?))
    }

    /// Pauses a channel or lets it go on.
    ///
    /// # Errors
    /// No such channel, or the database's.
    pub async fn set_paused(&self, name: &ChannelName, is_paused: bool) -> Result<(), StoreError> {
        let transaction = self.write(Durability::Full).await?;
        let work = Work::new(&*transaction);
        let id = channel_named(&work, name).await?;
        let sql = "UPDATE channel SET is_paused = $2 WHERE id = $1";
        work.run(sql, [id.0.into(), is_paused.into()]).await?;
        let about = About { channel: Some(id), ..About::default() };
        let now = instant(work.number("SELECT {now}", []).await?)?;
        note(&work, about, if is_paused { "paused" } else { "resumed" }, "", now).await?;
        transaction.commit().await
    }
}

async fn add(
    work: &Work<'_>,
    name: &ChannelName,
    marketplace: &str,
    terms: &str,
    settle: i64,
) -> Result<i64, StoreError> {
    let sql = "INSERT INTO channel (name, marketplace, terms, settle_seconds, is_paused, epoch) \
               VALUES ($1, $2, $3, $4, false, 0) RETURNING id";
    let values = [name.as_str().into(), marketplace.into(), terms.into(), settle.into()];
    work.number(sql, values).await
}

/// The key of a channel.
pub(crate) async fn channel_named(
    work: &Work<'_>,
    name: &ChannelName,
) -> Result<ChannelId, StoreError> {
    let sql = "SELECT id FROM channel WHERE name = $1";
    let row = work.first(sql, [name.as_str().into()]).await?;
    let Some(row) = row else {
        let message =
            format!("there is no channel `{name}`; `trueup status` lists those there are");
        return Err(StoreError::new(StoreErrorKind::NotFound, message));
    };
    Ok(ChannelId(row.try_get("", "id")?))
}

fn channel_row(row: &QueryResult) -> Result<ChannelRow, StoreError> {
    let expires_at: Option<i64> = row.try_get("", "expires_at")?;
    let live: i64 = row.try_get("", "live")?;
    Ok(ChannelRow {
        id: ChannelId(row.try_get("", "id")?),
        name: name_of(row)?,
        marketplace: row.try_get("", "marketplace")?,
        is_paused: row.try_get("", "is_paused")?,
        epoch: row.try_get("", "epoch")?,
        owner: row.try_get("", "owner")?,
        expires_at: expires_at.map(instant).transpose()?,
        live_listings: live.try_into().unwrap_or_default(),
    })
}

/// The column `name` as a channel's.
pub(crate) fn name_of(row: &QueryResult) -> Result<ChannelName, StoreError> {
    let name: String = row.try_get("", "name")?;
    name.try_into().map_err(|_| corrupt("a channel name that is none"))
}
