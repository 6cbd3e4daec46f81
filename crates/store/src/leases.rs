//! Who may send for a channel.
//!
//! Each grant raises the channel's *epoch*. Every statement that changes a channel's state names
//! the epoch it was granted, so that a runner that lost its lease without noticing changes nothing.
//! On PostgreSQL a lease lives by the database's clock. On SQLite an operating-system lock on a
//! file beside the database decides, so that a dead holder's lease is free at once.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use sea_orm::QueryResult;
use trueup_delivery::mutant;
use trueup_marketplace::Effect;
use trueup_stock::Terms;

use crate::delivery::journal::{About, note_all};
use crate::delivery::recover::recover;
use crate::delivery::time::{instant, kept};
use crate::delivery::words::Work;
use crate::{ChannelId, Durability, Store, StoreError, StoreErrorKind};

/// The right to change a channel's state, until it is released, dropped or taken over.
#[derive(Debug)]
pub struct Lease {
    channel: ChannelId,
    epoch: i64,
    owner: String,
    ttl: Duration,
    lock: Option<File>,
    effect: Effect,
    terms: Option<String>,
}

impl Lease {
    /// The same for a holder whose sends have this effect; [`Effect::Absolute`] unless said.
    #[must_use]
    pub fn sending(self, effect: Effect) -> Self {
        Self { effect, ..self }
    }

    /// The same for a holder that computes levels by these terms: it computes nothing any more once
    /// others were entered.
    ///
    /// # Panics
    /// Never: terms hold texts, numbers and lists alone.
    #[must_use]
    pub fn under(self, terms: &Terms) -> Self {
        let terms = serde_json::to_string(terms).expect("terms have a JSON form");
        Self { terms: Some(terms), ..self }
    }

    /// What its holder's sends do.
    pub(crate) const fn effect(&self) -> Effect {
        self.effect
    }

    /// The channel.
    #[must_use]
    pub const fn channel(&self) -> ChannelId {
        self.channel
    }

    /// Which grant of the channel's lease this is.
    #[must_use]
    pub const fn epoch(&self) -> i64 {
        self.epoch
    }

    /// Whether the operating system keeps it for as long as this process lives, so that no clock
    /// can end it.
    #[must_use]
    pub const fn is_locked(&self) -> bool {
        self.lock.is_some()
    }
}

/// The answer to whoever asks for a lease.
#[derive(Debug)]
pub enum LeaseAnswer {
    /// It is granted.
    Granted(Lease),
    /// Somebody has it.
    HeldBy {
        /// Who.
        owner: String,
        /// Until when, unless it is renewed.
        until: Timestamp,
    },
}

impl Store {
    /// Asks for a channel's lease. A grant recovers, in the same durable transaction, what earlier
    /// holders left: lines in flight without a ticket may have taken effect and are sent again,
    /// open tickets and stored requests are taken over, and feeds under way are noted as interrupted.
    ///
    /// # Errors
    /// [`StoreErrorKind::Unbound`] where the database may be an older copy; no such channel, a lock
    /// file that cannot be made, or the database's.
    pub async fn lease(
        &self,
        channel: ChannelId,
        owner: &str,
        ttl: Duration,
        now: Timestamp,
    ) -> Result<LeaseAnswer, StoreError> {
        let now = kept(now);
        self.attest(now).await?;
        let name = name_of(self, channel).await?;
        let lock = match self.path() {
            None => None,
            Some(path) => match lock(path, &name)? {
                Some(lock) => Some(lock),
                None => return self.holder(channel, now).await,
            },
        };
        let transaction = self.write(Durability::Full).await?;
        let work = Work::new(&*transaction);
        // The lock file has decided already, where there is one.
        let is_free = match lock {
            Some(_) => "true",
            None => "(expires_at IS NULL OR expires_at <= {now})",
        };
        let step = if mutant!(KeepsEpoch) { 0 } else { 1 };
        let sql = format!(
            "UPDATE channel SET epoch = epoch + {step}, owner = $2, expires_at = {{now}} + $3 \
             WHERE id = $1 AND {is_free} RETURNING epoch"
        );
        let values = [channel.0.into(), owner.into(), micros_of(ttl).into()];
        let Some(row) = work.first(&sql, values).await? else {
            return self.holder(channel, now).await;
        };
        let epoch: i64 = row.try_get("", "epoch")?;
        let facts = serde_json::json!({ "epoch": epoch, "owner": owner });
        let mut news = vec![About::channel(channel).news("lease_granted", &facts)];
        news.extend(recover(&work, channel, epoch, now).await?);
        note_all(&work, Some(channel), news, now).await?;
        let seen = self.seen(&work).await?;
        transaction.commit().await?;
        self.keep_seen(seen).await?;
        let (owner, effect) = (owner.to_owned(), Effect::Absolute);
        Ok(LeaseAnswer::Granted(Lease { channel, epoch, owner, ttl, lock, effect, terms: None }))
    }

    async fn holder(&self, channel: ChannelId, now: Timestamp) -> Result<LeaseAnswer, StoreError> {
        let sql = "SELECT owner, expires_at FROM channel WHERE id = $1";
        let row = Work::new(self.reading()).first(sql, [channel.0.into()]).await?;
        let column = |row: &QueryResult| -> Result<(Option<String>, Option<i64>), StoreError> {
            Ok((row.try_get("", "owner")?, row.try_get("", "expires_at")?))
        };
        let (owner, until) = row.as_ref().map(column).transpose()?.unwrap_or_default();
        let owner = owner.unwrap_or_else(|| "another process".to_owned());
        let until = until.map(instant).transpose()?.unwrap_or(now);
        Ok(LeaseAnswer::HeldBy { owner, until })
    }

    /// Makes a lease last for its whole time again.
    ///
    /// # Errors
    /// [`StoreErrorKind::Fenced`] where somebody took over, [`StoreErrorKind::Unbound`] where the
    /// database was exchanged for an older copy; or the database's.
    pub async fn renew(&self, lease: &Lease) -> Result<(), StoreError> {
        self.require_bound().await?;
        let transaction = self.write(self.durability_seen()).await?;
        let work = Work::new(&*transaction);
        let sql = "UPDATE channel SET owner = $3, expires_at = {now} + $4 \
                   WHERE id = $1 AND epoch = $2";
        let values = [
            lease.channel.0.into(),
            lease.epoch.into(),
            lease.owner.as_str().into(),
            micros_of(lease.ttl).into(),
        ];
        if work.run(sql, values).await? == 0 {
            return Err(fenced(lease));
        }
        let seen = self.seen(&work).await?;
        transaction.commit().await?;
        self.keep_seen(seen).await
    }

    /// Gives a lease back. Nothing happens where somebody took it over.
    ///
    /// # Errors
    /// The database's; the lease then ends by its time, on SQLite when it is dropped.
    pub async fn release(&self, lease: &Lease) -> Result<(), StoreError> {
        self.require_bound().await?;
        let transaction = self.write(self.durability_seen()).await?;
        let work = Work::new(&*transaction);
        let sql = "UPDATE channel SET owner = NULL, expires_at = NULL WHERE id = $1 AND epoch = $2";
        let values = [lease.channel.0.into(), lease.epoch.into()];
        if work.run(sql, values).await? > 0 {
            let seen = self.seen(&work).await?;
            transaction.commit().await?;
            self.keep_seen(seen).await?;
        }
        let unlocked = lease.lock.as_ref().map_or(Ok(()), File::unlock);
        unlocked.map_err(|error| lock_failed(&format!("cannot be unlocked: {error}")))
    }
}

/// Refuses whoever computes by other terms than were entered last: its levels would be wrong, and the
/// marks that say so would be gone.
pub(crate) async fn require_terms(work: &Work<'_>, lease: &Lease) -> Result<(), StoreError> {
    let Some(terms) = &lease.terms else { return Ok(()) };
    let sql = "SELECT name FROM channel WHERE id = $1 AND terms <> $2";
    let Some(row) = work.first(sql, [lease.channel.0.into(), terms.as_str().into()]).await? else {
        return Ok(());
    };
    let name: String = row.try_get("", "name")?;
    let message = format!(
        "channel `{name}` has other locations or rules since another program read its settings; \
         restart this one, so that it feeds by those as well"
    );
    Err(StoreError::new(StoreErrorKind::Outdated, message))
}

/// Holds the channel's epoch for the rest of the transaction.
///
/// # Errors
/// [`StoreErrorKind::Fenced`] where the epoch is not the lease's any more.
pub(crate) async fn fence(work: &Work<'_>, lease: &Lease) -> Result<(), StoreError> {
    let sql = "SELECT id FROM channel WHERE id = $1 AND epoch = $2 {shared}";
    let row = work.first(sql, [lease.channel.0.into(), lease.epoch.into()]).await?;
    row.map_or_else(|| Err(fenced(lease)), |_| Ok(()))
}

/// The same before a new send: on PostgreSQL a lease that has expired, though nobody took it over
/// yet, starts nothing.
///
/// # Errors
/// [`StoreErrorKind::Fenced`] where the lease is lost or has expired.
pub(crate) async fn fence_send(work: &Work<'_>, lease: &Lease) -> Result<(), StoreError> {
    if lease.lock.is_some() {
        return fence(work, lease).await;
    }
    let sql = "SELECT id FROM channel WHERE id = $1 AND epoch = $2 AND expires_at > {now} {shared}";
    let row = work.first(sql, [lease.channel.0.into(), lease.epoch.into()]).await?;
    row.map_or_else(|| Err(fenced(lease)), |_| Ok(()))
}

fn fenced(lease: &Lease) -> StoreError {
    let message = format!(
        "the lease of channel {} (epoch {}) was lost to another runner; nothing was changed",
        lease.channel.0, lease.epoch
    );
    StoreError::new(StoreErrorKind::Fenced, message)
}

async fn name_of(store: &Store, channel: ChannelId) -> Result<String, StoreError> {
    let sql = "SELECT name FROM channel WHERE id = $1";
    let row = Work::new(store.reading()).first(sql, [channel.0.into()]).await?;
    let Some(row) = row else {
        let message = format!("there is no channel with the key {}", channel.0);
        return Err(StoreError::new(StoreErrorKind::NotFound, message));
    };
    Ok(row.try_get("", "name")?)
}

/// The lock of a channel; `None` where another process, or another lease of this one, has it.
fn lock(database: &Path, channel: &str) -> Result<Option<File>, StoreError> {
    let mut name = database.as_os_str().to_owned();
    name.push(format!(".{channel}.lock"));
    let path = Path::new(&name);
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(path);
    let shown = path.display();
    let file = file.map_err(|error| lock_failed(&format!("{shown} cannot be opened: {error}")))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => {
            Err(lock_failed(&format!("{shown} cannot be locked: {error}")))
        }
    }
}

fn lock_failed(what: &str) -> StoreError {
    StoreError::new(StoreErrorKind::Database, format!("the channel's lock file {what}"))
}

fn micros_of(duration: Duration) -> i64 {
    duration.as_micros().try_into().unwrap_or(i64::MAX / 4)
}
