//! The wire that connectors are handed.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use trueup_marketplace::{Error, Marketplace, Request, Response, Wire};

use crate::Options;
use crate::login::Login;
use crate::pipeline::Pipeline;
use crate::transport::Transport;

/// The way out of one channel: its own connections, pace, login and retry budget, so that a dead or
/// slow marketplace costs the others nothing.
///
/// Dropping a [`send`](Wire::send) is safe at any moment. It leaves at most the attempt that was
/// under way, whose fate is then unknown; a login under way is finished regardless.
pub struct Exchange {
    pipeline: Pipeline,
}

impl Exchange {
    /// Opens the way out. No socket is opened before the first request; requests must be sent from
    /// within a tokio runtime.
    ///
    /// # Errors
    /// When TLS cannot be set up or the proxy's URL cannot be read.
    pub fn open(marketplace: Arc<dyn Marketplace>, options: Options) -> Result<Self, Error> {
        let pace = marketplace.capabilities().pace;
        let transport = Arc::new(Transport::open(marketplace, options)?);
        let login = Arc::new(Login::new(Arc::clone(&transport)));
        Ok(Self { pipeline: Pipeline::new(transport, Some(login), pace) })
    }
}

#[async_trait]
impl Wire for Exchange {
    async fn send(&self, request: Request) -> Result<Response, Error> {
        self.pipeline.send(&request).await
    }
}

/// Shows nothing: the marketplace inside holds credentials.
impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange").finish_non_exhaustive()
    }
}
