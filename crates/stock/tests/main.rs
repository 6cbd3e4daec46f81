//! The stock engine, held to its promises: tables of expected results, and laws over any input.

#![expect(clippy::unwrap_used, reason = "tests")]

mod channels;
mod codes;
mod demand;
mod derivation;
mod figures;
mod held;
mod laws_of_a_channel;
mod laws_of_change;
mod messages;
mod northwind;
mod quantity;
mod quantity_arithmetic;
mod quantity_json;
mod rounding;
mod samples;
