//! Schedules, leases and the pass that tells a marketplace what it should show.
//!
//! The runner knows the trait of `trueup-marketplace` and no connector. Work is level-triggered: a
//! feed is whatever makes *acknowledged* equal *wanted*, read fresh from the database each time.
//!
//! ```text
//! plan (T1)  ─▶ claim (T2) ─▶ prepare ─▶ submit ─▶ record (T3) ─▶ settle ─▶ close (T4)
//! marks taken,  on disk       may read,  the only   per line,      until the
//! wanted set    before the    never      call that  by key         ticket is
//!               socket        writes     writes                    final
//! ```

mod audit;
mod bisect;
mod channel;
mod clock;
mod daemon;
mod error;
mod freshness;
mod guard;
mod holding;
mod loops;
mod observer;
mod outcome;
mod pass;
mod patience;
mod refusal;
mod rehearse;
mod resolve;
mod runner;
mod schedule;
mod schedules;
mod settle;
mod submit;
mod tenure;

pub use audit::Audited;
pub use channel::Channel;
pub use clock::{Clock, SystemClock};
pub use error::RunError;
pub use freshness::{Notice, Objective, Traces, Watch};
pub use guard::{Guard, Reason, StaleInputs, refusal};
pub use observer::{Event, Observer};
pub use pass::FeedOrder;
pub use rehearse::Rehearsal;
pub use runner::Runner;
pub use schedule::{Due, Schedule};
pub use schedules::{Scheduled, Schedules};
pub use trueup_store::{Cause, FeedId};
