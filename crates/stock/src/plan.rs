//! From one product's inputs to the levels one channel should show: the function behind every
//! preview, explanation and feed.

use crate::{
    Basis, Candidate, Fields, Figures, Held, Level, LocationCode, Pool, Product, Quantity, Rules,
    Terms, Wanted, Working,
};

/// Decides what a channel should show of a product: one level per marketplace location that has a
/// stock record, or the reason why nothing is sent.
///
/// Demand is not tied to a location, so it is charged to the channel's locations one after the
/// other, each up to its stock; what no stock covers is charged to the first. The channel's
/// availability is therefore its own stock less *all* demand, never more than the product's.
///
/// The same stock is never offered twice: where two pools name the same location of ours, the
/// first has it. A location below zero owes what it lacks, and the pools pay it in their order.
///
/// # Errors
/// [`Held`] is data for people, not a failure.
pub fn plan(candidate: &Candidate, terms: &Terms, basis: Basis) -> Result<Vec<Wanted>, Held> {
    hold(candidate)?;
    let external = match basis {
        Basis::Real => None,
        Basis::External => candidate.external,
    };
    let stocks = less_owed(pooled(candidate, terms), owed(candidate));
    let shares = charge(&stocks, candidate.on_orders);
    // The first location carries the whole external count; a copy at each would multiply it.
    let mut unspent = external;
    let wanted = terms.pools.iter().zip(stocks).zip(shares).filter_map(|((pool, stock), share)| {
        let external = external.map(|_| unspent.take().unwrap_or_default());
        let stock = match external {
            Some(_) => stock.unwrap_or_default(),
            None => stock?,
        };
        let working = work(stock, share, external, &terms.rules);
        Some(Wanted {
            location: pool.remote.clone(),
            level: level(&working, &candidate.product, terms),
            working,
        })
    });
    let wanted: Vec<Wanted> = wanted.collect();
    if wanted.is_empty() {
        return Err(nothing_known(candidate, external));
    }
    Ok(wanted)
}

fn hold(candidate: &Candidate) -> Result<(), Held> {
    if !candidate.opted_in {
        return Err(Held::NotOptedIn);
    }
    if !candidate.product.active {
        return Err(Held::Inactive);
    }
    if let Some(with) = &candidate.shares_part_number_with {
        let part_number = candidate.part_number.clone();
        return Err(Held::SharedPartNumber { part_number, with: with.clone() });
    }
    Ok(())
}

fn nothing_known(candidate: &Candidate, external: Option<Quantity>) -> Held {
    if candidate.stock.is_empty() && external.is_none() {
        Held::UnknownStock
    } else {
        Held::NoStockAtChannelLocations
    }
}

/// Stock per pool; `None` where none of its locations has a record. A record counts in the first
/// pool that takes it, so that no two pools offer the same stock.
fn pooled(candidate: &Candidate, terms: &Terms) -> Vec<Option<Quantity>> {
    let mut untaken: Vec<&(LocationCode, Quantity)> = candidate.stock.iter().collect();
    let stock_of = |pool: &Pool| {
        let takes = |(location, _): &(LocationCode, Quantity)| pool.source.takes(location);
        let here = untaken.iter().filter(|record| takes(record));
        let stock = here.map(|(_, quantity)| quantity.or_zero()).sum();
        untaken.retain(|record| !takes(record));
        candidate.stock.iter().any(takes).then_some(stock)
    };
    terms.pools.iter().map(stock_of).collect()
}

/// What all locations below zero lack together, offered on this channel or not.
fn owed(candidate: &Candidate) -> Quantity {
    let lack = |(_, quantity): &(LocationCode, Quantity)| Quantity::ZERO.minus(*quantity).or_zero();
    candidate.stock.iter().map(lack).sum()
}

fn less_owed(stocks: Vec<Option<Quantity>>, owed: Quantity) -> Vec<Option<Quantity>> {
    let shares = charge(&stocks, owed);
    let pay = |(stock, share): (Option<Quantity>, Quantity)| stock.map(|stock| stock.minus(share));
    stocks.into_iter().zip(shares).map(pay).collect()
}

/// Splits demand over the pools: each takes up to its stock, in order; the first known one also
/// takes what is left over.
fn charge(stocks: &[Option<Quantity>], demand: Quantity) -> Vec<Quantity> {
    let mut left = demand;
    let mut shares: Vec<Quantity> = stocks
        .iter()
        .map(|stock| {
            let share = stock.unwrap_or_default().or_zero().min(left);
            left = left.minus(share);
            share
        })
        .collect();
    if let Some(first) = stocks.iter().position(Option::is_some) {
        shares[first] = shares[first].plus(left);
    }
    shares
}

fn work(
    stock: Quantity,
    on_orders: Quantity,
    external: Option<Quantity>,
    rules: &Rules,
) -> Working {
    let net = stock.minus(on_orders);
    let available = net.or_zero();
    let buffer = if external.is_some() { Quantity::ZERO } else { rules.buffer.or_zero() };
    let after_buffer = external.unwrap_or(available).minus(buffer).or_zero();
    let maximum = rules.maximum.filter(|_| external.is_none());
    Working {
        stock,
        on_orders,
        net,
        available,
        backordered: on_orders.minus(stock).or_zero(),
        external,
        buffer,
        after_buffer,
        after_maximum: maximum.map_or(after_buffer, |maximum| after_buffer.min(maximum)),
    }
}

/// The only place where anything is rounded: down, to whole units.
fn level(working: &Working, product: &Product, terms: &Terms) -> Level {
    let Fields { on_orders, backordered, next_available_on, discontinued } = terms.fields;
    let whole = |taken: bool, amount: Quantity| {
        if taken { amount.floor_units().min(terms.quantity_max).max(0) } else { 0 }
    };
    // A fixed count speaks for itself: real demand beside it would contradict it.
    let real = working.external.is_none();
    Level {
        quantity: whole(true, working.after_maximum),
        on_orders: whole(on_orders && real, working.on_orders),
        backordered: whole(backordered && real, working.backordered),
        next_available_on: product.next_available_on.filter(|_| next_available_on),
        discontinued: discontinued && product.discontinued,
    }
}

impl Candidate {
    /// The product's own figures, over all its locations and whatever channel asks.
    #[must_use]
    pub fn figures(&self) -> Figures {
        let stock = self.stock.iter().map(|(_, quantity)| *quantity).reduce(Quantity::plus);
        Figures::compute(stock, self.on_orders)
    }
}
