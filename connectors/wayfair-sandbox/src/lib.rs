#![doc = include_str!("../README.md")]

mod auth;
mod fate;
mod feed;
mod knobs;
mod line;
mod modes;
mod registration;
mod reply;
mod schema;
mod server;
mod state;
mod view;
mod world;

pub use auth::{CLIENT_ID, CLIENT_SECRET};
pub use trueup_marketplace::SandboxError;
pub use trueup_sandbox::Options;
pub use view::{FeedView, LineView, StateView};
pub use world::Calls;

/// A simulated Wayfair that is listening. Dropping it stops it.
pub type WayfairSandbox = trueup_sandbox::Sandbox<world::World>;
