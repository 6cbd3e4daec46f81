//! Pending submissions: asking until the marketplace says what became of them.

use jiff::{SignedDuration, Timestamp};
use trueup_marketplace::{Answer, FeedKind, Ticket};
use trueup_store::ClaimedBatch;

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
        let answer = self.channel.marketplace.settle(&batch, &ticket, &self.context()).await;
        let why = match answer {
            Ok(receipt) if !matches!(receipt.answer(), Answer::Pending(_)) => {
                let outcome = outcome::of_receipt(&receipt, &[]);
                self.record(claimed, &outcome, None).await?;
                return Ok(Settled::Yes);
            }
            Ok(_) => "the marketplace still says it is working on it".to_owned(),
            Err(error) => error.to_string(),
        };
        let age = self.clock.now().duration_since(claimed.started_at);
        let life = self.capabilities.ticket_life;
        if age < SignedDuration::try_from(life).unwrap_or(SignedDuration::MAX) {
            return Ok(Settled::NotYet);
        }
        let minutes = age.as_mins();
        self.give_up(claimed, format!("not settled after {minutes} minutes: {why}")).await?;
        Ok(Settled::Yes)
    }
}
