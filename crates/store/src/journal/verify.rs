//! Whether the journal is whole, and whether the database still is what it says.

use std::collections::HashMap;
use std::fmt;

use jiff::Timestamp;
use sea_orm::QueryResult;
use trueup_stock::ChannelName;

use super::answers::Answers;
use super::facts::{Began, facts};
use crate::delivery::channels::{channel_named, name_of};
use crate::delivery::journal::{Entry, JournalHead, SHARED, head};
use crate::delivery::words::Work;
use crate::{Store, StoreError};

/// Entries that are looked at together.
const ENTRIES: usize = 200;

/// What came of looking at one chain from its first entry to its last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalCheck {
    /// The channel; `None` for what concerns no channel, imports above all.
    pub channel: Option<ChannelName>,
    /// Entries that are as they were written.
    pub entries: u64,
    /// Batches whose body is as it was sent.
    pub batches: u64,
    /// How far the chain has come, as the database says.
    pub head: JournalHead,
    /// The first thing that does not match.
    pub broken: Option<JournalBreak>,
}

/// Where the journal, or what it answers for, was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalBreak {
    /// The number of the entry; `None` where no entry tells of what was found.
    pub sequence: Option<i64>,
    /// What does not match.
    pub what: String,
}

impl fmt::Display for JournalBreak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.sequence {
            Some(sequence) => write!(f, "entry {sequence}: {}", self.what),
            None => f.write_str(&self.what),
        }
    }
}

/// The way from the first entry to the last.
struct Walk {
    chain: i64,
    sequence: i64,
    hash: String,
    batches: u64,
    batches_before: i64,
    noted: Option<JournalHead>,
}

impl Store {
    /// Looks at the whole journal of a channel, or of what concerns none, and at what it answers
    /// for. `noted` is a head that somebody wrote down: the chain must have passed through it.
    ///
    /// # Errors
    /// No such channel, or the database's. What was changed is no error but the answer.
    pub async fn verify_journal(
        &self,
        channel: Option<&ChannelName>,
        noted: Option<JournalHead>,
    ) -> Result<JournalCheck, StoreError> {
        let chain = match channel {
            Some(name) => channel_named(&Work::new(self.reading()), name).await?.0,
            None => SHARED,
        };
        let mut walk = Walk::new(chain, noted);
        let (head, broken) = walk.walk(self).await?;
        Ok(JournalCheck {
            channel: channel.cloned(),
            entries: walk.sequence.try_into().unwrap_or_default(),
            batches: walk.batches,
            head,
            broken,
        })
    }

    /// How far each channel's journal has come.
    ///
    /// # Errors
    /// The database's.
    pub async fn journal_heads(&self) -> Result<HashMap<ChannelName, JournalHead>, StoreError> {
        let sql = "SELECT c.name, h.sequence, h.hash FROM journal_head h \
                   JOIN channel c ON c.id = h.chain";
        let rows = Work::new(self.reading()).all(sql, []).await?;
        let head = |row: &QueryResult| {
            let (sequence, hash) = (row.try_get("", "sequence")?, row.try_get("", "hash")?);
            Ok((name_of(row)?, JournalHead { sequence, hash }))
        };
        rows.iter().map(head).collect()
    }

    /// Looks at every journal: first that of no channel, then each channel's.
    ///
    /// # Errors
    /// The database's.
    pub async fn verify_journals(&self) -> Result<Vec<JournalCheck>, StoreError> {
        let mut checks = vec![self.verify_journal(None, None).await?];
        for row in
            Work::new(self.reading()).all("SELECT name FROM channel ORDER BY name", []).await?
        {
            checks.push(self.verify_journal(Some(&name_of(&row)?), None).await?);
        }
        Ok(checks)
    }
}

impl Walk {
    fn new(chain: i64, noted: Option<JournalHead>) -> Self {
        let (sequence, hash) = (0, String::new());
        Self { chain, sequence, hash, batches: 0, batches_before: i64::MAX, noted }
    }

    /// Each step is of one moment, so that whoever writes meanwhile is never taken for a forger.
    async fn walk(
        &mut self,
        store: &Store,
    ) -> Result<(JournalHead, Option<JournalBreak>), StoreError> {
        loop {
            let snapshot = store.snapshot().await?;
            let work = Work::new(&snapshot);
            let head = head(&work, self.chain).await?;
            let (entries, hashes) = self.next(&work).await?;
            let answers = Answers::read(&work, &entries).await?;
            for (entry, hash) in entries.iter().zip(hashes) {
                if let Err(what) = self.step(entry, hash, &head, &answers) {
                    let sequence = Some(self.sequence + 1);
                    return Ok((head, Some(JournalBreak { sequence, what })));
                }
            }
            if entries.len() < ENTRIES {
                let broken = self.end(&work, &head).await?;
                return Ok((head, broken));
            }
        }
    }

    async fn next(&self, work: &Work<'_>) -> Result<(Vec<Entry>, Vec<String>), StoreError> {
        let sql = format!(
            "SELECT sequence, at, feed_id, batch_id, event, detail, hash FROM journal \
             WHERE chain = $1 AND sequence > $2 ORDER BY sequence LIMIT {ENTRIES}"
        );
        let rows = work.all(&sql, [self.chain.into(), self.sequence.into()]).await?;
        let entries = rows.iter().map(|row| entry(self.chain, row));
        let hashes = rows.iter().map(|row| Ok(row.try_get("", "hash")?));
        Ok((entries.collect::<Result<_, _>>()?, hashes.collect::<Result<_, StoreError>>()?))
    }

    fn step(
        &mut self,
        entry: &Entry,
        hash: String,
        head: &JournalHead,
        answers: &Answers,
    ) -> Result<(), String> {
        let Entry { sequence, event, .. } = entry;
        if *sequence != self.sequence + 1 {
            return Err(format!("it is missing; the next one there is {sequence}"));
        }
        let about = format!("`{event}` of {}", told_at(entry.at));
        if *sequence > head.sequence {
            return Err(format!("{about} stands behind the head, which is {}", head.sequence));
        }
        if entry.hash(&self.hash) != hash {
            return Err(format!("{about} is not what was written after entry {}", self.sequence));
        }
        let noted = self.noted.as_ref().filter(|noted| noted.sequence == *sequence);
        if noted.is_some_and(|noted| noted.hash != hash) {
            return Err(format!("{about} has another hash than the one that was noted"));
        }
        answers.check(entry).map_err(|what| format!("{about}: {what}"))?;
        if *sequence == 1 {
            self.batches_before = facts::<Began>(entry)?.batches_before;
        }
        self.batches += u64::from(matches!(event.as_str(), "batch_claimed" | "batch_parked"));
        (self.sequence, self.hash) = (*sequence, hash);
        Ok(())
    }

    async fn end(
        &self,
        work: &Work<'_>,
        head: &JournalHead,
    ) -> Result<Option<JournalBreak>, StoreError> {
        let missing = |last: i64, who: &str| {
            let what = format!("it is missing, though {who} goes on to entry {last}");
            Some(JournalBreak { sequence: Some(self.sequence + 1), what })
        };
        if head.sequence != self.sequence {
            return Ok(missing(head.sequence, "the head"));
        }
        if head.hash != self.hash {
            let what = "its hash is not the one in the head".to_owned();
            return Ok(Some(JournalBreak { sequence: Some(self.sequence), what }));
        }
        if let Some(noted) = self.noted.as_ref().filter(|noted| noted.sequence > self.sequence) {
            return Ok(missing(noted.sequence, "the noted head"));
        }
        match self.sequence {
            0 => self.emptied(work).await,
            _ => self.untold(work).await,
        }
    }

    /// An empty chain of a channel that has sent something, unless that was before there were
    /// chains.
    async fn emptied(&self, work: &Work<'_>) -> Result<Option<JournalBreak>, StoreError> {
        let sql = "SELECT COUNT(*) FROM batch WHERE channel_id = $1 AND NOT EXISTS (\
                   SELECT 1 FROM journal_unchained u WHERE u.channel_id = $1)";
        let batches = work.number(sql, [self.chain.into()]).await?;
        let what =
            || format!("it is missing, and so are all others, though {batches} batches are there");
        Ok((batches > 0).then(|| JournalBreak { sequence: Some(1), what: what() }))
    }

    /// Batches and answers that no entry tells of.
    async fn untold(&self, work: &Work<'_>) -> Result<Option<JournalBreak>, StoreError> {
        let kinds = [
            ("is in no entry", "true", "'batch_claimed', 'batch_parked'"),
            (
                "is answered, and no entry says how",
                "finished_at IS NOT NULL",
                "'batch_answered', 'batch_interrupted', 'batch_parked'",
            ),
        ];
        for (what, which, events) in kinds {
            let sql = format!(
                "SELECT b.batch_key FROM batch b WHERE b.channel_id = $1 AND b.id > $2 AND {which} \
                 AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.batch_id = b.id \
                 AND j.chain = $1 AND j.event IN ({events})) ORDER BY b.id LIMIT 1"
            );
            let values = [self.chain.into(), self.batches_before.into()];
            if let Some(row) = work.first(&sql, values).await? {
                let key: String = row.try_get_by_index(0)?;
                let what = format!("batch {key} {what}");
                return Ok(Some(JournalBreak { sequence: None, what }));
            }
        }
        Ok(None)
    }
}

fn entry(chain: i64, row: &QueryResult) -> Result<Entry, StoreError> {
    Ok(Entry {
        chain,
        sequence: row.try_get("", "sequence")?,
        at: row.try_get("", "at")?,
        feed: row.try_get("", "feed_id")?,
        batch: row.try_get("", "batch_id")?,
        event: row.try_get("", "event")?,
        detail: row.try_get("", "detail")?,
    })
}

/// An instant for people, also one that no calendar has.
fn told_at(micros: i64) -> String {
    Timestamp::from_microsecond(micros).map_or_else(|_| micros.to_string(), |at| at.to_string())
}
