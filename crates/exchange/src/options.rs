//! What a host may set about an exchange, with the defaults of the delivery design.

use std::sync::Arc;
use std::time::Duration;

use trueup_marketplace::Pace;

use crate::{MemoryVault, Observer, TokenVault};

/// How an exchange behaves. The default is right for every known marketplace; hosts set the user
/// agent and the vault.
#[derive(Clone, Debug)]
pub struct Options {
    /// What we call ourselves: `trueup/<version>`.
    pub user_agent: String,
    /// How long looking up, connecting and the TLS handshake may take: 5 s. A failure within is
    /// certainly not applied.
    pub connect_timeout: Duration,
    /// Where `https` goes through a proxy, its URL. The proxy sees host names only. Proxies named
    /// in the environment are never used: a variable set for another program must not reroute
    /// credentials.
    pub https_proxy: Option<String>,
    /// The largest answer that is read: 64 MiB.
    pub answer_bytes_max: usize,
    /// How requests are repeated.
    pub retries: Retries,
    /// How long before its end a token is renewed: 5 min. Tokens that live shorter than twice this
    /// are renewed at half their life.
    pub renewal_cushion: Duration,
    /// The rate of logins: 6 a minute, 3 at once. Marketplaces throttle them harder than anything.
    pub login_pace: Pace,
    /// The rate that being throttled, or an outage, never pushes a channel below: a request every
    /// 2 s, where the marketplace publishes more.
    pub floor: Pace,
    /// Which machines may be talked to: the internet's and this one.
    pub networks: Networks,
    /// Who is told of attempts, to count them: nobody.
    pub observer: Option<Arc<dyn Observer>>,
    /// Where rotating refresh tokens are kept: in memory.
    pub vault: Arc<dyn TokenVault>,
}

/// Which machines may be talked to. A name is judged by the addresses it resolves to, at the moment
/// of connecting, so a name that is pointed at an inner machine later is refused as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Networks {
    /// Those of the internet; and this machine, where a URL names it `localhost` or by a loopback
    /// address.
    Public,
    /// Those of private networks too, for a proxy or a simulator at home.
    Any,
}

/// How requests are repeated within their deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retries {
    /// Attempts per request, the first included: 3.
    pub attempts_max: u32,
    /// The first back-off's ceiling, doubled with every retry: 1 s.
    pub backoff_base: Duration,
    /// The highest ceiling: 20 s.
    pub backoff_max: Duration,
    /// The longest rest a marketplace may ask for; more is cut to this: 15 min.
    pub rest_max: Duration,
    /// Attempts in a row that find nobody there before retries stop and first tries slow down: 5.
    pub failures_max: u32,
    /// The bucket that retries of the channel are paid from: 500.
    pub budget: u32,
    /// What a retry costs: 14.
    pub cost: u32,
    /// What a retry costs after being asked to slow down: 5.
    pub throttled_cost: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            user_agent: concat!("trueup/", env!("CARGO_PKG_VERSION")).to_owned(),
            connect_timeout: Duration::from_secs(5),
            https_proxy: None,
            answer_bytes_max: 64 << 20,
            retries: Retries::default(),
            renewal_cushion: Duration::from_secs(300),
            login_pace: Pace { requests: 6, per: Duration::from_secs(60), burst: 3 },
            floor: Pace { requests: 1, per: Duration::from_secs(2), burst: 1 },
            networks: Networks::Public,
            observer: None,
            vault: Arc::new(MemoryVault::default()),
        }
    }
}

impl Default for Retries {
    fn default() -> Self {
        Self {
            attempts_max: 3,
            backoff_base: Duration::from_secs(1),
            backoff_max: Duration::from_secs(20),
            rest_max: Duration::from_secs(15 * 60),
            failures_max: 5,
            budget: 500,
            cost: 14,
            throttled_cost: 5,
        }
    }
}
