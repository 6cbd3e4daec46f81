//! The store, as one operation reaches it.

use trueup_marketplace::graphql::Client;

use crate::settings::{Quantity, Settings};

/// Where the store is, and what may be done there.
pub(crate) struct Store<'a> {
    pub(crate) client: Client<'a>,
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
}
