//! Where messages wait for a marketplace that polls us.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;

use crate::{BatchKey, Error, ErrorKind, Retry};

/// The messages of one channel, each under the key of its batch.
///
/// # Expected flow
/// [`Marketplace::submit`](crate::Marketplace::submit) posts a message and answers with a ticket.
/// When the marketplace polls, [`Polled::answer`](crate::Polled::answer) fetches it, hands it over
/// in whatever conversation the protocol asks for, and leaves the answer.
/// [`Marketplace::settle`](crate::Marketplace::settle) looks for the answer and reads it into a
/// receipt.
///
/// # Guarantees an implementation gives
/// What a method has done survives what the host's database survives. A message that was never
/// fetched has certainly had no effect; the runner takes such messages back before a newer feed, so
/// that a marketplace that comes back after a week finds today's numbers.
#[async_trait]
pub trait Mailbox: Send + Sync + fmt::Debug {
    /// Leaves a message. Posting the same key again changes nothing.
    ///
    /// # Errors
    /// When it is not certain that the message is kept; nothing was applied.
    async fn post(&self, key: &BatchKey, message: Bytes) -> Result<(), Error>;

    /// What became of a message.
    ///
    /// # Errors
    /// When the mailbox cannot be read.
    async fn look(&self, key: &BatchKey) -> Result<Letter, Error>;

    /// Whether a message without an answer is there. Notes nothing, so that a marketplace which polls
    /// for nothing takes nothing along. Whoever cannot tell says that there is.
    ///
    /// # Errors
    /// When the mailbox cannot be read.
    async fn waits(&self) -> Result<bool, Error> {
        Ok(true)
    }

    /// The oldest message without an answer, noted as fetched before it is given out. One that was
    /// fetched before may have had its effect already: `is_repeat` says so.
    ///
    /// # Errors
    /// When that cannot be noted; the message must not be handed over then.
    async fn fetch(&self) -> Result<Option<Fetched>, Error>;

    /// Leaves the answer to a message. The first answer stays.
    ///
    /// # Errors
    /// When it is not certain that the answer is kept.
    async fn reply(&self, key: &BatchKey, answer: Bytes) -> Result<(), Error>;

    /// Takes a message back that nobody fetched; `false` where it was fetched or is not there.
    ///
    /// # Errors
    /// When the mailbox cannot be changed.
    async fn withdraw(&self, key: &BatchKey) -> Result<bool, Error>;
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Letter {
    /// There is none under this key.
    Absent,
    /// It waits to be fetched.
    Waiting,
    /// It was fetched and has no answer.
    Fetched,
    /// Its answer.
    Answered(Bytes),
}

/// A message on its way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// The key of its batch.
    pub key: BatchKey,
    /// The message.
    pub message: Bytes,
    /// Whether it was given out before.
    pub is_repeat: bool,
}

/// The mailbox of marketplaces that we call: there is none.
#[derive(Clone, Copy, Debug)]
pub struct NoMailbox;

#[async_trait]
impl Mailbox for NoMailbox {
    async fn post(&self, _: &BatchKey, _: Bytes) -> Result<(), Error> {
        Err(no_mailbox())
    }

    async fn look(&self, _: &BatchKey) -> Result<Letter, Error> {
        Ok(Letter::Absent)
    }

    async fn waits(&self) -> Result<bool, Error> {
        Ok(false)
    }

    async fn fetch(&self) -> Result<Option<Fetched>, Error> {
        Ok(None)
    }

    async fn reply(&self, _: &BatchKey, _: Bytes) -> Result<(), Error> {
        Err(no_mailbox())
    }

    async fn withdraw(&self, _: &BatchKey) -> Result<bool, Error> {
        Ok(false)
    }
}

fn no_mailbox() -> Error {
    Error::not_applied(ErrorKind::Unsupported, Retry::Never, "this channel has no mailbox")
}

/// A mailbox for the life of the process: for tests and for hosts that keep nothing.
#[derive(Debug, Default)]
pub struct MemoryMailbox(Mutex<BTreeMap<u64, Kept>>);

#[derive(Debug)]
struct Kept {
    key: BatchKey,
    message: Bytes,
    is_fetched: bool,
    answer: Option<Bytes>,
}

impl MemoryMailbox {
    fn kept(&self) -> MutexGuard<'_, BTreeMap<u64, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Mailbox for MemoryMailbox {
    async fn post(&self, key: &BatchKey, message: Bytes) -> Result<(), Error> {
        let mut kept = self.kept();
        if kept.values().all(|letter| letter.key != *key) {
            let number = kept.last_key_value().map_or(0, |(number, _)| number + 1);
            let key = key.clone();
            kept.insert(number, Kept { key, message, is_fetched: false, answer: None });
        }
        Ok(())
    }

    async fn look(&self, key: &BatchKey) -> Result<Letter, Error> {
        let kept = self.kept();
        let letter = kept.values().find(|letter| letter.key == *key);
        Ok(match letter {
            None => Letter::Absent,
            Some(Kept { answer: Some(answer), .. }) => Letter::Answered(answer.clone()),
            Some(Kept { is_fetched: true, .. }) => Letter::Fetched,
            Some(_) => Letter::Waiting,
        })
    }

    async fn waits(&self) -> Result<bool, Error> {
        Ok(self.kept().values().any(|letter| letter.answer.is_none()))
    }

    async fn fetch(&self) -> Result<Option<Fetched>, Error> {
        let mut kept = self.kept();
        let letter = kept.values_mut().find(|letter| letter.answer.is_none());
        Ok(letter.map(|letter| {
            let is_repeat = std::mem::replace(&mut letter.is_fetched, true);
            Fetched { key: letter.key.clone(), message: letter.message.clone(), is_repeat }
        }))
    }

    async fn reply(&self, key: &BatchKey, answer: Bytes) -> Result<(), Error> {
        let mut kept = self.kept();
        if let Some(letter) = kept.values_mut().find(|letter| letter.key == *key) {
            letter.answer.get_or_insert(answer);
        }
        Ok(())
    }

    async fn withdraw(&self, key: &BatchKey) -> Result<bool, Error> {
        let mut kept = self.kept();
        let before = kept.len();
        kept.retain(|_, letter| letter.key != *key || letter.is_fetched);
        Ok(kept.len() < before)
    }
}
