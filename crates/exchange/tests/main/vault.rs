//! Rotating refresh tokens: kept before use, and the one before stays until the new one worked.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use trueup_exchange::{MemoryVault, Options, TokenVault, VaultError};
use trueup_marketplace::{Arrival, ErrorKind, Secret, Wire};

use crate::support::{Reply, Server, Shop, failed, open_with, quick, write};

/// Notes what happens to it, and can be told to fail.
#[derive(Debug, Default)]
struct Watched {
    inner: MemoryVault,
    notes: Mutex<Vec<String>>,
    is_broken: bool,
}

#[async_trait]
impl TokenVault for Watched {
    async fn candidates(&self) -> Result<Vec<Secret>, VaultError> {
        self.inner.candidates().await
    }

    async fn keep(&self, token: Secret) -> Result<(), VaultError> {
        self.notes.lock().unwrap().push(format!("keep {}", token.expose()));
        if self.is_broken {
            return Err(VaultError("the disk is full".to_owned()));
        }
        self.inner.keep(token).await
    }

    async fn worked(&self, token: &Secret) -> Result<(), VaultError> {
        self.notes.lock().unwrap().push(format!("worked {}", token.expose()));
        self.inner.worked(token).await
    }
}

fn rotating(server: &Server) -> Shop {
    Shop { rotates: true, ..Shop::at(server) }
}

fn with(vault: &Arc<Watched>) -> Options {
    Options { vault: Arc::clone(vault) as Arc<dyn TokenVault>, ..quick() }
}

fn bodies(server: &Server) -> Vec<String> {
    server.seen("/token").into_iter().map(|seen| seen.body).collect()
}

async fn exposed(vault: &impl TokenVault) -> Vec<String> {
    let candidates = vault.candidates().await.unwrap();
    candidates.iter().map(|token| token.expose().to_owned()).collect()
}

#[tokio::test]
async fn previous_token_stays_until_the_new_one_worked() {
    let vault = MemoryVault::default();
    assert!(exposed(&vault).await.is_empty());
    vault.keep(Secret::new("one")).await.unwrap();
    vault.keep(Secret::new("two")).await.unwrap();
    assert_eq!(exposed(&vault).await, ["two", "one"]);
    vault.worked(&Secret::new("one")).await.unwrap();
    assert_eq!(exposed(&vault).await, ["two", "one"]);
    vault.worked(&Secret::new("two")).await.unwrap();
    assert_eq!(exposed(&vault).await, ["two"]);
}

#[tokio::test]
async fn next_login_uses_the_token_the_last_one_gave() {
    let server = Server::scripted(|_, nth| Reply::status(if nth == 0 { 401 } else { 200 })).await;
    let vault = Arc::new(Watched::default());
    open_with(rotating(&server), with(&vault)).send(write(&server)).await.unwrap();
    let expected = [r#"["client-secret","none"]"#, r#"["client-secret","refresh-1"]"#];
    assert_eq!(bodies(&server), expected);
    let notes = vault.notes.lock().unwrap().clone();
    assert_eq!(notes, ["keep refresh-1", "worked refresh-1", "keep refresh-2"]);
    assert_eq!(exposed(&*vault).await, ["refresh-2", "refresh-1"]);
}

#[tokio::test]
async fn refused_new_token_falls_back_to_the_one_before() {
    let server = Server::start(|seen, nth| match seen.path.as_str() {
        "/token" if seen.body.contains("new") => Reply::status(400),
        "/token" => Reply::token(nth, 3_600),
        _ => Reply::ok(),
    })
    .await;
    let vault = Arc::new(Watched::default());
    vault.inner.keep(Secret::new("old")).await.unwrap();
    vault.inner.keep(Secret::new("new")).await.unwrap();
    open_with(rotating(&server), with(&vault)).send(write(&server)).await.unwrap();
    let expected = [r#"["client-secret","new"]"#, r#"["client-secret","old"]"#];
    assert_eq!(bodies(&server), expected);
}

#[tokio::test]
async fn token_that_cannot_be_kept_is_not_used() {
    let server = Server::answering(Reply::ok()).await;
    let vault = Arc::new(Watched { is_broken: true, ..Watched::default() });
    let exchange = open_with(rotating(&server), with(&vault));
    let (kind, arrival, _, error) = failed(&exchange, write(&server)).await;
    assert_eq!((kind, arrival), (ErrorKind::Unavailable, Arrival::NotApplied));
    assert!(error.to_string().ends_with("the disk is full"), "{error}");
    assert_eq!(server.count("/write"), 0);
}

#[tokio::test]
async fn dead_network_does_not_use_up_the_candidates() {
    let server = Server::start(|_, _| Reply::status(503)).await;
    let vault = Arc::new(Watched::default());
    vault.inner.keep(Secret::new("old")).await.unwrap();
    vault.inner.keep(Secret::new("new")).await.unwrap();
    failed(&open_with(rotating(&server), with(&vault)), write(&server)).await;
    let asked = bodies(&server);
    assert!(asked.iter().all(|body| body.contains("new")), "{asked:?}");
    assert_eq!(exposed(&*vault).await, ["new", "old"]);
}
