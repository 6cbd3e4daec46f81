//! A marketplace that adds differences, once per key, and whose answers can get lost.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use trueup_marketplace::{
    Answer, Batch, Capabilities, Checked, Context, Effect, Error, ErrorKind, Limit, Marketplace,
    Prepared, Receipt, Retry,
};

/// What happens to a request.
#[derive(Clone, Copy, Debug)]
pub enum Mishap {
    /// It takes effect, and the answer is lost.
    AnswerLost,
    /// It never arrives, which nobody is told.
    RequestLost,
    /// It takes effect, and the answer never comes.
    Hangs,
    /// Nobody will ever know.
    Forgotten,
}

#[derive(Debug, Default)]
pub struct Books {
    /// What it shows.
    pub shown: BTreeMap<String, i64>,
    /// Key and bytes of every request that arrived or was lost, in order.
    pub requests: Vec<(String, Bytes)>,
    keys: HashSet<String>,
    mishaps: VecDeque<Mishap>,
}

#[derive(Debug)]
pub struct Ledger {
    pub capabilities: Capabilities,
    books: Mutex<Books>,
}

impl Ledger {
    pub fn new(mishaps: &[Mishap]) -> Self {
        let mishaps = mishaps.iter().copied().collect();
        Self {
            capabilities: Capabilities {
                effect: Effect::KeyedDifference,
                key_life: Duration::from_secs(86_400),
                lines_per_batch: Limit::lines(1),
                ..Capabilities::least()
            },
            books: Mutex::new(Books { mishaps, ..Books::default() }),
        }
    }

    pub fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap()
    }

    pub fn shows(&self, code: &str) -> Option<i64> {
        self.books().shown.get(code).copied()
    }

    pub fn keys(&self) -> Vec<String> {
        self.books().requests.iter().map(|(key, _)| key.clone()).collect()
    }
}

impl Books {
    /// Lets so many of the next requests get lost.
    pub fn lose_next(&mut self, requests: usize) {
        self.mishaps = vec![Mishap::RequestLost; requests].into();
    }

    fn apply(&mut self, key: &str, body: &Bytes) {
        if !self.keys.insert(key.to_owned()) {
            return;
        }
        let text = String::from_utf8(body.to_vec()).unwrap();
        for (code, difference) in text.lines().map(|line| line.split_once(' ').unwrap()) {
            let difference: i64 = difference.parse().unwrap();
            *self.shown.entry(code.to_owned()).or_default() += difference;
        }
    }
}

fn lost() -> Error {
    Error::unknown(ErrorKind::Timeout, "no whole answer")
}

#[async_trait]
impl Marketplace for Ledger {
    fn capabilities(&self) -> Capabilities {
        self.capabilities.clone()
    }

    /// Computes differences from what is shown now.
    async fn prepare(&self, batch: &Batch, _: &Context<'_>) -> Result<Prepared, Error> {
        let books = self.books();
        let difference = |code: &str| books.shown.get(code).copied().unwrap_or_default();
        let lines = batch.lines.iter().map(|line| {
            let code = line.part_number.as_str();
            format!("{code} {}\n", line.level.quantity - difference(code))
        });
        let body: String = lines.collect();
        Ok(Prepared { body: body.into(), ..Prepared::default() })
    }

    async fn submit(
        &self,
        batch: &Batch,
        prepared: &Prepared,
        _: &Context<'_>,
    ) -> Result<Receipt, Error> {
        let mishap = {
            let mut books = self.books();
            books.requests.push((batch.key.0.clone(), prepared.body.clone()));
            let mishap = books.mishaps.pop_front();
            if !matches!(mishap, Some(Mishap::RequestLost | Mishap::Forgotten)) {
                books.apply(&batch.key.0, &prepared.body);
            }
            mishap
        };
        match mishap {
            None => Ok(Receipt::new(Answer::Applied)),
            Some(Mishap::AnswerLost | Mishap::RequestLost) => Err(lost()),
            Some(Mishap::Forgotten) => {
                Err(Error::not_applied(ErrorKind::Refused, Retry::Never, "no such key"))
            }
            Some(Mishap::Hangs) => std::future::pending().await,
        }
    }

    async fn check(&self, _: &Context<'_>) -> Result<Checked, Error> {
        Ok(Checked("there".to_owned()))
    }
}
