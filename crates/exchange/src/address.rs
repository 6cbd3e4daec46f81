//! Which addresses are of the internet. Pure.
//!
//! A setting that names a machine of the inner network, or a name that somebody points at one,
//! would let trueup's requests, login included, reach what only insiders should: a database's
//! console, a router, the metadata service of a cloud.

use std::error::Error;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A host that may not be talked to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OffLimits {
    /// Its name or address.
    pub(crate) host: String,
}

impl OffLimits {
    /// The refusal that an error of the HTTP client was caused by, if it was.
    pub(crate) fn behind(error: &(dyn Error + 'static)) -> Option<Self> {
        let mut cause = Some(error);
        while let Some(error) = cause {
            if let Some(refusal) = error.downcast_ref::<Self>() {
                return Some(refusal.clone());
            }
            cause = error.source();
        }
        None
    }
}

impl fmt::Display for OffLimits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} is in a private network, which is not talked to; write `allow_private = true` under \
             `[network]` in trueup.toml if it should be",
            self.host
        )
    }
}

impl Error for OffLimits {}

/// What a URL or an answer of the name service says about where a host is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// On the internet.
    Internet,
    /// This machine.
    Here,
    /// Anywhere else: private, link-local, shared, reserved.
    Inside,
}

impl Place {
    pub(crate) fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => of_v4(address),
            IpAddr::V6(address) => of_v6(address),
        }
    }
}

fn of_v4(address: Ipv4Addr) -> Place {
    let [a, b, c, _] = address.octets();
    let is_inside = matches!(
        (a, b, c),
        (0 | 10 | 224.., _, _)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (192, 168, _)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    );
    match (address.is_loopback(), is_inside) {
        (true, _) => Place::Here,
        (false, true) => Place::Inside,
        (false, false) => Place::Internet,
    }
}

/// Of IPv6 only 2000::/3 is given out. Addresses that carry one of IPv4 are judged by that.
fn of_v6(address: Ipv6Addr) -> Place {
    if address.is_loopback() {
        return Place::Here;
    }
    let [first, second, third, .., seventh, eighth] = address.segments();
    let carried = match (first, second) {
        (0x64, 0xff9b) => Some((seventh, eighth)),
        (0x2002, _) => Some((second, third)),
        _ => None,
    };
    let carried =
        carried.map(|(high, low)| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)));
    if let Some(address) = address.to_ipv4_mapped().or(carried) {
        return of_v4(address);
    }
    // Teredo and the protocol assignments beside it, and the addresses for documents.
    let is_reserved = first == 0x2001 && (second < 0x200 || second == 0xdb8);
    match first {
        0x2000..=0x3fff if !is_reserved => Place::Internet,
        _ => Place::Inside,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str) -> Place {
        Place::of(text.parse().unwrap_or_else(|_| panic!("{text} is an address")))
    }

    #[test]
    fn addresses_given_out_are_of_the_internet() {
        for text in [
            "1.1.1.1",
            "9.255.255.255",
            "100.63.0.1",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.167.1.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2a00:1450::1",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2002:808:808::1",
        ] {
            assert_eq!(place(text), Place::Internet, "{text}");
        }
    }

    #[test]
    fn loopback_is_here() {
        for text in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"] {
            assert_eq!(place(text), Place::Here, "{text}");
        }
    }

    #[test]
    fn everything_else_is_inside() {
        for text in [
            "0.0.0.0",
            "10.0.0.7",
            "100.64.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.168.0.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::ffff:10.0.0.1",
            "64:ff9b::a9fe:a9fe",
            "2002:a00:1::1",
            "2001::1",
            "2001:db8::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert_eq!(place(text), Place::Inside, "{text}");
        }
    }
}
