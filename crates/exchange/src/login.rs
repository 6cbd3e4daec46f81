//! One login for all who need it.
//!
//! A login runs in a task of its own: when the request that started it is dropped, the login still
//! ends, because its answer may hold the only copy of a rotated refresh token.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use tokio::sync::{Mutex as Turn, OwnedMutexGuard};
use tokio::time::{Instant, timeout_at};
use trueup_marketplace::{Error, ErrorKind, Request, Retry, Secret, Token};

use crate::events;
use crate::pipeline::{Credentials, Pipeline};
use crate::token::{Bearer, LoginFailure, Look, TokenCache};
use crate::transport::Transport;
use crate::vault::VaultError;

/// Fetches and keeps the channel's token.
#[derive(Clone, Debug)]
pub(crate) struct Login(Arc<Desk>);

#[derive(Debug)]
struct Desk {
    transport: Arc<Transport>,
    pipeline: Pipeline,
    cache: Mutex<TokenCache>,
    turn: Arc<Turn<()>>,
}

/// How a login ends: with a token, with none because the marketplace has no login, or not at all.
type Outcome = Result<Option<Bearer>, LoginFailure>;

impl Login {
    pub(crate) fn new(transport: Arc<Transport>) -> Self {
        let pace = transport.options.login_pace;
        Self(Arc::new(Desk {
            pipeline: Pipeline::new(Arc::clone(&transport), None, pace),
            transport,
            cache: Mutex::default(),
            turn: Arc::default(),
        }))
    }

    /// Logs in, or waits for whoever is doing so already.
    async fn wait_for_token(&self, deadline: Instant) -> Result<Option<Bearer>, Error> {
        let (desk, seen) = (Arc::clone(&self.0), self.0.cache().logins());
        let task = tokio::spawn(async move {
            let turn = Arc::clone(&desk.turn).lock_owned().await;
            desk.renew(seen, turn).await
        });
        match timeout_at(deadline, task).await {
            Ok(Ok(outcome)) => Ok(outcome?),
            Ok(Err(_)) => Err(unfinished("the login was stopped")),
            Err(_) => Err(unfinished("the login did not end within the request's deadline")),
        }
    }

    /// Renews a token that still works, unless somebody is at it already.
    fn renew_meanwhile(&self) {
        let (desk, seen) = (Arc::clone(&self.0), self.0.cache().logins());
        if let Ok(turn) = Arc::clone(&desk.turn).try_lock_owned() {
            tokio::spawn(async move { desk.renew(seen, turn).await.map(drop) });
        }
    }
}

#[async_trait]
impl Credentials for Login {
    async fn bearer(&self, deadline: Instant) -> Result<Option<Bearer>, Error> {
        if let Some(token) = self.0.transport.marketplace.fixed_token() {
            return Ok(Some(Bearer::fixed(token)));
        }
        let look = self.0.cache().look(Instant::now());
        match look {
            Look::Fresh(bearer) => Ok(Some(bearer)),
            Look::Ageing(bearer) => {
                self.renew_meanwhile();
                Ok(Some(bearer))
            }
            Look::Missing => self.wait_for_token(deadline).await,
        }
    }

    fn refuse(&self, bearer: &Bearer) {
        self.0.cache().refuse(bearer.number);
    }
}

impl Desk {
    async fn renew(&self, seen: u64, _turn: OwnedMutexGuard<()>) -> Outcome {
        let by_others = self.cache().outcome_since(seen);
        if let Some(outcome) = by_others {
            return outcome.map(Some);
        }
        let asked_at = Instant::now();
        match self.fetch().await {
            Ok(Some(token)) => Ok(Some(self.accept(token, asked_at))),
            Ok(None) => Ok(None),
            Err(failure) => Err(self.fail(failure)),
        }
    }

    fn accept(&self, token: Token, asked_at: Instant) -> Bearer {
        events::logged_in(token.expires_in);
        let cushion = self.transport.options.renewal_cushion;
        self.cache().accept(token, asked_at, cushion)
    }

    fn fail(&self, failure: LoginFailure) -> LoginFailure {
        events::login_failed();
        self.cache().fail(failure.clone());
        failure
    }

    /// Logs in, alone among those who share refresh tokens, where there are such.
    async fn fetch(&self) -> Result<Option<Token>, LoginFailure> {
        let vault = &self.transport.options.vault;
        if vault.candidates().await.map_err(vault_failed)?.is_empty() {
            return self.fetch_in_turn().await;
        }
        vault.begin().await.map_err(vault_failed)?;
        let fetched = self.fetch_in_turn().await;
        // A turn that cannot be given back ends by itself.
        let _ = vault.end().await;
        fetched
    }

    /// Tries the refresh tokens there are, newest first, then the one the settings hold, if any.
    async fn fetch_in_turn(&self) -> Result<Option<Token>, LoginFailure> {
        let vault = &self.transport.options.vault;
        let kept = vault.candidates().await.map_err(vault_failed)?;
        let mut refused = None;
        for refresh in kept.iter().map(Some).chain([None]) {
            let Some(request) = self.transport.marketplace.token_request(refresh) else {
                continue;
            };
            match self.ask(request, refresh).await {
                Ok(token) => return self.keep(token, refresh).await.map(Some),
                Err(failure) if failure.kind != ErrorKind::Unauthorised => return Err(failure),
                Err(failure) => refused = Some(failure),
            }
        }
        refused.map_or(Ok(None), Err)
    }

    async fn ask(&self, request: Request, refresh: Option<&Secret>) -> Result<Token, LoginFailure> {
        let request = Request {
            needs_login: false,
            // Without a token that rotates, asking twice is harmless.
            is_read: request.is_read || refresh.is_none(),
            ..request
        };
        let response = self.pipeline.send(&request).await.map_err(login_failed)?;
        let token = self.transport.marketplace.read_token(&response);
        token.map_err(login_failed)
    }

    /// Keeps a rotated refresh token before anything uses what came with it.
    async fn keep(&self, token: Token, used: Option<&Secret>) -> Result<Token, LoginFailure> {
        let vault = &self.transport.options.vault;
        if let Some(used) = used {
            vault.worked(used).await.map_err(vault_failed)?;
        }
        let is_new = |new: &&Secret| used.is_none_or(|used| used.expose() != new.expose());
        if let Some(new) = token.refresh.as_ref().filter(is_new) {
            vault.keep(new.clone()).await.map_err(vault_failed)?;
        }
        Ok(token)
    }

    fn cache(&self) -> MutexGuard<'_, TokenCache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Refused or without a token in it: the credentials are wrong. Anything else stays what it is.
fn login_failed(error: Error) -> LoginFailure {
    let kind = match error.kind() {
        ErrorKind::Refused | ErrorKind::Unreadable => ErrorKind::Unauthorised,
        kind => kind,
    };
    LoginFailure { kind, retry: error.retry(), message: format!("no login: {error}") }
}

fn vault_failed(error: VaultError) -> LoginFailure {
    LoginFailure {
        kind: ErrorKind::Unavailable,
        retry: Retry::Later,
        message: format!("no login: the vault of refresh tokens failed: {error}"),
    }
}

fn unfinished(message: &str) -> Error {
    Error::not_applied(ErrorKind::Timeout, Retry::Later, message)
}
