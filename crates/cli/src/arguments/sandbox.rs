//! Which simulated marketplace.

use std::net::SocketAddr;

use clap::Args;

/// Which simulated marketplace, and how it misbehaves.
#[derive(Debug, Args)]
pub struct Sandbox {
    /// The marketplace
    pub marketplace: String,
    /// Where to listen; port 0 picks a free one
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDR")]
    pub listen: SocketAddr,
    /// The same seed gives the same faults
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Faults and modes, such as lost_answer=0.1; `list` shows them
    #[arg(long, value_delimiter = ',', value_name = "FAULT")]
    pub faults: Vec<String>,
}
