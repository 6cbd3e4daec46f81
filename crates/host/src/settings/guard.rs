//! The table `[guard]`: how much one feed may change before it is held for a person.

use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::Deserialize;
use trueup_runner::{Guard, StaleInputs};

use super::key_path::KeyPath;
use super::report::Report;

/// How much one feed may change before it is held for a person. Shares are of what the marketplace
/// acknowledged.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct GuardForm {
    /// The share of the listings with stock that one feed may set to 0; 1 for any.
    #[schemars(range(min = 0, max = 1))]
    zeroed_share_max: f64,
    /// Fewer listings than this may always be set to 0.
    zeroed_listings_min: u64,
    /// The share by which one feed may raise the total quantity; 0.5 is by half.
    #[schemars(range(min = 0))]
    raised_share_max: f64,
    /// Fewer units than this may always be added.
    raised_units_min: u64,
    /// The share of its rows that a file may lack compared with its import before; 1 for any.
    #[schemars(range(min = 0, max = 1))]
    shrunk_share_max: f64,
    /// Fewer rows than this may always be missing.
    shrunk_rows_min: u64,
    /// How old the newest import of stock or orders may be, such as 26h; left out, any age will do.
    #[schemars(with = "String")]
    inputs_age_max: Option<String>,
    /// What a feed does when they are older: hold whatever would show more, or go on as ever.
    stale_inputs: StaleInputs,
}

impl Default for GuardForm {
    fn default() -> Self {
        let guard = Guard::default();
        Self {
            zeroed_share_max: guard.zeroed_share_max,
            zeroed_listings_min: guard.zeroed_listings_min,
            raised_share_max: guard.raised_share_max,
            raised_units_min: guard.raised_units_min,
            shrunk_share_max: guard.shrunk_share_max,
            shrunk_rows_min: guard.shrunk_rows_min,
            inputs_age_max: None,
            stale_inputs: guard.stale_inputs,
        }
    }
}

impl GuardForm {
    /// The limits; what cannot be meant is reported.
    pub(super) fn read(self, report: &mut Report<'_>) -> Guard {
        let path = |key| KeyPath::of(["guard", key]);
        let age = self.inputs_age_max.as_deref().map(age);
        let age = age.transpose().unwrap_or_else(|message| {
            report.problem(&path("inputs_age_max"), message);
            None
        });
        let has_policy_alone = self.stale_inputs != StaleInputs::default();
        if has_policy_alone && self.inputs_age_max.is_none() {
            let message = "says what to do with old inputs, and nothing says when they are old; add \
                inputs_age_max = \"26h\", or remove the line";
            report.problem(&path("stale_inputs"), message);
        }
        Guard {
            zeroed_share_max: self.zeroed_share_max,
            zeroed_listings_min: self.zeroed_listings_min,
            raised_share_max: self.raised_share_max,
            raised_units_min: self.raised_units_min,
            shrunk_share_max: self.shrunk_share_max,
            shrunk_rows_min: self.shrunk_rows_min,
            inputs_age_max: age,
            stale_inputs: self.stale_inputs,
        }
    }
}

fn age(text: &str) -> Result<SignedDuration, String> {
    let shown: String = text.chars().flat_map(char::escape_debug).take(40).collect();
    let age: SignedDuration = text.parse().map_err(|_| {
        format!("`{shown}` is not a duration; write hours and minutes, such as 26h or 90m")
    })?;
    if age.is_positive() {
        return Ok(age);
    }
    Err(format!("`{shown}` is no age; write more than 0, or leave it out for any age"))
}
