//! Whole feeds: the real store on both databases, and a marketplace that does as it is told.

#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

mod bisecting;
mod deadline;
mod fake;
mod holding;
mod isolation;
mod ledger;
mod passing;
mod polling;
mod resolving;
mod world;
