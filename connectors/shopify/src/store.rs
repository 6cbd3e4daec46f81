//! The store, as one operation reaches it.

use serde_json::Value;
use trueup_marketplace::graphql::{self, Envelope};
use trueup_marketplace::{Error, Request, Wire};

use crate::answer::SHOPIFY;
use crate::settings::{Quantity, Settings};

/// Where the store is, and what may be done there.
pub(crate) struct Store<'a> {
    pub(crate) url: String,
    pub(crate) wire: &'a dyn Wire,
    pub(crate) settings: &'a Settings,
}

impl Store<'_> {
    /// What Shopify calls the quantity that is set.
    pub(crate) fn quantity(&self) -> &'static str {
        match self.settings.quantity {
            Quantity::Available => "available",
            Quantity::OnHand => "on_hand",
        }
    }

    pub(crate) fn request(&self, purpose: &'static str, query: &str, variables: &Value) -> Request {
        Request::post(purpose, &self.url, "application/json", graphql::body(query, variables))
    }

    pub(crate) async fn read(
        &self,
        purpose: &'static str,
        query: &str,
        variables: &Value,
    ) -> Result<Envelope, Error> {
        self.send(self.request(purpose, query, variables).reading()).await
    }

    pub(crate) async fn write(
        &self,
        purpose: &'static str,
        query: &str,
        variables: &Value,
    ) -> Result<Envelope, Error> {
        self.send(self.request(purpose, query, variables)).await
    }

    async fn send(&self, request: Request) -> Result<Envelope, Error> {
        Ok(Envelope::read(&self.wire.send(request).await?, &SHOPIFY))
    }
}
