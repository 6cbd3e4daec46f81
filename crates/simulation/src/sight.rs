//! I8: what operators see is what is so, and what waits is known to wait.

use trueup_store::ChannelStatus;

use crate::observed::{CLEAN, DUE, IN_FLIGHT, Observed, RETIRED, Seen};
use crate::scenario::Scenario;

impl Scenario {
    /// Holds the status of every channel against the last look.
    pub(crate) async fn check_sight(&mut self) {
        let now = self.stage.props().calendar();
        let statuses = self.company.store.status(now).await.expect("the database can be read");
        let wrong: Vec<String> =
            statuses.iter().filter_map(|status| wrong(status, &self.ledger.last)).collect();
        for what in wrong {
            self.stage.props().accuse("I8 no silence", what);
        }
    }
}

fn wrong(status: &ChannelStatus, seen: &Observed) -> Option<String> {
    let channel = status.id.0;
    let own = || seen.listings.values().filter(|seen| seen.channel == channel);
    let count = |is: fn(&Seen) -> bool| own().filter(|seen| is(seen)).count() as u64;
    let marks = seen.marks.iter().filter(|(of, _)| *of == channel).count() as u64;
    let [all, clean, in_flight] = [
        count(|seen| seen.state != RETIRED),
        count(|seen| seen.state == CLEAN),
        count(|seen| seen.state == IN_FLIGHT),
    ];
    let says = (status.listings, status.clean, status.in_flight, status.dirty);
    if says != (all, clean, in_flight, marks) {
        return Some(format!("{says:?} is displayed of {:?}", (all, clean, in_flight, marks)));
    }
    let is_waiting = marks > 0 || own().any(is_undelivered);
    let is_at_rest = marks == 0 && own().all(|seen| matches!(seen.state, CLEAN | RETIRED));
    match status.oldest_undelivered {
        None if is_waiting => Some(format!("channel {channel} waits, and nobody is told")),
        Some(since) if is_at_rest => Some(format!("{since} is said to wait, and nothing does")),
        _ => None,
    }
}

/// Whether it is to be told another number than the marketplace acknowledged.
fn is_undelivered(seen: &Seen) -> bool {
    let acknowledged = seen.acknowledged.map(|(quantity, _)| quantity);
    matches!(seen.state, DUE | IN_FLIGHT) && acknowledged != Some(seen.want)
}
