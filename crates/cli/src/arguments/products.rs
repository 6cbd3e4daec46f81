//! Which products, and what belongs to them.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Which products go on a channel or off it.
#[derive(Debug, Args)]
pub struct OptIn {
    /// The channel
    pub channel: String,
    #[command(flatten)]
    pub products: Products,
}

/// Some products, in one of three ways.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Products {
    /// A file with a product_code column
    #[arg(long = "codes", value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// All products there are
    #[arg(long)]
    pub all: bool,
    /// Product codes
    #[arg(value_name = "CODE")]
    pub codes: Vec<String>,
}

/// What to do with fixed counts.
#[derive(Debug, Subcommand)]
pub enum ExternalStock {
    /// Set fixed counts
    Set(Pairs),
    /// Remove fixed counts
    Clear {
        #[command(flatten)]
        products: Products,
    },
}

/// What to do with aliases.
#[derive(Debug, Subcommand)]
pub enum Alias {
    /// Set what a channel calls products
    Set {
        /// The channel
        channel: String,
        #[command(flatten)]
        pairs: Pairs,
    },
    /// Go back to the product codes
    Clear {
        /// The channel
        channel: String,
        #[command(flatten)]
        products: Products,
    },
}

/// Pairs, given one by one or in a file.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Pairs {
    /// A file with one pair per row: product_code and quantity, or product_code and part_number
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// CODE=VALUE
    #[arg(value_name = "CODE=VALUE")]
    pub pairs: Vec<String>,
}
