//! What must hold for any bytes at all: one function per response decoder and importer.
//!
//! Each takes bytes and panics where a promise is broken: an answer never makes a line *accepted*
//! without positive evidence, no quantity is negative, nothing panics, whatever comes in. Memory
//! and time are watched by whoever calls: libFuzzer in `fuzz/`, and the tests of this crate, which
//! replay the seeds of `fuzz/corpus` and throw dice for a while.

mod alien;
mod answers;
mod file_drop;
mod files;
mod mutation;
mod quickbooks_desktop;
mod quickbooks_online;
mod settings;
mod shopify;
mod template;
mod wayfair;
mod words;

pub use answers::{graphql, token};
pub use file_drop::file_drop_acknowledgement;
pub use files::{csv, json, mapping, tsv, xlsx};
pub use mutation::mutate;
pub use quickbooks_desktop::{quickbooks_desktop_session, quickbooks_desktop_soap};
pub use quickbooks_online::{quickbooks_online_prepare, quickbooks_online_submit};
pub use settings::{channel_file, main_file};
pub use shopify::{shopify_prepare, shopify_submit};
pub use template::template_submit;
pub use wayfair::{wayfair_settle, wayfair_submit};
pub use words::{code, endpoint, quantity, schedule};

/// A target: its name, which is also the folder of its seeds, and what must hold.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: &[Target] = &[
    ("channel_file", channel_file),
    ("code", code),
    ("csv", csv),
    ("endpoint", endpoint),
    ("file_drop_acknowledgement", file_drop_acknowledgement),
    ("graphql", graphql),
    ("json", json),
    ("main_file", main_file),
    ("mapping", mapping),
    ("quantity", quantity),
    ("quickbooks_desktop_session", quickbooks_desktop_session),
    ("quickbooks_desktop_soap", quickbooks_desktop_soap),
    ("quickbooks_online_prepare", quickbooks_online_prepare),
    ("quickbooks_online_submit", quickbooks_online_submit),
    ("schedule", schedule),
    ("shopify_prepare", shopify_prepare),
    ("shopify_submit", shopify_submit),
    ("template_submit", template_submit),
    ("token", token),
    ("tsv", tsv),
    ("wayfair_settle", wayfair_settle),
    ("wayfair_submit", wayfair_submit),
    ("xlsx", xlsx),
];
