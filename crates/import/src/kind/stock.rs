//! Stock at our locations.

use trueup_stock::{LocationCode, StockRecord};

use crate::decode::{Decoder, Role};
use crate::field::{Field, Known, Plan, optional, required};
use crate::row::{Layout, Refusal, Row};

pub(crate) const COLUMNS: &[Known] =
    &[required("product_code"), required("quantity"), optional("location")];

/// Where stock is when the file does not say.
const DEFAULT_LOCATION: &str = "MAIN";

pub(crate) struct Stock {
    layout: Layout,
    product: Field,
    quantity: Field,
    location: Field,
    default_location: LocationCode,
}

impl Stock {
    pub(crate) fn new(mut plan: Plan) -> Self {
        let default_location = DEFAULT_LOCATION.parse();
        Self {
            product: plan.take("product_code"),
            quantity: plan.take("quantity"),
            location: plan.take("location"),
            default_location: default_location.expect("`MAIN` is a location code"),
            layout: plan.layout,
        }
    }
}

impl Decoder for Stock {
    type Record = StockRecord;

    fn layout(&self, _role: Role) -> &Layout {
        &self.layout
    }

    fn decode(&mut self, _role: Role, row: &Row) -> Result<Option<StockRecord>, Refusal> {
        let location = self.location.optional_code(row)?;
        Ok(Some(StockRecord {
            product: self.product.code(row)?,
            location: location.unwrap_or_else(|| self.default_location.clone()),
            quantity: self.quantity.quantity(row)?,
        }))
    }
}
