//! What is booked: a difference per item, under a key. Once made it is kept and never made again,
//! because what is on hand changes with it.

use std::collections::HashMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use trueup_marketplace::{Answer, Batch, Error, LineKey, LineVerdict, Quantity, Receipt, Response};

use crate::fault::Fault;

/// The differences of one batch.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Plan {
    pub(crate) account: String,
    pub(crate) on: Date,
    pub(crate) rows: Vec<Row>,
}

/// One item's difference; 0 where it has what it should have.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) key: LineKey,
    pub(crate) item: String,
    pub(crate) difference: Quantity,
}

#[derive(Deserialize)]
struct Answered {
    #[serde(rename = "BatchItemResponse")]
    elements: Vec<Element>,
}

#[derive(Deserialize)]
struct Element {
    #[serde(rename = "bId")]
    id: String,
    #[serde(rename = "Fault", alias = "fault")]
    fault: Option<Fault>,
    #[serde(rename = "InventoryAdjustment")]
    booked: Option<Booked>,
}

#[derive(Deserialize)]
struct Booked {
    #[serde(rename = "Id")]
    id: String,
}

impl Plan {
    /// The rows with something to book.
    fn booked(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.difference != Quantity::ZERO)
    }

    /// Whether everything has what it should have.
    pub(crate) fn is_done(&self) -> bool {
        self.booked().next().is_none()
    }

    /// The request: an adjustment per item, so that one that is refused holds up no other.
    pub(crate) fn body(&self, batch: &Batch) -> Value {
        let elements: Vec<Value> = self.booked().map(|row| self.element(row, batch)).collect();
        json!({ "BatchItemRequest": elements })
    }

    fn element(&self, row: &Row, batch: &Batch) -> Value {
        let detail = json!({
            "ItemRef": { "value": row.item },
            "QtyDiff": row.difference,
        });
        json!({
            "bId": row.key.0.to_string(),
            "operation": "create",
            "InventoryAdjustment": {
                "AdjustAccountRef": { "value": self.account },
                "TxnDate": self.on.to_string(),
                "PrivateNote": format!("trueup {}", batch.key),
                "Line": [{
                    "DetailType": "ItemAdjustmentLineDetail",
                    "ItemAdjustmentLineDetail": detail,
                }],
            },
        })
    }

    /// The receipt that an answer justifies. Elements come in any order; one that is missing is
    /// unknown.
    ///
    /// # Errors
    /// Unreadable, where the answer is of another form, about a line that was not sent, or tells of one
    /// twice.
    pub(crate) fn receipt(&self, batch: &Batch, response: &Response) -> Result<Receipt, Error> {
        let answered: Answered = response.json()?;
        let mut elements: HashMap<String, Element> = HashMap::new();
        for element in answered.elements {
            let id = element.id.clone();
            if elements.insert(id.clone(), element).is_some() {
                return Err(Error::unreadable(format!("the answer tells of `{id}` twice")));
            }
        }
        let mut receipt = Receipt::new(Answer::Applied);
        for row in self.booked() {
            if let Some(verdict) = judged(elements.remove(&row.key.0.to_string())) {
                receipt.set(batch, row.key, verdict)?;
            }
        }
        match elements.into_keys().next() {
            Some(id) => {
                Err(Error::unreadable(format!("the answer is about `{id}`, which was not sent")))
            }
            None => Ok(receipt.with_handle(batch.key.to_string())),
        }
    }
}

/// Nothing where the adjustment was booked.
fn judged(element: Option<Element>) -> Option<LineVerdict> {
    let unknown = |why: &str| Some(LineVerdict::Unknown(why.to_owned()));
    match element {
        None => unknown("the answer does not tell of this line"),
        Some(Element { fault: Some(fault), .. }) => Some(fault.verdict()),
        Some(Element { booked: Some(booked), .. }) if !booked.id.is_empty() => None,
        Some(_) => unknown("the answer shows no adjustment"),
    }
}
