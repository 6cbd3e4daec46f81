//! What all tests share: a scripted server, a marketplace that talks to it, and quick options.

pub(crate) mod server;
pub(crate) mod shop;

use std::sync::Arc;
use std::time::Duration;

use trueup_exchange::{Exchange, Options, Retries};
use trueup_marketplace::{Arrival, Error, ErrorKind, Pace, Request, Retry, Wire};

pub(crate) use server::{Reply, Server};
pub(crate) use shop::Shop;

/// A pace that never makes anybody wait.
pub(crate) const UNHURRIED: Pace =
    Pace { requests: 1_000_000, per: Duration::from_secs(1), burst: 1_000_000 };

/// The defaults with waits of milliseconds.
pub(crate) fn quick() -> Options {
    Options {
        retries: Retries {
            backoff_base: Duration::from_millis(4),
            backoff_max: Duration::from_millis(16),
            ..Retries::default()
        },
        login_pace: UNHURRIED,
        floor: UNHURRIED,
        ..Options::default()
    }
}

/// An exchange with quick options.
pub(crate) fn open(shop: Shop) -> Exchange {
    open_with(shop, quick())
}

pub(crate) fn open_with(shop: Shop, options: Options) -> Exchange {
    Exchange::open(Arc::new(shop), options).unwrap()
}

pub(crate) fn read(server: &Server) -> Request {
    Request::get("read stock", server.url("/read")).within(Duration::from_secs(5))
}

pub(crate) fn write(server: &Server) -> Request {
    let url = server.url("/write");
    Request::post_json("save stock", url, &[7]).within(Duration::from_secs(5))
}

/// The three answers of the error that the request ends with.
pub(crate) async fn failed(
    exchange: &Exchange,
    request: Request,
) -> (ErrorKind, Arrival, Retry, Error) {
    let error = exchange.send(request).await.unwrap_err();
    (error.kind(), error.arrival(), error.retry(), error)
}
