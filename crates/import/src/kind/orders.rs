//! Sales-order lines, from one file or from an orders file and its lines file.

use trueup_stock::{LineQuantities, OrderCode, OrderLineRecord, Standing};

use super::heads::{Heads, StandingFields};
use crate::decode::{Decoder, Role};
use crate::field::{Field, Known, Plan, boolean, optional, required};
use crate::row::{Layout, Refusal, Row};
use crate::value;

/// One file with everything.
pub(crate) const COLUMNS: &[Known] = &[
    required("order_code"),
    required("product_code"),
    required("ordered"),
    optional("line"),
    optional("state"),
    boolean("archived"),
    boolean("asn_sent"),
    optional("shipped"),
    optional("cancelled"),
];

/// What the orders file says where lines are in another.
pub(crate) const HEAD_COLUMNS: &[Known] =
    &[required("order_code"), optional("state"), boolean("archived"), boolean("asn_sent")];

/// What the lines file says.
pub(crate) const LINE_COLUMNS: &[Known] = &[
    required("order_code"),
    required("product_code"),
    required("ordered"),
    optional("line"),
    optional("shipped"),
    optional("cancelled"),
];

pub(crate) struct Orders {
    layout: Layout,
    lines: LineFields,
    standing: StandingOf,
}

/// Where the standing of a line's order is found.
enum StandingOf {
    Row(Box<StandingFields>),
    Heads(Box<Heads>),
}

struct LineFields {
    order: Field,
    product: Field,
    line: Field,
    ordered: Field,
    shipped: Field,
    cancelled: Field,
}

impl Orders {
    pub(crate) fn whole(mut plan: Plan) -> Self {
        Self {
            lines: LineFields::new(&mut plan),
            standing: StandingOf::Row(Box::new(StandingFields::new(&mut plan))),
            layout: plan.layout,
        }
    }

    pub(crate) fn joined(heads: Plan, mut lines: Plan) -> Self {
        Self {
            lines: LineFields::new(&mut lines),
            standing: StandingOf::Heads(Box::new(Heads::new(heads))),
            layout: lines.layout,
        }
    }

    fn heads(&self, role: Role) -> Option<&Heads> {
        match (role, &self.standing) {
            (Role::OrderHeads, StandingOf::Heads(heads)) => Some(heads),
            (Role::Rows, _) | (Role::OrderHeads, StandingOf::Row(_)) => None,
        }
    }

    fn standing(&self, order: &OrderCode, row: &Row) -> Result<Standing, Refusal> {
        match &self.standing {
            StandingOf::Row(fields) => fields.standing(row),
            StandingOf::Heads(heads) => heads
                .standing(order)
                .map_err(|reason| Refusal::column(self.lines.order.column.clone(), reason)),
        }
    }
}

impl LineFields {
    fn new(plan: &mut Plan) -> Self {
        Self {
            order: plan.take("order_code"),
            product: plan.take("product_code"),
            line: plan.take("line"),
            ordered: plan.take("ordered"),
            shipped: plan.take("shipped"),
            cancelled: plan.take("cancelled"),
        }
    }

    fn quantities(&self, row: &Row) -> Result<LineQuantities, Refusal> {
        let shipped = self.shipped.parsed(row, value::quantity)?;
        let cancelled = self.cancelled.parsed(row, value::quantity)?;
        Ok(LineQuantities {
            ordered: self.ordered.quantity(row)?,
            shipped: shipped.unwrap_or_default(),
            cancelled: cancelled.unwrap_or_default(),
        })
    }
}

impl Decoder for Orders {
    type Record = OrderLineRecord;

    fn layout(&self, role: Role) -> &Layout {
        self.heads(role).map_or(&self.layout, |heads| &heads.layout)
    }

    fn decode(&mut self, role: Role, row: &Row) -> Result<Option<OrderLineRecord>, Refusal> {
        if let (Role::OrderHeads, StandingOf::Heads(heads)) = (role, &mut self.standing) {
            return heads.learn(row).map(|()| None);
        }
        let order = self.lines.order.code(row)?;
        let product = self.lines.product.code(row)?;
        let quantities = self.lines.quantities(row)?;
        let standing = self.standing(&order, row)?;
        Ok(Some(OrderLineRecord {
            order,
            line: self.lines.line.parsed(row, value::line)?,
            product,
            quantities,
            standing,
        }))
    }

    fn order_of(&self, role: Role, row: &Row) -> Option<OrderCode> {
        let field = self.heads(role).map_or(&self.lines.order, |heads| &heads.code);
        field.code(row).ok()
    }

    fn refused(&mut self, role: Role, order: Option<&OrderCode>) {
        if let (Role::OrderHeads, StandingOf::Heads(heads), Some(order)) =
            (role, &mut self.standing, order)
        {
            heads.refuse(order);
        }
    }
}
