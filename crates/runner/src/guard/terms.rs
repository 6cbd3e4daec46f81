//! How much a feed may change without a person's word.

use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The limits of a channel. Shares are of what the marketplace acknowledged: 0.25 is a quarter.
#[derive(Clone, Debug, PartialEq)]
pub struct Guard {
    /// The share of the listings with stock that one feed may set to 0.
    pub zeroed_share_max: f64,
    /// Fewer listings than this may always be set to 0.
    pub zeroed_listings_min: u64,
    /// The share by which one feed may raise the total quantity.
    pub raised_share_max: f64,
    /// Fewer units than this may always be added.
    pub raised_units_min: u64,
    /// The share of its rows that a file may lack compared with its import before.
    pub shrunk_share_max: f64,
    /// Fewer rows than this may always be missing.
    pub shrunk_rows_min: u64,
    /// How old the newest import of stock or orders may be; `None` for any age.
    pub inputs_age_max: Option<SignedDuration>,
    /// What happens when they are older.
    pub stale_inputs: StaleInputs,
}

/// What a feed from old inputs does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StaleInputs {
    /// It is held: numbers go down, none goes up, and a True-Up confirms nothing.
    #[default]
    Hold,
    /// It goes on as ever.
    GoOn,
}

impl Default for Guard {
    fn default() -> Self {
        Self {
            zeroed_share_max: 0.25,
            zeroed_listings_min: 20,
            raised_share_max: 0.5,
            raised_units_min: 1_000,
            shrunk_share_max: 0.5,
            shrunk_rows_min: 100,
            inputs_age_max: None,
            stale_inputs: StaleInputs::Hold,
        }
    }
}
