//! What importing promises, by the messages and records that people get.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod codes;
mod delimited;
mod digests;
mod documentation;
mod files;
mod headers;
mod joined;
mod json;
mod large;
mod mapping;
mod northwind;
mod quantities;
mod round_trip;
mod support;
mod workbook;
mod workbook_limits;
