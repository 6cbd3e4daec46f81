//! Which faults a scenario has: each class is off in about half of them, so that rare combinations
//! come up as well as rare faults.

use std::fmt;

use jiff::SignedDuration;

use crate::dice::Dice;

/// Names each class of faults once: as a field, and as a word in the log.
macro_rules! faults {
    ($($name:ident: $most:literal,)+) => {
        /// How likely each class of faults is.
        #[derive(Clone, Debug, Default)]
        pub(crate) struct Faults { $(pub(crate) $name: f64,)+ }

        impl Faults {
            fn of(dice: &mut Dice) -> Self {
                Self { $($name: if dice.happens(0.5) { dice.share() * $most } else { 0.0 },)+ }
            }
        }

        impl fmt::Display for Faults {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                $(if self.$name > 0.0 {
                    write!(f, " {} {:.3}", stringify!($name), self.$name)?;
                })+
                Ok(())
            }
        }
    };
}

// What may become of a request, then what may happen to us and around us between two events.
faults! {
    timeout: 0.6,
    server_error: 0.3,
    lost_answer: 0.3,
    throttled: 0.3,
    token_refused: 0.2,
    unreachable: 0.2,
    refused_whole: 0.2,
    unreadable: 0.2,
    alien_answer: 0.2,
    duplicated: 0.3,
    partial: 0.4,
    withheld: 0.2,
    lie: 0.1,
    poison: 0.1,
    slow: 0.8,
    stuck_ticket: 0.3,
    crash_at_statement: 0.15,
    crash: 0.1,
    cancel: 0.1,
    zombie: 0.3,
    jump: 0.05,
    outage: 0.05,
    reload: 0.1,
    human: 0.1,
    retry: 0.5,
    retire: 0.5,
    rename: 0.3,
    newcomer: 2.0,
}

/// A scenario's own circumstances.
#[derive(Clone, Debug)]
pub(crate) struct Mix {
    pub(crate) faults: Faults,
    /// How far apart feeds are while people work.
    pub(crate) tick: SignedDuration,
    /// How far apart changes of the inputs are while people work.
    pub(crate) change: SignedDuration,
    /// Hours of each day in which people work and most happens.
    pub(crate) hours: i64,
    /// Whether True-Ups of external stock are scheduled.
    pub(crate) has_external: bool,
}

impl Mix {
    pub(crate) fn of(dice: &mut Dice) -> Self {
        Self {
            faults: Faults::of(dice),
            tick: SignedDuration::from_mins(*dice.one_of(&[1, 3, 5, 10])),
            change: SignedDuration::from_secs(*dice.one_of(&[60, 150, 300])),
            hours: dice.number(1, 2),
            has_external: dice.happens(0.2),
        }
    }

    /// The same without faults.
    pub(crate) fn calm(&self) -> Self {
        Self { faults: Faults::default(), ..self.clone() }
    }
}

impl fmt::Display for Mix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (tick, change) = (self.tick.as_mins(), self.change.as_secs());
        write!(f, "tick {tick} min, change {change} s, {} h a day;{}", self.hours, self.faults)
    }
}
