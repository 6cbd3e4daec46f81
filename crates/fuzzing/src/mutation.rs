//! Small changes to bytes, for runs without libFuzzer.

use fastrand::Rng;

/// What a decoder may be waiting for.
const WORDS: &[&[u8]] = &[
    b"null",
    b"true",
    b"[]",
    b"{}",
    b"\"\"",
    b"0",
    b"-1",
    b"4",
    b"1e9",
    b"99999999999999999999",
    b",",
    b";",
    b"\t",
    b"\"",
    b"\n",
    b"\r\n",
    b"\\u0000",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\0",
    b"COMPLETE",
    b"PROCESSING",
    b"ERROR",
    b"h-1",
    b"P1",
    b"p2",
    b"errors",
    b"data",
    b"200\n",
    b"500\n",
    b"= ",
    b"[",
    b"]",
    b"{",
    b"}",
    b"1,5",
    b".5",
    b"UTC",
    b"24:00",
];

/// A seed with one to eight changes; `other` is another seed to take pieces from.
#[must_use]
pub fn mutate(seed: &[u8], other: &[u8], dice: &mut Rng) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..dice.usize(1..=8) {
        change(&mut bytes, other, dice);
    }
    bytes
}

fn change(bytes: &mut Vec<u8>, other: &[u8], dice: &mut Rng) {
    let at = dice.usize(..=bytes.len());
    match dice.u8(..6) {
        0 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << dice.u8(..8);
            }
        }
        1 => {
            let end = at + dice.usize(..16).min(bytes.len() - at);
            bytes.drain(at..end);
        }
        2 => insert(bytes, at, WORDS[dice.usize(..WORDS.len())]),
        3 => {
            let again = slice(bytes, dice).to_vec();
            insert(bytes, at, &again);
        }
        4 => insert(bytes, at, slice(other, dice)),
        _ => {
            let word = WORDS[dice.usize(..WORDS.len())];
            let end = (at + word.len()).min(bytes.len());
            bytes.splice(at..end, word.iter().copied());
        }
    }
}

fn insert(bytes: &mut Vec<u8>, at: usize, piece: &[u8]) {
    bytes.splice(at..at, piece.iter().copied());
}

fn slice<'a>(bytes: &'a [u8], dice: &mut Rng) -> &'a [u8] {
    let start = dice.usize(..=bytes.len());
    let end = start + dice.usize(..=(bytes.len() - start).min(64));
    bytes.get(start..end).unwrap_or_default()
}
