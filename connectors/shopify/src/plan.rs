//! What a batch will set: the prepared form, which is all that a repetition needs.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use trueup_marketplace::{Batch, LineKey, RemoteLocation};

use crate::variant::Variant;

/// The rows of a batch. Everything a repetition depends on is in it, so that other settings or
/// another reading cannot change what one key stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Plan {
    pub(crate) quantity: String,
    pub(crate) is_compared: bool,
    pub(crate) rows: Vec<Row>,
}

/// One line of the batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) line: LineKey,
    pub(crate) variant: String,
    pub(crate) item: String,
    pub(crate) location: String,
    pub(crate) quantity: i64,
    /// What Shopify held when it was read; none where the item was never stocked.
    pub(crate) seen: Option<i64>,
    pub(crate) activate: bool,
    pub(crate) track: bool,
}

impl Row {
    pub(crate) fn new(line: LineKey, quantity: i64, location: &str, variant: Variant) -> Self {
        Self {
            line,
            quantity,
            location: location.to_owned(),
            seen: variant.held(),
            activate: !variant.is_stocked(),
            track: !variant.inventory_item.tracked,
            variant: variant.id,
            item: variant.inventory_item.id,
        }
    }
}

impl Plan {
    /// The variables of a set of some of the rows, in a round of their own.
    pub(crate) fn variables(&self, batch: &Batch, rows: &[&Row], round: usize) -> Value {
        let quantities: Vec<Value> = rows
            .iter()
            .map(|row| {
                json!({
                    "inventoryItemId": row.item, "locationId": row.location,
                    "quantity": row.quantity,
                    // An item that was never stocked starts with 0.
                    "changeFromQuantity": self.is_compared.then(|| row.seen.unwrap_or(0)),
                })
            })
            .collect();
        json!({
            "input": {
                "name": self.quantity, "reason": "correction",
                "referenceDocumentUri": format!("trueup://batch/{}", batch.key),
                "quantities": quantities,
            },
            "key": self.key(batch, rows, round),
        })
    }

    /// The idempotency key: the batch's own for all rows, and for later rounds one that names the
    /// round and its rows, so that no key ever stands for two requests.
    fn key(&self, batch: &Batch, rows: &[&Row], round: usize) -> String {
        if round == 0 {
            return batch.key.to_string();
        }
        let nibbles = self.rows.chunks(4).map(|four| {
            let bits = (0..).zip(four).filter(|(_, row)| rows.contains(row));
            format!("{:x}", bits.fold(0, |nibble, (bit, _)| nibble | 1 << bit))
        });
        format!("{}-{round}-{}", batch.key, nibbles.collect::<String>())
    }
}

/// The global id of a location, from a number or from itself.
pub(crate) fn location_id(location: Option<&RemoteLocation>) -> Result<String, String> {
    const START: &str = "gid://shopify/Location/";
    let text = location.map_or("", RemoteLocation::as_str);
    let number = text.strip_prefix(START).unwrap_or(text);
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!(
            "`{text}` is not a location of Shopify's; write the number at the end of its address \
             under Settings, Locations, such as 70000000001 (`trueup check --online` lists them)"
        ));
    }
    Ok(format!("{START}{number}"))
}
