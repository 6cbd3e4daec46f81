//! Binding a database to its place, and holding it against the host's file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::judge::{Identity, Known, Unbound, Verdict, judge};
use super::record::Record;
use crate::delivery::time::micros;
use crate::delivery::words::Work;
use crate::open::PostgresLock;
use crate::sql::json;
use crate::{Durability, JournalHead, Store, StoreError, StoreErrorKind};

/// What an operator does about it.
const REMEDY: &str = "what the marketplaces were told since is not in it. Nothing is sent: import \
    fresh stock and orders, then say so with `trueup adopt --inputs-are-fresh`";

impl Store {
    /// The same store, guarded: it grants leases only while it is the database that `record`, a
    /// file of this host outside of it, knows. Beside a SQLite file there is one such file, which
    /// is named after it.
    #[must_use]
    pub fn guarded(mut self, record: PathBuf) -> Self {
        self.record = Some(record);
        self
    }

    /// The file that guards a SQLite database.
    #[must_use]
    pub fn record_beside(&self) -> Option<PathBuf> {
        let mut name = self.path()?.as_os_str().to_owned();
        name.push(".instance");
        Some(PathBuf::from(name))
    }

    /// Why this database does not send; `None` where it may, or is not guarded. Changes nothing.
    ///
    /// # Errors
    /// The database's, or a file that cannot be read.
    pub async fn unbound(&self) -> Result<Option<Unbound>, StoreError> {
        match &self.record {
            None => Ok(None),
            Some(path) => Ok(judge(&self.known(path).await?).err()),
        }
    }

    /// Refuses a database that does not send.
    ///
    /// # Errors
    /// [`StoreErrorKind::Unbound`], with what to do about it; or the database's.
    pub async fn require_bound(&self) -> Result<(), StoreError> {
        let why = self.unbound().await?;
        why.map_or(Ok(()), |why| Err(refused(&why)))
    }

    /// Makes sure that this is the database that this host knows. A new one is bound to its place.
    ///
    /// # Errors
    /// [`StoreErrorKind::Unbound`] where it is not; or the database's.
    pub(crate) async fn attest(&self, now: Timestamp) -> Result<(), StoreError> {
        let Some(path) = &self.record else { return Ok(()) };
        let verdict = judge(&self.known(path).await?).map_err(|why| refused(&why))?;
        match verdict {
            Verdict::New => self.bind(path, now).await,
            Verdict::Bound => Ok(()),
        }
    }

    /// Binds a new database, in one transaction that nobody else can be in. The file comes first:
    /// without the database's side it shows that nothing was ever sent.
    async fn bind(&self, path: &Path, now: Timestamp) -> Result<(), StoreError> {
        let transaction = self.write(Durability::Full).await?;
        self.lock(&transaction, PostgresLock::Instance).await?;
        let work = Work::new(&*transaction);
        if identity(&work).await?.is_some() {
            return Ok(());
        }
        let nonce = new_nonce(&work).await?;
        Record { nonce: nonce.clone(), ..Record::default() }.write(path)?;
        keep_identity(&work, &Identity { nonce, place: self.place().await? }, now).await?;
        transaction.commit().await
    }

    /// All that is known at the moment.
    pub(super) async fn known(&self, path: &Path) -> Result<Known, StoreError> {
        let work = Work::new(self.reading());
        let record = Record::read(path)?;
        let behind = match &record {
            Some(record) => behind(&work, record).await?,
            None => None,
        };
        Ok(Known {
            identity: identity(&work).await?,
            place: self.place().await?,
            is_file: self.path().is_some(),
            record,
            behind,
        })
    }

    /// What the host's file is to say once a transaction is committed: a durable one, so that the
    /// file never knows of anything that a power loss could take from the database.
    pub(crate) async fn seen(&self, work: &Work<'_>) -> Result<Seen, StoreError> {
        match &self.record {
            None => Ok(Seen(None)),
            Some(_) => Ok(Seen(Some(record_of(work).await?))),
        }
    }

    /// Writes the host's file anew.
    pub(crate) async fn keep_seen(&self, seen: Seen) -> Result<(), StoreError> {
        let (Some(path), Some(record)) = (self.record.clone(), seen.0) else { return Ok(()) };
        let written = tokio::task::spawn_blocking(move || record.write(&path)).await;
        written.unwrap_or_else(|error| {
            let why = format!("writing the host's file was cut short: {error}");
            Err(StoreError::new(StoreErrorKind::Database, why))
        })
    }

    /// How durable a commit must be that the host's file tells of.
    pub(crate) const fn durability_seen(&self) -> Durability {
        match self.record {
            Some(_) => Durability::Full,
            None => Durability::Relaxed,
        }
    }
}

/// What a host's file is to say.
#[derive(Debug)]
pub(crate) struct Seen(Option<Record>);

async fn record_of(work: &Work<'_>) -> Result<Record, StoreError> {
    Ok(Record {
        nonce: identity(work).await?.map_or_else(String::new, |identity| identity.nonce),
        heads: heads(work).await?,
        epochs: epochs(work).await?,
        batch: work.number("SELECT MAX(id) FROM batch", []).await?,
        feed: work.number("SELECT MAX(id) FROM feed", []).await?,
    })
}

pub(super) fn refused(why: &Unbound) -> StoreError {
    let message = format!("this database may be an older copy: {why}; {REMEDY}");
    StoreError::new(StoreErrorKind::Unbound, message)
}

/// What the database says of itself.
pub(super) async fn identity(work: &Work<'_>) -> Result<Option<Identity>, StoreError> {
    let row = work.first("SELECT nonce, place FROM instance WHERE id = 1", []).await?;
    let read = |row: sea_orm::QueryResult| -> Result<Identity, StoreError> {
        Ok(Identity { nonce: row.try_get_by_index(0)?, place: row.try_get_by_index(1)? })
    };
    row.map(read).transpose()
}

pub(super) async fn keep_identity(
    work: &Work<'_>,
    identity: &Identity,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO instance (id, nonce, place, created_at) VALUES (1, $1, $2, $3) \
        ON CONFLICT (id) DO UPDATE SET nonce = excluded.nonce, place = excluded.place";
    let Identity { nonce, place } = identity;
    work.run(sql, [nonce.as_str().into(), place.as_str().into(), micros(now).into()]).await?;
    Ok(())
}

/// A text that no other database has.
pub(super) async fn new_nonce(work: &Work<'_>) -> Result<String, StoreError> {
    let sql = match work.is_postgres() {
        true => "SELECT CAST(gen_random_uuid() AS TEXT)",
        false => "SELECT lower(hex(randomblob(16)))",
    };
    let row = work.first(sql, []).await?;
    row.map_or_else(|| Ok(String::new()), |row| Ok(row.try_get_by_index(0)?))
}

pub(super) async fn heads(work: &Work<'_>) -> Result<BTreeMap<i64, JournalHead>, StoreError> {
    let rows = work.all("SELECT chain, sequence, hash FROM journal_head", []).await?;
    let head = |row: &sea_orm::QueryResult| {
        let (sequence, hash) = (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        Ok((row.try_get_by_index(0)?, JournalHead { sequence, hash }))
    };
    rows.iter().map(head).collect()
}

async fn epochs(work: &Work<'_>) -> Result<BTreeMap<i64, i64>, StoreError> {
    let rows = work.all("SELECT id, epoch FROM channel", []).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

/// The first journal without the entry that a record names.
async fn behind(work: &Work<'_>, record: &Record) -> Result<Option<i64>, StoreError> {
    let named = record.heads.iter().filter(|(_, head)| head.sequence > 0);
    let named: Vec<_> = named.map(|(chain, head)| (chain, head.sequence, &head.hash)).collect();
    let sql = "SELECT CAST(j.value ->> 0 AS BIGINT) FROM {rows} WHERE NOT EXISTS (\
        SELECT 1 FROM journal e WHERE e.chain = CAST(j.value ->> 0 AS BIGINT) \
        AND e.sequence = CAST(j.value ->> 1 AS BIGINT) AND e.hash = j.value ->> 2) ORDER BY j.at";
    let row = work.first(sql, [json(&named)]).await?;
    row.map(|row| Ok(row.try_get_by_index(0)?)).transpose()
}
