//! What can go wrong between a marketplace that polls and us, for any protocol over HTTP.

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use http::StatusCode;
use trueup_marketplace::{
    Batch, Call, Capabilities, Checked, Context, Error, Invitation, Mailbox, Marketplace, Polled,
    Prepared, Receipt, Reply,
};

/// Of whoever stands in between.
const PAGE: &[u8] = b"<!doctype html><title>Hotel Wi-Fi</title><p>Please sign in.";

/// A fault, injected at one call of the marketplace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum PollFault {
    /// It does not arrive, and the session breaks off.
    NotArrived,
    /// It arrives, and its answer is lost.
    Lost,
    /// The session breaks off, and it arrives later.
    Late,
    /// It arrives twice.
    Repeated,
    /// It arrives, and its answer is cut in the middle.
    Truncated,
    /// It does not arrive, and a web page answers with status 200.
    Alien,
    /// Half of it arrives.
    HalfArrives,
    /// A web page arrives in its place.
    AlienArrives,
}

impl PollFault {
    /// Every fault.
    pub const ALL: [Self; 8] = [
        Self::NotArrived,
        Self::Lost,
        Self::Late,
        Self::Repeated,
        Self::Truncated,
        Self::Alien,
        Self::HalfArrives,
        Self::AlienArrives,
    ];
}

/// Counts the marketplace's calls, and strikes one of them.
#[derive(Debug, Default)]
pub(crate) struct Switchboard(Mutex<Calls>);

#[derive(Debug, Default)]
struct Calls {
    seen: usize,
    strike: Option<(usize, PollFault)>,
    late: Option<Call>,
}

impl Switchboard {
    fn calls(&self) -> MutexGuard<'_, Calls> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Strikes the call of this number, counted from now.
    pub(crate) fn inject(&self, position: usize, fault: PollFault) {
        let strike = Some((position, fault));
        *self.calls() = Calls { strike, ..Calls::default() };
    }

    /// How many calls there have been since.
    pub(crate) fn seen(&self) -> usize {
        self.calls().seen
    }

    /// The fault of the next call.
    fn next(&self) -> Option<PollFault> {
        let mut calls = self.calls();
        let number = calls.seen;
        calls.seen += 1;
        calls.strike.filter(|(position, _)| *position == number).map(|(_, fault)| fault)
    }

    fn keep(&self, call: &Call) {
        self.calls().late = Some(call.clone());
    }

    fn late(&self) -> Option<Call> {
        self.calls().late.take()
    }
}

/// A marketplace whose side that is polled is called through a switchboard.
#[derive(Debug)]
pub(crate) struct Switched<'a> {
    pub(crate) marketplace: &'a dyn Marketplace,
    pub(crate) switchboard: &'a Switchboard,
}

#[async_trait]
impl Marketplace for Switched<'_> {
    fn capabilities(&self) -> Capabilities {
        self.marketplace.capabilities()
    }

    fn polled(&self) -> Option<&dyn Polled> {
        self.marketplace.polled().map(|_| self as &dyn Polled)
    }

    async fn prepare(&self, batch: &Batch, context: &Context<'_>) -> Result<Prepared, Error> {
        self.marketplace.prepare(batch, context).await
    }

    async fn submit(
        &self,
        batch: &Batch,
        prepared: &Prepared,
        context: &Context<'_>,
    ) -> Result<Receipt, Error> {
        self.marketplace.submit(batch, prepared, context).await
    }

    async fn check(&self, context: &Context<'_>) -> Result<Checked, Error> {
        self.marketplace.check(context).await
    }
}

#[async_trait]
impl Polled for Switched<'_> {
    async fn answer(&self, call: &Call, mailbox: &dyn Mailbox) -> Reply {
        let Some(polled) = self.marketplace.polled() else { return broken() };
        if let Some(late) = self.switchboard.late() {
            let _nobody_waits_for_it = polled.answer(&late, mailbox).await;
        }
        match self.switchboard.next() {
            None => polled.answer(call, mailbox).await,
            Some(PollFault::NotArrived) => broken(),
            Some(PollFault::Lost) => {
                let _unheard = polled.answer(call, mailbox).await;
                broken()
            }
            Some(PollFault::Late) => {
                self.switchboard.keep(call);
                broken()
            }
            Some(PollFault::Repeated) => {
                let _first = polled.answer(call, mailbox).await;
                polled.answer(call, mailbox).await
            }
            Some(PollFault::Truncated) => {
                let reply = polled.answer(call, mailbox).await;
                Reply { body: half(&reply.body), ..reply }
            }
            Some(PollFault::Alien) => page(StatusCode::OK),
            Some(PollFault::HalfArrives) => {
                let call = Call { body: half(&call.body), ..call.clone() };
                polled.answer(&call, mailbox).await
            }
            Some(PollFault::AlienArrives) => {
                let call = Call { body: Bytes::from_static(PAGE), ..call.clone() };
                polled.answer(&call, mailbox).await
            }
        }
    }

    fn invitation(&self, channel: &str, url: &str) -> Result<Invitation, String> {
        let polled = self.marketplace.polled();
        polled.map_or(Err("nobody polls".to_owned()), |polled| polled.invitation(channel, url))
    }
}

/// What the marketplace sees of a connection that breaks: a gateway's complaint.
fn broken() -> Reply {
    page(StatusCode::BAD_GATEWAY)
}

fn page(status: StatusCode) -> Reply {
    Reply { status, content_type: "text/html", body: Bytes::from_static(PAGE) }
}

fn half(body: &Bytes) -> Bytes {
    body.slice(..body.len() / 2)
}
