//! A company of any size in a SQLite file, for measuring. `cargo bench -p trueup-benches`.

mod company;
mod tick;

pub use company::{Company, Size};
pub use tick::{Changed, Tick};
