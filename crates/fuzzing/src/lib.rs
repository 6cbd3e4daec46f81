//! What must hold for any bytes at all: one function per response decoder and importer.
//!
//! Each takes bytes and panics where a promise is broken: an answer never makes a line *accepted*
//! without positive evidence, no quantity is negative, nothing panics, whatever comes in. Memory
//! and time are watched by whoever calls: libFuzzer in `fuzz/`, and the tests of this crate, which
//! replay the seeds of `fuzz/corpus` and throw dice for a while.

mod answers;
mod files;
mod mutation;
mod settings;
mod wayfair;
mod words;

pub use answers::{graphql, token};
pub use files::{csv, json, mapping, tsv, xlsx};
pub use mutation::mutate;
pub use settings::{channel_file, main_file};
pub use wayfair::{wayfair_settle, wayfair_submit};
pub use words::{code, quantity, schedule};

/// A target: its name, which is also the folder of its seeds, and what must hold.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: &[Target] = &[
    ("channel_file", channel_file),
    ("code", code),
    ("csv", csv),
    ("graphql", graphql),
    ("json", json),
    ("main_file", main_file),
    ("mapping", mapping),
    ("quantity", quantity),
    ("schedule", schedule),
    ("token", token),
    ("tsv", tsv),
    ("wayfair_settle", wayfair_settle),
    ("wayfair_submit", wayfair_submit),
    ("xlsx", xlsx),
];
