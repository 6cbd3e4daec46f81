//! QuickBooks Online's answers.

use serde_json::{Value, json};
use trueup_marketplace::Connector;
use trueup_quickbooks_online::QuickBooksOnline;

use crate::alien::{self, Given, LINES, batch};
use crate::answers::responses;

/// Any answer to the query for four items.
///
/// # Panics
/// Where a line is planned without an item, or without what is on hand of it.
pub fn quickbooks_online_prepare(bytes: &[u8]) {
    let told = alien::prepare(&company(), &batch(None), responses(bytes));
    let Some((_, told)) = told else { return };
    told.is_justified(|given, line| {
        let found = given.answer["QueryResponse"]["Item"].as_array().cloned().unwrap_or_default();
        let ours: Vec<&Value> =
            found.iter().filter(|item| item["Sku"] == format!("P{line}")).collect();
        let [item] = ours.as_slice() else { return false };
        faults(&given.answer) == 0
            && item["Id"].is_string()
            && item["Type"] == "Inventory"
            && item["QtyOnHand"].is_number()
    });
}

/// Any answer to four bookings.
///
/// # Panics
/// Where a line is taken for booked that the answer does not speak for.
pub fn quickbooks_online_submit(bytes: &[u8]) {
    let (marketplace, batch) = (company(), batch(None));
    let prepared = alien::prepare(&marketplace, &batch, responses(&found()));
    let (prepared, told) = prepared.expect("four plain items");
    assert_eq!(told.unharmed.len(), batch.lines.len());
    let Some(told) = alien::submit(&marketplace, &batch, &prepared, responses(bytes)) else {
        return;
    };
    told.is_justified(is_booked);
}

/// Whether the one element about the line shows an adjustment and no fault.
fn is_booked(given: &Given, line: i64) -> bool {
    let elements = given.answer["BatchItemResponse"].as_array().cloned().unwrap_or_default();
    let id = line.to_string();
    let ours: Vec<&Value> = elements.iter().filter(|element| element["bId"] == id).collect();
    let [element] = ours.as_slice() else { return false };
    let booked = element["InventoryAdjustment"]["Id"].as_str();
    faults(&given.answer) + faults(element) == 0 && booked.is_some_and(|id| !id.is_empty())
}

fn faults(value: &Value) -> usize {
    ["Fault", "fault"].into_iter().filter(|name| !value[name].is_null()).count()
}

/// What QuickBooks answers where it has one item of each SKU, and none on hand.
fn found() -> Vec<u8> {
    let item = |number: i64| {
        json!({
            "Id": number.to_string(), "Name": format!("Part {number}"), "Sku": format!("P{number}"),
            "Type": "Inventory", "TrackQtyOnHand": true, "QtyOnHand": 0,
        })
    };
    let items: Vec<Value> = (1..=LINES).map(item).collect();
    json!({ "QueryResponse": { "Item": items } }).to_string().into_bytes()
}

fn company() -> QuickBooksOnline {
    let settings = toml::from_str(
        "realm_id = \"1\"\nclient_id = \"us\"\nclient_secret = \"s\"\nadjust_account = \"80\"\n\
         time_zone = \"UTC\"",
    );
    QuickBooksOnline::open(settings.expect("all that is required")).expect("all that is required")
}
