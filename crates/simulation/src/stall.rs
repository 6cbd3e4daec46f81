//! The connector of a simulated marketplace: the real trait, without a wire.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::SignedDuration;
use trueup_marketplace::{
    Answer, Batch, Capabilities, Checked, Context, Error, ErrorKind, LineVerdict, Marketplace,
    Prepared, Receipt, Refusal, Request, Response, Retry, Ticket, Wire,
};

use crate::fate::{Call, Reply};
use crate::shop::{Told, Word};
use crate::stage::{Props, Stage};

/// The way to shop number `shop`.
#[derive(Clone, Debug)]
pub(crate) struct Stall {
    pub(crate) stage: Stage,
    pub(crate) shop: usize,
}

/// There is no way out of a simulation.
#[derive(Debug)]
pub(crate) struct NoWire;

#[async_trait]
impl Wire for NoWire {
    async fn send(&self, _request: Request) -> Result<Response, Error> {
        let why = "a simulated marketplace needs no wire";
        Err(Error::not_applied(ErrorKind::Unsupported, Retry::Never, why))
    }
}

impl Stall {
    async fn pause(&self, longest_when_slow: i64) {
        let moment = {
            let mut props = self.stage.props();
            let is_slow = {
                let slow = props.mix.faults.slow;
                props.dice.happens(slow * 0.5)
            };
            let wait = match is_slow {
                true => props.dice.seconds(1, longest_when_slow),
                false => SignedDuration::from_millis(props.dice.number(5, 900)),
            };
            props.now + wait
        };
        self.stage.until(moment).await;
    }
}

#[async_trait]
impl Marketplace for Stall {
    fn capabilities(&self) -> Capabilities {
        self.stage.props().shops[self.shop].habits.capabilities()
    }

    async fn prepare(&self, batch: &Batch, _: &Context<'_>) -> Result<Prepared, Error> {
        self.stage.props().shops[self.shop].preparing = Some(batch.key.0.clone());
        self.pause(20).await;
        let mut props = self.stage.props();
        props.shops[self.shop].preparing.take_if(|key| *key == batch.key.0);
        let faults = props.mix.faults.clone();
        if props.dice.happens(faults.unreachable * 0.2) {
            let error = Error::unknown(ErrorKind::Timeout, "a look-up timed out");
            props.note_told(self.shop, batch, Word::NotApplied, BTreeMap::new());
            return Err(error);
        }
        let mut withheld = Vec::new();
        if props.dice.happens(faults.withheld) {
            let line = batch.lines[props.dice.index(batch.lines.len())].key;
            let refusal = Refusal { code: "E1".to_owned(), message: "no such item".to_owned() };
            withheld.push((line, LineVerdict::Rejected(refusal)));
        }
        let words = withheld.iter().map(|(key, _)| (key.0, Word::Rejected)).collect();
        props.note_told(self.shop, batch, Word::NotApplied, words);
        let body = props.shops[self.shop].prepared(batch);
        Ok(Prepared { body: body.into(), withheld })
    }

    async fn submit(
        &self,
        batch: &Batch,
        prepared: &Prepared,
        _: &Context<'_>,
    ) -> Result<Receipt, Error> {
        let withheld: Vec<i64> = prepared.withheld.iter().map(|(key, _)| key.0).collect();
        let Call { answers_at, reply, told } =
            self.stage.props().receive(self.shop, batch, prepared, &withheld);
        self.stage.until(answers_at).await;
        let mut props = self.stage.props();
        let shop = &mut props.shops[self.shop];
        shop.called.take_if(|key| *key == batch.key.0);
        if let Some(told) = told {
            shop.hear(&batch.key.0, told);
        }
        match reply {
            Reply::Receipt(receipt) => Ok(receipt),
            Reply::Error(error) => Err(error),
        }
    }

    async fn settle(
        &self,
        batch: &Batch,
        ticket: &Ticket,
        _: &Context<'_>,
    ) -> Result<Receipt, Error> {
        let mut props = self.stage.props();
        let now = props.now;
        let unreachable = props.mix.faults.unreachable;
        let is_lost = props.dice.happens(unreachable * 0.3);
        let shop = &mut props.shops[self.shop];
        if is_lost || shop.is_down {
            return Err(Error::unknown(ErrorKind::Connection, "the connection broke"));
        }
        let Some(work) = shop.works.get(&ticket.0) else {
            return Err(Error::unreadable("no such ticket"));
        };
        if work.done_at.is_none_or(|done_at| now < done_at) {
            return Ok(Receipt::pending(ticket));
        }
        let (receipt, told) = (work.receipt.clone(), work.told.clone());
        shop.hear(&batch.key.0, told);
        Ok(receipt)
    }

    async fn check(&self, _: &Context<'_>) -> Result<Checked, Error> {
        Ok(Checked("it is there".to_owned()))
    }
}

impl Props {
    /// Notes what a batch may be recorded as before it was answered.
    fn note_told(&mut self, shop: usize, batch: &Batch, default: Word, lines: BTreeMap<i64, Word>) {
        let told = Told { default, lines };
        self.shops[shop].told.insert(batch.key.0.clone(), told);
    }
}

impl crate::shop::Shop {
    /// The answer to a batch is out. Lines that were singled out before keep their word.
    fn hear(&mut self, key: &str, told: Told) {
        let before = self.told.remove(key);
        let singled = before.map(|before| before.lines).unwrap_or_default();
        let mut lines = told.lines;
        lines.extend(singled);
        self.told.insert(key.to_owned(), Told { default: told.default, lines });
    }
}

/// What a receipt says of each line, for the checks.
pub(crate) fn told(receipt: &Receipt) -> Told {
    let default = match receipt.answer() {
        Answer::Applied | Answer::Submitted => Word::Accepted,
        Answer::Pending(_) => Word::Unknown,
    };
    let word = |verdict: &LineVerdict| match verdict {
        LineVerdict::Rejected(_) => Word::Rejected,
        LineVerdict::NotApplied(_) => Word::NotApplied,
        LineVerdict::Unknown(_) => Word::Unknown,
    };
    let lines = receipt.exceptions().iter().map(|(key, verdict)| (key.0, word(verdict)));
    Told { default, lines: lines.collect() }
}
