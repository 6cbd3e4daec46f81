//! What connectors to marketplaces that poll us share.
//!
//! Two halves meet in the mailbox. As a [`Marketplace`](trueup_marketplace::Marketplace) the
//! connector [posts](post) each batch as a message of its own and later [settles](settle) it by the
//! answer. As [`Polled`](trueup_marketplace::Polled) it lets the marketplace in ([`Desk`]), hands
//! the messages over in whatever conversation the protocol asks for, and leaves the [`Fates`] of
//! the lines as the answer.
//!
//! There are no sockets here: the host serves what is called.

mod desk;
mod fates;
mod letters;
mod login;

pub use desk::{Desk, Greeting, Session, SessionKey};
pub use fates::{Fate, Fates, Told};
pub use letters::{post, settle};
pub use login::Login;
