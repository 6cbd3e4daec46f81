#![doc = include_str!("../README.md")]

mod adjusting;
mod amount;
mod company;
mod connector;
mod envelope;
mod grammar;
mod items;
mod knobs;
mod modes;
mod parts;
mod processor;
mod querying;
mod registration;
mod sandbox;
mod server;
mod view;
mod world;
mod xml;

pub use connector::{Http, Service};
pub use sandbox::DesktopSandbox;
pub use trueup_marketplace::SandboxError;
pub use trueup_sandbox::Options;
pub use view::{AdjustmentView, Ending, ItemView, LineView, StateView, VisitView};
