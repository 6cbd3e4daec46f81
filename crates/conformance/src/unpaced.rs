//! A marketplace without its published rate, so that trials do not wait for it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use trueup_marketplace::{
    Batch, Capabilities, Checked, Context, Error, Marketplace, Pace, Prepared, Receipt, Request,
    Response, Secret, Token, TokenHeader, Verdict,
};

/// What the exchange is opened with in place of the marketplace.
#[derive(Debug)]
pub(crate) struct Unpaced(pub(crate) Arc<dyn Marketplace>);

#[async_trait]
impl Marketplace for Unpaced {
    fn capabilities(&self) -> Capabilities {
        let pace = Pace { requests: 100_000, per: Duration::from_secs(1), burst: 100_000 };
        Capabilities { pace, ..self.0.capabilities() }
    }

    fn fixed_token(&self) -> Option<&Secret> {
        self.0.fixed_token()
    }

    fn token_header(&self) -> TokenHeader {
        self.0.token_header()
    }

    fn token_request(&self, refresh: Option<&Secret>) -> Option<Request> {
        self.0.token_request(refresh)
    }

    fn read_token(&self, response: &Response) -> Result<Token, Error> {
        self.0.read_token(response)
    }

    fn verdict(&self, response: &Response) -> Verdict {
        self.0.verdict(response)
    }

    async fn prepare(&self, batch: &Batch, context: &Context<'_>) -> Result<Prepared, Error> {
        self.0.prepare(batch, context).await
    }

    async fn submit(
        &self,
        batch: &Batch,
        prepared: &Prepared,
        context: &Context<'_>,
    ) -> Result<Receipt, Error> {
        self.0.submit(batch, prepared, context).await
    }

    async fn check(&self, context: &Context<'_>) -> Result<Checked, Error> {
        self.0.check(context).await
    }
}
