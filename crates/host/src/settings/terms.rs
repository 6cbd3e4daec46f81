//! What a channel's settings and its marketplace say about numbers.

use std::collections::BTreeMap;

use trueup_marketplace::{Capabilities, Locations, RemoteLocation};
use trueup_stock::{LocationCode, Pool, Rules, Source, Terms};

/// The terms of a channel. Without locations all our stock is one pool; with some there is a pool
/// for each location of the marketplace, in the order of their names.
#[must_use]
pub fn terms(
    locations: &BTreeMap<LocationCode, RemoteLocation>,
    rules: Rules,
    capabilities: &Capabilities,
) -> Terms {
    Terms {
        pools: pools(locations, capabilities.locations),
        rules,
        fields: capabilities.fields,
        quantity_max: capabilities.quantity_max,
    }
}

fn pools(locations: &BTreeMap<LocationCode, RemoteLocation>, known: Locations) -> Vec<Pool> {
    if locations.is_empty() || known == Locations::None {
        return vec![Pool { remote: None, source: Source::Everywhere }];
    }
    let mut ours: BTreeMap<&RemoteLocation, Vec<LocationCode>> = BTreeMap::new();
    for (location, remote) in locations {
        ours.entry(remote).or_default().push(location.clone());
    }
    let pool = |(remote, ours): (&RemoteLocation, _)| Pool {
        remote: Some(remote.clone()),
        source: Source::Only(ours),
    };
    ours.into_iter().map(pool).collect()
}

/// The terms as JSON; equal terms give equal text.
///
/// # Panics
/// Never: terms hold texts, numbers and lists alone.
#[must_use]
pub fn canonical_terms(terms: &Terms) -> String {
    serde_json::to_string(terms).expect("terms hold texts, numbers and lists, which JSON can write")
}

/// A number that stays while the terms stay, in every run and every version: FNV-1a of
/// [`canonical_terms`].
#[must_use]
pub fn terms_fingerprint(terms: &Terms) -> i64 {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let mixed = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(PRIME);
    canonical_terms(terms).bytes().fold(OFFSET, mixed).cast_signed()
}
