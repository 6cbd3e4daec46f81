//! The suite that every connector runs.
//!
//! A connector brings a [`Bench`]: its simulator, and how to see what buyers see there. The suite
//! opens channels to it, puts a proxy between the two that loses, delays, repeats, cuts and
//! replaces answers, and judges what the connector says against the shelf. Where the marketplace
//! polls us, it is its calls that are lost and replaced. Which trials run follows from the
//! connector's capabilities.
//!
//! ```text
//! trial ── connector ── exchange ── proxy (faults) ── simulator ── shelf
//!   └────────────────────────── judges ─────────────────────────────┘
//! ```
//!
//! [`Scripted`] gives a connector's own tests answers word by word, without a simulator.
//!
//! One line in the connector's tests runs all of it:
//!
//! ```text
//! trueup_conformance::run::<MyBench>().expect_conformance();
//! ```

mod bench;
mod channel;
mod fate;
mod fault;
mod leak;
mod passport;
mod poll;
mod proxy;
mod report;
mod run;
mod scripted;
mod trial;
mod trials;
mod unpaced;

pub use bench::{Bench, Shelf, item};
pub use fault::Fault;
pub use passport::Passport;
pub use poll::PollFault;
pub use report::{Outcome, Report, Tried};
pub use run::{run, run_only};
pub use scripted::{Nowhere, Scripted, answer};
pub use trial::Trial;
