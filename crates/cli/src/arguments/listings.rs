//! Which listings to show.

use clap::{Args, ValueEnum};
use trueup_host::Which;

use super::Printing;

/// A page of a channel's listings.
#[derive(Debug, Args)]
pub struct Listings {
    /// The channel
    pub channel: String,
    /// Only these
    #[arg(long, value_enum, value_name = "WHICH")]
    pub only: Option<Only>,
    /// At most so many
    #[arg(long, default_value_t = 100)]
    pub limit: u64,
    /// Only those after the listing with this number: the last one of the page before
    #[arg(long, value_name = "LISTING")]
    pub after: Option<i64>,
    /// How to print
    #[command(flatten)]
    pub printing: Printing,
}

/// Some of a channel's listings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Only {
    /// To be sent
    Due,
    /// Sent, and the answer is awaited
    InFlight,
    /// Refused, and not sent until something changes
    Parked,
    /// With a send whose fate is not known
    Unresolved,
    /// Whose product is held back
    Held,
    /// Of which units could be oversold
    Exposed,
}

impl From<Only> for Which {
    fn from(only: Only) -> Self {
        match only {
            Only::Due => Self::Due,
            Only::InFlight => Self::InFlight,
            Only::Parked => Self::Parked,
            Only::Unresolved => Self::Unresolved,
            Only::Held => Self::Held,
            Only::Exposed => Self::Exposed,
        }
    }
}
