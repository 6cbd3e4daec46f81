//! What a login gives, and how it is sent.

use std::time::Duration;

use http::HeaderName;

use crate::Secret;

/// A token and how long it lives.
#[derive(Clone, Debug)]
pub struct Token {
    /// What goes into the authorization header.
    pub access: Secret,
    /// Its life from the moment of the answer.
    pub expires_in: Duration,
    /// What the next one is asked for with, where the marketplace rotates it.
    pub refresh: Option<Secret>,
}

/// The header a token is sent in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenHeader {
    /// `Authorization: Bearer …`.
    Bearer,
    /// The token alone, in a header of the marketplace's own.
    Named(HeaderName),
}
