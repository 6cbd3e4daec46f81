//! Refused batches, divided until the lines at fault stand alone.
//!
//! Both halves of a refused part are sent before either is divided further, so that the first line
//! that is accepted shows early that the marketplace takes anything at all. A line that was refused
//! alone is parked only once it has: where everything is refused, no line is at fault.

use jiff::Timestamp;
use trueup_delivery::ListingId;
use trueup_marketplace::{FeedKind, TrueUp};
use trueup_store::ClaimedBatch;

use crate::RunError;
use crate::pass::Pass;
use crate::refusal::Refusal;
use crate::submit::{REQUEST, Told, stops_feed};

/// Failed batches in a row after which the feed gives up.
const FAILURES_IN_A_ROW_MAX: u32 = 3;
/// Lines that were refused alone in a row after which the feed gives up.
const ALONE_IN_A_ROW_MAX: usize = 20;
/// Requests that dividing may take in one feed. What is found by then is parked, so that the next
/// feed goes on from there.
const PARTS_MAX: u32 = 1_000;

/// How a feed fares with its marketplace.
#[derive(Debug, Default)]
pub(crate) struct Fortune {
    /// Batches of which the marketplace took something.
    taken: u64,
    /// Batches that failed since.
    failures: u32,
    /// Lines that were refused alone since; whether they or the marketplace are at fault is open.
    alone: Vec<Refusal>,
    /// Parts of refused batches that were sent.
    parts: u32,
}

/// The requests that one line at fault among so many costs at most, the first one included; and
/// those after which a marketplace that took nothing at all is believed to refuse everything.
pub(crate) const fn requests_max(lines: usize) -> u32 {
    2 * lines.next_power_of_two().ilog2() + 1
}

impl Pass<'_> {
    /// Sends a batch and sees to what comes of it.
    pub(crate) async fn send(&mut self, claimed: ClaimedBatch) -> Result<(), RunError> {
        let Some(refusal) = self.tell(claimed).await? else { return Ok(()) };
        if self.is_whole() {
            let why = &refusal.error;
            self.failure = Some(format!(
                "{why}; a True-Up travels whole there and cannot be divided to find the line at fault"
            ));
            return self.without_effect(&refusal).await;
        }
        match refusal.lines().len() {
            0 | 1 => self.alone(refusal).await,
            _ => self.bisect(refusal).await,
        }
    }

    /// Records the lines whose refusal nobody could explain as what they are: to be sent again.
    pub(crate) async fn give_alone_back(&mut self) -> Result<(), RunError> {
        for refusal in std::mem::take(&mut self.fortune.alone) {
            self.without_effect(&refusal).await?;
        }
        Ok(())
    }

    fn is_whole(&self) -> bool {
        let true_up = self.teller.capabilities.true_up;
        self.sending == FeedKind::TrueUp && matches!(true_up, TrueUp::Whole(_))
    }

    /// Sends a batch; a refusal of all of it is handed back, with nothing recorded.
    async fn tell(&mut self, claimed: ClaimedBatch) -> Result<Option<Refusal>, RunError> {
        match self.teller.tell(claimed, self.sending).await? {
            Told::Answered { is_taken: false } => self.fortune.failures = 0,
            Told::Answered { is_taken: true } => self.taken().await?,
            Told::Pending(claimed) => {
                self.pending.push(claimed);
                self.taken().await?;
            }
            Told::Refused(refusal) => return Ok(Some(refusal)),
            Told::Failed(error) => {
                self.fortune.failures += 1;
                if stops_feed(error.kind()) || self.fortune.failures >= FAILURES_IN_A_ROW_MAX {
                    self.failure = Some(error.to_string());
                } else {
                    tracing::warn!(%error, feed = self.feed.0, "a batch failed");
                }
            }
        }
        Ok(None)
    }

    async fn taken(&mut self) -> Result<(), RunError> {
        self.fortune.taken += 1;
        self.fortune.failures = 0;
        self.park_alone().await
    }

    /// The marketplace does take lines, so those that it refused alone are at fault.
    async fn park_alone(&mut self) -> Result<(), RunError> {
        for refusal in std::mem::take(&mut self.fortune.alone) {
            tracing::warn!(error = %refusal.error, feed = self.feed.0, "a line was refused alone");
            self.teller.record(&refusal.claimed, &refusal.at_fault(), None).await?;
        }
        Ok(())
    }

    async fn without_effect(&self, refusal: &Refusal) -> Result<(), RunError> {
        let retry = Some(refusal.error.retry());
        self.teller.record(&refusal.claimed, &refusal.without_effect(), retry).await
    }

    /// Keeps a line that was refused alone until it is known what that says.
    async fn alone(&mut self, refusal: Refusal) -> Result<(), RunError> {
        let why = refusal.error.to_string();
        self.fortune.alone.push(refusal);
        if self.fortune.alone.len() < ALONE_IN_A_ROW_MAX {
            return Ok(());
        }
        self.failure = Some(everything_refused(ALONE_IN_A_ROW_MAX, &why));
        self.give_alone_back().await
    }

    /// Finds the lines for which a batch was refused, and delivers the others.
    async fn bisect(&mut self, refusal: Refusal) -> Result<(), RunError> {
        let why = refusal.error.to_string();
        let before = self.fortune.taken;
        let budget = requests_max(refusal.lines().len());
        let mut requests = 1;
        let mut refused = vec![self.divided(refusal).await?];
        while let Some(halves) = refused.pop() {
            let mut deeper = Vec::new();
            for half in halves {
                let is_hopeless = self.fortune.taken == before && requests >= budget;
                if is_hopeless || self.fortune.parts >= PARTS_MAX {
                    self.end_bisecting(is_hopeless, requests, &why).await?;
                }
                if !self.may_go_on() {
                    return self.blame(before).await;
                }
                requests += 1;
                self.fortune.parts += 1;
                let Some(refusal) = self.send_part(&half).await? else { continue };
                match half.len() {
                    0 | 1 => self.fortune.alone.push(refusal),
                    _ => deeper.push(self.divided(refusal).await?),
                }
            }
            refused.extend(deeper.into_iter().rev());
        }
        if self.fortune.taken == before && !self.fortune.alone.is_empty() {
            return self.end_bisecting(true, requests, &why).await;
        }
        self.blame(before).await
    }

    /// Where other lines of the batch were taken, those that were refused alone are at fault.
    async fn blame(&mut self, before: u64) -> Result<(), RunError> {
        if self.fortune.taken > before { self.park_alone().await } else { Ok(()) }
    }

    async fn end_bisecting(
        &mut self,
        is_hopeless: bool,
        requests: u32,
        why: &str,
    ) -> Result<(), RunError> {
        if is_hopeless {
            self.failure = Some(everything_refused(requests, why));
            return self.give_alone_back().await;
        }
        self.failure = Some(format!(
            "too many lines are refused ({why}); after {PARTS_MAX} requests to find them the feed \
             ended, and the next one goes on from there"
        ));
        self.park_alone().await
    }

    /// Makes the lines of a refused batch due again, and gives back its halves.
    async fn divided(&self, refusal: Refusal) -> Result<[Vec<ListingId>; 2], RunError> {
        self.without_effect(&refusal).await?;
        let mut lines = refusal.lines();
        let second = lines.split_off(lines.len().div_ceil(2));
        Ok([lines, second])
    }

    async fn send_part(&mut self, lines: &[ListingId]) -> Result<Option<Refusal>, RunError> {
        let now = self.teller.clock.now();
        let deadline = now.saturating_add(REQUEST).unwrap_or(Timestamp::MAX);
        let (store, lease) = (self.teller.store, self.teller.lease());
        match store.claim_part(lease, self.feed, lines, deadline, now).await? {
            Some(claimed) => self.tell(claimed).await,
            None => Ok(None),
        }
    }
}

fn everything_refused(requests: impl std::fmt::Display, why: &str) -> String {
    format!(
        "everything is refused, down to single lines ({requests} requests, none of them taken): \
         {why}; no line is parked for that, and all of them are tried again later"
    )
}

#[cfg(test)]
mod tests {
    use super::requests_max;

    #[test]
    fn a_descent_to_one_line_sends_two_halves_a_level() {
        let max = [(1, 1), (2, 3), (3, 5), (4, 5), (5, 7), (500, 19), (10_000, 29)];
        for (lines, requests) in max {
            assert_eq!(requests_max(lines), requests, "{lines} lines");
        }
    }
}
