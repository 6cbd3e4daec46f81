//! The side that marketplaces call, over real HTTP.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

#[path = "polled/calling.rs"]
mod calling;
#[path = "polled/limits.rs"]
mod limits;
#[path = "polled/pager.rs"]
mod pager;
#[path = "polled/settings.rs"]
mod settings;
#[path = "polled/tls.rs"]
mod tls;
