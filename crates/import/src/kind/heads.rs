//! Orders without their lines: where each stands, kept by order code until the lines arrive.

use trueup_stock::{OrderCode, Standing};

use super::order_book::OrderBook;
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
    known: OrderBook,
}

impl Heads {
    pub(super) fn new(mut plan: Plan) -> Self {
        Self {
            code: plan.take("order_code"),
            fields: StandingFields::new(&mut plan),
            layout: plan.layout,
            known: OrderBook::default(),
        }
    }

    /// Keeps where the order stands.
    pub(super) fn learn(&mut self, row: &Row) -> Result<(), Refusal> {
        let code: OrderCode = self.code.code(row)?;
        let standing = self.fields.standing(row)?;
        match self.known.standing(&code) {
            None => self.known.note(&code, Some(standing)).map_err(|reason| self.refusal(reason)),
            Some(before) if before == Some(standing) => Ok(()),
            Some(_) => Err(self.refusal(format!(
                "order `{code}` stands twice, with different states; keep the right row"
            ))),
        }
    }

    fn refusal(&self, reason: String) -> Refusal {
        Refusal::column(self.code.column.clone(), reason)
    }

    /// Remembers that the order cannot be taken. Where there is no room to remember it, its lines
    /// are refused all the same, as those of an order that is not there.
    pub(super) fn refuse(&mut self, code: &OrderCode) {
        let _ = self.known.note(code, None);
    }

    pub(super) fn standing(&self, code: &OrderCode) -> Result<Standing, String> {
        let Some(known) = self.known.standing(code) else {
            return Err(format!(
                "order `{code}` is not in the orders file; add it there, or use files of the same \
                 export"
            ));
        };
        known.ok_or_else(|| {
            format!("order `{code}` was refused in the orders file; repair it there")
        })
    }
}
