//! Pending submissions: asking until the marketplace says what became of them.

use jiff::{SignedDuration, Timestamp};
use trueup_marketplace::{Answer, BatchKey, Contact, Error, FeedKind, Letter, Mailbox, Ticket};
use trueup_store::{ClaimedBatch, LineOutcome};

use crate::submit::Teller;
use crate::{RunError, outcome, patience};

/// Whether a pending submission was settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Settled {
    /// Every line has its outcome.
    Yes,
    /// Ask again later.
    NotYet,
}

impl Teller<'_> {
    /// Asks about each pending batch until it is settled or `until` has passed. Gives back how many
    /// are still open.
    pub(crate) async fn settle_all(
        &self,
        mut pending: Vec<ClaimedBatch>,
        kind: FeedKind,
        until: Timestamp,
    ) -> Result<usize, RunError> {
        for asked in 0.. {
            let mut open = Vec::new();
            for claimed in pending {
                if self.settle(&claimed, kind).await? == Settled::NotYet {
                    open.push(claimed);
                }
            }
            let wait = patience::asking(asked);
            let is_late = self.clock.now().saturating_add(wait).is_ok_and(|next| next > until);
            if open.is_empty() || is_late {
                return Ok(open.len());
            }
            pending = open;
            tokio::select! {
                () = self.clock.sleep(wait.unsigned_abs()) => {}
                () = self.tenure.lost() => {
                    return Err(RunError::LeaseLost(self.channel.name.clone()));
                }
            }
        }
        Ok(0)
    }

    async fn settle(&self, claimed: &ClaimedBatch, kind: FeedKind) -> Result<Settled, RunError> {
        let Some(ticket) = claimed.ticket.clone().map(Ticket) else { return Ok(Settled::Yes) };
        let batch = outcome::batch_of(claimed, kind);
        let letters = self.letters();
        let context = self.context(&letters);
        let answer = self.channel.marketplace.settle(&batch, &ticket, &context).await;
        let why = match answer {
            Ok(receipt) if !matches!(receipt.answer(), Answer::Pending(_)) => {
                let outcome = outcome::of_receipt(&receipt, &[]);
                self.record(claimed, &outcome, None).await?;
                return Ok(Settled::Yes);
            }
            Ok(_) => "the marketplace still says it is working on it".to_owned(),
            Err(error) => error.to_string(),
        };
        let Some(since) = self.heard_at(claimed).await? else { return Ok(Settled::NotYet) };
        let age = self.clock.now().duration_since(since);
        let life = self.capabilities.ticket_life;
        if age < SignedDuration::try_from(life).unwrap_or(SignedDuration::MAX) {
            return Ok(Settled::NotYet);
        }
        let minutes = age.as_mins();
        self.give_up(claimed, format!("not settled after {minutes} minutes: {why}")).await?;
        Ok(Settled::Yes)
    }

    /// Since when the marketplace has had a submission. One that polls has it from the last time it
    /// fetched the message; until it did, the message waits, however long.
    async fn heard_at(&self, claimed: &ClaimedBatch) -> Result<Option<Timestamp>, RunError> {
        match self.capabilities.contact {
            Contact::WeCall => Ok(Some(claimed.started_at)),
            Contact::TheyPoll => {
                let key = BatchKey(claimed.key.clone());
                Ok(self.letters().fetched_at(&key).await?)
            }
        }
    }

    /// Makes way for a newer feed where the marketplace polls: messages that nobody fetched are taken
    /// back, and their lines are due at once, with the numbers of today.
    pub(crate) async fn take_back_unfetched(&self) -> Result<(), RunError> {
        if self.capabilities.contact == Contact::WeCall {
            return Ok(());
        }
        for claimed in self.store.open_tickets(self.channel.id).await? {
            match self.withdraw(&BatchKey(claimed.key.clone())).await {
                Ok(true) => self.take_back(&claimed).await?,
                Ok(false) => {}
                Err(error) => tracing::warn!(channel = %self.channel.name, %error,
                    "a message stays where it is"),
            }
        }
        Ok(self.letters().tidy().await?)
    }

    /// Whether a message is certainly not told any more. One that is gone while its batch is open was
    /// withdrawn by somebody who then stopped.
    async fn withdraw(&self, key: &BatchKey) -> Result<bool, Error> {
        let letters = self.letters();
        Ok(letters.withdraw(key).await? || letters.look(key).await? == Letter::Absent)
    }

    async fn take_back(&self, claimed: &ClaimedBatch) -> Result<(), RunError> {
        let reason = "nobody fetched it before the next feed, which takes its place".to_owned();
        let outcome = outcome::whole(LineOutcome::NotApplied { reason });
        let at_once = |_| Timestamp::UNIX_EPOCH;
        self.record_due(claimed, &outcome, &at_once).await
    }
}
