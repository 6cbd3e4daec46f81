//! Items as QuickBooks has them: found by SKU or name, with what is on hand.

use std::collections::HashMap;

use serde::Deserialize;
use trueup_marketplace::{Batch, Error, Line, Quantity, Refusal, Response};

use crate::settings::MatchBy;

/// An item, as far as it matters.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Item {
    pub(crate) id: String,
    #[serde(default)]
    name: String,
    sku: Option<String>,
    #[serde(default)]
    r#type: String,
    #[serde(default)]
    track_qty_on_hand: bool,
    qty_on_hand: Option<serde_json::Number>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    query_response: Found,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Found {
    // Left out where nothing matches.
    #[serde(default)]
    item: Vec<Item>,
}

/// The statement that reads a batch's items. One read for all of them: reads are metered.
pub(crate) fn statement(batch: &Batch, by: MatchBy) -> String {
    let literal = |line: &Line| format!("'{}'", escaped(line.part_number.as_str()));
    let literals: Vec<String> = batch.lines.iter().map(literal).collect();
    let field = by.field();
    format!(
        "SELECT Id, Name, Sku, Type, TrackQtyOnHand, QtyOnHand FROM Item WHERE {field} IN ({}) \
         STARTPOSITION 1 MAXRESULTS 1000",
        literals.join(", ")
    )
}

/// A quote is written `\'`; that a backslash is written `\\` is assumed.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\'', "\\'")
}

/// Items by what part numbers are compared with.
pub(crate) struct Items(HashMap<String, Vec<Item>>);

impl Items {
    pub(crate) fn read(response: &Response, by: MatchBy) -> Result<Self, Error> {
        let answer: Answer = response.json()?;
        let mut items: HashMap<String, Vec<Item>> = HashMap::new();
        for item in answer.query_response.item {
            let key = match by {
                MatchBy::Sku => item.sku.clone().unwrap_or_default(),
                MatchBy::Name => item.name.clone(),
            };
            items.entry(key).or_default().push(item);
        }
        Ok(Self(items))
    }

    /// The item of a line, and what is on hand of it.
    ///
    /// # Errors
    /// Why the line cannot be booked.
    pub(crate) fn of(&self, line: &Line) -> Result<(&Item, Quantity), Refusal> {
        let part = line.part_number.as_str();
        let refuse = |code: &str, message: String| Err(Refusal::new(code, message));
        let item = match self.0.get(part).map(Vec::as_slice) {
            None | Some([]) => return refuse("not_found", format!("no active item is `{part}`")),
            Some([item]) => item,
            Some(several) => {
                let names: Vec<&str> = several.iter().map(|item| item.name.as_str()).collect();
                let names = names.join("`, `");
                return refuse("ambiguous", format!("several items are `{part}`: `{names}`"));
            }
        };
        if item.r#type != "Inventory" || !item.track_qty_on_hand {
            let message = format!("`{}` is no item whose quantity is tracked", item.name);
            return refuse("not_a_stock_item", message);
        }
        let on_hand = item.qty_on_hand.as_ref().and_then(|number| number.to_string().parse().ok());
        match on_hand {
            Some(on_hand) => Ok((item, on_hand)),
            None => refuse("no_quantity", format!("`{}` shows no quantity on hand", item.name)),
        }
    }
}
