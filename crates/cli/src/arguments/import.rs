//! What to import.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Printing;

/// What to import.
#[derive(Debug, Args)]
pub struct Import {
    /// What the files hold
    #[arg(value_enum)]
    pub what: Imported,
    /// CSV, TSV, JSON or XLSX files; each is taken whole or not at all
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Names the columns of foreign files
    #[arg(long, value_name = "FILE")]
    pub mapping: Option<PathBuf>,
    /// Take the good rows of a file that also has bad ones
    #[arg(long)]
    pub skip_bad_rows: bool,
    #[command(flatten)]
    pub printing: Printing,
}

/// What files can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Imported {
    /// Products
    Products,
    /// Stock by location
    Stock,
    /// Sales-order lines
    Orders,
}
