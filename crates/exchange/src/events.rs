//! Every event the exchange emits. What may be logged is what these functions take: a purpose, a
//! host, a status and numbers. No URL, header, body, token or word of the marketplace comes here.

use std::time::Duration;

use http::StatusCode;

/// Which attempt of which request an event is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject<'a> {
    pub(crate) purpose: &'static str,
    pub(crate) host: &'a str,
    pub(crate) attempt: u32,
}

/// An answer came and can be read.
pub(crate) fn answered(of: Subject<'_>, status: StatusCode, bytes: usize, elapsed: Duration) {
    tracing::debug!(
        purpose = of.purpose,
        host = of.host,
        attempt = of.attempt,
        status = status.as_u16(),
        bytes,
        elapsed_ms = millis(elapsed),
        "request answered"
    );
}

/// An attempt failed and the next one follows after `wait`.
pub(crate) fn repeated(of: Subject<'_>, failure: &'static str, wait: Duration, elapsed: Duration) {
    tracing::info!(
        purpose = of.purpose,
        host = of.host,
        attempt = of.attempt,
        failure,
        wait_ms = millis(wait),
        elapsed_ms = millis(elapsed),
        "request will be repeated"
    );
}

/// A request failed for good.
pub(crate) fn given_up(of: Subject<'_>, failure: &'static str, elapsed: Duration) {
    tracing::warn!(
        purpose = of.purpose,
        host = of.host,
        attempt = of.attempt,
        failure,
        elapsed_ms = millis(elapsed),
        "request failed"
    );
}

/// The marketplace asked for a rest; nothing is sent on this channel until it is over.
pub(crate) fn resting(of: Subject<'_>, rest: Duration) {
    tracing::warn!(
        purpose = of.purpose,
        host = of.host,
        rest_ms = millis(rest),
        "marketplace asks for a rest"
    );
}

/// The allowance is used up; nothing is sent on this channel until it has grown again.
pub(crate) fn saving(of: Subject<'_>, rest: Duration) {
    tracing::debug!(
        purpose = of.purpose,
        host = of.host,
        rest_ms = millis(rest),
        "allowance used up"
    );
}

/// A login succeeded.
pub(crate) fn logged_in(life: Duration) {
    tracing::debug!(token_life_ms = millis(life), "token fetched");
}

/// A login failed.
pub(crate) fn login_failed() {
    tracing::warn!("no token could be fetched");
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
