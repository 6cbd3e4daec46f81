//! Which database this is, and whether it is the one that told the marketplaces.
//!
//! A database that was restored from a backup, copied, or lost its latest history when a replica
//! took over honestly believes an older world: no statement within it can notice. So it is bound to
//! its place, and each host that feeds from it keeps a file of its own outside of it:
//!
//! | | in the database | in the host's file |
//! |---|---|---|
//! | nonce | which instance this is | the same |
//! | place | SQLite: the file's number in its file system; PostgreSQL: the server's system identifier, its timeline, the database's number | – |
//! | heads | the journals | how far each had come: an older database lacks those entries, one that went its own way has others |
//! | epochs, batch, feed | the tables | the highest that were given out, to go on above them |
//!
//! Leases are granted by a bound database only, so that nothing is sent from another. Reading and
//! importing need no lease.

mod adopt;
mod binding;
mod judge;
mod place;
mod record;

pub use adopt::Adopted;
pub use judge::Unbound;
