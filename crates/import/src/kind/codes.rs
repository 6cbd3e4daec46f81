//! The short files of the commands: fixed counts, lists of codes, and aliases.

use trueup_stock::{ExternalStockRecord, PartNumber, ProductCode};

use crate::decode::{Decoder, Role};
use crate::field::{Field, Known, Plan, required};
use crate::row::{Layout, Refusal, Row};

const EXTERNAL: &[Known] = &[required("product_code"), required("quantity")];
const CODES: &[Known] = &[required("product_code")];
const ALIASES: &[Known] = &[required("product_code"), required("part_number")];

/// What a channel calls a product whose code it does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AliasRecord {
    /// The product.
    pub product: ProductCode,
    /// The channel's name for it.
    pub part_number: PartNumber,
}

/// A file of one or two columns, the product code first.
pub(crate) struct Pairs<T> {
    layout: Layout,
    product: Field,
    other: Field,
    pair: fn(ProductCode, &Field, &Row) -> Result<T, Refusal>,
}

impl<T> Pairs<T> {
    fn new(
        columns: &'static [Known],
        pair: fn(ProductCode, &Field, &Row) -> Result<T, Refusal>,
    ) -> Self {
        let mut plan = Plan::native(columns);
        let other = columns.last().map_or("", |last| last.name);
        Self {
            product: plan.take("product_code"),
            other: plan.take(other),
            layout: plan.layout,
            pair,
        }
    }
}

impl<T> Decoder for Pairs<T> {
    type Record = T;

    fn layout(&self, _role: Role) -> &Layout {
        &self.layout
    }

    fn decode(&mut self, _role: Role, row: &Row) -> Result<Option<T>, Refusal> {
        let product = self.product.code(row)?;
        (self.pair)(product, &self.other, row).map(Some)
    }
}

pub(crate) fn external_stock() -> Pairs<ExternalStockRecord> {
    Pairs::new(EXTERNAL, |product, quantity, row| {
        let quantity = quantity.quantity(row)?;
        Ok(ExternalStockRecord { product, quantity })
    })
}

pub(crate) fn codes() -> Pairs<ProductCode> {
    Pairs::new(CODES, |product, _, _| Ok(product))
}

pub(crate) fn aliases() -> Pairs<AliasRecord> {
    Pairs::new(ALIASES, |product, part_number, row| {
        let part_number = part_number.code(row)?;
        Ok(AliasRecord { product, part_number })
    })
}
