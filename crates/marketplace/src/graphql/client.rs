//! Asking a server.

use serde::Serialize;

use super::{Dialect, Envelope, body};
use crate::{Error, Request, Wire};

/// A server at its address, as one operation reaches it.
#[derive(Clone, Debug)]
pub struct Client<'a> {
    /// The way out.
    pub wire: &'a dyn Wire,
    /// Where it is.
    pub url: String,
    /// How it speaks.
    pub dialect: &'static Dialect,
}

impl Client<'_> {
    /// The request for a document with its variables.
    ///
    /// # Panics
    /// As [`body`].
    #[must_use]
    pub fn request(
        &self,
        purpose: &'static str,
        query: &str,
        variables: &impl Serialize,
    ) -> Request {
        Request::post(purpose, &self.url, "application/json", body(query, variables))
    }

    /// Asks for what changes nothing.
    ///
    /// # Errors
    /// The wire's. What the answer says is asked of it.
    pub async fn read(
        &self,
        purpose: &'static str,
        query: &str,
        variables: &(impl Serialize + Sync),
    ) -> Result<Envelope, Error> {
        self.send(self.request(purpose, query, variables).reading()).await
    }

    /// Asks for a change.
    ///
    /// # Errors
    /// The wire's. What the answer says is asked of it.
    pub async fn write(
        &self,
        purpose: &'static str,
        query: &str,
        variables: &(impl Serialize + Sync),
    ) -> Result<Envelope, Error> {
        self.send(self.request(purpose, query, variables)).await
    }

    async fn send(&self, request: Request) -> Result<Envelope, Error> {
        Ok(Envelope::read(&self.wire.send(request).await?, self.dialect))
    }
}
