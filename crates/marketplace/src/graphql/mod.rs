//! GraphQL over HTTP, where most failures come with status 200.
//!
//! A connector says which codes its server uses ([`Dialect`]); [`Envelope`] reads an answer by them.
//! Three rules hold for every server:
//!
//! - **Data counts only alone.** Data beside errors, or with a status that refuses, contradicts
//!   itself: nothing is known of the request's effect.
//! - **"Not executed" needs proof for every error**: a code of the dialect, the words of
//!   validation, a refusing HTTP status, or the shape of an error found before execution (it points
//!   into the request, at no field of the answer, and bears no code that says otherwise).
//! - **Everything else is unknown**, an empty answer and a web page included.

mod client;
mod dialect;
mod envelope;
mod fault;

pub use client::Client;
pub use dialect::{Dialect, body};
pub use envelope::Envelope;
