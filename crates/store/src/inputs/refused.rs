//! Rows that cannot be taken, and what to tell whoever wrote them.

use sea_orm::QueryResult;
use trueup_stock::{OrderCode, Rejection};

use super::import::REJECTIONS_SHOWN;
use crate::sql::{Sql, Temporary};
use crate::{StoreError, StoreErrorKind};

/// `seq` is the row's number in its staging table, `at_row` its number in the file, `other` the
/// row that it conflicts with. What the two texts are depends on `why`.
pub(super) const REFUSED: Temporary = (
    "refused",
    "seq {key}, at_row BIGINT NOT NULL, why SMALLINT NOT NULL, other BIGINT, \
     what TEXT NOT NULL, within TEXT",
);

/// Why a row is refused. The numbers are those in `refused.why`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// `what` is the code of no product.
    UnknownProduct = 1,
    /// Product `what` was in row `other` already.
    SameProduct = 2,
    /// Product `what` at location `within` was in row `other` already.
    SameStock = 3,
    /// Line `what` of order `within` was in row `other` already.
    SameLine = 4,
    /// `what` is no channel; `within` are the channels.
    UnknownChannel = 5,
    /// Order `what` has another standing in row `other`.
    OtherStanding = 6,
    /// Row `other` of order `what` was refused.
    PartOfOrder = 7,
}

impl Why {
    const ALL: [Self; 7] = [
        Self::UnknownProduct,
        Self::SameProduct,
        Self::SameStock,
        Self::SameLine,
        Self::UnknownChannel,
        Self::OtherStanding,
        Self::PartOfOrder,
    ];

    /// The number in `refused.why`.
    pub(super) const fn number(self) -> i16 {
        self as i16
    }

    fn column(self) -> Option<&'static str> {
        match self {
            Self::UnknownProduct | Self::SameProduct | Self::SameStock => Some("product_code"),
            Self::SameLine => Some("line"),
            Self::UnknownChannel => Some("marketplaces"),
            Self::OtherStanding => Some("state"),
            Self::PartOfOrder => None,
        }
    }

    fn reason(self, what: &str, within: &str, other: i64) -> String {
        match self {
            Self::UnknownProduct => format!(
                "there is no product `{what}`; import it first, or correct the code (letter \
                 case, blanks and leading zeros count)"
            ),
            Self::SameProduct => {
                format!("product `{what}` is in row {other} already; keep one of the two rows")
            }
            Self::SameStock => format!(
                "the stock of product `{what}` at location `{within}` is in row {other} already; \
                 keep one of the two rows"
            ),
            Self::SameLine => format!(
                "line `{what}` of order `{within}` is in row {other} already; give each line of \
                 an order its own number"
            ),
            Self::UnknownChannel if within.is_empty() => {
                format!("there is no channel `{what}`, nor any other; set one up first")
            }
            Self::UnknownChannel => {
                format!("there is no channel `{what}`; the channels are {within}")
            }
            Self::OtherStanding => format!(
                "order `{what}` has another state, archived or asn_sent in row {other}; state \
                 the same on all its lines"
            ),
            Self::PartOfOrder => format!(
                "order `{what}` is taken whole or not at all, and its row {other} was rejected"
            ),
        }
    }

    /// The order the row belongs to.
    fn order(self, what: &str, within: &str) -> Option<OrderCode> {
        let code = match self {
            Self::UnknownProduct | Self::SameLine => within,
            Self::OtherStanding | Self::PartOfOrder => what,
            Self::SameProduct | Self::SameStock | Self::UnknownChannel => return None,
        };
        code.parse().ok()
    }
}

/// Refuses the rows of `staged` that say again what an earlier one says: those with the same `what`
/// and, where there is such a column, the same `within`.
pub(super) async fn refuse_repeated(
    sql: &Sql<'_>,
    why: Why,
    what: &str,
    within: Option<&str>,
) -> Result<(), StoreError> {
    let key = within.map_or(what.to_owned(), |within| format!("{what}, {within}"));
    let (why, within) = (why.number(), within.unwrap_or("CAST(NULL AS TEXT)"));
    sql.script(&format!(
        "INSERT INTO refused (seq, at_row, why, other, what, within)
         SELECT seq, at_row, {why}, first_row, {what}, {within} FROM (
             SELECT seq, at_row, {key}, first_value(at_row) OVER same AS first_row,
                 row_number() OVER same AS nth
             FROM staged WINDOW same AS (PARTITION BY {key} ORDER BY seq)
         ) AS counted
         WHERE nth > 1
         ON CONFLICT (seq) DO NOTHING"
    ))
    .await
}

/// Takes the refused rows out of `staged`.
pub(super) async fn drop_refused(sql: &Sql<'_>) -> Result<(), StoreError> {
    sql.script("DELETE FROM staged WHERE seq IN (SELECT seq FROM refused)").await
}

/// The first refused rows of a file, as people see them.
pub(super) async fn rejections(sql: &Sql<'_>, file: &str) -> Result<Vec<Rejection>, StoreError> {
    let query = format!(
        "SELECT at_row, why, other, what, within FROM refused \
         ORDER BY at_row, seq LIMIT {REJECTIONS_SHOWN}"
    );
    let rows = sql.all(&query, []).await?;
    rows.iter().map(|row| rejection(row, file)).collect()
}

fn rejection(row: &QueryResult, file: &str) -> Result<Rejection, StoreError> {
    let number: i16 = row.try_get_by_index(1)?;
    let why = Why::ALL.into_iter().find(|why| why.number() == number);
    let Some(why) = why else {
        let what = format!("a rejection of the unknown kind {number}");
        return Err(StoreError::new(StoreErrorKind::Corrupt, what));
    };
    let at_row: i64 = row.try_get_by_index(0)?;
    let other: Option<i64> = row.try_get_by_index(2)?;
    let what: String = row.try_get_by_index(3)?;
    let within: Option<String> = row.try_get_by_index(4)?;
    let within = within.unwrap_or_default();
    Ok(Rejection {
        file: file.to_owned(),
        row: at_row.unsigned_abs(),
        column: why.column().map(str::to_owned),
        reason: why.reason(&what, &within, other.unwrap_or_default()),
        order: why.order(&what, &within),
    })
}
