//! Every line of a feed, and what became of it.

use std::fmt;

use futures::{Stream, StreamExt, TryStreamExt};
use jiff::civil::Date;
use sea_orm::{QueryResult, StreamTrait};
use serde::Serialize;
use trueup_stock::{Level, PartNumber, ProductCode, RemoteLocation};

use crate::delivery::batch::location_of;
use crate::delivery::words::corrupt;
use crate::{FeedId, Store, StoreError};

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The marketplace took it.
    Accepted,
    /// Its answer is awaited.
    Pending,
    /// The marketplace refused it.
    Rejected,
    /// Nobody knows; it is confirmed again.
    Unknown,
    /// It had no effect; the listing is sent again with what is wanted then.
    Superseded,
    /// It was not sent, because it was refused before and nothing changed.
    Parked,
}

impl Outcome {
    /// The outcome of a stored word, and whether the marketplace confirmed the line.
    pub(crate) fn of(word: &str) -> Result<(Self, bool), StoreError> {
        match word {
            "accepted" => Ok((Self::Accepted, true)),
            "submitted" => Ok((Self::Accepted, false)),
            "pending" => Ok((Self::Pending, false)),
            "rejected" => Ok((Self::Rejected, false)),
            "unknown" => Ok((Self::Unknown, false)),
            "superseded" => Ok((Self::Superseded, false)),
            "parked" => Ok((Self::Parked, false)),
            _ => Err(corrupt("an outcome of another name")),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Accepted => "accepted",
            Self::Pending => "pending",
            Self::Rejected => "rejected",
            Self::Unknown => "unknown",
            Self::Superseded => "superseded",
            Self::Parked => "parked",
        })
    }
}

/// A line of a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedLine {
    /// The product.
    pub product_code: ProductCode,
    /// What the marketplace calls it.
    pub part_number: PartNumber,
    /// Where.
    pub location: Option<RemoteLocation>,
    /// What was sent.
    pub level: Level,
    /// What became of it.
    pub outcome: Outcome,
    /// Whether the marketplace said that it is in force.
    pub is_confirmed: bool,
    /// Why, where it was not accepted.
    pub reason: Option<String>,
}

impl Store {
    /// Every line of a feed, in the order of its batches.
    ///
    /// # Errors
    /// The database's.
    pub async fn feed_lines(
        &self,
        feed: FeedId,
    ) -> Result<impl Stream<Item = Result<FeedLine, StoreError>> + Send + '_, StoreError> {
        let body = match self.is_postgres() {
            true => "json_array_elements(CAST(s.body AS json)) AS j",
            false => "json_each(s.body) AS j",
        };
        let order = if self.is_postgres() { ", l.id" } else { "" };
        let cell = |at: u8, kind: &str| format!("CAST(j.value ->> {at} AS {kind})");
        let whole = |at: u8| cell(at, "BIGINT");
        let sql = format!(
            "SELECT p.code, l.part_number, l.location, {} AS quantity, {} AS on_orders, \
             {} AS backordered, {} AS available_on, {} AS discontinued, \
             COALESCE(e.outcome, b.default_outcome) AS outcome, \
             CASE WHEN e.outcome IS NULL THEN b.default_code ELSE e.code END AS code_of, \
             CASE WHEN e.outcome IS NULL THEN b.default_reason ELSE e.message END AS reason \
             FROM batch b JOIN batch_body s ON s.batch_id = b.id CROSS JOIN {body} \
             JOIN listing l ON l.id = {} JOIN product p ON p.id = l.product_id \
             LEFT JOIN line_exception e ON e.batch_id = b.id AND e.listing_id = l.id \
             WHERE b.feed_id = $1 ORDER BY b.id{order}",
            whole(2),
            whole(3),
            whole(4),
            cell(5, "TEXT"),
            whole(6),
            whole(0),
        );
        let statement = self.statement(sql, [feed.0.into()]);
        let rows = self.reading().stream_raw(statement).await?;
        Ok(rows.map_err(StoreError::from).map(|row| feed_line(&row?)))
    }
}

fn feed_line(row: &QueryResult) -> Result<FeedLine, StoreError> {
    let (code, part): (String, String) =
        (row.try_get("", "code")?, row.try_get("", "part_number")?);
    let available_on: Option<String> = row.try_get("", "available_on")?;
    let date = |text: String| text.parse::<Date>().map_err(|_| corrupt("a date"));
    let discontinued: i64 = row.try_get("", "discontinued")?;
    let outcome: String = row.try_get("", "outcome")?;
    let (outcome, is_confirmed) = Outcome::of(&outcome)?;
    let code_of: Option<String> = row.try_get("", "code_of")?;
    let reason: Option<String> = row.try_get("", "reason")?;
    Ok(FeedLine {
        product_code: code.try_into().map_err(|_| corrupt("a product code"))?,
        part_number: part.try_into().map_err(|_| corrupt("a part number"))?,
        location: location_of(row.try_get("", "location")?)?,
        level: Level {
            quantity: row.try_get("", "quantity")?,
            on_orders: row.try_get("", "on_orders")?,
            backordered: row.try_get("", "backordered")?,
            next_available_on: available_on.map(date).transpose()?,
            discontinued: discontinued != 0,
        },
        outcome,
        is_confirmed,
        reason: match (code_of, reason) {
            (Some(code), Some(reason)) => Some(format!("{code}: {reason}")),
            (code, reason) => reason.or(code),
        },
    })
}
