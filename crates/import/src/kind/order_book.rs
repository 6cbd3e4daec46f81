//! Millions of order codes and where each order stands, in little memory.
//!
//! Codes lie one behind the other in one buffer, and a table of positions finds them: about 25
//! bytes for an order with a code of ten, where a map of strings would need four times as much.

use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use trueup_stock::{OrderCode, Standing};

/// Standings by order code; `None` stands for an order that was refused.
#[derive(Default)]
pub(super) struct OrderBook {
    /// For each order: its standing in one byte, the length of its code in two, its code.
    bytes: Vec<u8>,
    /// Where each order begins.
    starts: HashTable<u32>,
    hasher: RandomState,
}

const REFUSED: u8 = u8::MAX;

impl OrderBook {
    /// Where the order stands: `None` where it is unknown, `Some(None)` where it was refused.
    #[expect(clippy::option_option, reason = "unknown and refused are different answers")]
    pub(super) fn standing(&self, code: &OrderCode) -> Option<Option<Standing>> {
        let hash = self.hasher.hash_one(code.as_str().as_bytes());
        let is_same = |start: &u32| code_at(&self.bytes, *start) == code.as_str().as_bytes();
        let start = self.starts.find(hash, is_same)?;
        let standing = *self.bytes.get(position(*start))?;
        Some(Standing::from_number(standing.into()))
    }

    /// Notes where the order stands, in the place of what was noted before.
    pub(super) fn note(
        &mut self,
        code: &OrderCode,
        standing: Option<Standing>,
    ) -> Result<(), String> {
        // There are twelve standings.
        let number = standing.and_then(|standing| u8::try_from(standing.to_number()).ok());
        let number = number.unwrap_or(REFUSED);
        let code = code.as_str().as_bytes();
        let Self { bytes, starts, hasher } = self;
        let rehash = |start: &u32| hasher.hash_one(code_at(bytes, *start));
        let is_same = |start: &u32| code_at(bytes, *start) == code;
        match starts.entry(hasher.hash_one(code), is_same, rehash) {
            Entry::Occupied(found) => {
                if let Some(byte) = bytes.get_mut(position(*found.get())) {
                    *byte = number;
                }
            }
            Entry::Vacant(place) => {
                let (start, length) = room(bytes, code)?;
                place.insert(start);
                bytes.push(number);
                bytes.extend_from_slice(&length.to_le_bytes());
                bytes.extend_from_slice(code);
            }
        }
        Ok(())
    }
}

/// Where the next order begins, and the length of its code.
fn room(bytes: &[u8], code: &[u8]) -> Result<(u32, u16), String> {
    let start = u32::try_from(bytes.len()).ok();
    let length = u16::try_from(code.len()).ok();
    start.zip(length).ok_or_else(|| {
        "there are more orders than can be joined in one import; split the files".to_owned()
    })
}

fn position(start: u32) -> usize {
    usize::try_from(start).unwrap_or(usize::MAX)
}

fn code_at(bytes: &[u8], start: u32) -> &[u8] {
    let entry = bytes.get(position(start)..).unwrap_or_default();
    let [_, low, high, rest @ ..] = entry else {
        return &[];
    };
    let length = usize::from(u16::from_le_bytes([*low, *high]));
    rest.get(..length).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use trueup_stock::{OrderCode, Standing};

    use super::OrderBook;

    #[test]
    fn every_order_is_found_as_it_was_last_noted() {
        let mut book = OrderBook::default();
        let code = |number: usize| -> OrderCode { format!("Ö-{number}").parse().expect("a code") };
        let all: Vec<Standing> = Standing::all().collect();
        let standing = |number: usize| all[number % all.len()];
        for number in 0..10_000 {
            book.note(&code(number), None).expect("room");
            book.note(&code(number), Some(standing(number))).expect("room");
        }
        book.note(&code(7), None).expect("room");
        for number in 0..10_000 {
            let expected = (number != 7).then(|| standing(number));
            assert_eq!(book.standing(&code(number)), Some(expected));
        }
        assert_eq!(book.standing(&code(10_000)), None);
        assert_eq!(book.starts.len(), 10_000);
    }
}
