//! One attempt: a request out, a whole answer in, and what the marketplace means by it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use bytes::{Bytes, BytesMut};
use http::header::{AUTHORIZATION, DATE, Entry};
use http::{HeaderMap, HeaderName, HeaderValue};
use reqwest::Client;
use trueup_marketplace::{Error, Marketplace, Method, Request, Response, TokenHeader};

use crate::budget::Budget;
use crate::failure::Failure;
use crate::token::Bearer;
use crate::url::Target;
use crate::{Event, Options, client};

/// What the requests of one channel share: client, marketplace, options and retry budget.
#[derive(Debug)]
pub(crate) struct Transport {
    pub(crate) marketplace: Arc<dyn Marketplace>,
    pub(crate) options: Options,
    client: Client,
    budget: Mutex<Budget>,
}

impl Transport {
    pub(crate) fn open(marketplace: Arc<dyn Marketplace>, options: Options) -> Result<Self, Error> {
        Ok(Self {
            marketplace,
            client: client::open(&options)?,
            budget: Mutex::new(Budget::full(options.retries.budget)),
            options,
        })
    }

    pub(crate) fn budget(&self) -> MutexGuard<'_, Budget> {
        self.budget.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells whoever counts.
    pub(crate) fn observe(&self, event: Event) {
        if let Some(observer) = &self.options.observer {
            observer.observe(event);
        }
    }

    /// Makes one attempt, whatever the answer means. Dropping it closes the connection; the request
    /// may have been applied.
    pub(crate) async fn attempt(
        &self,
        request: &Request,
        target: &Target,
        bearer: Option<&Bearer>,
    ) -> Result<Response, Failure> {
        let outgoing = self.outgoing(request, target, bearer)?;
        let mut incoming = self.client.execute(outgoing).await.map_err(Failure::sending)?;
        let (status, headers) = (incoming.status(), dated(std::mem::take(incoming.headers_mut())));
        Ok(Response { status, headers, body: self.body(incoming).await? })
    }

    /// Lets an answer through, or says what is wrong with it.
    pub(crate) fn judge(
        &self,
        response: Response,
        bearer: Option<&Bearer>,
    ) -> Result<Response, Failure> {
        let verdict = self.marketplace.verdict(&response);
        let judged = Failure::judge(verdict, response, bearer.map(|bearer| &bearer.access));
        judged.map_err(|failure| match failure {
            Failure::TokenRefused if bearer.is_some_and(Bearer::is_fixed) => {
                Failure::FixedTokenRefused
            }
            other => other,
        })
    }

    fn outgoing(
        &self,
        request: &Request,
        target: &Target,
        bearer: Option<&Bearer>,
    ) -> Result<reqwest::Request, Failure> {
        let mut builder = self
            .client
            .request(method(request.method), target.url.clone())
            .headers(request.headers.clone());
        if !request.body.is_empty() || request.method != Method::Get {
            builder = builder.body(request.body.clone());
        }
        if let Some(bearer) = bearer {
            let (name, value) = token_line(self.marketplace.token_header(), bearer)?;
            builder = builder.header(name, value);
        }
        builder.build().map_err(Failure::sending)
    }

    async fn body(&self, mut incoming: reqwest::Response) -> Result<Bytes, Failure> {
        let most = self.options.answer_bytes_max;
        let mut body = BytesMut::new();
        while let Some(chunk) = incoming.chunk().await.map_err(Failure::reading)? {
            if chunk.len() > most - body.len() {
                return Err(Failure::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    }
}

const fn method(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
    }
}

/// An answer without a date came now; a `Retry-After` that names a moment is read against it.
fn dated(mut headers: HeaderMap) -> HeaderMap {
    if let Entry::Vacant(date) = headers.entry(DATE) {
        let now = httpdate::fmt_http_date(SystemTime::now());
        date.insert(HeaderValue::try_from(now).expect("a date of HTTP is plain ASCII"));
    }
    headers
}

/// The header a token travels in. One that no header can hold was never sent; it is as good as
/// refused.
fn token_line(header: TokenHeader, bearer: &Bearer) -> Result<(HeaderName, HeaderValue), Failure> {
    let token = bearer.access.expose();
    let (name, text) = match header {
        TokenHeader::Bearer => (AUTHORIZATION, format!("Bearer {token}")),
        TokenHeader::Named(name) => (name, token.to_owned()),
    };
    let unfit = if bearer.is_fixed() { Failure::FixedTokenRefused } else { Failure::TokenRefused };
    let mut value = HeaderValue::try_from(text).map_err(|_| unfit)?;
    // Keeps it out of every Debug, and out of HTTP/2's compression tables.
    value.set_sensitive(true);
    Ok((name, value))
}
