//! The stock engine: orders and stock in, figures and each channel's wanted levels out.
//!
//! Everything here is a pure function of its arguments. There is no clock, no randomness, no I/O
//! and no `async`, so preview, explanation and feed are the same computation on the same inputs.
//!
//! ```text
//!  order lines ── DemandProfile ──► on_orders ──┐
//!                                               ├──► Figures   net, available, backordered
//!  stock by location ───────────────────────────┤
//!                                               └──► plan ──► Wanted per marketplace location,
//!  Terms: pools, rules, fields, limits ─────────────┘         or Held and why
//! ```
//!
//! - [`Quantity`]: exact amounts.
//! - [`DemandProfile`]: which orders count, and how much of each line.
//! - [`Figures`]: what the engine computes per product.
//! - [`plan`]: what one channel should show of one product.
//! - [`Derivation`]: how a number was reached, as a tree.
//!
//! # Guarantees
//!
//! - `net = available − backordered`, and never are both positive.
//! - The locations of a channel together offer at most what the product has available, and are
//!   charged all of its demand, whatever the pools and their order.
//! - More demand, less stock or a stricter rule never raises a quantity.
//! - Unknown is not zero: without a stock record there is no number, only a reason.
//! - Rounding happens once, at the end, downwards.
//!
//! # Example
//!
//! ```
//! use trueup_stock::{DemandProfile, Figures, LineQuantities, Quantity, Standing};
//!
//! let line = LineQuantities {
//!     ordered: "2.5".parse()?,
//!     ..LineQuantities::default()
//! };
//! let open = Standing::default();
//! let on_orders = DemandProfile::Documented.demand(open, &line);
//!
//! let figures = Figures::compute(Some("7.9".parse()?), on_orders);
//! assert_eq!(figures.available, Some("5.4".parse()?));
//! assert_eq!(figures.backordered, Some(Quantity::ZERO));
//! # Ok::<(), trueup_stock::QuantityError>(())
//! ```

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
