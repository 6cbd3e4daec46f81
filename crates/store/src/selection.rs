//! Which products an operation is about, and what became of it.

use serde::Serialize;
use trueup_stock::ProductCode;

/// The products an operation is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Products {
    /// All of them.
    All,
    /// These; a code named twice counts once.
    Codes(Vec<ProductCode>),
}

/// What an operation on many products did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SelectionReport {
    /// Products that are different now.
    pub changed: u64,
    /// Products that were already so.
    pub unchanged: u64,
    /// Codes of no product. Where there is one, nothing was changed.
    pub unknown: Vec<ProductCode>,
}
