//! Whether a feed goes, and what of it waits. Pure.

use jiff::{SignedDuration, Timestamp};
use trueup_marketplace::FeedKind;
use trueup_store::{Change, Completeness, Hold, Impact, Shown, Waiting};

use super::{Guard, Reason, StaleInputs};

/// How long a count of what is shown is good enough to see that a feed is far from its limits.
const COUNT_LIFE: SignedDuration = SignedDuration::from_hours(24);

/// What becomes of a feed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Judgement {
    /// All of it goes.
    Goes {
        /// Whether a hold has nothing left to hold once it went.
        releases: bool,
    },
    /// A part of it waits.
    Held(Verdict),
}

/// Why a feed is held, and what waits.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Verdict {
    pub reasons: Vec<Reason>,
    /// What waits now.
    pub waiting: Waiting,
    /// What goes on waiting: whatever was due when this was judged.
    pub covered: Waiting,
    /// Whether a True-Up may confirm what is shown.
    pub confirms: bool,
}

impl Guard {
    /// Judges a feed by what it would do; a whole True-Up also by how complete it is.
    pub(crate) fn judge(
        &self,
        impact: &Impact,
        completeness: Option<&Completeness>,
        now: Timestamp,
    ) -> Judgement {
        if impact.is_first {
            return Judgement::Goes { releases: true };
        }
        let shown = impact.shown.unwrap_or_default();
        let other = self.of_change(impact.other, shown);
        let mut inputs = self.of_inputs(impact, now);
        inputs.extend(completeness.and_then(|completeness| self.of_lines(completeness)));
        let mut reasons = self.of_change(impact.covered.and(impact.other), shown);
        reasons.extend(inputs.iter().cloned());
        let covered = self.of_change(impact.covered, shown);
        let hold = impact.hold.as_ref();
        let approved = hold.map(|hold| approved(hold, now)).unwrap_or_default();
        let asked = || covered.iter().chain(&inputs);
        let is_approved = !approved.is_empty()
            && other.is_empty()
            && asked().all(|asked| approved.iter().any(|known| asked.is_no_worse_than(known)));
        if reasons.is_empty() || is_approved {
            // Sending makes no input newer: leave to use old ones lasts as long as it was given for.
            let releases = !inputs.iter().any(|reason| matches!(reason, Reason::Stale { .. }));
            return Judgement::Goes { releases };
        }
        let known = hold.map(|hold| hold.waiting).unwrap_or_default();
        Judgement::Held(verdict(reasons, &other, inputs.is_empty(), known, now))
    }

    /// Whether the sum of what is shown must be counted anew to judge by it. A Differential that is
    /// far from the limits is not made to read every listing.
    pub(crate) fn needs_count(&self, impact: &Impact, kind: FeedKind, now: Timestamp) -> bool {
        let change = impact.covered.and(impact.other);
        let is_small =
            change.zeroed < self.zeroed_listings_min && !self.is_many_units(change.raised);
        if is_small && impact.hold.is_none() {
            return false;
        }
        let Some(shown) = impact.shown else { return true };
        let is_old = now.duration_since(shown.counted_at) > COUNT_LIFE;
        let half = Self {
            zeroed_share_max: self.zeroed_share_max / 2.0,
            raised_share_max: self.raised_share_max / 2.0,
            ..self.clone()
        };
        let is_near = !half.of_change(change, shown).is_empty();
        kind == FeedKind::TrueUp || impact.hold.is_some() || is_old || is_near
    }

    fn is_many_units(&self, units: i64) -> bool {
        u64::try_from(units).is_ok_and(|units| units >= self.raised_units_min)
    }

    fn of_change(&self, change: Change, shown: Shown) -> Vec<Reason> {
        let Change { zeroed, raised } = change;
        let Shown { listings, units, .. } = shown;
        let is_mass = zeroed >= self.zeroed_listings_min.max(1)
            && zeroed as f64 > self.zeroed_share_max * listings as f64;
        let is_flood = self.is_many_units(raised)
            && raised > 0
            && raised as f64 > self.raised_share_max * units as f64;
        let zeroed = is_mass.then_some(Reason::Zeroed { listings: zeroed, of: listings });
        let raised = is_flood.then_some(Reason::Raised { units: raised, of: units });
        zeroed.into_iter().chain(raised).collect()
    }

    fn of_inputs(&self, impact: &Impact, now: Timestamp) -> Vec<Reason> {
        let shrunk = impact.shrunk.iter().filter(|shrunk| {
            let lost = shrunk.rows_before.saturating_sub(shrunk.rows);
            lost >= self.shrunk_rows_min.max(1)
                && lost as f64 > self.shrunk_share_max * shrunk.rows_before as f64
        });
        let shrunk = shrunk.map(|shrunk| Reason::Shrunk {
            input: shrunk.kind.clone(),
            file: shrunk.file.clone(),
            rows: shrunk.rows,
            rows_before: shrunk.rows_before,
        });
        let age_max = self.inputs_age_max.filter(|_| self.stale_inputs == StaleInputs::Hold);
        let is_old = |at: Timestamp| age_max.is_some_and(|max| now.duration_since(at) > max);
        let stale = impact.newest.iter().filter(|(_, at)| is_old(*at));
        let stale =
            stale.map(|(input, at)| Reason::Stale { input: input.clone(), imported_at: *at });
        shrunk.chain(stale).collect()
    }

    /// A True-Up in which an absent line means 0 is not made from half a catalogue.
    fn of_lines(&self, completeness: &Completeness) -> Option<Reason> {
        let Completeness { lines, lines_last_time, .. } = *completeness;
        let lines_before = lines_last_time?;
        let lost = lines_before.saturating_sub(lines);
        let is_fewer = lost as f64 > self.shrunk_share_max * lines_before as f64;
        is_fewer.then_some(Reason::Fewer { lines, lines_before })
    }
}

/// What a person approved and still holds good.
fn approved(hold: &Hold, now: Timestamp) -> Vec<Reason> {
    let holds_good = hold.approved_until.is_some_and(|until| now < until);
    let reasons = Some(&hold.reasons).filter(|_| holds_good);
    reasons.and_then(|reasons| serde_json::from_str(reasons).ok()).unwrap_or_default()
}

fn verdict(
    reasons: Vec<Reason>,
    other: &[Reason],
    confirms: bool,
    known: Waiting,
    now: Timestamp,
) -> Verdict {
    let is_zeroed = |reason: &Reason| matches!(reason, Reason::Zeroed { .. });
    let zeros = reasons.iter().any(is_zeroed);
    let raises = reasons.iter().any(|reason| !is_zeroed(reason));
    let more_zeros = other.iter().any(is_zeroed);
    let more_raises = !confirms || other.iter().any(|reason| !is_zeroed(reason));
    // All that is due when a hold begins is covered, whatever its clock says.
    let until = |waits: bool, more: bool, known: Option<Timestamp>, begin: Timestamp| {
        let known = known.filter(|_| !more);
        waits.then_some(known.unwrap_or(begin))
    };
    let both = |begin| Waiting {
        zeros_until: until(zeros, more_zeros, known.zeros_until, begin),
        raises_until: until(raises, more_raises, known.raises_until, begin),
    };
    Verdict { waiting: both(Timestamp::MAX), covered: both(now), reasons, confirms }
}
