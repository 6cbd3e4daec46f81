//! Names that follow from what they name, so that they are the same every time.

use trueup_marketplace::BatchKey;
use uuid::Uuid;

/// trueup's OwnerID in QuickBooks: one for the application, for ever.
const OWNER: Uuid = Uuid::from_u128(0x9d0b_1c6e_5a55_4f0e_8f0e_2d6a_7b1f_4c31);

/// A GUID as QuickBooks writes it.
pub(crate) fn braced(guid: Uuid) -> String {
    guid.braced().to_string()
}

/// The OwnerID, unless settings give one.
pub(crate) fn owner(given: Option<&str>) -> Uuid {
    given.and_then(|given| Uuid::parse_str(given).ok()).unwrap_or(OWNER)
}

/// The FileID of a channel, unless settings give one.
pub(crate) fn file(given: Option<&str>, channel: &str, user_name: &str) -> Uuid {
    let given = given.and_then(|given| Uuid::parse_str(given).ok());
    given.unwrap_or_else(|| named(&[channel, user_name]))
}

/// The RefNumber of all adjustments of a batch, of the 11 characters that QuickBooks takes. By it
/// they are found again.
pub(crate) fn ref_number(batch: &BatchKey) -> String {
    shortened(&[&batch.0], 11)
}

/// The message-set id of a request: the same for the same batch and the same bytes, and for nothing
/// else. 20 characters are safe; 24 are said to be too many.
pub(crate) fn message_set(batch: &BatchKey, request: &str) -> String {
    shortened(&[&batch.0, request], 20)
}

fn shortened(parts: &[&str], chars: usize) -> String {
    named(parts).simple().to_string().to_uppercase().chars().take(chars).collect()
}

fn named(parts: &[&str]) -> Uuid {
    Uuid::new_v5(&OWNER, parts.join("\0").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_the_same_and_differ_where_what_they_name_differs() {
        let key = |text: &str| BatchKey(text.to_owned());
        assert_eq!(ref_number(&key("b-1")), ref_number(&key("b-1")));
        assert_eq!(ref_number(&key("b-1")).len(), 11);
        assert_ne!(ref_number(&key("b-1")), ref_number(&key("b-2")));
        assert_eq!(message_set(&key("b-1"), "<a/>").len(), 20);
        assert_ne!(message_set(&key("b-1"), "<a/>"), message_set(&key("b-1"), "<b/>"));
        assert_ne!(file(None, "acme", "u"), file(None, "acme2", "u"));
        let given = "{6F3A1B0E-52D7-4C7E-9C1E-0A6D7F2B1C01}";
        assert_eq!(braced(owner(Some(given))), given.to_lowercase());
    }
}
