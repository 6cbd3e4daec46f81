//! A feed that changes nothing: prepared as it would be, and shown to the marketplace where it
//! offers a rehearsal.

use std::num::NonZeroUsize;

use jiff::Timestamp;
use trueup_marketplace::{
    Batch, BatchKey, Capabilities, Context, Error, FeedKind, Limit, Line, LineKey, LineVerdict,
    TrueUp,
};

use crate::{Channel, Runner};

/// What a rehearsal found.
#[derive(Debug)]
pub struct Rehearsal {
    /// Requests that the feed takes.
    pub requests: u64,
    /// Whether the marketplace saw them; otherwise they were only prepared here.
    pub was_shown: bool,
    /// Lines that would not be taken, as far as a rehearsal tells.
    pub verdicts: Vec<(LineKey, LineVerdict)>,
    /// What failed as a whole, where something did.
    pub failure: Option<Error>,
}

impl Runner {
    /// Prepares the lines of a feed and, where the marketplace takes rehearsals, sends them marked
    /// as such. Nothing is recorded, here or there.
    pub async fn rehearse(&self, channel: &Channel, kind: FeedKind, lines: Vec<Line>) -> Rehearsal {
        let capabilities = channel.marketplace.capabilities();
        let mut rehearsal = Rehearsal {
            requests: 0,
            was_shown: capabilities.rehearses,
            verdicts: Vec::new(),
            failure: None,
        };
        let size = lines_per_batch(&capabilities, kind, lines.len());
        for (number, chunk) in lines.chunks(size).enumerate() {
            let batch = Batch {
                key: BatchKey(format!("rehearsal-{number}")),
                kind,
                is_dry_run: true,
                lines: chunk.to_vec(),
            };
            match show(channel, &capabilities, &batch, self.clock.now()).await {
                Ok(verdicts) => rehearsal.verdicts.extend(verdicts),
                Err(error) => {
                    rehearsal.failure = Some(error);
                    return rehearsal;
                }
            }
            rehearsal.requests += 1;
        }
        rehearsal
    }
}

fn lines_per_batch(capabilities: &Capabilities, kind: FeedKind, lines: usize) -> usize {
    let limit = match (kind, capabilities.true_up) {
        // A whole feed is one request, also where the connector will refuse its size.
        (FeedKind::TrueUp, TrueUp::Whole(_)) => Limit::NONE,
        (FeedKind::TrueUp, TrueUp::Chunked) | (FeedKind::Differential, _) => {
            capabilities.lines_per_batch
        }
    };
    limit.0.map_or(lines.max(1), NonZeroUsize::get)
}

async fn show(
    channel: &Channel,
    capabilities: &Capabilities,
    batch: &Batch,
    now: Timestamp,
) -> Result<Vec<(LineKey, LineVerdict)>, Error> {
    let context = Context::calling(channel.wire.as_ref(), now);
    let prepared = channel.marketplace.prepare(batch, &context).await?;
    let mut verdicts = prepared.withheld.clone();
    if capabilities.rehearses && verdicts.len() < batch.lines.len() {
        let receipt = channel.marketplace.submit(batch, &prepared, &context).await?;
        let own = receipt.exceptions().iter();
        verdicts.extend(own.map(|(key, verdict)| (*key, verdict.clone())));
    }
    Ok(verdicts)
}
