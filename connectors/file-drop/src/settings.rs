//! A channel's `[settings]`.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trueup_marketplace::Problems;

use crate::column::{Column, Template};

/// Where files go, and what they look like.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The folder the files are put into. It must exist and be writable.
    pub folder: PathBuf,
    /// What the files are written in.
    #[serde(default)]
    pub format: Format,
    /// What file names begin with. The feed, the batch's key and the ending follow, so that no two
    /// batches share a name: `stock-differential-tu1-4-17-640c.csv`.
    #[serde(default = "default_file_prefix")]
    pub file_prefix: String,
    /// The columns, in order; of JSON Lines, the members.
    #[serde(default = "default_columns")]
    pub columns: Vec<Column>,
    /// Whether CSV begins with a row of titles.
    #[serde(default = "yes")]
    pub titles: bool,
    /// What separates the fields of CSV: one ASCII character.
    #[serde(default = "default_separator")]
    pub separator: char,
    /// The folder in which the reader leaves `<file name>.ack`. Without it nothing is ever
    /// confirmed.
    pub acknowledgements: Option<PathBuf>,
    /// How long an acknowledgement may take. After that the lines are unclear and sent again.
    #[serde(default = "default_acknowledged_within_minutes")]
    pub acknowledged_within_minutes: NonZeroU32,
    /// Lines per file of a Differential, and of a True-Up unless it travels whole.
    #[serde(default = "default_lines_per_file")]
    pub lines_per_file: NonZeroUsize,
    /// Whether the reader takes a listing that a True-Up leaves out for 0. A True-Up is then one
    /// file, complete or not sent at all.
    #[serde(default)]
    pub omitted_means_zero: bool,
    /// How long after an unclear outcome a file could still be read.
    #[serde(default = "default_settle_seconds")]
    pub settle_seconds: u32,
}

/// What files are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Comma-separated values (RFC 4180).
    #[default]
    Csv,
    /// One JSON object per line.
    JsonLines,
}

impl Format {
    /// The ending of a file's name.
    pub(crate) const fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
        }
    }
}

impl Settings {
    /// Notes everything that its types do not say.
    pub(crate) fn judge(&self, problems: &mut Problems) {
        if self.columns.is_empty() {
            problems.add("columns", "is empty; name at least the part number and the quantity");
        }
        for (position, column) in self.columns.iter().enumerate() {
            let key = format!("columns.{position}");
            problems.require(&format!("{key}.title"), &column.title, "give the column a title");
            if let Err(why) = column.value.check() {
                problems.add(format!("{key}.value"), why);
            }
        }
        if !self.separator.is_ascii() || matches!(self.separator, '"' | '\n' | '\r') {
            problems.add("separator", "must be one ASCII character, such as `,` or `;`");
        }
        if self.file_prefix.contains(['/', '\\']) || self.file_prefix.starts_with('.') {
            problems.add("file_prefix", "is a path or hidden; name files within `folder`");
        }
    }
}

fn default_file_prefix() -> String {
    "stock".to_owned()
}

fn default_columns() -> Vec<Column> {
    let column = |title: &str| Column {
        title: title.to_owned(),
        value: Template::new(format!("{{{title}}}")),
    };
    ["part_number", "location", "quantity"].map(column).into()
}

const fn yes() -> bool {
    true
}

const fn default_separator() -> char {
    ','
}

const fn default_acknowledged_within_minutes() -> NonZeroU32 {
    NonZeroU32::new(24 * 60).expect("a day has minutes")
}

const fn default_lines_per_file() -> NonZeroUsize {
    NonZeroUsize::new(10_000).expect("10 000 is not 0")
}

const fn default_settle_seconds() -> u32 {
    600
}
