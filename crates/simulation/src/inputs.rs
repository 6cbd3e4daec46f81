//! What people state, kept a second time, and what a channel should show of it, worked out a second
//! time: the expectation that the checks hold against the real engine and store.

use std::collections::{BTreeMap, BTreeSet};

use trueup_stock::{LocationCode, Pool, Quantity, Rules, Source, Terms};

use crate::shop::Name;

/// Our locations.
pub(crate) const LOCATIONS: [&str; 2] = ["MAIN", "EAST"];

/// A product, as it was stated.
#[derive(Clone, Debug, Default)]
pub(crate) struct Product {
    pub(crate) code: String,
    pub(crate) is_active: bool,
    pub(crate) stock: BTreeMap<&'static str, i64>,
    pub(crate) external: Option<i64>,
    /// The channels it is opted in to, by number.
    pub(crate) channels: BTreeSet<usize>,
    pub(crate) aliases: BTreeMap<usize, String>,
}

/// Everything that was stated.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inputs {
    pub(crate) products: Vec<Product>,
    /// Orders that count: product and quantity.
    pub(crate) orders: BTreeMap<String, (usize, i64)>,
}

/// What a channel's settings say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Offer {
    /// The marketplace's locations and where their stock comes from.
    pub(crate) pools: Vec<(&'static str, Vec<&'static str>)>,
    pub(crate) buffer: i64,
    pub(crate) maximum: Option<i64>,
}

/// What should be shown of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// These numbers.
    Levels(Vec<(Name, i64)>),
    /// Nothing: it left.
    Left,
    /// Whatever is shown stays: the number is not known.
    Stays,
}

impl Offer {
    pub(crate) fn terms(&self) -> Terms {
        let code = |code: &&str| code.parse::<LocationCode>().expect("it is a plain word");
        let pool = |(remote, sources): &(&str, Vec<&str>)| Pool {
            remote: (!remote.is_empty()).then(|| remote.parse().expect("it is a plain word")),
            source: Source::Only(sources.iter().map(code).collect()),
        };
        Terms {
            pools: self.pools.iter().map(pool).collect(),
            rules: Rules {
                buffer: Quantity::units(self.buffer),
                maximum: self.maximum.map(Quantity::units),
            },
            fields: trueup_stock::Fields::default(),
            quantity_max: 1_000,
        }
    }
}

impl Inputs {
    pub(crate) fn part_number(&self, product: usize, channel: usize) -> &str {
        let product = &self.products[product];
        product.aliases.get(&channel).unwrap_or(&product.code)
    }

    /// What a channel should show of a product; `is_external` as a True-Up of external stock would.
    pub(crate) fn shown(
        &self,
        product: usize,
        channel: usize,
        offer: &Offer,
        is_external: bool,
    ) -> Shown {
        let of = &self.products[product];
        if !of.channels.contains(&channel) || !of.is_active {
            return Shown::Left;
        }
        let part = self.part_number(product, channel);
        let is_shared = (0..self.products.len()).any(|other| {
            let is_in = self.products[other].channels.contains(&channel);
            other != product && is_in && self.part_number(other, channel) == part
        });
        if is_shared {
            return Shown::Stays;
        }
        let levels = match of.external.filter(|_| is_external) {
            Some(external) => external_levels(external, offer),
            None => self.real_levels(product, offer),
        };
        if levels.is_empty() {
            return Shown::Stays;
        }
        let named =
            |(remote, quantity): (&str, i64)| ((part.to_owned(), remote.to_owned()), quantity);
        Shown::Levels(levels.into_iter().map(named).collect())
    }

    /// The number that a name must show once everything rests.
    pub(crate) fn final_number(
        &self,
        channel: usize,
        offer: &Offer,
        name: &Name,
        is_external: bool,
    ) -> i64 {
        let levels = (0..self.products.len()).filter_map(|product| {
            match self.shown(product, channel, offer, is_external) {
                Shown::Levels(levels) => Some(levels),
                Shown::Left | Shown::Stays => None,
            }
        });
        let own = levels.flatten().find(|(own, _)| own == name);
        own.map_or(0, |(_, quantity)| quantity)
    }

    /// Demand eats the locations' stock in their order; a buffer is kept back at each.
    fn real_levels<'a>(&self, product: usize, offer: &'a Offer) -> Vec<(&'a str, i64)> {
        let own = self.orders.values().filter(|(of, _)| *of == product);
        let mut demand: i64 = own.map(|(_, quantity)| quantity).sum();
        let stock = &self.products[product].stock;
        let mut levels = Vec::new();
        for (remote, sources) in &offer.pools {
            let known: Vec<i64> = sources.iter().filter_map(|at| stock.get(at)).copied().collect();
            if known.is_empty() {
                continue;
            }
            let here: i64 = known.iter().sum();
            let eaten = here.min(demand);
            demand -= eaten;
            let left = (here - eaten - offer.buffer).max(0);
            levels.push((*remote, left.min(offer.maximum.unwrap_or(left)).min(1_000)));
        }
        levels
    }
}

/// The first location carries the whole fixed count.
fn external_levels(external: i64, offer: &Offer) -> Vec<(&str, i64)> {
    let counts = std::iter::once(external).chain(std::iter::repeat(0));
    offer.pools.iter().zip(counts).map(|((remote, _), count)| (*remote, count)).collect()
}
