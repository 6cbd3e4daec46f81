//! Everything the server holds.

use axum::Router;
use jiff::Timestamp;
use trueup_marketplace::SandboxError;
use trueup_sandbox::{Bucket, Simulated};

use crate::auth::{CLIENT_ID, CLIENT_SECRET, Desk};
use crate::knobs::turn;
use crate::modes::Modes;
use crate::server::{GRAPHQL_PATH, TOKEN_PATH, routes};
use crate::state::Book;
use crate::view::StateView;

/// How often each part of the simulator was called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    /// Requests for a token, the refused ones included.
    pub token: u64,
    /// Requests to the GraphQL endpoint, the refused and broken ones included.
    pub graphql: u64,
    /// Saves that reached the marketplace, the refused ones included.
    pub saves: u64,
    /// Queries of `transactions` that reached the marketplace.
    pub transactions: u64,
    /// Queries of `inventory` that reached the marketplace.
    pub inventory: u64,
}

/// A handle on the world.
pub(crate) type Shared = trueup_sandbox::Shared<World>;

/// Everything the server holds.
#[derive(Debug)]
pub struct World {
    pub(crate) seed: u64,
    pub(crate) modes: Modes,
    pub(crate) desk: Desk,
    pub(crate) bucket: Bucket,
    pub(crate) calls: Calls,
    book: Book,
}

impl World {
    /// The book to write in and the modes to write by.
    pub(crate) fn book_and_modes(&mut self) -> (&mut Book, &Modes) {
        (&mut self.book, &self.modes)
    }
}

impl Simulated for World {
    type View = StateView;
    type Calls = Calls;

    fn new(seed: u64) -> Self {
        Self {
            seed,
            modes: Modes::default(),
            desk: Desk::new(seed),
            bucket: Bucket::default(),
            calls: Calls::default(),
            book: Book::default(),
        }
    }

    fn routes(world: Shared) -> Router {
        routes(world)
    }

    fn channel_settings(&self, root: &str) -> String {
        let environment = self.modes.environment.name();
        format!(
            "[settings]\n\
             environment = \"{environment}\"\n\
             client_id = \"{CLIENT_ID}\"\n\
             client_secret = \"{CLIENT_SECRET}\"\n\
             api_url = \"{root}{GRAPHQL_PATH}\"\n\
             auth_url = \"{root}{TOKEN_PATH}\"\n"
        )
    }

    fn turn(&mut self, fault: &str) -> Result<(), SandboxError> {
        turn(&mut self.modes, fault)
    }

    fn reset_modes(&mut self) {
        self.modes = Modes::default();
    }

    fn view(&mut self, now: Timestamp) -> StateView {
        self.book.settle(now);
        StateView::of(&self.book, self.calls.graphql, now)
    }

    fn calls(&self) -> Calls {
        self.calls
    }
}
