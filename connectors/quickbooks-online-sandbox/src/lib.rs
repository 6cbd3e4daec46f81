#![doc = include_str!("../README.md")]

mod batch;
mod company;
mod desk;
mod fault;
mod knobs;
mod modes;
mod query;
mod registration;
mod server;
mod view;
mod world;

pub use desk::{CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN};
pub use trueup_marketplace::SandboxError;
pub use trueup_sandbox::Options;
pub use view::{ItemView, StateView};
pub use world::Calls;

/// The company that is simulated.
pub const REALM: &str = "4620816365000000000";

/// A simulated company that is listening. Dropping it stops it.
pub type QuickBooksOnlineSandbox = trueup_sandbox::Sandbox<world::World>;
