//! How to print.

use clap::{Args, ValueEnum};

/// How to print what was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Table,
    /// One JSON value
    Json,
    /// Comma-separated, with a header
    Csv,
}

/// The printing option of every command that reads.
#[derive(Clone, Copy, Debug, Args)]
pub struct Printing {
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}
