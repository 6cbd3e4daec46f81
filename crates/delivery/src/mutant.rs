//! Rules of delivery that the simulation breaks on purpose, to show that it would notice.
//!
//! Each is asked about by [`mutant!`](crate::mutant!) at the place where the rule is kept. Without
//! the feature `mutants` every such question is the word `false`, and nothing of this is compiled.

/// Whether a rule is broken on purpose.
#[cfg(not(feature = "mutants"))]
#[macro_export]
#[doc(hidden)]
macro_rules! mutant {
    ($rule:ident) => {
        false
    };
}

/// Whether a rule is broken on purpose on this thread.
#[cfg(feature = "mutants")]
#[macro_export]
macro_rules! mutant {
    ($rule:ident) => {
        $crate::is_broken($crate::Mutant::$rule)
    };
}

#[cfg(feature = "mutants")]
mod switch {
    use std::cell::Cell;

    /// Names each mutant once.
    macro_rules! mutants {
        ($($(#[$doc:meta])* $name:ident,)+) => {
            /// A rule, broken.
            #[derive(Clone, Copy, Debug, PartialEq, Eq)]
            pub enum Mutant { $($(#[$doc])* $name,)+ }

            impl Mutant {
                /// All of them.
                pub const ALL: &[Self] = &[$(Self::$name,)+];
            }
        };
    }

    mutants! {
        /// An acknowledgement of an older generation makes the listing clean.
        IgnoresGeneration,
        /// The acknowledged level is what is wanted now, not what was sent.
        AcknowledgesWanted,
        /// An acknowledgement drops every suspect, settled or not.
        DropsSuspectsEarly,
        /// A listing is clean although suspects remain.
        CleanWithSuspects,
        /// What is acknowledged is not sent again, suspects or not.
        SkipsWhenEqual,
        /// A send that was given up cannot land any more.
        SettlesAtOnce,
        /// The settle time is counted from the claim, not from giving up.
        SettlesFromClaim,
        /// Of two suspects of one quantity the one that settles first is kept.
        KeepsEarliestSuspect,
        /// Nothing takes a parked listing up again.
        NeverUnparks,
        /// A product that leaves is retired without waiting for its last zero.
        RetiresAtOnce,
        /// A change is forgotten while an older one is in flight.
        LosesChangeInFlight,
        /// A line that had no effect needs no further try.
        NotAppliedRests,
        /// An operator's retry starts with a clean sheet.
        RetryForgetsSuspects,
        /// A product that leaves gets no last zero.
        DropsLastZero,
        /// A change of what is stated leaves no mark.
        ForgetsMark,
        /// Marks are taken in a transaction of their own, before the numbers are computed.
        TakesMarksApart,
        /// A claim is not on disk when its request is sent.
        ClaimsUnrecorded,
        /// A listing in flight is claimed again.
        ClaimsTwice,
        /// What was in flight before a crash stays in flight.
        ForgetsRecovery,
        /// What was in flight before a crash was surely not sent.
        RecoveryGuesses,
        /// A grant does not raise the epoch.
        KeepsEpoch,
        /// Outcomes do not name the epoch.
        NoEpochCheck,
        /// The first line that is singled out ends the recording of the others.
        StopsAtFirstBadLine,
        /// A whole True-Up leaves parked listings out.
        WholeLeavesOutParked,
        /// A whole True-Up goes although something must not be left out.
        WholeWithoutGuard,
        /// A whole True-Up goes without the lines that its connector withholds.
        WholeWithoutWithheld,
        /// A whole True-Up that may still land is forgotten when what it leaves out is told something.
        ForgetsTheWhole,
        /// A whole True-Up that was given up cannot land any more.
        WholeSettlesAtOnce,
        /// What a whole True-Up leaves out is not confirmed when it ended.
        NeverEndsTheWhole,
        /// What the answer does not refuse was accepted.
        SubtractsOutcomes,
        /// "200 OK" with a refusal inside is an acknowledgement.
        RefusalIsAccepted,
        /// A server error means that nothing happened.
        ServerErrorIsNotApplied,
        /// A timeout means that nothing happened.
        TimeoutIsNotApplied,
        /// A ticket is an acknowledgement.
        TicketIsAccepted,
        /// The batches of a feed share one key.
        ReusesKey,
        /// A key protects from a second booking for ever.
        TrustsKeysForEver,
        /// A row that changes nothing is counted as applied.
        CountsRowsAsApplied,
        /// Products that are to be computed again are not known to wait.
        HidesMarks,
    }

    thread_local! {
        static BROKEN: Cell<Option<Mutant>> = const { Cell::new(None) };
    }

    /// Breaks one rule on this thread, or none.
    pub fn break_rule(mutant: Option<Mutant>) {
        BROKEN.set(mutant);
    }

    /// Whether a rule is broken on this thread.
    #[must_use]
    pub fn is_broken(mutant: Mutant) -> bool {
        BROKEN.get() == Some(mutant)
    }
}

#[cfg(feature = "mutants")]
pub use switch::{Mutant, break_rule, is_broken};
