//! What turns rows into records; one implementation per kind of file.

use trueup_stock::OrderCode;

use crate::row::{Layout, Refusal, Row};

/// Turns rows into records.
pub(crate) trait Decoder: Send {
    type Record;

    /// The columns to take from files of this role.
    fn layout(&self, role: Role) -> &Layout;

    /// The record of a row; `None` where the row only says something about later ones.
    fn decode(&mut self, role: Role, row: &Row) -> Result<Option<Self::Record>, Refusal>;

    /// The order that a row belongs to, where that can be read.
    fn order_of(&self, _role: Role, _row: &Row) -> Option<OrderCode> {
        None
    }

    /// Takes note that a row was refused.
    fn refused(&mut self, _role: Role, _order: Option<&OrderCode>) {}
}

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// It gives records.
    Rows,
    /// It tells where orders stand, before the file with their lines is read.
    OrderHeads,
}
