//! Rows of one order that follow each other in a file.
//!
//! Files list an order's lines together, nearly always, and so most of what must be known of an
//! order can be told while its rows pass by. The database then works on runs, of which there are
//! far fewer than rows. A file in any other order makes more runs, and gives the same result.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use sea_orm::Value;
use trueup_stock::{OrderCode, OrderLineRecord, Standing};

/// How many line numbers of a run are remembered; longer runs are checked by the database.
const LINES_REMEMBERED: usize = 4096;

/// Rows of one order and one standing that follow each other.
#[derive(Debug)]
pub(super) struct Run {
    first: i64,
    order: OrderCode,
    standing: Standing,
    rows: i64,
    /// Whether its rows number their lines.
    is_numbered: bool,
    /// Whether a line number may be there twice. Only the database can tell for sure.
    is_doubtful: bool,
}

impl Run {
    /// The row of the `run` table.
    pub(super) fn columns(self) -> [Value; 6] {
        [
            self.first.into(),
            String::from(self.order).into(),
            self.standing.to_number().into(),
            self.rows.into(),
            i16::from(self.is_numbered).into(),
            i16::from(self.is_doubtful).into(),
        ]
    }
}

/// Splits rows into runs.
#[derive(Debug, Default)]
pub struct Runs {
    current: Option<Run>,
    lines: HashSet<u64>,
    ended: Vec<Run>,
}

impl Runs {
    /// Takes the next row.
    pub(super) fn take(&mut self, seq: i64, record: &OrderLineRecord) {
        let goes_on = self.current.as_ref().is_some_and(|current| {
            current.order == record.order && current.standing == record.standing
        });
        if !goes_on {
            self.end();
            self.current = Some(Run {
                first: seq,
                order: record.order.clone(),
                standing: record.standing,
                rows: 0,
                is_numbered: record.line.is_some(),
                is_doubtful: false,
            });
        }
        let Some(current) = &mut self.current else {
            return;
        };
        current.rows += 1;
        current.is_doubtful |= current.is_numbered != record.line.is_some();
        let Some(line) = &record.line else {
            return;
        };
        let is_new = self.lines.len() < LINES_REMEMBERED && self.lines.insert(digest(line));
        current.is_doubtful |= !is_new;
    }

    /// Ends the run that is going on.
    pub(super) fn end(&mut self) {
        self.lines.clear();
        self.ended.extend(self.current.take());
    }

    /// Hands over the runs that ended.
    pub(super) fn take_ended(&mut self) -> Vec<Run> {
        std::mem::take(&mut self.ended)
    }
}

fn digest(line: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    line.hash(&mut hasher);
    hasher.finish()
}
