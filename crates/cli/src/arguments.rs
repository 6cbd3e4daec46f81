//! The command line: the stable contract with people and scripts.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// One stock engine, every marketplace's figure true.
#[derive(Debug, Parser)]
#[command(name = "trueup", version, arg_required_else_help = true, max_term_width = 100)]
pub struct Arguments {
    /// Folder with trueup.toml and channels/
    #[arg(long, global = true, value_name = "DIR", default_value = ".")]
    pub config: PathBuf,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

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

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The whole story in one go: a sample company, a simulated Wayfair, two feeds
    Demo,
    /// Write a commented trueup.toml, a channel file per marketplace and mapping examples
    Init {
        /// Where; created if needed
        #[arg(default_value = ".")]
        dir: PathBuf,
    },
    /// Show every problem of the settings at once
    Check {
        /// Also try each channel's credentials and whether it can be reached
        #[arg(long)]
        online: bool,
        #[command(flatten)]
        printing: Printing,
    },
    /// Read products, stock or orders from files
    Import(Import),
    /// Put products on a channel
    OptIn(OptIn),
    /// Take products off a channel; what stands there becomes 0 first
    OptOut(OptIn),
    /// Fixed counts that a feed may carry in place of the figures
    ExternalStock {
        /// What to do
        #[command(subcommand)]
        action: ExternalStock,
    },
    /// What a channel calls a product, where that is not the product code
    Alias {
        /// What to do
        #[command(subcommand)]
        action: Alias,
    },
    /// The engine's figures per product
    Figures {
        /// Only these products
        codes: Vec<String>,
        #[command(flatten)]
        printing: Printing,
    },
    /// Exactly what would be sent, how each number was reached, and what is held back
    Preview {
        /// The channel
        channel: String,
        #[command(flatten)]
        feed: Feed,
        #[command(flatten)]
        printing: Printing,
    },
    /// How one product's numbers were reached
    Explain {
        /// The product
        code: String,
        /// Only this channel
        #[arg(long)]
        channel: Option<String>,
        #[command(flatten)]
        printing: Printing,
    },
    /// Run one feed now
    Send {
        /// The channel
        channel: String,
        #[command(flatten)]
        feed: Feed,
        /// Change nothing, here or there; shown to the marketplace where it offers a rehearsal
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        printing: Printing,
    },
    /// Run all schedules of all enabled channels until stopped
    Run,
    /// Per channel: runs, backlog, what is unresolved or parked
    Status {
        #[command(flatten)]
        printing: Printing,
    },
    /// The feeds that have run, latest first
    Feeds {
        /// Only this channel
        channel: Option<String>,
        /// At most so many
        #[arg(long, default_value_t = 20)]
        limit: u64,
        #[command(flatten)]
        printing: Printing,
    },
    /// Every line of one feed with its outcome
    Feed {
        /// The feed's number
        id: i64,
        #[command(flatten)]
        printing: Printing,
    },
    /// Try parked and waiting listings again
    Retry {
        /// The channel
        channel: String,
        /// Only these products
        codes: Vec<String>,
    },
    /// Stop feeding a channel until it is resumed
    Pause {
        /// The channel
        channel: String,
    },
    /// Feed a paused channel again
    Resume {
        /// The channel
        channel: String,
    },
    /// Data that will surprise
    Doctor {
        #[command(flatten)]
        printing: Printing,
    },
    /// The marketplaces linked into this program
    Connectors {
        #[command(flatten)]
        printing: Printing,
    },
    /// The JSON schema of trueup.toml and channel files, or of one marketplace's settings
    Schema {
        /// The marketplace
        marketplace: Option<String>,
    },
    /// A simulated marketplace over real HTTP
    Sandbox {
        /// The marketplace
        marketplace: String,
        /// Where to listen; port 0 picks a free one
        #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDR")]
        listen: SocketAddr,
        /// The same seed gives the same faults
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Faults and modes, such as lost_answer=0.1; `list` shows them
        #[arg(long, value_delimiter = ',', value_name = "FAULT")]
        faults: Vec<String>,
    },
}

/// Which feed.
#[derive(Clone, Copy, Debug, Args)]
pub struct Feed {
    /// Everything, or what changed
    #[arg(long = "feed", value_enum, default_value_t)]
    pub kind: Kind,
    /// Send external stock in place of the figures, where it is set
    #[arg(long)]
    pub external: bool,
}

/// The two kinds of feed.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Kind {
    /// Every listing
    TrueUp,
    /// What changed
    #[default]
    Differential,
}

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
