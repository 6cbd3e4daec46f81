//! A marketplace as the pipeline sees one: a login, a verdict and a pace.

use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;
use trueup_marketplace::{
    Batch, Capabilities, Checked, Context, Error, ErrorKind, Marketplace, Pace, Prepared, Receipt,
    Request, Response, Retry, Secret, Token, TokenHeader, Verdict,
};

use super::{Server, UNHURRIED};

/// A shop whose login is at `/token` of its server.
#[derive(Clone, Debug)]
pub(crate) struct Shop {
    pub(crate) token_url: String,
    pub(crate) client_secret: Secret,
    pub(crate) pace: Pace,
    /// Whether its refresh tokens rotate.
    pub(crate) rotates: bool,
    /// A token that needs no login.
    pub(crate) fixed: Option<Secret>,
    /// The header its tokens travel in.
    pub(crate) header: TokenHeader,
}

impl Shop {
    pub(crate) fn at(server: &Server) -> Self {
        Self {
            token_url: server.url("/token"),
            client_secret: Secret::new("client-secret"),
            pace: UNHURRIED,
            rotates: false,
            fixed: None,
            header: TokenHeader::Bearer,
        }
    }
}

#[async_trait]
impl Marketplace for Shop {
    fn capabilities(&self) -> Capabilities {
        Capabilities { pace: self.pace, ..Capabilities::least() }
    }

    fn fixed_token(&self) -> Option<&Secret> {
        self.fixed.as_ref()
    }

    fn token_header(&self) -> TokenHeader {
        self.header.clone()
    }

    /// Tells the rest in milliseconds beside the answer.
    fn rest_after(&self, response: &Response) -> Option<Duration> {
        millis(response, "x-used-up-ms")
    }

    fn token_request(&self, refresh: Option<&Secret>) -> Option<Request> {
        let refresh = refresh.map_or("none", Secret::expose);
        let body = [self.client_secret.expose(), refresh];
        Some(Request::post_json("log in", &self.token_url, &body))
    }

    fn read_token(&self, response: &Response) -> Result<Token, Error> {
        let body: Value = response.json()?;
        let text = |key: &str| body.get(key).and_then(Value::as_str).map(Secret::new);
        let access = text("access").ok_or_else(|| {
            Error::not_applied(ErrorKind::Unauthorised, Retry::Never, "no token came")
        })?;
        let life = body.get("life_s").and_then(Value::as_u64).unwrap_or(3_600);
        Ok(Token {
            access,
            expires_in: Duration::from_secs(life),
            refresh: text("refresh").filter(|_| self.rotates),
        })
    }

    /// HTTP's reading, a rest in milliseconds, and words from the body for status 418.
    fn verdict(&self, response: &Response) -> Verdict {
        match (response.status.as_u16(), millis(response, "x-rest-ms")) {
            (_, Some(rest)) => Verdict::Throttled(Some(rest)),
            (418, None) => Verdict::Refused(response.text().into_owned()),
            (_, None) => Verdict::by_status(response),
        }
    }

    async fn prepare(&self, _: &Batch, _: &Context<'_>) -> Result<Prepared, Error> {
        Ok(Prepared::default())
    }

    async fn submit(&self, _: &Batch, _: &Prepared, _: &Context<'_>) -> Result<Receipt, Error> {
        Err(Error::unreadable("the tests send through the wire itself"))
    }

    async fn check(&self, _: &Context<'_>) -> Result<Checked, Error> {
        Ok(Checked(String::new()))
    }
}

fn millis(response: &Response, header: &str) -> Option<Duration> {
    let text = response.headers.get(header)?.to_str().ok()?;
    text.parse().ok().map(Duration::from_millis)
}
