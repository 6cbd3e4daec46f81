//! One line of a feed: what was offered, and whether it is taken.

use std::sync::Arc;

use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, fmt::strtime};

use crate::modes::{Feeds, UnknownParts};

/// A listing: the supplier id (a warehouse) and the supplier's part number, exactly as written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) supplier_id: i32,
    pub(crate) part: Arc<str>,
}

/// A line as the caller wrote it, in whichever spelling.
#[derive(Clone, Debug, Default)]
pub(crate) struct Offer {
    pub(crate) supplier_id: Option<i32>,
    pub(crate) part: Option<String>,
    pub(crate) on_hand: Option<i32>,
    pub(crate) backordered: Option<i32>,
    pub(crate) on_order: Option<i32>,
    pub(crate) next_available: Option<String>,
    pub(crate) discontinued: Option<bool>,
}

/// What a line that is taken sets.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) on_hand: i32,
    pub(crate) backordered: Option<i32>,
    pub(crate) on_order: Option<i32>,
    pub(crate) next_available: Option<String>,
    pub(crate) discontinued: bool,
}

/// An entry of `errors`, `completed` or `processing`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) key: Option<Arc<str>>,
    pub(crate) message: Option<&'static str>,
}

/// What becomes of a line.
#[derive(Clone, Debug)]
pub(crate) enum Checked {
    /// It is applied.
    Taken(Key, Change),
    /// It is listed in `errors` at once; a True-Up still counts its listing as named.
    Refused(Option<Key>, Item),
    /// It is listed in `errors` when the feed is complete.
    RefusedLater(Item),
    /// Nothing happens and nobody is told.
    Ignored(Arc<str>),
}

const UNKNOWN_PART: &str = "Supplier part number not found";

/// Checks one line; a null line is refused without a key.
pub(crate) fn check(offer: Option<Offer>, feeds: &Feeds) -> Checked {
    let Some(offer) = offer else {
        return refused(None, None, "Line is empty");
    };
    let part: Option<Arc<str>> = offer.part.as_deref().map(Arc::from);
    let Some(supplier_id) = offer.supplier_id.filter(|id| is_known(*id, feeds)) else {
        return refused(None, part, "Invalid supplier id");
    };
    let Some(part) = part.filter(|part| !part.trim().is_empty()) else {
        return refused(None, None, "Supplier part number is required");
    };
    if feeds.parts.as_ref().is_some_and(|known| !known.contains(&*part)) {
        return unknown_part(part, feeds.unknown_parts);
    }
    let key = Key { supplier_id, part };
    match change(offer, &key, feeds) {
        Ok(change) => Checked::Taken(key, change),
        Err(message) => {
            let part = Arc::clone(&key.part);
            refused(Some(key), Some(part), message)
        }
    }
}

fn is_known(supplier_id: i32, feeds: &Feeds) -> bool {
    feeds.any_supplier || feeds.suppliers.contains(&supplier_id)
}

fn refused(key: Option<Key>, part: Option<Arc<str>>, message: &'static str) -> Checked {
    let item = Item { key: part, message: Some(message) };
    Checked::Refused(key, item)
}

fn unknown_part(part: Arc<str>, fate: UnknownParts) -> Checked {
    match fate {
        UnknownParts::Ignored => Checked::Ignored(part),
        UnknownParts::Reported => {
            Checked::RefusedLater(Item { key: Some(part), message: Some(UNKNOWN_PART) })
        }
    }
}

fn change(offer: Offer, key: &Key, feeds: &Feeds) -> Result<Change, &'static str> {
    if feeds.reject_part.contains(&*key.part) {
        return Err("Supplier part number cannot be updated");
    }
    let on_hand = offer.on_hand.ok_or("Quantity on hand is required")?;
    if on_hand < -1 {
        return Err("Quantity on hand must be -1 or more");
    }
    if offer.backordered.is_some_and(|quantity| quantity < 0) {
        return Err("Quantity backordered must be 0 or more");
    }
    if offer.on_order.is_some_and(|quantity| quantity < 0) {
        return Err("Quantity on order must be 0 or more");
    }
    if offer.next_available.as_deref().is_some_and(|date| !is_date(date)) {
        return Err("Item next availability date is not a date");
    }
    Ok(Change {
        on_hand,
        backordered: offer.backordered,
        on_order: offer.on_order,
        next_available: offer.next_available,
        discontinued: offer.discontinued.unwrap_or(false),
    })
}

/// `MM-DD-YYYY HH:mm:ss` or ISO 8601.
fn is_date(text: &str) -> bool {
    strtime::parse("%m-%d-%Y %H:%M:%S", text).is_ok_and(|read| read.to_datetime().is_ok())
        || text.parse::<Timestamp>().is_ok()
        || text.parse::<DateTime>().is_ok()
        || text.parse::<Date>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer() -> Offer {
        Offer {
            supplier_id: Some(81454),
            part: Some("LAMP-7".to_owned()),
            on_hand: Some(3),
            ..Offer::default()
        }
    }

    fn message(offer: Offer) -> Option<&'static str> {
        match check(Some(offer), &Feeds::default()) {
            Checked::Refused(_, item) => item.message,
            Checked::Taken(..) | Checked::RefusedLater(_) | Checked::Ignored(_) => None,
        }
    }

    #[test]
    fn each_wrong_field_has_its_message() {
        let cases = [
            (offer(), None),
            (Offer { on_hand: Some(-1), ..offer() }, None),
            (Offer { on_hand: Some(-2), ..offer() }, Some("Quantity on hand must be -1 or more")),
            (Offer { on_hand: None, ..offer() }, Some("Quantity on hand is required")),
            (Offer { supplier_id: None, ..offer() }, Some("Invalid supplier id")),
            (Offer { supplier_id: Some(1), ..offer() }, Some("Invalid supplier id")),
            (Offer { part: None, ..offer() }, Some("Supplier part number is required")),
            (Offer { part: Some(" ".into()), ..offer() }, Some("Supplier part number is required")),
            (
                Offer { backordered: Some(-1), ..offer() },
                Some("Quantity backordered must be 0 or more"),
            ),
            (Offer { on_order: Some(-1), ..offer() }, Some("Quantity on order must be 0 or more")),
        ];
        for (offer, expected) in cases {
            assert_eq!(message(offer.clone()), expected, "{offer:?}");
        }
    }

    #[test]
    fn dates_are_read_in_both_forms() {
        let cases = [
            ("12-31-2026 00:00:00", true),
            ("2026-12-31T00:00:00Z", true),
            ("2026-12-31T00:00:00+02:00", true),
            ("2026-12-31 00:00:00", true),
            ("2026-12-31", true),
            ("31-12-2026 00:00:00", false),
            ("02-30-2026 00:00:00", false),
            ("soon", false),
            ("", false),
        ];
        for (text, expected) in cases {
            assert_eq!(is_date(text), expected, "{text}");
        }
    }
}
