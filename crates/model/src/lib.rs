//! An exhaustive check of one listing's delivery: us, a network that loses, delays and repeats, and
//! a marketplace.
//!
//! Our side is [`trueup_delivery::step`] itself; nothing of its rules stands here. Around it the
//! model does what the runner and the store do (claim, record, recover, fence), and everything the
//! world may do in between, in every order, within [`Bounds`]. Each state that can be reached is
//! held against the invariants I1, I2, I3 and I5 of the delivery design.
//!
//! A checker that never fails proves nothing, so three things stand beside it that must fail: each
//! [`Mutant`] of our protocol, each [`Flaw`] of the world that breaks the assumption the proof rests
//! on, and the [`naive`] protocols that people write first.
//!
//! # What it does not cover
//! Several listings in one batch, tickets that are answered later, marketplaces that take
//! differences, and the SQL that carries the steps. The tests of the store, the runner and the
//! whole program do.

mod action;
mod answers;
mod bounds;
mod calendar;
mod database;
mod expected;
mod key;
mod moves;
mod mutant;
pub mod naive;
mod one_listing;
mod report;
mod request;
mod world;

pub use action::{Action, Desire};
pub use bounds::Bounds;
pub use mutant::{Flaw, Mutant};
pub use one_listing::OneListing;
pub use report::{Report, check, refute};
pub use world::World;
