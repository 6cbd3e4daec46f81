//! What a transaction of Wayfair's proves about the lines of a batch.

use serde::Deserialize;
use trueup_marketplace::{Answer, Batch, Error, Receipt, Refusal, Ticket};

use crate::answer::shown;

/// As many refused lines as Wayfair names unless asked for more.
pub(crate) const NAMED_BY_DEFAULT: usize = 10;

/// A feed, as Wayfair tells of it. Counters read 0 until it is processed, whatever happens.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Transaction {
    handle: Option<String>,
    status: Option<String>,
    item_count: Option<u64>,
    error_count: Option<u64>,
    completed_count: Option<u64>,
    processing_count: Option<u64>,
    /// Asked for, so it must be there; null stands for none.
    #[serde(deserialize_with = "Option::deserialize")]
    errors: Option<Vec<Option<ItemStatus>>>,
}

/// A refused line. Wayfair names it by part number alone.
#[derive(Debug, Default, Deserialize)]
struct ItemStatus {
    key: Option<String>,
    message: Option<String>,
}

impl Transaction {
    /// The handle, where there is one.
    pub(crate) fn handle(&self) -> Option<&str> {
        self.handle.as_deref().filter(|handle| !handle.is_empty())
    }

    /// What the answer to a submission proves. `named_max` is the most refused lines it can name.
    pub(crate) fn submitted(
        &self,
        batch: &Batch,
        named_max: usize,
        confirm: bool,
    ) -> Result<Receipt, Error> {
        if self.handle().is_none() && self.status.is_none() {
            return Err(Error::unreadable("the answer has neither a handle nor a status"));
        }
        let answer = match self.handle() {
            Some(handle) if confirm && self.status.as_deref() != Some("ERROR") => {
                Answer::Pending(Ticket(handle.to_owned()))
            }
            Some(_) | None => Answer::Submitted,
        };
        let receipt = self.receipt(batch, named_max, answer);
        receipt.map_err(Error::unreadable)
    }

    /// What it proves when it is asked for later.
    pub(crate) fn settled(
        &self,
        batch: &Batch,
        named_max: usize,
        ticket: &Ticket,
    ) -> Result<Receipt, Error> {
        let answer = match self.status.as_deref() {
            None | Some("NEW" | "PROCESSING") => return Ok(pending(ticket)),
            Some("COMPLETE") => match self.is_counted() {
                Some(true) => Answer::Applied,
                Some(false) => return Ok(pending(ticket)),
                None => Answer::Submitted,
            },
            Some("ERROR") => Answer::Submitted,
            Some(other) => {
                let message = format!("the feed has a status not known here: {}", shown(other));
                return Err(Error::unreadable(message));
            }
        };
        // The feed is final: what cannot be read now cannot be read later either.
        let receipt = self.receipt(batch, named_max, answer.clone());
        Ok(receipt.unwrap_or_else(|why| {
            let mut receipt = Receipt::new(answer).with_handle(&ticket.0);
            receipt.doubt_rest(batch, &why);
            receipt
        }))
    }

    /// One verdict for every line: named ones are refused, and the rest have the answer only where
    /// nothing speaks against it.
    fn receipt(&self, batch: &Batch, named_max: usize, answer: Answer) -> Result<Receipt, String> {
        let errors = self.errors.as_deref().unwrap_or_default();
        let named: Vec<_> = errors.iter().map(named).collect::<Result<_, _>>()?;
        let mut receipt = Receipt::new(answer);
        if let Some(handle) = self.handle() {
            receipt = receipt.with_handle(handle);
        }
        let unmatched = receipt.refuse_all(batch, named);
        unmatched
            .map_err(|key| format!("Wayfair refused `{}`, which was not sent", shown(&key.0)))?;
        let doubt = self.doubt(&receipt, batch, named_max);
        if let Some(why) = doubt {
            receipt.doubt_rest(batch, &why);
        }
        Ok(receipt)
    }

    /// Why the lines that are not named may be refused as well.
    fn doubt(&self, receipt: &Receipt, batch: &Batch, named_max: usize) -> Option<String> {
        let named = self.errors.as_ref().map_or(0, Vec::len);
        let told = named.min(receipt.exceptions().len()) as u64;
        let refused = self.error_count.unwrap_or_default();
        let (sent, items) = (batch.lines.len() as u64, self.item_count.unwrap_or_default());
        let is_applied = *receipt.answer() == Answer::Applied;
        match self.status.as_deref() {
            None | Some("NEW" | "PROCESSING" | "COMPLETE") => {}
            Some(status) => return Some(format!("Wayfair ended the feed with {}", shown(status))),
        }
        if refused > told {
            return Some(format!("Wayfair refused {refused} lines and names {told} of them"));
        }
        if named >= named_max && refused != told {
            return Some(format!("Wayfair names {named} refused lines, perhaps not all of them"));
        }
        (is_applied && items != sent)
            .then(|| format!("Wayfair counted {items} lines where {sent} were sent"))
    }

    /// Whether the counters account for every line, where Wayfair fills them in.
    fn is_counted(&self) -> Option<bool> {
        let (items, processing) = (self.item_count?, self.processing_count?);
        let judged = self.error_count?.checked_add(self.completed_count?);
        Some(processing == 0 && judged == Some(items))
    }
}

/// Not final yet.
pub(crate) fn pending(ticket: &Ticket) -> Receipt {
    Receipt::new(Answer::Pending(ticket.clone())).with_handle(&ticket.0)
}

fn named(error: &Option<ItemStatus>) -> Result<(&str, Refusal), String> {
    let error = error.as_ref();
    let words = error.and_then(|error| error.message.as_deref()).map(shown);
    let words = words.unwrap_or_else(|| "no reason given".to_owned());
    let key = error.and_then(|error| error.key.as_deref());
    let key = key.ok_or_else(|| format!("Wayfair refused a line without naming it: {words}"))?;
    Ok((key, refusal(words)))
}

fn refusal(words: String) -> Refusal {
    let is_supplier_id = words.to_lowercase().starts_with("invalid supplier id");
    let (code, message) = if is_supplier_id {
        let fix = "check the channel's [locations] against Partner Home, Warehouse Management";
        ("invalid_supplier_id", format!("{words}; {fix}"))
    } else {
        ("refused", words)
    };
    Refusal { code: code.to_owned(), message }
}
