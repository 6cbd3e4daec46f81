//! A person says that a restored or copied database is the one to feed from.

use jiff::Timestamp;
use serde_json::json as facts;

use super::binding::{heads, identity, keep_identity, new_nonce};
use super::judge::{Identity, Known, Unbound, judge};
use super::record::Record;
use crate::delivery::channels::MARK_ALL;
use crate::delivery::journal::{About, note_all};
use crate::delivery::recover::recover;
use crate::delivery::time::{kept, micros};
use crate::delivery::words::Work;
use crate::open::PostgresLock;
use crate::{ChannelId, Durability, Store, StoreError, StoreErrorKind};

/// How far generations go on above what is known to have been given out.
const GENERATIONS: i64 = 1_000_000;

/// What was adopted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adopted {
    /// Why it did not send; `None` where it did.
    pub because: Option<Unbound>,
    /// Listings that are told again.
    pub listings: u64,
}

impl Store {
    /// Binds this database to where it is, as the one to feed from. Whatever it believes of the
    /// marketplaces is in doubt: every listing, also a retired one, is due, and confirmed once more
    /// after its settle time; every product is computed again; epochs, generations and keys go on
    /// above the highest that this host knows of. Durable.
    ///
    /// # Errors
    /// [`StoreErrorKind::Unbound`] where this store is not guarded; or the database's.
    pub async fn adopt(&self, now: Timestamp) -> Result<Adopted, StoreError> {
        let now = kept(now);
        let Some(path) = &self.record else {
            let why = "this database is not guarded, so there is nothing to adopt";
            return Err(StoreError::new(StoreErrorKind::Unbound, why));
        };
        let known = self.known(path).await?;
        let because = judge(&known).err();
        let record = known.record.clone().unwrap_or_default();
        let transaction = self.write(Durability::Full).await?;
        self.lock(&transaction, PostgresLock::Instance).await?;
        let work = Work::new(&*transaction);
        let channels = work.all("SELECT id FROM channel ORDER BY id {locked}", []).await?;
        let mut listings = 0;
        for row in channels {
            let adopting =
                Adopting { work: &work, channel: ChannelId(row.try_get_by_index(0)?), now };
            listings += adopting.channel(&record, because.as_ref()).await?;
        }
        raise(&work, "batch", record.batch).await?;
        raise(&work, "feed", record.feed).await?;
        bind(&work, &known, now).await?;
        let seen = self.seen(&work).await?;
        transaction.commit().await?;
        self.keep_seen(seen).await?;
        Ok(Adopted { because, listings })
    }
}

/// One that stayed where it is keeps its nonce, so that other hosts judge it by its history.
async fn bind(work: &Work<'_>, known: &Known, now: Timestamp) -> Result<(), StoreError> {
    let place = known.place.clone();
    let nonce = match identity(work).await?.filter(|identity| identity.place == place) {
        Some(identity) => identity.nonce,
        None => new_nonce(work).await?,
    };
    keep_identity(work, &Identity { nonce, place }, now).await
}

/// A channel of a database that is being adopted.
struct Adopting<'a> {
    work: &'a Work<'a>,
    channel: ChannelId,
    now: Timestamp,
}

impl Adopting<'_> {
    async fn channel(&self, record: &Record, why: Option<&Unbound>) -> Result<u64, StoreError> {
        let Self { work, channel, now } = *self;
        let epoch = self.fence(record).await?;
        let mut news = recover(work, channel, epoch, now).await?;
        let found = heads(work).await?.remove(&channel.0);
        let seen = record.heads.get(&channel.0);
        let lost = seen
            .map_or(0, |seen| seen.sequence)
            .saturating_sub(found.as_ref().map_or(0, |found| found.sequence));
        let listings = self.doubt(GENERATIONS.saturating_add(lost.max(0))).await?;
        work.run(MARK_ALL, [channel.0.into(), micros(now).into()]).await?;
        let facts = facts!({
            "because": why.map(ToString::to_string), "epoch": epoch, "listings": listings,
            "found": found, "seen": seen,
        });
        news.push(About::channel(channel).news("adopted", &facts));
        note_all(work, Some(channel), news, now).await?;
        Ok(listings)
    }

    /// Whoever held the lease holds it no more.
    async fn fence(&self, record: &Record) -> Result<i64, StoreError> {
        let known = record.epochs.get(&self.channel.0).copied().unwrap_or_default();
        let most = if self.work.is_postgres() { "GREATEST" } else { "MAX" };
        let sql = format!(
            "UPDATE channel SET epoch = {most}(epoch, $2) + 1, owner = NULL, expires_at = NULL \
             WHERE id = $1 RETURNING epoch"
        );
        self.work.number(&sql, [self.channel.0.into(), known.into()]).await
    }

    /// Makes every listing due, with a suspect that keeps it from resting before what was sent by
    /// the lost history has settled. Those of open tickets are due once their tickets are final.
    async fn doubt(&self, generations: i64) -> Result<u64, StoreError> {
        let (channel, now) = (self.channel.0, micros(self.now));
        let sql = "INSERT INTO suspect (listing_id, batch_id, quantity, settle_until) \
            SELECT d.listing_id, 0, COALESCE(d.ack_quantity, d.want_quantity), \
            $2 + c.settle_seconds * 1000000 FROM delivery d JOIN channel c ON c.id = d.channel_id \
            WHERE d.channel_id = $1 ON CONFLICT (listing_id, batch_id) DO UPDATE SET \
            quantity = excluded.quantity, settle_until = excluded.settle_until";
        let listings = self.work.run(sql, [channel.into(), now.into()]).await?;
        let sql =
            "UPDATE delivery SET want_generation = want_generation + $2 WHERE channel_id = $1";
        self.work.run(sql, [channel.into(), generations.into()]).await?;
        let sql = "UPDATE delivery SET state = 1, priority = 2, not_before = $2, attempts = 0, \
            due_since = COALESCE(due_since, $2), batch_id = NULL, feed_id = NULL, \
            park_reason = NULL, park_fingerprint = NULL WHERE channel_id = $1 AND state <> 2";
        self.work.run(sql, [channel.into(), now.into()]).await?;
        Ok(listings)
    }
}

/// Makes a table's generated keys go on above one that was given out.
async fn raise(work: &Work<'_>, table: &str, above: i64) -> Result<(), StoreError> {
    if work.is_postgres() {
        let sequence = format!("pg_get_serial_sequence('{table}', 'id')");
        let sql = format!("SELECT setval({sequence}, GREATEST($1, nextval({sequence})))");
        work.number(&sql, [above.into()]).await?;
        return Ok(());
    }
    let sql = format!("UPDATE sqlite_sequence SET seq = MAX(seq, $1) WHERE name = '{table}'");
    if work.run(&sql, [above.into()]).await? == 0 {
        let sql = format!("INSERT INTO sqlite_sequence (name, seq) VALUES ('{table}', $1)");
        work.run(&sql, [above.into()]).await?;
    }
    Ok(())
}
