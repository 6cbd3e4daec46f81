//! One batch: prepare, record, send, record the answer.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use trueup_delivery::mutant;
use trueup_marketplace::{
    Answer, Arrival, Batch, Capabilities, Context, Error, ErrorKind, FeedKind, LineKey,
    LineVerdict, Prepared, Receipt, Retry, TrueUp,
};
use trueup_store::{BatchOutcome, ClaimedBatch, Lease, Letters, LineOutcome, Recorded, Store};

use crate::refusal::{Refusal, is_refusal};
use crate::tenure::Tenure;
use crate::{Channel, Clock, RunError, Runner, outcome};

/// How long one request may take, from its record to its last retry; the marketplace's own deadline
/// may be shorter.
pub(crate) const REQUEST: Duration = Duration::from_secs(120);

const TOO_LATE: &str = "not sent: this process rested too long after it had noted the intent";
pub(crate) const TOO_LONG: &str = "no answer within two minutes, retries included";

/// Everything that telling one channel something needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Teller<'a> {
    pub store: &'a Store,
    pub channel: &'a Channel,
    pub tenure: &'a Tenure,
    pub capabilities: &'a Capabilities,
    pub clock: &'a dyn Clock,
}

/// What became of a batch.
#[derive(Debug)]
pub(crate) enum Told {
    /// Every line has its outcome.
    Answered {
        /// Whether the marketplace took any of them.
        is_taken: bool,
    },
    /// A ticket tells later.
    Pending(ClaimedBatch),
    /// The marketplace refused it as a whole, and certainly nothing took effect. Nothing is recorded.
    Refused(Refusal),
    /// It failed as a whole in another way.
    Failed(Error),
}

impl<'a> Teller<'a> {
    pub(crate) fn new(
        runner: &'a Runner,
        channel: &'a Channel,
        tenure: &'a Tenure,
        capabilities: &'a Capabilities,
    ) -> Self {
        Self { store: &runner.store, channel, tenure, capabilities, clock: runner.clock.as_ref() }
    }

    pub(crate) fn lease(&self) -> &'a Lease {
        self.tenure.lease()
    }

    /// The channel's mailbox, for an operation that begins now.
    pub(crate) fn letters(&self) -> Letters {
        self.store.letters(self.channel.id, self.clock.now())
    }

    /// What an operation is given.
    pub(crate) fn context<'b>(&'b self, mailbox: &'b Letters) -> Context<'b> {
        Context { wire: self.channel.wire.as_ref(), mailbox, now: self.clock.now() }
    }

    pub(crate) fn settle_time(&self) -> SignedDuration {
        SignedDuration::try_from(self.capabilities.settle).unwrap_or(SignedDuration::MAX)
    }

    /// Sends a claimed batch and records what became of each line.
    pub(crate) async fn tell(
        &self,
        claimed: ClaimedBatch,
        kind: FeedKind,
    ) -> Result<Told, RunError> {
        let begun = self.clock.elapsed();
        let batch = outcome::batch_of(&claimed, kind);
        let letters = self.letters();
        let preparing = self.channel.marketplace.prepare(&batch, &self.context(&letters)).await;
        let prepared = match preparing {
            Ok(prepared) => prepared,
            Err(error) => return self.failed(claimed, never_left(error), Vec::new()).await,
        };
        if prepared.withheld.len() >= batch.lines.len() {
            let outcome = outcome::of_receipt(&Receipt::new(Answer::Submitted), &prepared.withheld);
            self.record(&claimed, &outcome, None).await?;
            return Ok(Told::Answered { is_taken: false });
        }
        let is_lacking = !prepared.withheld.is_empty() && !mutant!(WholeWithoutWithheld);
        if is_lacking && self.replaces_everything(kind) {
            return self.incomplete(&claimed, &prepared.withheld).await;
        }
        if self.capabilities.effect.keeps_request() {
            self.keep(&claimed, &prepared).await?;
        }
        fail::fail_point!("before_http");
        let spent = self.spent(&claimed, begun);
        match self.submit(spent, &batch, &prepared).await? {
            Ok(receipt) => self.answered(claimed, &receipt, &prepared.withheld).await,
            Err(error) => self.failed(claimed, error, prepared.withheld).await,
        }
    }

    const fn replaces_everything(&self, kind: FeedKind) -> bool {
        matches!((kind, self.capabilities.true_up), (FeedKind::TrueUp, TrueUp::Whole(_)))
    }

    /// A feed in which an absent line means 0 does not go without the lines that stay out of it.
    async fn incomplete(
        &self,
        claimed: &ClaimedBatch,
        withheld: &[(LineKey, LineVerdict)],
    ) -> Result<Told, RunError> {
        let lines = withheld.len();
        let why = format!(
            "{lines} lines cannot be sent, and leaving them out of a True-Up would set them to 0; \
             nothing was sent"
        );
        let error = Error::not_applied(ErrorKind::Unsupported, Retry::Later, why);
        self.record(claimed, &outcome::of_error(&error, withheld), Some(error.retry())).await?;
        Ok(Told::Failed(error))
    }

    /// Sends a batch within the time that its record promises to a successor. The outer error is a
    /// lost lease: the batch stays in flight for whoever took over.
    async fn submit(
        &self,
        spent: Duration,
        batch: &Batch,
        prepared: &Prepared,
    ) -> Result<Result<Receipt, Error>, RunError> {
        // A process may have been stopped for any time between the record and here.
        if !self.tenure.is_trusted(self.clock.elapsed()) {
            return Err(RunError::LeaseLost(self.channel.name.clone()));
        }
        let Some(left) = REQUEST.checked_sub(spent).filter(|left| !left.is_zero()) else {
            return Ok(Err(Error::not_applied(ErrorKind::Timeout, Retry::Later, TOO_LATE)));
        };
        let letters = self.letters();
        let context = self.context(&letters);
        let submitting = self.channel.marketplace.submit(batch, prepared, &context);
        tokio::select! {
            answer = submitting => Ok(answer),
            () = self.tenure.lost() => Err(RunError::LeaseLost(self.channel.name.clone())),
            () = self.clock.sleep(left) => Ok(Err(Error::unknown(ErrorKind::Timeout, TOO_LONG))),
        }
    }

    /// How long ago the intent to send was recorded, by whichever clock says more: the calendar may
    /// have been set back meanwhile.
    fn spent(&self, claimed: &ClaimedBatch, begun: Duration) -> Duration {
        let by_calendar = self.clock.now().duration_since(claimed.started_at);
        let by_calendar = Duration::try_from(by_calendar).unwrap_or_default();
        by_calendar.max(self.clock.elapsed().saturating_sub(begun))
    }

    pub(crate) async fn answered(
        &self,
        claimed: ClaimedBatch,
        receipt: &Receipt,
        withheld: &[(LineKey, LineVerdict)],
    ) -> Result<Told, RunError> {
        let outcome = outcome::of_receipt(receipt, withheld);
        let pending = match receipt.answer() {
            Answer::Pending(ticket) if !mutant!(TicketIsAccepted) => Some(ticket),
            Answer::Pending(_) | Answer::Applied | Answer::Submitted => None,
        };
        let Some(ticket) = pending else {
            self.record(&claimed, &outcome, None).await?;
            return Ok(Told::Answered { is_taken: outcome.exceptions.len() < claimed.lines.len() });
        };
        let lease = self.lease();
        let now = self.clock.now();
        let retry_at = |attempts| outcome::retry_at(None, now, attempts, self.clock.chance());
        self.store
            .record_ticket(
                lease,
                &claimed,
                &ticket.0,
                &outcome,
                self.channel.fingerprint,
                &retry_at,
                self.settle_time(),
                now,
            )
            .await?;
        Ok(Told::Pending(ClaimedBatch { ticket: Some(ticket.0.clone()), ..claimed }))
    }

    async fn failed(
        &self,
        claimed: ClaimedBatch,
        error: Error,
        withheld: Vec<(LineKey, LineVerdict)>,
    ) -> Result<Told, RunError> {
        if is_refusal(&error) {
            return Ok(Told::Refused(Refusal { claimed, withheld, error }));
        }
        if self.is_resolvable(&error) {
            self.leave_unresolved(&claimed, &error).await?;
            return Ok(Told::Failed(error));
        }
        let outcome = outcome::of_error(&error, &withheld);
        self.record(&claimed, &outcome, Some(error.retry())).await?;
        Ok(Told::Failed(error))
    }

    /// Records the outcome of every line.
    pub(crate) async fn record(
        &self,
        claimed: &ClaimedBatch,
        outcome: &BatchOutcome,
        retry: Option<Retry>,
    ) -> Result<(), RunError> {
        let now = self.clock.now();
        let retry_at = |attempts| outcome::retry_at(retry, now, attempts, self.clock.chance());
        self.record_due(claimed, outcome, &retry_at).await
    }

    /// The same with the caller's own idea of when what had no effect is due again.
    pub(crate) async fn record_due(
        &self,
        claimed: &ClaimedBatch,
        outcome: &BatchOutcome,
        retry_at: &(dyn Fn(u32) -> Timestamp + Sync),
    ) -> Result<(), RunError> {
        let now = self.clock.now();
        let recorded = self
            .store
            .record_outcome(
                self.lease(),
                claimed,
                outcome,
                self.channel.fingerprint,
                retry_at,
                self.settle_time(),
                now,
            )
            .await?;
        match recorded {
            Recorded::Done => Ok(()),
            Recorded::LateNews => Err(RunError::LeaseLost(self.channel.name.clone())),
        }
    }

    /// Gives a batch up as unclear, whatever its ticket may still say.
    pub(crate) async fn give_up(
        &self,
        claimed: &ClaimedBatch,
        reason: String,
    ) -> Result<(), RunError> {
        self.record(claimed, &outcome::whole(LineOutcome::Unknown { reason }), None).await
    }
}

/// Preparing changes nothing at the marketplace, whatever a connector says.
fn never_left(error: Error) -> Error {
    match error.arrival() {
        Arrival::NotApplied => error,
        Arrival::Unknown => Error::not_applied(error.kind(), error.retry(), error.to_string()),
    }
}

/// Whether the next batch of the feed would most likely fail in the same way.
pub(crate) const fn stops_feed(kind: ErrorKind) -> bool {
    !matches!(kind, ErrorKind::Refused | ErrorKind::Unreadable | ErrorKind::BeyondLimits)
}
