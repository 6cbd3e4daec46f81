//! From rows to the engine's types.

use std::str::FromStr;

use jiff::civil::Date;
use sea_orm::QueryResult;
use trueup_stock::{CodeError, Product, Quantity, Standing};

use crate::{StoreError, StoreErrorKind};

/// The columns of product `p` that [`read_product`] reads.
pub(crate) const PRODUCT_COLUMNS: &str =
    "p.code, p.name, p.active, p.discontinued, p.incoming, p.next_available_on";

/// The first column after [`PRODUCT_COLUMNS`].
pub(crate) const AFTER_PRODUCT: usize = 6;

/// The product in a row that begins with [`PRODUCT_COLUMNS`]. Columns are read by their number,
/// because looking up a million times six names takes a while.
pub(crate) fn read_product(row: &QueryResult) -> Result<Product, StoreError> {
    let next_available_on: Option<String> = row.try_get_by_index(5)?;
    Ok(Product {
        code: first_code(row)?,
        name: row.try_get_by_index(1)?,
        active: row.try_get_by_index(2)?,
        discontinued: row.try_get_by_index(3)?,
        incoming: read_quantity(row, 4)?,
        next_available_on: next_available_on.as_deref().map(parse_date).transpose()?,
    })
}

/// The quantity in a column that may be empty.
pub(crate) fn read_quantity(
    row: &QueryResult,
    column: usize,
) -> Result<Option<Quantity>, StoreError> {
    let scaled: Option<i64> = row.try_get_by_index(column)?;
    Ok(scaled.map(Quantity::from_scaled))
}

/// A date that the database holds.
pub(crate) fn parse_date(text: &str) -> Result<Date, StoreError> {
    text.parse().map_err(|_| corrupt(format!("the date `{text}`")))
}

/// A standing that the database holds.
pub(crate) fn parse_standing(number: i16) -> Result<Standing, StoreError> {
    let standing = Standing::from_number(number);
    standing.ok_or_else(|| corrupt(format!("the standing {number}")))
}

/// A code that the database holds.
pub(crate) fn parse_code<T: FromStr<Err = CodeError>>(text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|_| corrupt(format!("the code `{text}`")))
}

/// A code in the first column.
pub(crate) fn first_code<T: FromStr<Err = CodeError>>(row: &QueryResult) -> Result<T, StoreError> {
    let text: String = row.try_get_by_index(0)?;
    parse_code(&text)
}

fn corrupt(what: String) -> StoreError {
    let message = format!("the database holds {what}, which trueup does not write");
    StoreError::new(StoreErrorKind::Corrupt, message)
}
