//! What operators see and do: feeds, findings, levers.

use futures::TryStreamExt;
use jiff::Timestamp;
use trueup_marketplace::Context;
use trueup_store::{FeedId, FeedLine, FeedRow, Finding, Outcome};

use crate::views::{CheckView, FeedDetail, FeedLineView, FeedView, FindingView, HeldLine};
use crate::{Host, HostError};

impl Host {
    /// The feeds that have run, latest first.
    ///
    /// # Errors
    /// An unknown channel, or a database that fails.
    pub async fn feeds(
        &self,
        channel: Option<&str>,
        limit: u64,
    ) -> Result<Vec<FeedView>, HostError> {
        let name = channel.map(|name| self.channel(name)).transpose()?.map(|channel| &channel.name);
        let rows = self.store().feeds(name, limit).await?;
        Ok(rows.into_iter().map(feed_view).collect())
    }

    pub(crate) async fn feed_view(&self, id: FeedId) -> Result<FeedView, HostError> {
        match self.store().feed(id).await? {
            Some(row) => Ok(feed_view(row)),
            None => Err(HostError::usage(format!(
                "there is no feed {}; `trueup feeds` lists those there are",
                id.0
            ))),
        }
    }

    /// One feed with every line.
    ///
    /// # Errors
    /// An unknown feed, or a database that fails.
    pub async fn feed(&self, id: i64) -> Result<FeedDetail, HostError> {
        let id = FeedId(id);
        let feed = self.feed_view(id).await?;
        let lines = self.store().feed_lines(id).await?;
        let held = self.store().feed_held(id).await?.into_iter();
        Ok(FeedDetail {
            feed,
            lines: lines.map_ok(line_view).try_collect().await?,
            held: held.map(|(product_code, reason)| HeldLine { product_code, reason }).collect(),
        })
    }

    /// Makes parked and waiting listings due now; all of the channel, or these products.
    ///
    /// # Errors
    /// An unknown channel or product.
    pub async fn retry(&self, channel: &str, codes: &[String]) -> Result<u64, HostError> {
        let channel = self.channel(channel)?;
        let products = self.known_products(codes).await?;
        Ok(self.store().retry(&channel.name, products, Timestamp::now()).await?)
    }

    /// Pauses or resumes a channel.
    ///
    /// # Errors
    /// An unknown channel.
    pub async fn set_paused(&self, channel: &str, is_paused: bool) -> Result<(), HostError> {
        let channel = self.channel(channel)?;
        Ok(self.store().set_paused(&channel.name, is_paused).await?)
    }

    /// Data that will surprise, and listings that nobody looks after any more.
    ///
    /// # Errors
    /// A database that fails, or is damaged.
    pub async fn doctor(&self) -> Result<Vec<FindingView>, HostError> {
        self.store().check_file().await?;
        let found = self.store().doctor(self.settings().profile).await?;
        let mut findings: Vec<FindingView> = found.into_iter().map(finding_view).collect();
        for status in self.status().await? {
            let is_lost = self.channel(&status.channel).is_err();
            if let Some(problem) = status.problem.filter(|_| is_lost) {
                findings.push(FindingView {
                    finding: "lost_listings".to_owned(),
                    subject: status.channel,
                    product_code: None,
                    units: None,
                    detail: problem,
                });
            }
        }
        Ok(findings)
    }

    /// Tries each enabled channel's credentials, and whether it can be reached.
    pub async fn check_online(&self) -> Vec<CheckView> {
        let mut views = Vec::new();
        for channel in self.channels().iter().filter(|channel| self.is_enabled(&channel.name)) {
            let now = Timestamp::now();
            let mailbox = self.store().letters(channel.id, now);
            let context = Context { wire: channel.wire.as_ref(), mailbox: &mailbox, now };
            let (ok, detail) = match channel.marketplace.check(&context).await {
                Ok(checked) => (true, checked.0),
                Err(error) => (false, error.to_string()),
            };
            views.push(CheckView { channel: channel.name.to_string(), ok, detail });
        }
        views
    }
}

fn finding_view(finding: Finding) -> FindingView {
    let detail = finding.to_string();
    let (name, subject, product_code, units) = match finding {
        Finding::ShippedWithoutAsn { order_code, product_code, units } => {
            ("shipped_without_asn", order_code.to_string(), Some(product_code), Some(units))
        }
        Finding::CancelledNotArchived { order_code, product_code, units } => {
            ("cancelled_not_archived", order_code.to_string(), Some(product_code), Some(units))
        }
        Finding::SimilarCodes { product_codes } => {
            let codes: Vec<String> = product_codes.iter().map(ToString::to_string).collect();
            ("similar_codes", codes.join(", "), None, None)
        }
        Finding::SharedPartNumber { channel, part_number, .. } => {
            ("shared_part_number", format!("{part_number} on {channel}"), None, None)
        }
        Finding::NoStockRecord { channel, product_code } => {
            ("no_stock_record", channel.to_string(), Some(product_code), None)
        }
        _ => ("other", String::new(), None, None),
    };
    let (finding, product_code) = (name.to_owned(), product_code.map(String::from));
    FindingView { finding, subject, product_code, units, detail }
}

fn feed_view(row: FeedRow) -> FeedView {
    FeedView {
        feed: row.id.0,
        channel: row.channel.into(),
        kind: row.kind,
        basis: row.basis,
        cause: row.cause.to_string(),
        state: row.state.to_string(),
        started_at: row.started_at,
        finished_at: row.finished_at,
        planned: row.planned,
        accepted: row.accepted,
        pending: row.pending,
        rejected: row.rejected,
        unknown: row.unknown,
        superseded: row.superseded,
        parked: row.parked,
        held_count: row.held,
        message: row.message,
    }
}

fn line_view(line: FeedLine) -> FeedLineView {
    let is_doubtful = line.outcome == Outcome::Accepted && !line.is_confirmed;
    let doubt = is_doubtful.then(|| "submitted, not confirmed".to_owned());
    FeedLineView {
        product_code: line.product_code.into(),
        part_number: line.part_number.into(),
        location: line.location.map(String::from),
        quantity: line.level.quantity,
        on_orders: line.level.on_orders,
        backordered: line.level.backordered,
        next_available_on: line.level.next_available_on,
        discontinued: line.level.discontinued,
        outcome: line.outcome.to_string(),
        confirmed: line.is_confirmed,
        reason: line.reason.or(doubt),
    }
}
