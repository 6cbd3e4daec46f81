//! Whether what the database keeps is what the entries answer for.

use std::collections::HashMap;

use super::facts::{Answered, Claimed, Closed, Opened, Parked, Prepared, facts};
use crate::StoreError;
use crate::delivery::journal::Entry;
use crate::delivery::kept::{Kept, kept};
use crate::delivery::words::Work;
use crate::digest::digest;
use crate::sql::json;

/// What the database keeps of the batches and feeds that some entries are about.
#[derive(Debug)]
pub(super) struct Answers {
    batches: HashMap<i64, Kept>,
    bodies: HashMap<i64, String>,
    requests: HashMap<i64, String>,
    feeds: HashMap<i64, (Opened, Closed)>,
}

impl Answers {
    pub(super) async fn read(work: &Work<'_>, entries: &[Entry]) -> Result<Self, StoreError> {
        let of = |events: &[&str], key: fn(&Entry) -> Option<i64>| -> Vec<i64> {
            let about = entries.iter().filter(|entry| events.contains(&entry.event.as_str()));
            about.filter_map(key).collect()
        };
        let batches: Vec<i64> = entries.iter().filter_map(|entry| entry.batch).collect();
        let claimed = of(&["batch_claimed", "batch_parked"], |entry| entry.batch);
        let prepared = of(&["batch_prepared"], |entry| entry.batch);
        let feeds = of(&["feed_opened", "feed_closed"], |entry| entry.feed);
        Ok(Self {
            batches: kept(work, &batches).await?,
            bodies: bodies(work, &claimed).await?,
            requests: requests(work, &prepared).await?,
            feeds: feed_rows(work, &feeds).await?,
        })
    }

    /// What does not match, in a few words.
    pub(super) fn check(&self, entry: &Entry) -> Result<(), String> {
        match entry.event.as_str() {
            "batch_claimed" => self.claimed(entry),
            "batch_parked" => self.parked(entry),
            "batch_answered" | "batch_interrupted" => self.answered(entry),
            "batch_ticket" => self.ticket(entry),
            "batch_prepared" => self.prepared(entry),
            "feed_opened" => self.opened(entry),
            "feed_closed" => self.closed(entry),
            _ => Ok(()),
        }
    }

    fn batch(&self, entry: &Entry) -> Result<&Kept, String> {
        let id = entry.batch.ok_or("it names no batch")?;
        let kept = self.batches.get(&id).ok_or_else(|| format!("batch {id} is gone"))?;
        match kept.channel == entry.chain {
            true => Ok(kept),
            false => Err(format!("batch {} is another channel's now", kept.key)),
        }
    }

    fn claimed(&self, entry: &Entry) -> Result<(), String> {
        let (kept, facts) = (self.batch(entry)?, facts::<Claimed>(entry)?);
        same(&kept.key, &facts.key, "the key of the batch")?;
        same(&kept.lines, &facts.lines, &format!("the number of lines of batch {}", kept.key))?;
        self.sent(entry, kept, &facts.body)?;
        if kept.finished_at.is_none() && kept.answer.ticket.is_none() {
            let singled_out = kept.answer.exceptions.len();
            same(&singled_out, &0, &format!("the outcomes of lines of batch {}", kept.key))?;
        }
        Ok(())
    }

    /// The body, the feed and the time of a batch.
    fn sent(&self, entry: &Entry, kept: &Kept, recorded: &str) -> Result<(), String> {
        let key = &kept.key;
        same(&Some(kept.feed), &entry.feed, &format!("the feed of batch {key}"))?;
        same(&kept.started_at, &entry.at, &format!("the time of batch {key}"))?;
        let body = entry.batch.and_then(|batch| self.bodies.get(&batch));
        let body = body.ok_or_else(|| format!("the body of batch {key} is gone"))?;
        same(body.as_str(), recorded, &format!("the digest of the body of batch {key}"))
    }

    fn answered(&self, entry: &Entry) -> Result<(), String> {
        let (kept, facts) = (self.batch(entry)?, facts::<Answered>(entry)?);
        let key = &kept.key;
        same(&kept.finished_at, &Some(entry.at), &format!("when batch {key} was answered"))?;
        answer(kept, &facts.digest)
    }

    /// Once the answer has come, its own entry answers for all of it.
    fn ticket(&self, entry: &Entry) -> Result<(), String> {
        let (kept, facts) = (self.batch(entry)?, facts::<Answered>(entry)?);
        match kept.finished_at {
            Some(_) => Ok(()),
            None => answer(kept, &facts.digest),
        }
    }

    fn parked(&self, entry: &Entry) -> Result<(), String> {
        let (kept, facts) = (self.batch(entry)?, facts::<Parked>(entry)?);
        same(&kept.key, &facts.key, "the key of the batch")?;
        self.sent(entry, kept, &facts.body)?;
        answer(kept, &facts.digest)
    }

    fn prepared(&self, entry: &Entry) -> Result<(), String> {
        let (kept, facts) = (self.batch(entry)?, facts::<Prepared>(entry)?);
        let key = &kept.key;
        let request = entry.batch.and_then(|batch| self.requests.get(&batch));
        let request = request.ok_or_else(|| format!("the request of batch {key} is gone"))?;
        same(request, &facts.request, &format!("the digest of the request of batch {key}"))
    }

    fn feed(&self, entry: &Entry) -> Result<&(Opened, Closed), String> {
        let id = entry.feed.ok_or("it names no feed")?;
        self.feeds.get(&id).ok_or_else(|| format!("feed {id} is gone"))
    }

    fn opened(&self, entry: &Entry) -> Result<(), String> {
        let (opened, _) = self.feed(entry)?;
        same(opened, &facts::<Opened>(entry)?, "the feed's kind, basis and cause")
    }

    fn closed(&self, entry: &Entry) -> Result<(), String> {
        let ((_, closed), facts) = (self.feed(entry)?, facts::<Closed>(entry)?);
        // A person may still release it, which is an entry of its own.
        match facts.state.as_str() {
            "held" => same(&closed.held, &facts.held, "what the feed held back"),
            _ => same(closed, &facts, "the feed's end"),
        }
    }
}

fn answer(kept: &Kept, recorded: &str) -> Result<(), String> {
    let what = format!("the digest of the outcomes of batch {}", kept.key);
    same(kept.answer.digest().as_str(), recorded, &what)
}

fn same<T: PartialEq + std::fmt::Debug + ?Sized>(
    found: &T,
    recorded: &T,
    what: &str,
) -> Result<(), String> {
    match found == recorded {
        true => Ok(()),
        false => Err(format!("{what} is {found:?} now, and was {recorded:?}")),
    }
}

/// The digests of bodies. The texts themselves need not stay in memory together.
async fn bodies(work: &Work<'_>, batches: &[i64]) -> Result<HashMap<i64, String>, StoreError> {
    let mut digests = HashMap::with_capacity(batches.len());
    let sql = "SELECT body FROM batch_body WHERE batch_id = $1";
    for batch in batches {
        if let Some(row) = work.first(sql, [(*batch).into()]).await? {
            let body: String = row.try_get_by_index(0)?;
            digests.insert(*batch, digest(body));
        }
    }
    Ok(digests)
}

async fn requests(work: &Work<'_>, batches: &[i64]) -> Result<HashMap<i64, String>, StoreError> {
    let mut digests = HashMap::with_capacity(batches.len());
    let sql = "SELECT request FROM batch_request WHERE batch_id = $1";
    for batch in batches {
        if let Some(row) = work.first(sql, [(*batch).into()]).await? {
            let request: Vec<u8> = row.try_get_by_index(0)?;
            digests.insert(*batch, digest(request));
        }
    }
    Ok(digests)
}

async fn feed_rows(
    work: &Work<'_>,
    feeds: &[i64],
) -> Result<HashMap<i64, (Opened, Closed)>, StoreError> {
    let sql = "SELECT id, kind, basis, cause, state, held, message FROM feed WHERE id IN {ids}";
    let mut rows = HashMap::with_capacity(feeds.len());
    for row in work.all(sql, [json(&feeds)]).await? {
        let opened = Opened {
            kind: row.try_get("", "kind")?,
            basis: row.try_get("", "basis")?,
            cause: row.try_get("", "cause")?,
        };
        let closed = Closed {
            state: row.try_get("", "state")?,
            held: row.try_get("", "held")?,
            message: row.try_get("", "message")?,
        };
        rows.insert(row.try_get("", "id")?, (opened, closed));
    }
    Ok(rows)
}
