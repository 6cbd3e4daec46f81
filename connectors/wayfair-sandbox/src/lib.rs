#![doc = include_str!("../README.md")]

mod auth;
mod bucket;
mod chance;
mod cut;
mod fate;
mod feed;
mod form;
mod knobs;
mod line;
mod modes;
mod registration;
mod reply;
mod sandbox;
mod schema;
mod server;
mod state;
mod value;
mod view;
mod world;

pub use auth::{CLIENT_ID, CLIENT_SECRET};
pub use sandbox::{Options, WayfairSandbox};
pub use trueup_marketplace::SandboxError;
pub use view::{FeedView, LineView, StateView};
pub use world::Calls;
