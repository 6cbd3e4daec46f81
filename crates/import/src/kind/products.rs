//! Products.

use trueup_stock::ProductRecord;

use crate::decode::{Decoder, Role};
use crate::field::{Field, Known, Plan, boolean, optional, required};
use crate::row::{Layout, Refusal, Row};
use crate::value;

pub(crate) const COLUMNS: &[Known] = &[
    required("product_code"),
    optional("name"),
    boolean("active"),
    boolean("discontinued"),
    optional("marketplaces"),
    optional("next_available_on"),
    optional("incoming"),
];

pub(crate) struct Products {
    layout: Layout,
    code: Field,
    name: Field,
    active: Field,
    discontinued: Field,
    marketplaces: Field,
    next_available_on: Field,
    incoming: Field,
}

impl Products {
    pub(crate) fn new(mut plan: Plan) -> Self {
        Self {
            code: plan.take("product_code"),
            name: plan.take("name"),
            active: plan.take("active"),
            discontinued: plan.take("discontinued"),
            marketplaces: plan.take("marketplaces"),
            next_available_on: plan.take("next_available_on"),
            incoming: plan.take("incoming"),
            layout: plan.layout,
        }
    }
}

impl Decoder for Products {
    type Record = ProductRecord;

    fn layout(&self, _role: Role) -> &Layout {
        &self.layout
    }

    fn decode(&mut self, _role: Role, row: &Row) -> Result<Option<ProductRecord>, Refusal> {
        let code = self.code.code(row)?;
        let name = self.name.raw(row)?.unwrap_or_default().to_owned();
        let active = self.active.parsed(row, value::boolean)?;
        let discontinued = self.discontinued.parsed(row, value::boolean)?;
        Ok(Some(ProductRecord {
            code,
            name,
            active: active.unwrap_or(true),
            discontinued: discontinued.unwrap_or(false),
            incoming: self.incoming.parsed(row, value::quantity)?,
            next_available_on: self.next_available_on.parsed(row, value::date)?,
            marketplaces: self.marketplaces.stated_list(row, value::channels)?,
        }))
    }
}
