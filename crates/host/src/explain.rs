//! How one product's numbers were reached.

use futures::TryStreamExt;
use trueup_runner::Channel;
use trueup_stock::{Basis, Candidate, Wanted};
use trueup_store::{CandidateScope, ListingRow, Products};

use crate::listings::{acknowledged, reason, state};
use crate::opting::product_code;
use crate::views::{ExplainHeld, ExplainLine, ExplainView};
use crate::{Host, HostError, figures};

impl Host {
    /// Explains a product: its figures, the orders behind them, and its listings on every channel
    /// or on the one named.
    ///
    /// # Errors
    /// An unknown product or channel.
    pub async fn explain(
        &self,
        code: &str,
        channel: Option<&str>,
    ) -> Result<ExplainView, HostError> {
        let profile = self.settings().profile;
        let wanted = product_code(code)?;
        let Some(evidence) = self.store().evidence(&wanted, profile).await? else {
            self.known_products(&[code.to_owned()]).await?;
            return Err(HostError::work(format!("product `{code}` disappeared")));
        };
        let on_orders =
            evidence.lines.iter().map(|line| profile.demand(line.standing, &line.quantities)).sum();
        let stock = evidence.stock.iter().map(|(_, quantity)| *quantity).reduce(|a, b| a.plus(b));
        let computed = trueup_stock::Figures::compute(stock, on_orders);
        let mut view = ExplainView {
            derivation: computed.derivation(&evidence.stock, &evidence.lines, profile),
            figures: figures::view(evidence.product, computed, evidence.external),
            demand_profile: profile,
            lines: Vec::new(),
            held: Vec::new(),
        };
        for one in self.named_or_all(channel)? {
            self.explain_on(one, &Products::Codes(vec![wanted.clone()]), &mut view).await?;
        }
        Ok(view)
    }

    fn named_or_all(&self, channel: Option<&str>) -> Result<Vec<&Channel>, HostError> {
        match channel {
            Some(name) => Ok(vec![self.channel(name)?]),
            None => Ok(self.channels().iter().collect()),
        }
    }

    async fn explain_on(
        &self,
        channel: &Channel,
        product: &Products,
        view: &mut ExplainView,
    ) -> Result<(), HostError> {
        let scope = CandidateScope::Products(product.clone());
        let found = self.store().candidates(channel.id, scope, channel.profile);
        let found: Vec<Candidate> = found.try_collect().await?;
        for candidate in found {
            let mut listings = self.store().listings(channel.id, &candidate.product.code).await?;
            match channel.plan(&candidate, Basis::Real) {
                Ok(wanted) => {
                    for one in wanted {
                        let row = take(&mut listings, &candidate, &one);
                        view.lines.push(line(channel, &candidate, &one, row));
                    }
                }
                Err(held) => {
                    let (channel, reason) = (channel.name.to_string(), held.to_string());
                    view.held.push(ExplainHeld { channel, reason });
                }
            }
            view.lines.extend(listings.into_iter().map(|row| standing(channel, row)));
        }
        Ok(())
    }
}

/// Takes the stored listing that a wanted level belongs to.
fn take(
    listings: &mut Vec<ListingRow>,
    candidate: &Candidate,
    wanted: &Wanted,
) -> Option<ListingRow> {
    let same = |row: &ListingRow| {
        row.part_number == candidate.part_number && row.location == wanted.location
    };
    let place = listings.iter().position(same)?;
    Some(listings.swap_remove(place))
}

fn line(
    channel: &Channel,
    candidate: &Candidate,
    wanted: &Wanted,
    row: Option<ListingRow>,
) -> ExplainLine {
    let listing = row.as_ref().map(|row| &row.listing);
    ExplainLine {
        channel: channel.name.to_string(),
        part_number: candidate.part_number.to_string(),
        location: wanted.location.as_ref().map(ToString::to_string),
        quantity: wanted.level.quantity,
        on_orders: wanted.level.on_orders,
        backordered: wanted.level.backordered,
        acknowledged: listing.and_then(acknowledged),
        possible: row.as_ref().map_or_else(Vec::new, |row| row.possible.clone()),
        exposure: row.as_ref().map_or(0, |row| row.exposure),
        state: listing.map_or("new", state).to_owned(),
        reason: listing.and_then(reason),
        derivation: Some(wanted.derivation(candidate)),
    }
}

/// A listing that the engine no longer asks for.
fn standing(channel: &Channel, row: ListingRow) -> ExplainLine {
    let level = row.listing.wanted.level;
    ExplainLine {
        channel: channel.name.to_string(),
        part_number: row.part_number.to_string(),
        location: row.location.as_ref().map(ToString::to_string),
        quantity: level.quantity,
        on_orders: level.on_orders,
        backordered: level.backordered,
        acknowledged: acknowledged(&row.listing),
        possible: row.possible,
        exposure: row.exposure,
        state: state(&row.listing).to_owned(),
        reason: reason(&row.listing),
        derivation: None,
    }
}
