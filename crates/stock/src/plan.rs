//! From one product's inputs to the levels one channel should show: the function behind every
//! preview, explanation and feed.

use crate::{
    Basis, Candidate, Fields, Figures, Held, Level, Product, Quantity, Rules, Terms, Wanted,
    Working,
};

/// Decides what a channel should show of a product: one level per marketplace location that has a
/// stock record, or the reason why nothing is sent.
///
/// Demand is not tied to a location, so it is charged to the channel's locations one after the
/// other, each up to its stock; what no stock covers is charged to the first. The channel's
/// availability is therefore its own stock less *all* demand, never more than the product's.
///
/// # Errors
/// [`Held`] is data for people, not a failure.
pub fn plan(candidate: &Candidate, terms: &Terms, basis: Basis) -> Result<Vec<Wanted>, Held> {
    hold(candidate)?;
    let external = match basis {
        Basis::Real => None,
        Basis::External => candidate.external,
    };
    let stocks = pooled(candidate, terms);
    if external.is_none() && stocks.iter().all(Option::is_none) {
        return Err(unknown(candidate));
    }
    let shares = charge(&stocks, candidate.on_orders);
    let mut unspent = external;
    let wanted = terms
        .pools
        .iter()
        .zip(stocks)
        .zip(shares)
        .filter_map(|((pool, stock), share)| {
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
    Ok(wanted.collect())
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
        return Err(Held::SharedPartNumber {
            part_number,
            with: with.clone(),
        });
    }
    Ok(())
}

fn unknown(candidate: &Candidate) -> Held {
    if candidate.stock.is_empty() {
        Held::UnknownStock
    } else {
        Held::NoStockAtChannelLocations
    }
}

/// Stock per pool; `None` where none of its locations has a record.
fn pooled(candidate: &Candidate, terms: &Terms) -> Vec<Option<Quantity>> {
    let stock_of = |pool: &crate::Pool| {
        let here = candidate
            .stock
            .iter()
            .filter(|(location, _)| pool.source.takes(location));
        here.map(|(_, quantity)| *quantity).reduce(Quantity::plus)
    };
    terms.pools.iter().map(stock_of).collect()
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
    let buffer = if external.is_some() {
        Quantity::ZERO
    } else {
        rules.buffer
    };
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
    let Fields {
        on_orders,
        backordered,
        next_available_on,
        discontinued,
    } = terms.fields;
    let whole = |taken: bool, amount: Quantity| {
        if taken {
            amount.floor_units().clamp(0, terms.quantity_max)
        } else {
            0
        }
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
        let stock = self
            .stock
            .iter()
            .map(|(_, quantity)| *quantity)
            .reduce(Quantity::plus);
        Figures::compute(stock, self.on_orders)
    }
}
