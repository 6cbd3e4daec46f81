//! What the shop answers to a batch of stock.

use serde::Deserialize;
use trueup_marketplace::{Answer, Batch, Error, Receipt, Refusal, RemoteLocation, Response};

/// The answer, as far as it matters. Source: the shop's API guide, "Stock".
#[derive(Debug, Deserialize)]
struct Saved {
    reference: String,
    accepted: usize,
    #[serde(default)]
    rejected: Vec<Rejected>,
}

#[derive(Debug, Deserialize)]
struct Rejected {
    sku: String,
    warehouse: RemoteLocation,
    reason: String,
}

/// Reads an answer into a receipt: a line is accepted only if the answer accounts for all of them.
///
/// # Errors
/// Unreadable, where it is of another form, of another batch, or names a line that was not sent.
pub(crate) fn read(batch: &Batch, response: &Response) -> Result<Receipt, Error> {
    let saved: Saved = response.json()?;
    if saved.reference != batch.key.0 {
        return Err(Error::unreadable("the answer is about another batch"));
    }
    let mut receipt = Receipt::new(Answer::Applied);
    for Rejected { sku, warehouse, reason } in &saved.rejected {
        let refusal = Refusal::new("rejected", reason);
        receipt.refuse(batch, sku, Some(warehouse), refusal)?;
    }
    // A line that is rejected twice is one line.
    let told = saved.accepted.checked_add(receipt.exceptions().len());
    if told != Some(batch.lines.len()) {
        receipt.doubt_rest(batch, "the answer does not account for every line");
    }
    Ok(receipt)
}
