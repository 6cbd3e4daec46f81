//! A marketplace that shows what it is told, and answers as a test wants it to.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Mutex;

use async_trait::async_trait;
use trueup_marketplace::{
    Answer, Batch, Capabilities, Checked, Context, Error, ErrorKind, Limit, LineKey, LineVerdict,
    Marketplace, Prepared, Receipt, Refusal, Request, Response, Retry, Wire,
};

/// What a test says to a batch before the marketplace takes it.
pub type Judge = Box<dyn Fn(&Batch) -> Result<(), Error> + Send + Sync>;

/// Codes with this in them are withheld by the connector itself.
pub const WITHHELD: &str = "WITHHELD";

pub struct Fake {
    pub capabilities: Capabilities,
    pub judge: Mutex<Judge>,
    /// What it shows.
    pub shown: Mutex<BTreeMap<String, i64>>,
    /// The part numbers of every request, in order.
    pub requests: Mutex<Vec<Vec<String>>>,
    /// The numbers of the requests that are never answered.
    hangs_at: Mutex<RangeInclusive<usize>>,
}

impl fmt::Debug for Fake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fake").finish_non_exhaustive()
    }
}

/// The marketplace's way of refusing a whole request.
pub fn refused(message: &str) -> Error {
    Error::not_applied(ErrorKind::Refused, Retry::Never, message)
}

/// Refuses every request that holds one of these part numbers.
pub fn poisoned(codes: &'static [&'static str]) -> Judge {
    Box::new(move |batch| {
        let is_poison = |code: &str| codes.contains(&code);
        match batch.lines.iter().find(|line| is_poison(line.part_number.as_str())) {
            Some(line) => Err(refused(&format!("`{}` is malformed", line.part_number))),
            None => Ok(()),
        }
    })
}

impl Fake {
    pub fn new(lines_per_batch: usize) -> Self {
        Self {
            capabilities: Capabilities {
                lines_per_batch: Limit::lines(lines_per_batch),
                ..Capabilities::least()
            },
            judge: Mutex::new(Box::new(|_| Ok(()))),
            shown: Mutex::default(),
            requests: Mutex::default(),
            hangs_at: Mutex::new(0..=0),
        }
    }

    /// Never answers its request of this number, counted from 1.
    pub fn hang_at(&self, request: usize) {
        *self.hangs_at.lock().unwrap() = request..=request;
    }

    /// Answers nothing any more.
    pub fn hang_always(&self) {
        *self.hangs_at.lock().unwrap() = 1..=usize::MAX;
    }

    fn hangs(&self) -> bool {
        let count = self.requests.lock().unwrap().len();
        self.hangs_at.lock().unwrap().contains(&count)
    }

    pub fn judge(&self, judge: Judge) {
        *self.judge.lock().unwrap() = judge;
    }

    pub fn shows(&self, code: &str) -> Option<i64> {
        self.shown.lock().unwrap().get(code).copied()
    }

    /// How many requests it got since this was asked last.
    pub fn requests(&self) -> usize {
        std::mem::take(&mut *self.requests.lock().unwrap()).len()
    }
}

#[async_trait]
impl Marketplace for Fake {
    fn capabilities(&self) -> Capabilities {
        self.capabilities.clone()
    }

    async fn prepare(&self, batch: &Batch, _: &Context<'_>) -> Result<Prepared, Error> {
        let own = |code: &str| code.contains(WITHHELD);
        let withheld = batch.lines.iter().filter(|line| own(line.part_number.as_str()));
        let refusal = Refusal { code: "own".to_owned(), message: "cannot be sent".to_owned() };
        let withheld = withheld.map(|line| (line.key, LineVerdict::Rejected(refusal.clone())));
        Ok(Prepared { withheld: withheld.collect(), ..Prepared::default() })
    }

    async fn submit(
        &self,
        batch: &Batch,
        prepared: &Prepared,
        _: &Context<'_>,
    ) -> Result<Receipt, Error> {
        let is_sent =
            |key: LineKey| !prepared.withheld.iter().any(|(withheld, _)| *withheld == key);
        let lines = batch.lines.iter().filter(|line| is_sent(line.key)).cloned().collect();
        let sent = Batch { lines, ..batch.clone() };
        let codes = sent.lines.iter().map(|line| line.part_number.as_str().to_owned());
        self.requests.lock().unwrap().push(codes.collect());
        if self.hangs() {
            std::future::pending::<()>().await;
        }
        (self.judge.lock().unwrap())(&sent)?;
        let mut shown = self.shown.lock().unwrap();
        for line in &sent.lines {
            shown.insert(line.part_number.as_str().to_owned(), line.level.quantity);
        }
        Ok(Receipt::new(Answer::Applied))
    }

    async fn check(&self, _: &Context<'_>) -> Result<Checked, Error> {
        Ok(Checked("there".to_owned()))
    }
}

/// Nothing goes out by it.
#[derive(Debug)]
pub struct NoWire;

#[async_trait]
impl Wire for NoWire {
    async fn send(&self, _: Request) -> Result<Response, Error> {
        Err(refused("nothing is sent over a wire here"))
    }
}
