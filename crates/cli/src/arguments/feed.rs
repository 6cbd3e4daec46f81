//! Which feed.

use clap::{Args, ValueEnum};
use trueup_marketplace::FeedKind;
use trueup_stock::Basis;

/// Which feed.
#[derive(Clone, Copy, Debug, Args)]
pub struct Feed {
    /// Everything, or what changed
    #[arg(long = "feed", value_enum, default_value_t)]
    pub kind: Kind,
    /// Send external stock in place of the figures, where it is set
    #[arg(long)]
    pub external: bool,
}

impl Feed {
    /// What it carries.
    pub const fn basis(self) -> Basis {
        if self.external { Basis::External } else { Basis::Real }
    }
}

/// The two kinds of feed.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Kind {
    /// Every listing
    TrueUp,
    /// What changed
    #[default]
    Differential,
}

impl From<Kind> for FeedKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::TrueUp => Self::TrueUp,
            Kind::Differential => Self::Differential,
        }
    }
}
