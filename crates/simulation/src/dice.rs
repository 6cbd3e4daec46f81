//! Chance, all of it from one seed.

use jiff::SignedDuration;

/// Dice that fall the same way for the same seed.
#[derive(Clone, Debug)]
pub(crate) struct Dice(fastrand::Rng);

impl Dice {
    pub(crate) fn of(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }

    /// Dice of their own, which later throws of these do not disturb.
    pub(crate) fn fork(&mut self) -> Self {
        Self(self.0.fork())
    }

    /// Whether something of this likelihood happens.
    pub(crate) fn happens(&mut self, likelihood: f64) -> bool {
        self.0.f64() < likelihood
    }

    pub(crate) fn share(&mut self) -> f64 {
        self.0.f64()
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn number(&mut self, low: i64, high: i64) -> i64 {
        self.0.i64(low..=high.max(low))
    }

    pub(crate) fn index(&mut self, length: usize) -> usize {
        self.0.usize(0..length)
    }

    pub(crate) fn one_of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.index(choices.len())]
    }

    /// A time between two, in seconds.
    pub(crate) fn seconds(&mut self, low: i64, high: i64) -> SignedDuration {
        SignedDuration::from_millis(self.number(low * 1_000, high * 1_000))
    }

    /// A part of a time.
    pub(crate) fn part_of(&mut self, whole: SignedDuration) -> SignedDuration {
        whole.mul_f64(self.0.f64())
    }
}
