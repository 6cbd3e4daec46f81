//! The stock engine: orders and stock in, figures and each channel's wanted levels out.
//!
//! Everything here is a pure function of its arguments. There is no clock, no randomness, no I/O
//! and no `async`, so preview, explanation and feed are the same computation on the same inputs.
//!
//! - [`Quantity`]: exact amounts.
//! - [`DemandProfile`]: which orders count, and how much of each line.
//! - [`Figures`]: what the engine computes per product.
//! - [`plan`]: what one channel should show of one product.
//! - [`Derivation`]: how a number was reached, as a tree.

mod channel;
mod code;
mod demand;
mod derivation;
mod figures;
mod plan;
mod quantity;
mod record;
mod shown;

pub use channel::{
    Basis, Candidate, Fields, Held, Level, Pool, Product, Rules, Source, Terms, Wanted, Working,
};
pub use code::{
    CODE_CHARS_MAX, ChannelName, CodeError, LocationCode, OrderCode, PartNumber, ProductCode,
    RemoteLocation,
};
pub use demand::{DemandProfile, LineQuantities, NotCounted, OrderLine, OrderState, Standing};
pub use derivation::{Amount, Derivation};
pub use figures::Figures;
pub use plan::plan;
pub use quantity::{Quantity, QuantityError};
pub use record::{
    ExternalStockRecord, Numbered, OrderLineRecord, ProductRecord, Rejection, StockRecord,
};
