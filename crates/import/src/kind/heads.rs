//! Orders without their lines: where each stands, kept by order code until the lines arrive.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use trueup_stock::{OrderCode, Standing};

use crate::field::{Field, Plan};
use crate::row::{Layout, Refusal, Row};
use crate::value;

/// The fields of an order that are the same on each of its lines.
pub(super) struct StandingFields {
    state: Field,
    archived: Field,
    asn_sent: Field,
}

impl StandingFields {
    pub(super) fn new(plan: &mut Plan) -> Self {
        Self {
            state: plan.take("state"),
            archived: plan.take("archived"),
            asn_sent: plan.take("asn_sent"),
        }
    }

    pub(super) fn standing(&self, row: &Row) -> Result<Standing, Refusal> {
        let archived = self.archived.parsed(row, value::boolean)?;
        let asn_sent = self.asn_sent.parsed(row, value::boolean)?;
        Ok(Standing {
            state: self.state.parsed(row, value::state)?.unwrap_or_default(),
            archived: archived.unwrap_or(false),
            asn_sent: asn_sent.unwrap_or(false),
        })
    }
}

/// The orders of the first of two files.
pub(super) struct Heads {
    pub(super) layout: Layout,
    pub(super) code: Field,
    fields: StandingFields,
    known: HashMap<Box<str>, Known>,
}

/// One byte per order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Known(u8);

impl Known {
    const REFUSED: Self = Self(u8::MAX);

    fn standing(self) -> Option<Standing> {
        Standing::from_number(self.0.into())
    }
}

impl From<Standing> for Known {
    fn from(standing: Standing) -> Self {
        // There are twelve standings.
        Self(u8::try_from(standing.to_number()).unwrap_or(u8::MAX))
    }
}

impl Heads {
    pub(super) fn new(mut plan: Plan) -> Self {
        Self {
            code: plan.take("order_code"),
            fields: StandingFields::new(&mut plan),
            layout: plan.layout,
            known: HashMap::new(),
        }
    }

    /// Keeps where the order stands.
    pub(super) fn learn(&mut self, row: &Row) -> Result<(), Refusal> {
        let code: OrderCode = self.code.code(row)?;
        let standing = Known::from(self.fields.standing(row)?);
        match self.known.entry(code.as_str().into()) {
            Entry::Vacant(place) => {
                place.insert(standing);
                Ok(())
            }
            Entry::Occupied(place) if *place.get() == standing => Ok(()),
            Entry::Occupied(_) => Err(Refusal::column(
                self.code.column.clone(),
                format!("order `{code}` stands twice, with different states; keep the right row"),
            )),
        }
    }

    /// Remembers that the order cannot be taken.
    pub(super) fn refuse(&mut self, code: &OrderCode) {
        self.known.insert(code.as_str().into(), Known::REFUSED);
    }

    pub(super) fn standing(&self, code: &OrderCode) -> Result<Standing, String> {
        let Some(known) = self.known.get(code.as_str()) else {
            return Err(format!(
                "order `{code}` is not in the orders file; add it there, or use files of the same \
                 export"
            ));
        };
        known.standing().ok_or_else(|| {
            format!("order `{code}` was refused in the orders file; repair it there")
        })
    }
}
