//! Requests whose answer was lost: finding out what became of them before anything else is sent in
//! their place.
//!
//! Where preparing again would give another request (a difference, a comparison), an unclear outcome
//! is not simply sent again. The request is on disk; it is repeated as it was under its own key, or
//! asked about where the marketplace knows no keys, until it is known what it did.

use jiff::{SignedDuration, Timestamp};
use trueup_delivery::{BatchId, mutant};
use trueup_marketplace::{
    Answer, Arrival, Capabilities, Error, ErrorKind, Prepared, Receipt, Retry,
};
use trueup_store::{BatchOutcome, ClaimedBatch, LineOutcome, Recorded, Unresolved};

use crate::submit::{REQUEST, TOO_LONG, Teller};
use crate::{RunError, outcome};

impl Teller<'_> {
    /// Writes a prepared request down. Should we stop before the answer, a marketplace that knows
    /// keys is asked at once, any other when the request cannot take effect any more.
    pub(crate) async fn keep(
        &self,
        claimed: &ClaimedBatch,
        prepared: &Prepared,
    ) -> Result<(), RunError> {
        let now = self.clock.now();
        let ask_at = match knows_keys(self.capabilities) {
            true => now,
            false => later(later(now, repetition()), self.settle_time()),
        };
        Ok(self.store.record_request(self.lease(), claimed, prepared, ask_at, now).await?)
    }

    /// Whether a submission that failed so is left open until it is known what it did.
    pub(crate) fn is_resolvable(&self, error: &Error) -> bool {
        self.capabilities.effect.keeps_request() && error.arrival() == Arrival::Unknown
    }

    /// Leaves a submission open whose answer was lost just now.
    pub(crate) async fn leave_unresolved(
        &self,
        claimed: &ClaimedBatch,
        error: &Error,
    ) -> Result<(), RunError> {
        let now = self.clock.now();
        let is_prompt = knows_keys(self.capabilities);
        let ask_at = if is_prompt { now } else { later(now, self.settle_time()) };
        self.leave(claimed, ask_at, error).await
    }

    /// Asks what became of each request whose answer was lost, as far as it is time to.
    pub(crate) async fn resolve_due(&self) -> Result<(), RunError> {
        let (channel, now) = (self.channel.id, self.clock.now());
        let mut after = BatchId(i64::MIN);
        while let Some(lost) = self.store.unresolved(channel, after, now).await? {
            after = lost.claimed.id;
            self.resolve(lost).await?;
        }
        Ok(())
    }

    async fn resolve(&self, lost: Unresolved) -> Result<(), RunError> {
        if let Some(why) = self.is_beyond(&lost) {
            return self.doubt(&lost, why).await;
        }
        let error = match self.ask(&lost).await? {
            Ok(receipt) => {
                tracing::info!(channel = %self.channel.name, batch = lost.claimed.key,
                    "it is known what became of a request whose answer was lost");
                self.answered(lost.claimed, &receipt, &lost.prepared.withheld).await?;
                return Ok(());
            }
            Err(error) if error.retry() == Retry::Never => {
                return self.doubt(&lost, error.to_string()).await;
            }
            Err(error) => error,
        };
        tracing::warn!(channel = %self.channel.name, batch = lost.claimed.key, %error,
            "it is not known what became of a request");
        let ask_at = outcome::retry_at(
            Some(error.retry()),
            self.clock.now(),
            lost.asked,
            self.clock.chance(),
        );
        self.leave(&lost.claimed, ask_at, &error).await
    }

    /// The outer error is a lost lease: the request stays open for whoever took over.
    async fn ask(&self, lost: &Unresolved) -> Result<Result<Receipt, Error>, RunError> {
        // The process may have been stopped for any time since it read what was sent.
        if !self.tenure.is_trusted(self.clock.elapsed()) {
            return Err(RunError::LeaseLost(self.channel.name.clone()));
        }
        let batch = outcome::batch_of(&lost.claimed, lost.kind);
        let letters = self.letters();
        let context = self.context(&letters);
        let asking = self.channel.marketplace.resolve(&batch, &lost.prepared, &context);
        tokio::select! {
            answer = asking => Ok(answer),
            () = self.clock.sleep(REQUEST) => Ok(Err(Error::unknown(ErrorKind::Timeout, TOO_LONG))),
            () = self.tenure.lost() => Err(RunError::LeaseLost(self.channel.name.clone())),
        }
    }

    /// Why asking is no use any more.
    fn is_beyond(&self, lost: &Unresolved) -> Option<String> {
        if !self.capabilities.effect.keeps_request() {
            return Some("the channel's settings changed before its answer was known".to_owned());
        }
        let age = self.clock.now().duration_since(lost.sent_at);
        let life = SignedDuration::try_from(self.capabilities.key_life);
        let life = life.unwrap_or(SignedDuration::MAX);
        let is_forgotten = knows_keys(self.capabilities)
            && age + repetition() >= life
            && !mutant!(TrustsKeysForEver);
        is_forgotten.then(|| {
            let hours = life.as_hours();
            format!("the marketplace knows keys for {hours} h, and that time is over")
        })
    }

    async fn leave(
        &self,
        claimed: &ClaimedBatch,
        ask_at: Timestamp,
        error: &Error,
    ) -> Result<(), RunError> {
        let (now, reason) = (self.clock.now(), error.to_string());
        let left = self.store.leave_unresolved(self.lease(), claimed, ask_at, &reason, now);
        match left.await? {
            Recorded::Done => Ok(()),
            Recorded::LateNews => Err(RunError::LeaseLost(self.channel.name.clone())),
        }
    }

    /// Gives a request up as unclear; lines that stayed out of it have their own verdicts.
    async fn doubt(&self, lost: &Unresolved, why: String) -> Result<(), RunError> {
        let reason = format!("it could not be found out whether it took effect: {why}");
        let withheld =
            outcome::of_receipt(&Receipt::new(Answer::Submitted), &lost.prepared.withheld);
        let outcome = BatchOutcome { default: LineOutcome::Unknown { reason }, ..withheld };
        self.record(&lost.claimed, &outcome, None).await
    }
}

fn knows_keys(capabilities: &Capabilities) -> bool {
    !capabilities.key_life.is_zero()
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.saturating_add(by).unwrap_or(Timestamp::MAX)
}

/// What a repetition may take; a key that could run out meanwhile protects from nothing.
fn repetition() -> SignedDuration {
    SignedDuration::try_from(REQUEST).unwrap_or(SignedDuration::MAX)
}
