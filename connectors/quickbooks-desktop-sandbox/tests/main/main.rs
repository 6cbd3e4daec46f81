//! The simulator by itself: what QuickBooks does with a message, and the window on its state.

#![expect(clippy::unwrap_used, reason = "tests")]

mod booking;
mod grammar;
mod http;
mod knobs;
mod querying;
mod sets;
mod support;
