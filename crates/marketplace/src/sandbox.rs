//! Simulated marketplaces: a crate beside a connector serves one over real HTTP.

use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;

/// How a sandbox is started.
#[derive(Clone, Debug)]
pub struct SandboxOptions {
    /// Where it listens; port 0 picks a free one.
    pub listen: SocketAddr,
    /// The same seed gives the same faults.
    pub seed: u64,
    /// Names of faults and modes, each perhaps with a value: `lost_answer=0.1`.
    pub faults: Vec<String>,
}

/// A sandbox that is listening. Dropping it stops it.
pub struct RunningSandbox {
    /// Where it listens.
    pub address: SocketAddr,
    /// What a channel file needs to reach it: a `[settings]` table as TOML.
    pub channel_settings: String,
    /// Keeps it running.
    pub guard: Box<dyn Send + Sync>,
}

impl fmt::Debug for RunningSandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunningSandbox").field("address", &self.address).finish_non_exhaustive()
    }
}

/// Why a sandbox cannot start; a message for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SandboxError(pub String);

impl fmt::Display for SandboxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SandboxError {}

/// What starting a sandbox gives.
pub type Starting = Pin<Box<dyn Future<Output = Result<RunningSandbox, SandboxError>> + Send>>;

/// One simulated marketplace, as the command line finds it.
#[derive(Clone, Copy)]
pub struct SandboxRegistration {
    /// The id of the marketplace it simulates.
    pub marketplace: &'static str,
    /// The faults and modes it knows, each with a sentence.
    pub faults: &'static [(&'static str, &'static str)],
    /// Starts it.
    pub start: fn(SandboxOptions) -> Starting,
}

impl SandboxRegistration {
    /// Every sandbox linked into this program, sorted by marketplace.
    #[must_use]
    pub fn linked() -> Vec<Self> {
        let mut linked: Vec<Self> = inventory::iter::<Self>.into_iter().copied().collect();
        linked.sort_by_key(|sandbox| sandbox.marketplace);
        linked
    }
}

impl fmt::Debug for SandboxRegistration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxRegistration")
            .field("marketplace", &self.marketplace)
            .finish_non_exhaustive()
    }
}

inventory::collect!(SandboxRegistration);
