//! Feeds QuickBooks Desktop's stock: new quantities on hand, as inventory adjustments that the
//! QuickBooks Web Connector fetches from us.
//!
//! Two halves meet in the mailbox. The flow ([`QuickBooksDesktop`] as a marketplace) posts a batch
//! as a message of our own and later reads our own answer to it. The SOAP service (the same as
//! [`Polled`](trueup_marketplace::Polled)) hands the messages over in sessions of the Web Connector:
//! it finds the items, adjusts them, and notes what became of each line.
//!
//! What a company sets up on its Windows computer, and what is assumed rather than documented, is
//! in this crate's README.

mod desktop;
mod host;
mod invitation;
mod message;
mod methods;
mod names;
mod qbxml;
mod service;
mod settings;
mod status;
mod work;

pub use desktop::QuickBooksDesktop;
pub use settings::{MatchBy, Settings};

trueup_marketplace::register!(QuickBooksDesktop);
