//! Where the browser is led when somebody has decided: one page on this machine, for one consent.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use trueup_marketplace::{Secret, one_line};

use crate::settings::judge_url;
use crate::{Host, HostError};

/// Waits for the browser to come back with somebody's decision.
#[derive(Debug)]
pub struct ConsentDesk {
    url: String,
    page: String,
    redirect: String,
    state: String,
    listener: TcpListener,
}

/// Somebody's consent.
#[derive(Clone)]
pub struct Consent {
    pub(super) code: Secret,
    pub(super) redirect: String,
    /// What the marketplace said beside the code.
    pub(super) told: Vec<(String, String)>,
}

/// Shows nothing of the code.
impl fmt::Debug for Consent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consent").field("told", &self.told).finish_non_exhaustive()
    }
}

type Decision = Result<Consent, HostError>;

/// What the page needs: the consent it is for, and whom to tell.
struct Expected {
    redirect: String,
    state: String,
    tell: Mutex<Option<oneshot::Sender<Decision>>>,
}

impl Host {
    /// Opens the page that a channel's marketplace leads the browser to:
    /// `http://localhost:<port>/callback`. Marketplaces lead only to addresses that are registered
    /// with them, so the port is a fixed one. Where they take no such address, `redirect` names one
    /// that they take, of a page that leads on to this one with all that the marketplace said.
    ///
    /// # Errors
    /// A channel that needs no consent, a `redirect` in the clear, or a port that is taken.
    pub async fn consent_desk(
        &self,
        channel: &str,
        port: u16,
        redirect: Option<&str>,
    ) -> Result<ConsentDesk, HostError> {
        let channel = self.channel(channel)?;
        if let Some(Err(why)) = redirect.map(judge_url) {
            return Err(HostError::usage(format!("the address of --redirect {why}")));
        }
        let listener = TcpListener::bind(("127.0.0.1", port)).await.map_err(|error| {
            HostError::work(format!(
                "the browser cannot be led back to port {port} of this machine: {error}; choose \
                 another one with --port and register it with the marketplace"
            ))
        })?;
        let port = listener.local_addr().map_or(port, |address| address.port());
        let page = format!("http://localhost:{port}/callback");
        let redirect = redirect.map_or_else(|| page.clone(), str::to_owned);
        let state = random_state()?;
        let url = channel.marketplace.consent_url(&redirect, &state).ok_or_else(|| {
            HostError::usage(format!(
                "channel `{}` needs no consent in a browser: its credentials are in its settings",
                channel.name
            ))
        })?;
        Ok(ConsentDesk { url, page, redirect, state, listener })
    }
}

/// A text that nobody can guess, so that nobody else's consent is taken for this one's.
fn random_state() -> Result<String, HostError> {
    let mut bytes = [0; 16];
    let filled = getrandom::fill(&mut bytes);
    filled.map_err(|error| HostError::work(format!("there is no randomness: {error}")))?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

impl ConsentDesk {
    /// What to open in a browser.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where the marketplace leads the browser then.
    #[must_use]
    pub fn redirect(&self) -> &str {
        &self.redirect
    }

    /// The page on this machine, where the browser arrives in the end.
    #[must_use]
    pub fn page(&self) -> &str {
        &self.page
    }

    /// Waits for the decision. The first visit counts; the page is closed then.
    ///
    /// # Errors
    /// A consent that was denied, belongs to somebody else or did not come in time.
    pub async fn wait(self, patience: Duration) -> Result<Consent, HostError> {
        let (tell, told) = oneshot::channel();
        let (close, closed) = oneshot::channel::<()>();
        let expected =
            Expected { redirect: self.redirect, state: self.state, tell: Mutex::new(Some(tell)) };
        let page = Router::new().route("/callback", get(visit)).with_state(Arc::new(expected));
        let serving = axum::serve(self.listener, page).with_graceful_shutdown(async {
            let _ = closed.await;
        });
        let serving = tokio::spawn(async move { serving.await });
        let decision = tokio::time::timeout(patience, told).await;
        let _ = close.send(());
        // The browser is still reading; it is not waited for long.
        let _ = tokio::time::timeout(Duration::from_secs(2), serving).await;
        match decision {
            Ok(Ok(decision)) => decision,
            Ok(Err(_)) => Err(HostError::work("the page for the consent was closed")),
            Err(_) => Err(HostError::work(format!(
                "nobody decided within {} s; run it again when the browser is at hand",
                patience.as_secs()
            ))),
        }
    }
}

async fn visit(State(expected): State<Arc<Expected>>, RawQuery(query): RawQuery) -> Response {
    let decision = expected.judge(query.as_deref().unwrap_or_default());
    let (status, words) = match &decision {
        Ok(_) => {
            (StatusCode::OK, "Done. You can close this page; the rest is told in the terminal.")
        }
        Err(_) => (StatusCode::BAD_REQUEST, "This did not work. The terminal tells why."),
    };
    let tell = expected.tell.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(tell) = tell {
        let _ = tell.send(decision);
    }
    (status, Html(format!("<!doctype html><title>trueup</title><p>{words}</p>"))).into_response()
}

impl Expected {
    fn judge(&self, query: &str) -> Decision {
        let mut told: Vec<(String, String)> =
            form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let mut take = |name: &str| {
            let at = told.iter().position(|(key, _)| key == name)?;
            Some(told.remove(at).1)
        };
        let (state, code, error) = (take("state"), take("code"), take("error"));
        if state.as_deref() != Some(self.state.as_str()) {
            return Err(HostError::work(
                "the browser came back with another consent than the one asked for (the state \
                 differs); nothing was kept, run it again",
            ));
        }
        if let Some(error) = error {
            return Err(HostError::work(denied(&error)));
        }
        let code = code.filter(|code| !code.is_empty()).ok_or_else(|| {
            HostError::work("the marketplace led the browser back without a code; run it again")
        })?;
        Ok(Consent { code: Secret::new(code), redirect: self.redirect.clone(), told })
    }
}

fn denied(error: &str) -> String {
    match error {
        "access_denied" => "the consent was denied; nothing was kept".to_owned(),
        other => format!("the marketplace gave no consent: {}", one_line(other)),
    }
}
