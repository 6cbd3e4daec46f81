//! What simulated marketplaces share, so that each holds only its own protocol and its own state.
//!
//! - A [`Sandbox`] is a simulator that is listening. What it holds is [`Simulated`], behind one lock
//!   ([`Shared`]); [`starting`] starts it for the command line.
//! - [`Server`] serves routes on loopback until it is dropped. A handler that is handed the
//!   connection's [`Scissors`] can drop it without an answer.
//! - [`Faults`] are drawn for each request by a seed ([`Dice`]), and [`Ending`] plays them: what is
//!   lost, cut, late, repeated, throttled or failed, whether it was carried out or not.
//! - A [`Knob`] is a switch that people name; [`turn`] sets it or says what to write instead.
//! - [`Bucket`] limits rates, [`read_form`] reads forms, [`reply`] has the usual answers, and
//!   [`raw`] shows tests the wire as it is.
//!
//! Only crates that simulate a marketplace depend on this one.

mod bucket;
mod chance;
mod cut;
mod fault;
mod form;
mod knob;
pub mod raw;
pub mod reply;
mod sandbox;
mod server;
mod shared;
pub mod value;

pub use bucket::{Bucket, Rate};
pub use chance::{CHANCE_FORM, Chance, Dice};
pub use cut::Scissors;
pub use fault::{Delay, Ending, FAULTS, Faults};
pub use form::read_form;
pub use knob::{Knob, sentences, turn};
pub use sandbox::{Sandbox, Simulated, starting};
pub use server::{Options, Server};
pub use shared::Shared;
