//! Exactly what a feed would send, found by planning it and taking everything back.

use std::collections::HashMap;
use std::sync::Mutex;

use jiff::Timestamp;
use trueup_marketplace::{FeedKind, RemoteLocation};
use trueup_runner::{Channel, refusal};
use trueup_stock::{Basis, Candidate, Derivation, Held, ProductCode, Wanted};
use trueup_store::PreviewedLine;

use crate::views::{HeldLine, PreviewLine, PreviewView};
use crate::{Host, HostError};

/// A feed as it would be.
#[derive(Debug)]
pub(crate) struct Planned {
    pub lines: Vec<PreviewedLine>,
    pub held: Vec<HeldLine>,
    pub refused: Option<String>,
    derivations: HashMap<(ProductCode, Option<RemoteLocation>), Derivation>,
}

/// Notes what the engine says while the store asks it.
#[derive(Default)]
struct Notes {
    held: Vec<HeldLine>,
    derivations: HashMap<(ProductCode, Option<RemoteLocation>), Derivation>,
}

impl Notes {
    fn note(&mut self, candidate: &Candidate, planned: &Result<Vec<Wanted>, Held>) {
        let code = &candidate.product.code;
        match planned {
            Ok(wanted) => self.derivations.extend(wanted.iter().map(|wanted| {
                ((code.clone(), wanted.location.clone()), wanted.derivation(candidate))
            })),
            Err(held) => self
                .held
                .push(HeldLine { product_code: code.to_string(), reason: held.to_string() }),
        }
    }
}

impl Host {
    /// What a feed of this kind would send now, and what is held back. Changes nothing.
    ///
    /// # Errors
    /// An unknown channel, or a database that fails.
    pub async fn preview(
        &self,
        channel: &str,
        kind: FeedKind,
        basis: Basis,
    ) -> Result<PreviewView, HostError> {
        let channel = self.channel(channel)?;
        let Planned { lines, held, refused, mut derivations } =
            self.plan(channel, kind, basis).await?;
        let lines = lines.into_iter().map(|line| {
            let key = (line.product_code.clone(), line.location.clone());
            let derivation = derivations.remove(&key).filter(|_| !line.is_last);
            view(channel, line, derivation)
        });
        Ok(PreviewView {
            channel: channel.name.to_string(),
            marketplace: self.marketplace_of(&channel.name).to_owned(),
            feed: kind,
            basis,
            refused,
            lines: lines.collect(),
            held,
        })
    }

    /// Plans a feed by the steps of a real one, in a transaction that is undone.
    pub(crate) async fn plan(
        &self,
        channel: &Channel,
        kind: FeedKind,
        basis: Basis,
    ) -> Result<Planned, HostError> {
        let notes = Mutex::new(Notes::default());
        let planner = |candidate: &Candidate| {
            let planned = channel.plan(candidate, basis);
            if let Ok(mut notes) = notes.lock() {
                notes.note(candidate, &planned);
            }
            planned
        };
        let (judged, now) = (channel.judged(kind, basis), Timestamp::now());
        let previewed = self
            .store()
            .preview(channel.id, judged, channel.profile, &planner, channel.fingerprint, now)
            .await?;
        let notes = notes.into_inner().unwrap_or_default();
        Ok(Planned {
            refused: refusal(channel, kind, &previewed.completeness, &previewed.impact, now),
            lines: previewed.lines,
            held: notes.held,
            derivations: notes.derivations,
        })
    }
}

fn view(channel: &Channel, line: PreviewedLine, derivation: Option<Derivation>) -> PreviewLine {
    let level = line.level;
    PreviewLine {
        product_code: line.product_code.into(),
        channel: channel.name.to_string(),
        part_number: line.part_number.into(),
        location: line.location.map(String::from),
        quantity: level.quantity,
        on_orders: level.on_orders,
        backordered: level.backordered,
        next_available_on: level.next_available_on,
        discontinued: level.discontinued,
        is_last_zero: line.is_last,
        acknowledged: line.acknowledged,
        derivation,
    }
}
