//! Why a feed is held, with the numbers.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How much worse than approved a number may have become: a shop does not stand still between the
/// question and the answer.
const SLACK: f64 = 0.05;

/// One reason for which a feed is held.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason {
    /// Too many listings would be set to 0.
    Zeroed {
        /// So many.
        listings: u64,
        /// Of so many that show stock.
        of: u64,
    },
    /// The total would rise too much.
    Raised {
        /// By so many units.
        units: i64,
        /// From so many.
        of: i64,
    },
    /// A file had far fewer rows than before.
    Shrunk {
        /// `products`, `stock` or `orders`.
        input: String,
        /// The file.
        file: String,
        /// Its rows.
        rows: u64,
        /// Its rows before.
        rows_before: u64,
    },
    /// The newest import of stock or orders is too long ago.
    Stale {
        /// `stock` or `orders`.
        input: String,
        /// When that was.
        imported_at: Timestamp,
    },
    /// A True-Up that travels whole would have far fewer lines than the last one.
    Fewer {
        /// So many.
        lines: u64,
        /// The last one's.
        lines_before: u64,
    },
}

impl Reason {
    /// Whether somebody who approved the other reason approved this one.
    #[must_use]
    pub fn is_no_worse_than(&self, approved: &Self) -> bool {
        match (self, approved) {
            (Self::Zeroed { listings, .. }, Self::Zeroed { listings: approved, .. }) => {
                at_most(*listings as f64, *approved as f64)
            }
            (Self::Raised { units, .. }, Self::Raised { units: approved, .. }) => {
                at_most(*units as f64, *approved as f64)
            }
            (
                Self::Shrunk { input, file, rows, .. },
                Self::Shrunk { input: one, file: other, rows: approved, .. },
            ) => input == one && file == other && rows >= approved,
            (Self::Stale { input, .. }, Self::Stale { input: approved, .. }) => input == approved,
            (Self::Fewer { lines, .. }, Self::Fewer { lines: approved, .. }) => {
                at_most(*approved as f64, *lines as f64)
            }
            _ => false,
        }
    }
}

fn at_most(number: f64, approved: f64) -> bool {
    number <= approved * (1.0 + SLACK)
}

fn percent(part: f64, of: f64) -> String {
    if of > 0.0 { format!(" ({:.0} %)", part / of * 100.0) } else { String::new() }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Zeroed { listings, of } => {
                let share = percent(*listings as f64, *of as f64);
                write!(f, "{listings} of {of} listings that show stock would be set to 0{share}")
            }
            Self::Raised { units, of } => {
                let share = percent(*units as f64, *of as f64);
                write!(f, "{units} units would be added to the {of} that are shown{share}")
            }
            Self::Shrunk { input, file, rows, rows_before } => {
                write!(f, "{input} file `{file}` has {rows} rows and had {rows_before}")
            }
            Self::Stale { input, imported_at } => {
                write!(f, "the newest import of {input} is of {imported_at}, which is too old")
            }
            Self::Fewer { lines, lines_before } => {
                write!(
                    f,
                    "the True-Up would have {lines} lines and the last one had {lines_before}"
                )
            }
        }
    }
}
