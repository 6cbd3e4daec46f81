//! The server of `trueup run`. A connection carries one request and lives for a bounded time, so
//! that slow or silent callers keep nobody out for long.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::tls;
use crate::{Host, HostError};

/// Connections at the same time; those beyond wait in the operating system's queue.
const CONNECTIONS_MAX: usize = 128;
/// How long greeting a caller and its head of a request may take, each.
const GREETING: Duration = Duration::from_secs(10);
/// How long a connection lives at most, its answer included.
const CONNECTION: Duration = Duration::from_secs(120);
/// How long callers under way are waited for at the end.
const FAREWELL: Duration = Duration::from_secs(10);
/// How long to wait after the operating system refused a connection: it has too many.
const REFUSED: Duration = Duration::from_millis(100);

/// The front, listening.
pub(crate) struct Front {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
}

impl Host {
    /// Listens for marketplaces that poll; `None` where no enabled channel has one.
    pub(crate) async fn listen(&self) -> Result<Option<Front>, HostError> {
        let channels: Vec<_> = self.polled_channels().collect();
        if channels.is_empty() {
            return Ok(None);
        }
        let settings = &self.settings().polled;
        let tls = settings.certificate.as_ref().map(tls::acceptor).transpose()?;
        let listener = TcpListener::bind(settings.listen).await.map_err(|error| {
            HostError::work(format!(
                "marketplaces that poll cannot be answered at {}: {error}; another program may \
                 listen there (`listen` under [polled] in trueup.toml)",
                settings.listen
            ))
        })?;
        for channel in channels {
            let url = self.polled_url(channel);
            tracing::info!(channel = %channel.name, url, "a marketplace may call");
        }
        Ok(Some(Front { listener, tls, router: self.polled_router() }))
    }
}

impl Front {
    /// Answers until told to stop, and then finishes what is under way.
    pub(crate) async fn serve(self, stopped: impl Future<Output = ()>) {
        let seats = Arc::new(Semaphore::new(CONNECTIONS_MAX));
        let mut calls = JoinSet::new();
        let mut stopped = std::pin::pin!(stopped);
        loop {
            let seat = Arc::clone(&seats).acquire_owned();
            let next = async { (seat.await, self.listener.accept().await) };
            let (seat, accepted) = tokio::select! {
                next = next => next,
                () = &mut stopped => break,
            };
            while calls.try_join_next().is_some() {}
            let Ok((stream, _)) = accepted else {
                tokio::time::sleep(REFUSED).await;
                continue;
            };
            let (tls, router) = (self.tls.clone(), self.router.clone());
            calls.spawn(async move {
                let _seat = seat;
                // Whoever is too slow is cut off.
                let _ = timeout(CONNECTION, greet(stream, tls, router)).await;
            });
        }
        drop(self.listener);
        let _ = timeout(FAREWELL, calls.join_all()).await;
    }
}

async fn greet(stream: TcpStream, tls: Option<TlsAcceptor>, router: Router) {
    let Some(tls) = tls else { return talk(stream, router).await };
    if let Ok(Ok(stream)) = timeout(GREETING, tls.accept(stream)).await {
        talk(stream, router).await;
    }
}

async fn talk(stream: impl AsyncRead + AsyncWrite + Unpin, router: Router) {
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(GREETING).keep_alive(false);
    let talking = server.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    if let Err(error) = talking.await {
        tracing::debug!(%error, "a caller was not answered");
    }
}
