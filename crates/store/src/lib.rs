//! What trueup remembers, in SQLite or PostgreSQL.
//!
//! Work on many rows is one set-based statement or a stream; nothing here asks the database about
//! one product after the other.

mod audit;
mod candidates;
mod delivery;
mod digest;
mod doctor;
mod entities;
mod error;
mod evidence;
mod feed_lines;
mod feeds;
mod figures;
mod ids;
mod inputs;
mod instance;
mod journal;
mod leases;
mod letters;
mod listings;
mod migrations;
mod open;
mod refresh_tokens;
mod rows;
mod selection;
mod sql;
mod status;
mod store;
mod trouble;

pub use audit::{AuditRow, AuditedLevels, Defects};
pub use candidates::CandidateScope;
pub use delivery::{
    BatchOutcome, Cause, Change, ChannelRow, Claim, Claimable, ClaimedBatch, ClaimedLine,
    Completeness, FeedEnd, Hold, Holding, Impact, JournalHead, Judged, LineOutcome, NewFeed,
    Planner, Previewed, PreviewedLine, Recorded, Refresh, Refreshed, Shown, Shrunk, Unresolved,
    Waiting, Whole, WholeClaim,
};
pub use doctor::{FINDINGS_MAX, Finding};
pub use error::{StoreError, StoreErrorKind};
pub use evidence::Evidence;
pub use feed_lines::{FeedLine, Outcome};
pub use feeds::{FeedRow, FeedState};
pub use figures::FiguresRow;
pub use ids::{ChannelId, FeedId};
pub use inputs::{BadRows, Import, ImportReport, Record};
pub use instance::{Adopted, Unbound};
pub use journal::{JournalBreak, JournalCheck, Told, ToldAnswer};
pub use leases::{Lease, LeaseAnswer};
pub use letters::Letters;
pub use listings::{ListingRow, Which};
pub use open::SQLITE_VERSION_MIN;
pub use refresh_tokens::SealedTokens;
pub use selection::{Products, SelectionReport};
pub use status::{ChannelStatus, ParkedReason};
pub use store::{Durability, Store};
