//! The commands.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use super::{
    Alias, Connect, ExternalStock, Feed, Import, Journal, Listings, OptIn, Printing, Sandbox,
};

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
    /// Whether every channel is as fresh as it is to be; exit 1 where one is not
    ///
    /// It reads the database alone, so it answers when `trueup run` is dead.
    Health {
        #[command(flatten)]
        printing: Printing,
    },
    /// How a channel's listings stand: wanted, acknowledged, and what may be shown
    Listings(Listings),
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
    /// Let a held feed go with the numbers that it shows
    Approve {
        /// The feed's number; `trueup status` shows it
        feed: i64,
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
    /// Let a channel act for an account, by consent in a browser
    Connect(Connect),
    /// Write the file with which a marketplace learns to poll a channel (QuickBooks: .qwc)
    #[command(alias = "invite")]
    Qwc {
        /// The channel
        channel: String,
        /// Where; a file of the marketplace's own name in this folder by default
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Look for flags and levels that are wrong, and heal them; exit 1 if there were any
    ///
    /// `trueup run` does so every hour.
    Audit {
        /// Only this channel
        channel: Option<String>,
        #[command(flatten)]
        printing: Printing,
    },
    /// Feed from this database although it was restored or copied
    ///
    /// A database that was restored from a backup, copied, or lost its latest changes when a replica
    /// took over does not send, because it believes an older world. Import fresh stock and orders
    /// first. Every listing is then told again.
    Adopt {
        /// You have imported fresh stock and orders since the restore
        #[arg(long)]
        inputs_are_fresh: bool,
    },
    /// The record of what was told to whom, and proof that nobody changed it
    Journal {
        /// What to do
        #[command(subcommand)]
        action: Journal,
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
    Sandbox(Sandbox),
}
