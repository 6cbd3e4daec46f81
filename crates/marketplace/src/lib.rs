//! What a connector is written against, and the only trueup crate most depend on.
//!
//! A connector says what its marketplace can do ([`Capabilities`]), turns a [`Batch`] of absolute
//! levels into requests ([`Marketplace::prepare`]), sends them through the [`Wire`] it is handed
//! ([`Marketplace::submit`]) and reads the answer into a [`Receipt`]. It holds no retry, login
//! cache, throttle, log, schedule or table: the exchange and the runner do all that, for every
//! marketplace in the same way.
//!
//! What many connectors need is here once: reading JSON by name ([`json`]), GraphQL answers
//! ([`graphql`]), token answers ([`oauth`]), reports of feeds ([`Report`]), addresses in settings
//! ([`Endpoint`]), credentials ([`Secret`]), and settings whose problems are all named at once
//! ([`Problems`]). What marketplaces of one kind share has a crate of its own: `trueup-soap`,
//! `trueup-polled`.
//!
//! There are no sockets, no runtime and no database in this crate.
//!
//! # Example: a whole connector
//!
//! A marketplace that takes quantities as JSON and answers with the part numbers it refuses:
//!
//! ```
//! use async_trait::async_trait;
//! use schemars::JsonSchema;
//! use serde::Deserialize;
//! use serde_json::json;
//! use trueup_marketplace::{
//!     Acknowledges, Answer, Batch, Capabilities, Checked, Connector, Context, Endpoint, Error,
//!     Limit, Marketplace, OpenError, Prepared, Receipt, Refusal, Request,
//! };
//!
//! /// The `[settings]` of a channel to Oak & Sons.
//! #[derive(Debug, Deserialize, JsonSchema)]
//! #[serde(deny_unknown_fields)]
//! struct Settings {
//!     /// Where the shop's API is.
//!     api_url: Endpoint,
//! }
//!
//! #[derive(Debug)]
//! struct Oak(Settings);
//!
//! impl Connector for Oak {
//!     const ID: &'static str = "oak";
//!     const TITLE: &'static str = "Oak & Sons";
//!     type Settings = Settings;
//!
//!     fn open(settings: Settings) -> Result<Self, OpenError> {
//!         Ok(Self(settings))
//!     }
//!
//!     fn example() -> &'static str {
//!         "[settings]\napi_url = \"https://oak.example/api\"\n"
//!     }
//! }
//!
//! #[async_trait]
//! impl Marketplace for Oak {
//!     fn capabilities(&self) -> Capabilities {
//!         let lines_per_batch = Limit::lines(100);
//!         Capabilities { acknowledges: Acknowledges::Applied, lines_per_batch, ..Capabilities::least() }
//!     }
//!
//!     async fn prepare(&self, batch: &Batch, _: &Context<'_>) -> Result<Prepared, Error> {
//!         self.capabilities().admit(batch)?;
//!         let lines = batch.lines.iter();
//!         let body: Vec<_> =
//!             lines.map(|line| json!({ "part": line.part_number, "quantity": line.level.quantity })).collect();
//!         Ok(Prepared { body: json!(body).to_string().into(), withheld: Vec::new() })
//!     }
//!
//!     async fn submit(
//!         &self,
//!         batch: &Batch,
//!         prepared: &Prepared,
//!         context: &Context<'_>,
//!     ) -> Result<Receipt, Error> {
//!         let (url, body) = (self.0.api_url.as_str(), prepared.body.clone());
//!         let request = Request::post("save stock", url, "application/json", body).without_login();
//!         let refused: Vec<String> = context.wire.send(request).await?.json()?;
//!         let refusal = Refusal::new("refused", "Oak & Sons sells no such part");
//!         let mut receipt = Receipt::new(Answer::Applied);
//!         receipt.refuse_all(batch, refused.iter().map(|part| (part.as_str(), refusal.clone())))?;
//!         Ok(receipt)
//!     }
//!
//!     async fn check(&self, context: &Context<'_>) -> Result<Checked, Error> {
//!         let request = Request::get("check access", self.0.api_url.as_str()).without_login();
//!         context.wire.send(request).await?;
//!         Ok(Checked("Oak & Sons answers".to_owned()))
//!     }
//! }
//!
//! trueup_marketplace::register!(Oak);
//!
//! let registry = trueup_marketplace::Registry::linked()?;
//! let opened = registry.get("oak")?.open(json!({ "api_url": "http://oak.example/api" }));
//! let problem = &opened.unwrap_err().problems[0];
//! assert_eq!(problem.key, "api_url");
//! assert!(problem.message.contains("use https"));
//! # Ok::<(), trueup_marketplace::RegistryError>(())
//! ```

mod batch;
mod capabilities;
mod contract;
mod endpoint;
mod error;
pub mod graphql;
pub mod json;
mod mailbox;
pub mod oauth;
mod open;
mod polled;
mod receipt;
mod registry;
mod report;
mod sandbox;
mod secret;
mod token;
mod wire;
mod wording;

pub use batch::{Batch, BatchKey, FeedKind, Line, LineKey};
pub use capabilities::{
    Acknowledges, BatchScope, Capabilities, Contact, Effect, Limit, Locations, Pace, TrueUp,
};
pub use contract::{Checked, Connector, Context, Marketplace, Prepared};
pub use endpoint::{Endpoint, EndpointProblem};
pub use error::{Arrival, Error, ErrorKind, Retry};
pub use mailbox::{Fetched, Letter, Mailbox, MemoryMailbox, NoMailbox};
pub use open::{OpenError, Problem, Problems};
pub use polled::{Call, Invitation, Polled, Reply};
pub use receipt::{Answer, LineVerdict, Receipt, Refusal, Ticket, UnmatchedKey};
pub use registry::{Registration, Registry, RegistryError};
pub use report::{Report, Stage};
pub use sandbox::{RunningSandbox, SandboxError, SandboxOptions, SandboxRegistration, Starting};
pub use secret::{REDACTED, SECRET_FORMAT, Secret};
pub use token::{Token, TokenHeader};
pub use wire::{Method, Request, Response, Verdict, Wire, form_fields};
pub use wording::one_line;

pub use trueup_stock::{Fields, Level, PartNumber, Quantity, RemoteLocation};

/// Re-exported so that [`register!`] works in crates that do not depend on `inventory`.
#[doc(hidden)]
pub use inventory;
