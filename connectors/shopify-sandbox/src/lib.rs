#![doc = include_str!("../README.md")]

mod activate;
mod desk;
mod execute;
mod graphql;
mod keys;
mod knobs;
mod modes;
mod read;
mod registration;
mod rows;
mod search;
mod server;
mod set;
mod store;
mod view;
mod world;

pub use desk::{ACCESS_TOKEN, CLIENT_ID, CLIENT_SECRET};
pub use trueup_marketplace::SandboxError;
pub use trueup_sandbox::Options;
pub use view::{LineView, StateView};
pub use world::Calls;

/// A simulated shop that is listening. Dropping it stops it.
pub type ShopifySandbox = trueup_sandbox::Sandbox<world::World>;
