//! What a transaction of Wayfair's proves about the lines of a batch.

use serde::Deserialize;
use trueup_marketplace::{Batch, Error, Receipt, Refusal, Report, Stage, Ticket, one_line};

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
#[derive(Debug, Deserialize)]
struct ItemStatus {
    key: Option<String>,
    message: Option<String>,
}

impl Transaction {
    /// The handle, where there is one.
    pub(crate) fn handle(&self) -> Option<&str> {
        self.handle.as_deref().filter(|handle| !handle.is_empty())
    }

    /// What the answer to a submission proves. A handle is a ticket where it will be asked for.
    pub(crate) fn submitted(
        &self,
        batch: &Batch,
        named_max: usize,
        is_asked: bool,
    ) -> Result<Receipt, Error> {
        if self.handle().is_none() && self.status.is_none() {
            return Err(Error::unreadable("the answer has neither a handle nor a status"));
        }
        let ticket = self.handle().filter(|_| is_asked).map(|handle| Ticket(handle.to_owned()));
        let receipt = self.report(named_max).submitted(batch, ticket)?;
        Ok(self.handle().into_iter().fold(receipt, Receipt::with_handle))
    }

    /// What it says of the batch. `named_max` is the most refused lines it can name.
    pub(crate) fn report(&self, named_max: usize) -> Report<'_> {
        Report {
            stage: self.stage(),
            counted: self.item_count,
            accepted: self.completed_count,
            refused: self.error_count,
            open: self.processing_count,
            named: self.errors.iter().flatten().map(named).collect(),
            named_max: Some(named_max),
        }
    }

    fn stage(&self) -> Stage {
        match self.status.as_deref() {
            None | Some("NEW" | "PROCESSING") => Stage::UnderWay,
            Some("COMPLETE") => Stage::Complete,
            Some("ERROR") => Stage::Failed("Wayfair ended the feed with ERROR".to_owned()),
            Some(other) => Stage::Unclear(format!(
                "Wayfair gives the feed a status not known here: {}",
                one_line(other)
            )),
        }
    }
}

/// A refused line, as Wayfair names it, and why.
fn named(error: &Option<ItemStatus>) -> (&str, Refusal) {
    let error = error.as_ref();
    let words = error.and_then(|error| error.message.as_deref()).unwrap_or("no reason given");
    let (mut code, mut message) = ("refused", one_line(words));
    if message.to_lowercase().starts_with("invalid supplier id") {
        code = "invalid_supplier_id";
        message += "; check the channel's [locations] against Partner Home, Warehouse Management";
    }
    let key = error.and_then(|error| error.key.as_deref()).unwrap_or_default();
    (key, Refusal::new(code, message))
}
