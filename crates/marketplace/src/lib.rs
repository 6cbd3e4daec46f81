//! What a connector is written against, and the only trueup crate it depends on.
//!
//! A connector says what its marketplace can do ([`Capabilities`]), turns a [`Batch`] of absolute
//! levels into requests ([`Marketplace::prepare`]), sends them through the [`Wire`] it is handed
//! ([`Marketplace::submit`]) and reads the answer into a [`Receipt`]. It holds no retry, login
//! cache, throttle, log, schedule or table: the exchange and the runner do all that, for every
//! marketplace in the same way.
//!
//! There are no sockets, no runtime and no database in this crate.

mod batch;
mod capabilities;
mod contract;
mod endpoint;
mod error;
pub mod graphql;
pub mod oauth;
mod open;
mod receipt;
mod registry;
mod report;
mod sandbox;
mod secret;
mod wire;
mod wording;

pub use batch::{Batch, BatchKey, FeedKind, Line, LineKey};
pub use capabilities::{
    Acknowledges, BatchScope, Capabilities, Contact, Effect, Limit, Locations, Pace, TrueUp,
};
pub use contract::{Checked, Connector, Context, Marketplace, Prepared};
pub use endpoint::{Endpoint, EndpointProblem};
pub use error::{Arrival, Error, ErrorKind, Retry};
pub use open::{OpenError, Problem, Problems};
pub use receipt::{Answer, LineVerdict, Receipt, Refusal, Ticket, UnmatchedKey};
pub use registry::{Registration, Registry, RegistryError};
pub use report::{Report, Stage};
pub use sandbox::{RunningSandbox, SandboxError, SandboxOptions, SandboxRegistration, Starting};
pub use secret::{REDACTED, SECRET_FORMAT, Secret};
pub use wire::{Method, Request, Response, Token, Verdict, Wire};
pub use wording::one_line;

pub use trueup_stock::{Fields, Level, PartNumber, RemoteLocation};

/// Re-exported so that [`register!`] works in crates that do not depend on `inventory`.
#[doc(hidden)]
pub use inventory;
