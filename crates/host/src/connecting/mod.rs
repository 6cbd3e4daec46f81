//! Connecting a channel: somebody allows us, in a browser, to act for them.

mod desk;
mod exchanging;

pub use desk::{Consent, ConsentDesk};
pub use exchanging::Connected;
