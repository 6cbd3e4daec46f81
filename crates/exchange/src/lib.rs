//! The only crate of trueup that opens sockets outward.
//!
//! An [`Exchange`] is the [`Wire`](trueup_marketplace::Wire) of one channel. Every request takes
//! the same way, and the order is written in one function:
//!
//! ```text
//! deadline → login → pace → attempt → verdict ─→ answer
//!               ↑                        │
//!               └──── wait ←── retry ←───┘ → error: what kind, may it be repeated, did it arrive
//! ```
//!
//! What cannot have been applied (throttled, token refused, no connection) is repeated within the
//! deadline and the retry budget. What may have been applied is repeated only where the request
//! changes nothing. While nobody is there, retries stop and first tries go on slowly; whoever asks
//! to slow down gets less than the published rate for a while. Limiter, back-off, budget, breaker,
//! token cache and address policy are pure: the time and the dice are arguments.
//!
//! No secret gets into an event or a message. What may be logged is an allow-list: purpose, host,
//! status and numbers.

mod address;
mod backoff;
mod breaker;
mod budget;
mod client;
mod events;
mod failure;
mod login;
mod observer;
mod options;
mod pace;
mod pipeline;
mod resolver;
mod retry;
mod share;
mod token;
mod transport;
mod url;
mod vault;
mod wire;

pub use observer::{Event, Observer};
pub use options::{Networks, Options, Retries};
pub use vault::{MemoryVault, TokenVault, VaultError};
pub use wire::Exchange;
