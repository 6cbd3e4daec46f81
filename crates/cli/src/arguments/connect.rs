//! How a channel is connected.

use clap::Args;

/// How a channel is connected.
#[derive(Debug, Args)]
pub struct Connect {
    /// The channel
    pub channel: String,
    /// Where the marketplace leads the browser: http://localhost:PORT/callback, as registered there
    #[arg(long, default_value_t = 8901)]
    pub port: u16,
    /// Where the marketplace leads instead, if it does not lead to this machine: an https page of
    /// yours that leads on to http://localhost:PORT/callback with the same query
    #[arg(long, value_name = "URL")]
    pub redirect: Option<String>,
    /// Only print the address
    #[arg(long)]
    pub no_browser: bool,
    /// How many seconds to wait
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    pub timeout: u64,
}
