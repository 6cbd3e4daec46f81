//! How much may happen.

/// How often each kind of thing may happen; every order of them is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bounds {
    /// The engine wants something else, or the part number or the settings change.
    pub changes: u8,
    /// A request times out, is refused or is certainly not applied; a process crashes.
    pub faults: u8,
    /// A process is paused so long that another takes over, and wakes up later.
    pub takeovers: u8,
    /// A True-Up sends although nothing is due, or a person asks for another try.
    pub extras: u8,
}

impl Bounds {
    /// A little of everything.
    pub const BROAD: Self = Self { changes: 2, faults: 1, takeovers: 1, extras: 1 };

    /// More changes and more faults, with one process at a time.
    pub const DEEP: Self = Self { changes: 3, faults: 2, takeovers: 0, extras: 0 };

    /// Enough to find what is wrong with each mutant.
    pub const SMALL: Self = Self { changes: 2, faults: 2, takeovers: 1, extras: 1 };

    /// These bounds, where `TRUEUP_MODEL` does not say otherwise: four numbers, in the order of the
    /// fields, such as `3,3,1,1`.
    ///
    /// # Panics
    /// Where the variable holds anything else, so that a typing error is not a smaller check.
    #[must_use]
    pub fn or_from_environment(self) -> Self {
        let Ok(text) = std::env::var("TRUEUP_MODEL") else {
            return self;
        };
        let numbers: Option<Vec<u8>> =
            text.split(',').map(|number| number.trim().parse().ok()).collect();
        let Some([changes, faults, takeovers, extras]) = numbers.as_deref() else {
            panic!(
                "TRUEUP_MODEL is {text:?}; it takes four numbers, such as 3,3,1,1: \
                 changes, faults, takeovers, extras"
            );
        };
        Self { changes: *changes, faults: *faults, takeovers: *takeovers, extras: *extras }
    }
}
