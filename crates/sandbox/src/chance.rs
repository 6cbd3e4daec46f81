//! How often a fault strikes, repeatably: the same seed and the same request number draw the same.

/// How often a fault strikes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Chance {
    /// Not at all.
    #[default]
    Never,
    /// This share of the requests.
    Share(f64),
    /// Every one of the next so many requests, then no more.
    Next(u32),
}

/// What a person may write for a chance.
pub const CHANCE_FORM: &str =
    "a share from 0 to 1 such as 0.1, `next` for the next request only, or `next:3`";

impl Chance {
    /// Reads `0.1`, `next` or `next:3`; nothing at all means always.
    #[must_use]
    pub fn parse(text: Option<&str>) -> Option<Self> {
        let Some(text) = text else {
            return Some(Self::Share(1.0));
        };
        if text == "next" {
            return Some(Self::Next(1));
        }
        if let Some(count) = text.strip_prefix("next:") {
            return count.parse().ok().map(Self::Next);
        }
        let share: f64 = text.parse().ok()?;
        (0.0..=1.0).contains(&share).then_some(Self::Share(share))
    }

    /// Whether it strikes now, given a draw from 0 (inclusive) to 1 (exclusive).
    pub fn strikes(&mut self, draw: f64) -> bool {
        match self {
            Self::Never | Self::Next(0) => false,
            Self::Share(share) => draw < *share,
            Self::Next(left) => {
                *left -= 1;
                true
            }
        }
    }
}

/// One request's dice: each fault has its own, so that switching one on does not move the others.
#[derive(Clone, Copy, Debug)]
pub struct Dice {
    /// Of the sandbox.
    pub seed: u64,
    /// The number of the request.
    pub request: u64,
}

impl Dice {
    /// The draw of one fault, from 0 (inclusive) to 1 (exclusive).
    #[must_use]
    pub fn draw(self, fault: &str) -> f64 {
        let mixed = [self.seed, self.request]
            .into_iter()
            .chain(fault.bytes().map(u64::from))
            .fold(0x9E37_79B9_7F4A_7C15, stir);
        fastrand::Rng::with_seed(mixed).f64()
    }
}

/// One step of a small avalanche (the finisher of splitmix64), so that neighbours differ widely.
fn stir(state: u64, word: u64) -> u64 {
    let mixed = (state ^ word).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (mixed ^ (mixed >> 29)).wrapping_mul(0x94D0_49BB_1331_11EB)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write() {
        let cases = [
            (None, Some(Chance::Share(1.0))),
            (Some("0.1"), Some(Chance::Share(0.1))),
            (Some("0"), Some(Chance::Share(0.0))),
            (Some("next"), Some(Chance::Next(1))),
            (Some("next:3"), Some(Chance::Next(3))),
            (Some("1.5"), None),
            (Some("-0.1"), None),
            (Some("NaN"), None),
            (Some("next:x"), None),
            (Some(""), None),
            (Some("often"), None),
        ];
        for (text, expected) in cases {
            assert_eq!(Chance::parse(text), expected, "{text:?}");
        }
    }

    #[test]
    fn next_strikes_exactly_so_often() {
        let mut chance = Chance::Next(2);
        let struck: Vec<bool> = (0..4).map(|_| chance.strikes(0.99)).collect();
        assert_eq!(struck, [true, true, false, false]);
    }

    #[test]
    fn a_share_is_met_and_repeats_with_the_seed() {
        let draws = |seed| -> Vec<bool> {
            (0..2_000)
                .map(|request| {
                    Chance::Share(0.3).strikes(Dice { seed, request }.draw("lost_answer"))
                })
                .collect()
        };
        let struck = draws(7).iter().filter(|struck| **struck).count();
        assert!((500..700).contains(&struck), "{struck} of 2000");
        assert_eq!(draws(7), draws(7));
        assert_ne!(draws(7), draws(8));
    }

    #[test]
    fn faults_draw_independently() {
        let dice = Dice { seed: 1, request: 1 };
        assert!((dice.draw("slow") - dice.draw("late")).abs() > f64::EPSILON);
    }
}
