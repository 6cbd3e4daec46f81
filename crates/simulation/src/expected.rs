//! I4 and I7: whatever is not marked as outdated is what the inputs justify.

use std::collections::{BTreeMap, BTreeSet};

use crate::inputs::{Inputs, Offer, Shown};
use crate::observed::{Observed, Seen};
use crate::shop::Name;
use crate::stage::Props;

/// What the inputs justify at this moment.
#[derive(Debug)]
pub(crate) struct Expected<'a> {
    pub(crate) inputs: &'a Inputs,
    pub(crate) offers: &'a [Offer],
    pub(crate) channels: &'a [i64],
    /// Whether what external stock justifies will do as well.
    pub(crate) has_external: bool,
}

impl Expected<'_> {
    pub(crate) fn check(&self, observed: &Observed, props: &mut Props) {
        for (at, channel) in self.channels.iter().enumerate() {
            let real = OfChannel::new(self, observed, at, false);
            let external = self.has_external.then(|| OfChannel::new(self, observed, at, true));
            let own = observed.listings.values().filter(|seen| seen.channel == *channel);
            for seen in own {
                let Some(wrong) = real.wrong(seen) else { continue };
                if external.as_ref().is_some_and(|external| external.wrong(seen).is_none()) {
                    continue;
                }
                let what = format!("{:?} of {}: {wrong}, and no mark", seen.name, seen.product);
                props.accuse("I7 no lost mark", what);
            }
            if let Some(name) = real.missing(observed) {
                let is_external = self.has_external;
                if !is_external {
                    props.accuse("I7 no lost mark", format!("{name:?} is missing, and no mark"));
                }
            }
        }
    }
}

/// The same of one channel and one basis.
struct OfChannel<'a> {
    /// The numbers of names, and whether their product is marked.
    levels: BTreeMap<Name, (i64, bool)>,
    /// Of each product: whether it is marked, its part number, and what is shown of it.
    products: BTreeMap<&'a str, (bool, &'a str, Shown)>,
    locations: BTreeSet<&'a str>,
    channel: i64,
}

impl<'a> OfChannel<'a> {
    fn new(of: &'a Expected<'_>, observed: &Observed, at: usize, is_external: bool) -> Self {
        let (channel, offer) = (of.channels[at], &of.offers[at]);
        let (mut levels, mut products) = (BTreeMap::new(), BTreeMap::new());
        for (number, product) in of.inputs.products.iter().enumerate() {
            let shown = of.inputs.shown(number, at, offer, is_external);
            let is_marked = observed.marks.contains(&(channel, product.code.clone()));
            if let Shown::Levels(own) = &shown {
                levels
                    .extend(own.iter().map(|(name, number)| (name.clone(), (*number, is_marked))));
            }
            let part = of.inputs.part_number(number, at);
            products.insert(product.code.as_str(), (is_marked, part, shown));
        }
        let locations = offer.pools.iter().map(|(remote, _)| *remote).collect();
        Self { levels, products, locations, channel }
    }

    /// What is wrong with what is wanted of a listing.
    fn wrong(&self, seen: &Seen) -> Option<String> {
        let want = (seen.want, seen.is_last);
        match self.levels.get(&seen.name) {
            Some((_, true)) => return None,
            Some((number, false)) => {
                let is_right = want == (*number, false);
                return (!is_right).then(|| format!("{number} is justified, {want:?} wanted"));
            }
            None => {}
        }
        let (is_marked, part, shown) = self.products.get(seen.product.as_str())?;
        let (own_part, location) = &seen.name;
        let stays = *shown == Shown::Stays
            && part == own_part
            && self.locations.contains(location.as_str());
        let is_right = *is_marked || stays || want == (0, true);
        (!is_right).then(|| format!("a last 0 is owed, {want:?} wanted"))
    }

    /// A name that no listing has.
    fn missing(&self, observed: &Observed) -> Option<&Name> {
        let known: BTreeSet<&Name> = observed
            .listings
            .values()
            .filter(|seen| seen.channel == self.channel)
            .map(|seen| &seen.name)
            .collect();
        let unmarked = self.levels.iter().filter(|(_, (_, is_marked))| !is_marked);
        unmarked.map(|(name, _)| name).find(|name| !known.contains(name))
    }
}
