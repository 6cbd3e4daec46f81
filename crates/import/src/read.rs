//! One function per kind of file.

use trueup_stock::{ExternalStockRecord, OrderLineRecord, ProductCode, ProductRecord, StockRecord};

use crate::decode::{Decoder, Role};
use crate::error::FileError;
use crate::field::Plan;
use crate::input::Input;
use crate::kind::codes::{self, AliasRecord};
use crate::kind::orders::{self, Orders};
use crate::kind::products::{self, Products};
use crate::kind::stock::{self, Stock};
use crate::mapping::Mapping;
use crate::records::Records;

/// Reads products files, one after the other.
///
/// # Errors
/// A file is missing or of an unknown format, or the mapping has no `[products]` section. What is
/// wrong inside a file ends the stream.
pub fn read_products<I: Into<Input>>(
    files: impl IntoIterator<Item = I>,
    mapping: Option<&Mapping>,
) -> Result<Records<ProductRecord>, FileError> {
    let native = || Ok(Plan::native(products::COLUMNS));
    let plan = mapping.map_or_else(native, Mapping::products)?;
    each(files, Products::new(plan))
}

/// Reads stock files, one after the other.
///
/// # Errors
/// As for [`read_products`], with the section `[stock]`.
pub fn read_stock<I: Into<Input>>(
    files: impl IntoIterator<Item = I>,
    mapping: Option<&Mapping>,
) -> Result<Records<StockRecord>, FileError> {
    let native = || Ok(Plan::native(stock::COLUMNS));
    let plan = mapping.map_or_else(native, Mapping::stock)?;
    each(files, Stock::new(plan))
}

/// Reads sales-order lines: from files that hold everything, or, where the mapping has a section
/// `[lines]`, from orders files and the lines files that belong to them.
///
/// The lines of an order need not stand together, and that they all state the same standing is
/// for the caller to check, who sees them all.
///
/// # Errors
/// As for [`read_products`], with the section `[orders]`; or the files are not the ones that the
/// mapping needs.
pub fn read_orders<I: Into<Input>>(
    files: impl IntoIterator<Item = I>,
    mapping: Option<&Mapping>,
) -> Result<Records<OrderLineRecord>, FileError> {
    let Some(mapping) = mapping else {
        return each(files, Orders::whole(Plan::native(orders::COLUMNS)));
    };
    let orders = mapping.orders()?;
    let Some(lines) = mapping.lines() else {
        return each(files, Orders::whole(orders));
    };
    let inputs = files.into_iter().map(Into::into).collect();
    Records::new(mapping.assign(inputs)?, Orders::joined(orders, lines))
}

/// Reads files of fixed counts: `product_code`, `quantity`.
///
/// # Errors
/// A file is missing or of an unknown format.
pub fn read_external_stock<I: Into<Input>>(
    files: impl IntoIterator<Item = I>,
) -> Result<Records<ExternalStockRecord>, FileError> {
    each(files, codes::external_stock())
}

/// Reads lists of product codes: `product_code`.
///
/// # Errors
/// A file is missing or of an unknown format.
pub fn read_codes<I: Into<Input>>(
    files: impl IntoIterator<Item = I>,
) -> Result<Records<ProductCode>, FileError> {
    each(files, codes::codes())
}

/// Reads aliases: `product_code`, `part_number`.
///
/// # Errors
/// A file is missing or of an unknown format.
pub fn read_aliases<I: Into<Input>>(
    files: impl IntoIterator<Item = I>,
) -> Result<Records<AliasRecord>, FileError> {
    each(files, codes::aliases())
}

fn each<I: Into<Input>, T>(
    files: impl IntoIterator<Item = I>,
    decoder: impl Decoder<Record = T> + 'static,
) -> Result<Records<T>, FileError> {
    let inputs = files.into_iter().map(|file| (Role::Rows, file.into()));
    Records::new(inputs.collect(), decoder)
}
