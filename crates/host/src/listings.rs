//! How single listings stand.

use std::collections::BTreeMap;

use futures::TryStreamExt;
use jiff::Timestamp;
use trueup_delivery::{Listing, ListingId, State};
use trueup_runner::Channel;
use trueup_stock::{Basis, Candidate, ProductCode};
use trueup_store::{CandidateScope, ListingRow, Products, Which};

use crate::views::ListingView;
use crate::{Host, HostError};

impl Host {
    /// A page of a channel's listings, after the listing numbered `after`.
    ///
    /// # Errors
    /// An unknown channel, or a database that fails.
    pub async fn listings(
        &self,
        channel: &str,
        which: Which,
        after: Option<i64>,
        limit: u64,
    ) -> Result<Vec<ListingView>, HostError> {
        let channel = self.channel(channel)?;
        let after = after.map(ListingId);
        let rows = self.store().listings_page(channel.id, which, after, limit).await?;
        let held = self.held(channel, &rows).await?;
        let view = |row: ListingRow| {
            let held = held.get(&row.product_code).filter(|_| row.is_held).cloned();
            listing_view(row, held)
        };
        Ok(rows.into_iter().map(view).collect())
    }

    /// Why the products of these listings are held back, as far as they are.
    async fn held(
        &self,
        channel: &Channel,
        rows: &[ListingRow],
    ) -> Result<BTreeMap<ProductCode, String>, HostError> {
        let held = rows.iter().filter(|row| row.is_held);
        let codes: Vec<ProductCode> = held.map(|row| row.product_code.clone()).collect();
        if codes.is_empty() {
            return Ok(BTreeMap::new());
        }
        let scope = CandidateScope::Products(Products::Codes(codes));
        let found = self.store().candidates(channel.id, scope, channel.profile);
        let found: Vec<Candidate> = found.try_collect().await?;
        let reason = |candidate: Candidate| {
            let held = channel.plan(&candidate, Basis::Real).err()?;
            Some((candidate.product.code, held.to_string()))
        };
        Ok(found.into_iter().filter_map(reason).collect())
    }
}

fn listing_view(row: ListingRow, held: Option<String>) -> ListingView {
    let ListingRow { listing, .. } = row;
    ListingView {
        listing: row.id.0,
        product_code: row.product_code.into(),
        part_number: row.part_number.into(),
        location: row.location.map(String::from),
        state: state(&listing).to_owned(),
        wanted: listing.wanted.level.quantity,
        acknowledged: acknowledged(&listing),
        acknowledged_at: listing.acknowledged.map(|acknowledged| acknowledged.at),
        possible: row.possible,
        exposure: row.exposure,
        due_since: row.due_since,
        not_before: not_before(&listing),
        attempts: listing.attempts,
        held: row.is_held,
        reason: reason(&listing).or(held),
    }
}

fn not_before(listing: &Listing) -> Option<Timestamp> {
    let not_before = match &listing.state {
        State::Due { not_before, .. } => *not_before,
        State::Parked(parked) => parked.probe_at,
        State::Clean | State::InFlight(_) | State::Retired => return None,
    };
    (not_before > Timestamp::UNIX_EPOCH).then_some(not_before)
}

pub(crate) fn acknowledged(listing: &Listing) -> Option<i64> {
    listing.acknowledged.map(|acknowledged| acknowledged.level.quantity)
}

pub(crate) fn state(listing: &Listing) -> &'static str {
    match listing.state {
        State::Clean => "clean",
        State::Due { .. } => "due",
        State::InFlight(_) => "in_flight",
        State::Parked(_) => "parked",
        State::Retired => "retired",
    }
}

pub(crate) fn reason(listing: &Listing) -> Option<String> {
    match &listing.state {
        State::Parked(parked) => Some(parked.reason.clone()),
        State::Clean | State::Due { .. } | State::InFlight(_) | State::Retired => None,
    }
}
