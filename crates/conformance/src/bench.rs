//! What a connector's author brings.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use async_trait::async_trait;
use serde_json::Value;
use trueup_marketplace::{Mailbox, Marketplace, PartNumber, Registration, RemoteLocation};

/// What buyers see: the quantity of each part number at each location. A marketplace without
/// locations has the empty one.
pub type Shelf = BTreeMap<(String, String), i64>;

/// A connector's simulator, as the suite uses it. Every trial starts one of its own.
#[async_trait]
pub trait Bench: Send + Sync + Sized {
    /// The connector under test.
    fn registration() -> Registration;

    /// Starts the simulator with so many part numbers, [`item`]`(0)` and on, that the channel may
    /// set at each of [`locations`](Self::locations).
    async fn start(items: usize) -> Self;

    /// The `[settings]` of a channel to it, secrets as plain texts, rates as high as they go.
    fn settings(&self) -> Value;

    /// Where the simulator listens, if the connector calls it. The suite puts its proxy in front:
    /// `http://<this address>` in the settings is replaced.
    fn upstream(&self) -> Option<SocketAddr> {
        None
    }

    /// The marketplace's locations, two if it has any.
    fn locations() -> Vec<RemoteLocation> {
        Vec::new()
    }

    /// A part number that the marketplace refuses by name, where it refuses any.
    fn unknown_part() -> Option<PartNumber> {
        None
    }

    /// The longest request body that the marketplace takes, where it says so.
    fn request_bytes_max() -> Option<usize> {
        None
    }

    /// What buyers see now. Listings that were never set may be left out or 0.
    async fn shelf(&self) -> Shelf;

    /// Lets the marketplace do its part between two questions what became of a feed: work on it,
    /// poll us, leave an acknowledgement.
    async fn attend(&self, marketplace: &dyn Marketplace, mailbox: &dyn Mailbox) {
        let _ = (marketplace, mailbox);
    }
}

/// The part number of an item.
#[must_use]
pub fn item(number: usize) -> PartNumber {
    format!("ITEM-{number:05}").parse().expect("letters, digits and a hyphen are a part number")
}
