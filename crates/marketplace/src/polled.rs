//! The side of a connector that marketplaces call.

use std::fmt;

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;

use crate::{Mailbox, Method};

/// What a marketplace that polls us talks to. The host serves it over HTTP at an address of the
/// channel's own, bounds bodies, time and concurrency, and calls it for each request.
///
/// # Guarantees the caller gives
/// A body is complete and at most [`Call::BODY_BYTES_MAX`] long. `answer` runs where blocking work
/// of some 100 ms (hashing a password) harms nobody.
///
/// # Guarantees an implementation gives
/// Whoever does not prove who they are learns nothing and changes nothing. A message is handed over
/// only after the [`Mailbox`] noted it as fetched; one that was fetched before is recovered as the
/// protocol allows and never applied twice blindly. What was lost in between stays without an
/// answer.
#[async_trait]
pub trait Polled: Send + Sync + fmt::Debug {
    /// Answers one request.
    async fn answer(&self, call: &Call, mailbox: &dyn Mailbox) -> Reply;

    /// What somebody installs at the marketplace so that it polls `url` for this channel.
    ///
    /// # Errors
    /// Why there is none, a fragment for people.
    fn invitation(&self, channel: &str, url: &str) -> Result<Invitation, String>;
}

/// One request of a marketplace.
#[derive(Clone)]
pub struct Call {
    /// The method: [`Method::Get`] or [`Method::Post`].
    pub method: Method,
    /// What follows `?` in the address, or nothing.
    pub query: String,
    /// The address it was called at, without the query.
    pub url: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// The time of this request.
    pub now: Timestamp,
}

impl Call {
    /// The longest body that is taken: 10 MiB.
    pub const BODY_BYTES_MAX: usize = 10 << 20;
}

/// Shows the method and the size, never a header or a byte of the body.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("method", &self.method)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Our answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: StatusCode,
    /// The content type.
    pub content_type: &'static str,
    /// The body.
    pub body: Bytes,
}

/// A file for the other side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Its name: `trueup-acme.qwc`.
    pub file_name: String,
    /// Its content; no secret is in it.
    pub content: String,
    /// What to do with it, a sentence or two for people.
    pub advice: String,
}
