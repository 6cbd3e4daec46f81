//! How a number was reached, as data: the tree that `explain` prints and JSON carries.

use serde::Serialize;

use crate::{
    Candidate, DemandProfile, Figures, LocationCode, OrderLine, Quantity, Wanted, Working,
};

/// One number (or fact) and what it was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Derivation {
    /// What it is, in the words of the docs: `available`, `order SO-7 line 1`.
    pub what: String,
    /// Its amount.
    pub amount: Amount,
    /// How it follows from the parts, or why it does not count.
    pub why: String,
    /// What it was made from, in order.
    pub from: Vec<Derivation>,
}

/// An amount, or the honest lack of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", untagged)]
pub enum Amount {
    /// An exact amount.
    Known(Quantity),
    /// Nothing is known; JSON `null`.
    Unknown,
}

impl From<Option<Quantity>> for Amount {
    fn from(quantity: Option<Quantity>) -> Self {
        quantity.map_or(Self::Unknown, Self::Known)
    }
}

impl Derivation {
    /// A number that follows from others.
    #[must_use]
    pub fn new(what: impl Into<String>, amount: impl Into<Amount>, why: impl Into<String>) -> Self {
        Self { what: what.into(), amount: amount.into(), why: why.into(), from: Vec::new() }
    }

    /// The same with the parts it was made from.
    #[must_use]
    pub fn made_from(mut self, parts: impl IntoIterator<Item = Self>) -> Self {
        self.from.extend(parts);
        self
    }
}

impl From<Quantity> for Amount {
    fn from(quantity: Quantity) -> Self {
        Self::Known(quantity)
    }
}

impl Figures {
    /// The tree behind a product's figures: its stock by location and its order lines, those that
    /// count and those that do not.
    #[must_use]
    pub fn derivation(
        &self,
        stock: &[(LocationCode, Quantity)],
        lines: &[OrderLine],
        profile: DemandProfile,
    ) -> Vec<Derivation> {
        let stock_parts = stock
            .iter()
            .map(|(location, quantity)| Derivation::new(location.as_str(), *quantity, "on hand"));
        let stock_why =
            if stock.is_empty() { "no stock record: unknown" } else { "sum of locations" };
        vec![
            Derivation::new("stock", self.stock, stock_why).made_from(stock_parts),
            Derivation::new("on_orders", self.on_orders, "sum of the order lines that count")
                .made_from(lines.iter().map(|line| line.derivation(profile))),
            Derivation::new("net", self.net, "stock − on_orders"),
            Derivation::new("available", self.available, "max(0, net)"),
            Derivation::new("backordered", self.backordered, "max(0, on_orders − stock)"),
        ]
    }
}

impl OrderLine {
    fn derivation(&self, profile: DemandProfile) -> Derivation {
        let what = format!("order {} line {}", self.order_code, self.line);
        let amount = profile.demand(self.standing, &self.quantities);
        let why = match (profile.counts(self.standing), profile) {
            (Err(reason), _) => format!("does not count: {reason}"),
            (Ok(()), DemandProfile::Documented) => {
                format!("{} order, ordered {}", self.standing.state, self.quantities.ordered)
            }
            (Ok(()), DemandProfile::ShippedLines) => format!(
                "{} order, ordered {} − shipped {} − cancelled {}",
                self.standing.state,
                self.quantities.ordered,
                self.quantities.shipped,
                self.quantities.cancelled
            ),
        };
        Derivation::new(what, amount, why)
    }
}

impl Wanted {
    /// The tree behind one listing's quantity.
    #[must_use]
    pub fn derivation(&self, candidate: &Candidate) -> Derivation {
        let place = self.location.as_ref().map_or("quantity", |location| location.as_str());
        let sent = Quantity::units(self.level.quantity);
        Derivation::new(place, sent, "rounded down to whole units, within the marketplace's limit")
            .made_from(self.working.steps(candidate))
    }
}

impl Working {
    fn steps(&self, candidate: &Candidate) -> Vec<Derivation> {
        if let Some(external) = self.external {
            let why = "external stock, sent instead of the real figure";
            return vec![Derivation::new("external_stock", external, why)];
        }
        let charged = format!("charged here, of {} in all", candidate.on_orders);
        let mut steps = vec![
            Derivation::new("stock", self.stock, "at the locations offered here"),
            Derivation::new("on_orders", self.on_orders, charged),
            Derivation::new("available", self.available, "max(0, stock − on_orders)"),
        ];
        if self.buffer > Quantity::ZERO {
            let why = format!("less the buffer of {}", self.buffer);
            steps.push(Derivation::new("buffer", self.after_buffer, why));
        }
        if self.after_maximum < self.after_buffer {
            steps.push(Derivation::new("maximum", self.after_maximum, "the channel's maximum"));
        }
        steps
    }
}
