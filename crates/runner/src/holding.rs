//! A feed before its guard: judged, held in part, released.

use trueup_marketplace::{FeedKind, TrueUp};
use trueup_store::{FeedEnd, FeedId, Hold, Holding, Judged, Waiting};

use crate::guard::{Judgement, Verdict, said};
use crate::pass::Pass;
use crate::{Reason, RunError};

/// What the guard said to a feed.
#[derive(Debug, Default)]
pub(crate) struct Keeping {
    /// Whose number a person approves, and why; where a part of the feed waits.
    pub held: Option<(FeedId, Verdict)>,
    /// The hold that stood before the feed.
    hold: Option<Hold>,
}

impl Keeping {
    /// Which lines wait.
    pub(crate) fn waiting(&self) -> Waiting {
        self.held.as_ref().map(|(_, verdict)| verdict.waiting).unwrap_or_default()
    }

    /// Whether what is shown may be confirmed.
    pub(crate) fn confirms(&self) -> bool {
        self.held.as_ref().is_none_or(|(_, verdict)| verdict.confirms)
    }
}

impl Pass<'_> {
    /// How the feed is to be judged.
    pub(crate) fn judged(&self) -> Judged {
        self.teller.channel.judged(self.order.kind, self.order.basis)
    }

    /// Judges the feed by what is due now, and holds what must wait.
    pub(crate) async fn judge(&mut self) -> Result<(), RunError> {
        if !self.may_go_on() {
            return Ok(());
        }
        let (store, channel, now) =
            (self.teller.store, self.teller.channel, self.teller.clock.now());
        let mut impact = store.impact(channel.id, self.judged()).await?;
        if channel.guard.needs_count(&impact, self.order.kind, now) {
            impact.shown = Some(store.count_shown(self.teller.lease(), now).await?);
        }
        let judgement = channel.guard.judge(&impact, None, now);
        self.keeping.hold = impact.hold;
        let is_shrunk = |reason: &Reason| matches!(reason, Reason::Shrunk { .. });
        match judgement {
            Judgement::Held(verdict) => {
                if !verdict.reasons.iter().any(is_shrunk) {
                    store.trust_inputs(self.teller.lease()).await?;
                }
                self.hold(verdict).await
            }
            Judgement::Goes { releases } => {
                self.keeping.hold.take_if(|_| !releases);
                Ok(store.trust_inputs(self.teller.lease()).await?)
            }
        }
    }

    /// Writes down what is held; it is one feed per channel, however often it is tried.
    pub(crate) async fn hold(&mut self, verdict: Verdict) -> Result<(), RunError> {
        let held = self.keeping.hold.as_ref().map_or(self.feed, |hold| hold.feed);
        let reasons = serde_json::to_string(&verdict.reasons)
            .expect("reasons are texts, numbers and instants, which JSON can write");
        let message = message(held, &verdict);
        let holding = Holding { reasons: &reasons, message: &message, waiting: verdict.covered };
        let (lease, now) = (self.teller.lease(), self.teller.clock.now());
        let held = self.teller.store.hold(lease, self.feed, self.order.basis, holding, now).await?;
        tracing::error!(channel = %self.teller.channel.name, feed = held.0, reasons = %said(&verdict.reasons),
            "a feed is held until it is approved");
        self.keeping.held = Some((held, verdict));
        Ok(())
    }

    /// While a True-Up that travels whole is held, what only lowers numbers goes as a Differential.
    pub(crate) async fn send_beside_whole(&mut self) -> Result<(), RunError> {
        let capabilities = self.teller.capabilities;
        let is_whole = matches!(capabilities.true_up, TrueUp::Whole(_));
        if self.keeping.held.is_none() || !is_whole || !capabilities.takes_differential {
            return Ok(());
        }
        self.sending = FeedKind::Differential;
        self.send_due().await
    }

    /// How the feed ends, and what is to be said of it.
    pub(crate) async fn end(
        &self,
        failure: Option<String>,
    ) -> Result<(FeedEnd, Option<String>), RunError> {
        if let Some((held, verdict)) = &self.keeping.held {
            let message = message(*held, verdict);
            let message = failure.map(|failure| format!("{message}; {failure}")).unwrap_or(message);
            let is_own = *held == self.feed;
            return Ok((if is_own { FeedEnd::Held } else { FeedEnd::Failed }, Some(message)));
        }
        if failure.is_some() {
            return Ok((FeedEnd::Failed, failure));
        }
        if let Some(hold) = &self.keeping.hold {
            let how = match hold.approved_at {
                Some(_) => "approved, and sent",
                None => "nothing was left to be held",
            };
            let message = format!("{how} with feed {}", self.feed.0);
            let (lease, now) = (self.teller.lease(), self.teller.clock.now());
            self.teller.store.release_held(lease, hold.feed, &message, now).await?;
        }
        Ok((FeedEnd::Done, None))
    }
}

fn message(held: FeedId, verdict: &Verdict) -> String {
    let waits = match (verdict.waiting.zeros_until, verdict.waiting.raises_until) {
        (Some(_), Some(_)) => "these zeros and whatever would show more wait",
        (Some(_), None) => "these zeros wait",
        (None, _) => "whatever would show more waits",
    };
    let (reasons, id) = (said(&verdict.reasons), held.0);
    format!(
        "feed {id} is held: {reasons}; {waits}, the rest is sent; `trueup approve {id}` lets all of it go"
    )
}
