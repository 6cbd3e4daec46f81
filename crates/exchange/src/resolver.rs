//! The way from a host's name to addresses, minus those that may not be talked to.
//!
//! Asked at every connection: what a name meant when settings were checked proves nothing about
//! what it means now.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::net::lookup_host;

use crate::address::{OffLimits, Place};
use crate::url::Target;
use crate::{Networks, Options};

/// Resolves names for one client.
#[derive(Debug)]
pub(crate) struct Resolver {
    networks: Networks,
    /// The proxy that the settings name. It usually is in a private network.
    proxy: Option<String>,
}

impl Resolver {
    pub(crate) fn new(options: &Options) -> Arc<Self> {
        let proxy = options.https_proxy.as_deref().and_then(|url| Url::parse(url).ok());
        let proxy = proxy.and_then(|url| url.host_str().map(str::to_owned));
        Arc::new(Self { networks: options.networks, proxy })
    }

    /// The places that a host of this name may be at.
    fn allowed(&self, host: &str) -> fn(Place) -> bool {
        let is_proxy = self.proxy.as_deref() == Some(host);
        match self.networks {
            Networks::Any => |_| true,
            Networks::Public if is_proxy => |_| true,
            Networks::Public if host.eq_ignore_ascii_case("localhost") => {
                |place| place == Place::Here
            }
            Networks::Public => |place| place == Place::Internet,
        }
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let allowed = self.allowed(&host);
        Box::pin(async move {
            let found = lookup_host((host.as_str(), 0)).await?;
            let kept = kept(found, allowed).ok_or(OffLimits { host })?;
            Ok(Box::new(kept.into_iter()) as Addrs)
        })
    }
}

/// The addresses that may be talked to, where there are any.
fn kept(
    found: impl Iterator<Item = SocketAddr>,
    allowed: fn(Place) -> bool,
) -> Option<Vec<SocketAddr>> {
    let kept: Vec<_> = found.filter(|address| allowed(Place::of(address.ip()))).collect();
    (!kept.is_empty()).then_some(kept)
}

impl Networks {
    /// Judges an address that stands in a URL itself and is never resolved. This machine may be
    /// named so.
    pub(crate) fn permit(self, target: &Target) -> Result<(), OffLimits> {
        let bare = target.host.trim_start_matches('[').trim_end_matches(']');
        let place = bare.parse::<IpAddr>().map(Place::of);
        match (self, place) {
            (Self::Public, Ok(Place::Inside)) => Err(OffLimits { host: target.host.clone() }),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(networks: Networks, host: &str) -> [bool; 3] {
        let proxy = Some("proxy.inside".to_owned());
        let allowed = Resolver { networks, proxy }.allowed(host);
        [Place::Internet, Place::Here, Place::Inside].map(allowed)
    }

    #[test]
    fn name_may_lead_to_the_internet_and_localhost_here() {
        assert_eq!(allowed(Networks::Public, "api.example.com"), [true, false, false]);
        assert_eq!(allowed(Networks::Public, "LOCALHOST"), [false, true, false]);
        assert_eq!(allowed(Networks::Public, "localhost.example.com"), [true, false, false]);
    }

    #[test]
    fn settings_open_private_networks_and_a_proxy_opens_itself() {
        assert_eq!(allowed(Networks::Any, "api.example.com"), [true; 3]);
        assert_eq!(allowed(Networks::Public, "proxy.inside"), [true; 3]);
    }

    #[test]
    fn answers_that_lead_inside_are_dropped() {
        let found = ["10.0.0.7:0", "1.1.1.1:0", "[fe80::1]:0"].map(|text| text.parse().ok());
        let found: Vec<SocketAddr> = found.into_iter().flatten().collect();
        let internet: fn(Place) -> bool = |place| place == Place::Internet;
        assert_eq!(kept(found.iter().copied(), internet), Some(vec![found[1]]));
        assert_eq!(kept(found[..1].iter().copied(), internet), None);
    }
}
