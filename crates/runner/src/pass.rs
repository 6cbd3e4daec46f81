//! One feed: plan, record, submit, settle.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;
use trueup_delivery::ListingId;
use trueup_marketplace::{BatchScope, Capabilities, Contact, FeedKind, Limit, TrueUp};
use trueup_stock::{Basis, Candidate, Held, Wanted};
use trueup_store::{Cause, Claim, Claimable, ClaimedBatch, FeedId, NewFeed, Refresh, WholeClaim};

use crate::bisect::Fortune;
use crate::guard::{Judgement, complete, said};
use crate::holding::Keeping;
use crate::submit::{self, Teller};
use crate::tenure::Tenure;
use crate::{Channel, RunError, Runner};

/// Products recomputed per transaction: small enough that imports do not wait.
const PRODUCTS_PER_STEP: usize = 500;
/// Lines per batch where the marketplace sets no limit.
const LINES_PER_BATCH: usize = 500;
/// How long a feed waits for its own submissions to be settled; later passes go on asking.
const SETTLING: SignedDuration = SignedDuration::from_secs(30);

/// Which feed to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedOrder {
    /// True-Up or Differential.
    pub kind: FeedKind,
    /// Real figures or external stock.
    pub basis: Basis,
    /// Who asked for it.
    pub cause: Cause,
    /// The schedule and the instant that it fulfils, recorded when the feed is closed, so that a
    /// feed that was cut short is still due.
    pub planned: Option<(String, Timestamp)>,
}

/// A feed under way.
pub(crate) struct Pass<'a> {
    pub teller: Teller<'a>,
    pub order: &'a FeedOrder,
    stop: &'a CancellationToken,
    pub feed: FeedId,
    /// What is due by this is sent: the last moment at which levels were computed. What is put off
    /// by this feed itself comes later.
    due_by: Timestamp,
    held: u64,
    pub failure: Option<String>,
    /// The kind of batch that is sent.
    pub sending: FeedKind,
    pub keeping: Keeping,
    pub fortune: Fortune,
    pub pending: Vec<ClaimedBatch>,
}

/// Runs one feed of a channel whose lease is held.
pub(crate) async fn run(
    runner: &Runner,
    channel: &Channel,
    tenure: &Tenure,
    order: &FeedOrder,
) -> Result<FeedId, RunError> {
    let capabilities = channel.marketplace.capabilities();
    let teller = Teller::new(runner, channel, tenure, &capabilities);
    let started = runner.clock.now();
    settle_earlier(&teller, order, started).await?;
    let new = NewFeed { kind: order.kind, basis: order.basis, cause: order.cause };
    let feed = runner.store.open_feed(tenure.lease(), new, started).await?;
    let mut pass = Pass {
        teller,
        order,
        stop: &runner.stop,
        feed,
        due_by: started,
        held: 0,
        failure: None,
        sending: order.kind,
        keeping: Keeping::default(),
        fortune: Fortune::default(),
        pending: Vec::new(),
    };
    let delivered = pass.deliver().await;
    pass.close(delivered).await
}

/// A feed that replaces everything must not overtake one that is still being worked on.
async fn settle_earlier(
    teller: &Teller<'_>,
    order: &FeedOrder,
    now: Timestamp,
) -> Result<(), RunError> {
    teller.resolve_due().await?;
    let earlier = teller.store.open_tickets(teller.channel.id).await?;
    let is_whole =
        order.kind == FeedKind::TrueUp && matches!(teller.capabilities.true_up, TrueUp::Whole(_));
    let patience = if is_whole { SETTLING } else { SignedDuration::ZERO };
    let until = now.saturating_add(patience).unwrap_or(now);
    teller.settle_all(earlier, order.kind, until).await?;
    teller.take_back_unfetched().await
}

impl Pass<'_> {
    async fn deliver(&mut self) -> Result<(), RunError> {
        match (self.order.kind, self.teller.capabilities.true_up) {
            (FeedKind::Differential, _) => {
                self.refresh_dirty().await?;
                self.judge().await?;
                self.send_due().await?;
            }
            (FeedKind::TrueUp, TrueUp::Chunked) => {
                self.refresh_everything().await?;
                self.judge().await?;
                self.send_due().await?;
                self.send_rest().await?;
                // What the rest left outdated.
                self.send_due().await?;
            }
            (FeedKind::TrueUp, TrueUp::Whole(limit)) => {
                self.refresh_everything().await?;
                self.judge().await?;
                if self.keeping.held.is_none() && self.may_go_on() {
                    self.send_whole(limit).await?;
                }
                self.send_beside_whole().await?;
            }
        }
        self.give_alone_back().await?;
        self.teller.resolve_due().await?;
        let until = self.teller.clock.now().saturating_add(self.patience());
        let until = until.unwrap_or(Timestamp::MAX);
        let pending = std::mem::take(&mut self.pending);
        self.teller.settle_all(pending, self.sending, until).await?;
        Ok(())
    }

    /// How long to wait for what was submitted; one that polls comes in its own time.
    fn patience(&self) -> SignedDuration {
        match self.teller.capabilities.contact {
            Contact::WeCall => SETTLING,
            Contact::TheyPoll => SignedDuration::ZERO,
        }
    }

    fn planner(&self) -> impl Fn(&Candidate) -> Result<Vec<Wanted>, Held> + Sync + use<> {
        let (channel, basis) = (self.teller.channel.clone(), self.order.basis);
        move |candidate: &Candidate| channel.plan(candidate, basis)
    }

    async fn refresh(&mut self, scope: Refresh) -> Result<(u64, Option<i64>), RunError> {
        let Teller { store, channel, .. } = self.teller;
        let refreshed = store
            .refresh(
                self.teller.lease(),
                scope,
                channel.profile,
                &self.planner(),
                channel.fingerprint,
                self.teller.clock.now(),
            )
            .await?;
        self.held += refreshed.held;
        self.due_by = self.teller.clock.now();
        Ok((refreshed.products, refreshed.next))
    }

    async fn refresh_dirty(&mut self) -> Result<(), RunError> {
        let limit = PRODUCTS_PER_STEP;
        while self.refresh(Refresh::Dirty { limit }).await?.0 > 0 && !self.stop.is_cancelled() {}
        Ok(())
    }

    async fn refresh_everything(&mut self) -> Result<(), RunError> {
        let limit = PRODUCTS_PER_STEP;
        let mut after = None;
        loop {
            let (_, next) = self.refresh(Refresh::Everything { after, limit }).await?;
            after = next;
            if next.is_none() || self.stop.is_cancelled() {
                return Ok(());
            }
        }
    }

    pub(crate) async fn send_due(&mut self) -> Result<(), RunError> {
        while self.may_go_on() {
            let Some(claimed) = self.claim(Claimable::Due).await? else { return Ok(()) };
            self.send(claimed).await?;
        }
        Ok(())
    }

    async fn send_rest(&mut self) -> Result<(), RunError> {
        const START: ListingId = ListingId(i64::MIN);
        let mut after = START;
        while self.may_go_on() && self.keeping.confirms() {
            match self.claim(Claimable::Walk { after }).await? {
                Some(claimed) => {
                    after = claimed.lines.iter().map(|line| line.listing).max().unwrap_or(after);
                    self.send(claimed).await?;
                }
                None if after == START => return Ok(()),
                // Batches of one location pass over the lines of others: walk again.
                None => after = START,
            }
        }
        Ok(())
    }

    async fn claim(&self, selection: Claimable) -> Result<Option<ClaimedBatch>, RunError> {
        if self.teller.capabilities.effect.keeps_request() {
            self.teller.resolve_due().await?;
        }
        let Capabilities { lines_per_batch, batch_scope, .. } = self.teller.capabilities;
        let limit = lines_per_batch.0.map_or(LINES_PER_BATCH, NonZeroUsize::get);
        let now = self.teller.clock.now();
        let claim = Claim {
            limit,
            selection,
            is_one_location: *batch_scope == BatchScope::OneLocation,
            is_urgent: self.order.cause == Cause::Command,
            due_by: self.due_by,
            waiting: self.keeping.waiting(),
            deadline: now.saturating_add(submit::REQUEST).unwrap_or(Timestamp::MAX),
        };
        Ok(self.teller.store.claim(self.teller.lease(), self.feed, &claim, now).await?)
    }

    async fn send_whole(&mut self, limit: Limit) -> Result<(), RunError> {
        let Teller { store, channel, .. } = self.teller;
        let now = self.teller.clock.now();
        let verdict = Mutex::new(None);
        let whole = store
            .claim_everything(
                self.teller.lease(),
                self.feed,
                channel.profile,
                &self.planner(),
                channel.fingerprint,
                now.saturating_add(submit::REQUEST).unwrap_or(Timestamp::MAX),
                self.judged(),
                &|completeness, impact| {
                    complete(completeness, limit)?;
                    match channel.guard.judge(impact, Some(completeness), now) {
                        Judgement::Goes { .. } => Ok(()),
                        Judgement::Held(held) => {
                            let said = said(&held.reasons);
                            *verdict.lock().unwrap_or_else(PoisonError::into_inner) = Some(held);
                            Err(said)
                        }
                    }
                },
                now,
            )
            .await?;
        self.held = whole.held;
        if let Some(held) = verdict.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return self.hold(held).await;
        }
        match whole.claim {
            WholeClaim::Claimed(claimed) => self.send(claimed).await,
            WholeClaim::Empty => Ok(()),
            WholeClaim::Refused(reason) => {
                self.failure = Some(reason);
                Ok(())
            }
        }
    }

    pub(crate) fn may_go_on(&self) -> bool {
        self.failure.is_none() && !self.stop.is_cancelled()
    }

    /// Closes the feed as what it was, and hands an unexpected error on.
    async fn close(self, delivered: Result<(), RunError>) -> Result<FeedId, RunError> {
        if let Err(error @ (RunError::LeaseLost(_) | RunError::Store(_))) = delivered {
            return Err(error);
        }
        let is_cut = self.stop.is_cancelled();
        let message = self.failure.clone().or_else(|| {
            is_cut.then(|| "stopped on request; what was not sent stays due".to_owned())
        });
        let (end, message) = self.end(message).await?;
        let planned = self.order.planned.as_ref().filter(|_| !is_cut);
        let planned = planned.map(|(schedule, at)| (schedule.as_str(), *at));
        let (lease, now) = (self.teller.lease(), self.teller.clock.now());
        self.teller
            .store
            .close_feed(lease, self.feed, end, self.held, message.as_deref(), planned, now)
            .await?;
        delivered.map(|()| self.feed)
    }
}
