//! Why a feed did not run, or did not run to its end.

use std::fmt;

use jiff::Timestamp;
use trueup_stock::ChannelName;
use trueup_store::StoreError;

/// A feed that could not do its work. What was sent before is recorded; what was not is due again.
#[derive(Debug)]
#[non_exhaustive]
pub enum RunError {
    /// Another runner feeds the channel at the moment.
    Busy {
        /// The channel.
        channel: ChannelName,
        /// Who holds its lease.
        owner: String,
        /// Until when, if it is not renewed.
        until: Timestamp,
    },
    /// A person paused the channel.
    Paused(ChannelName),
    /// The marketplace takes no feed of this kind, or not as things are; nothing was sent.
    Refused {
        /// The channel.
        channel: ChannelName,
        /// Why, and what would help.
        reason: String,
    },
    /// Another runner has run this scheduled feed in the meantime.
    AlreadyRun(ChannelName),
    /// The lease was lost in the middle; whoever took over confirms what was under way.
    LeaseLost(ChannelName),
    /// The database failed.
    Store(StoreError),
}

impl From<StoreError> for RunError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy { channel, owner, until } => write!(
                f,
                "channel `{channel}` is being fed by {owner} (lease until {until}); try again when it has finished"
            ),
            Self::Paused(channel) => {
                write!(
                    f,
                    "channel `{channel}` is paused; `trueup resume {channel}` lets it run again"
                )
            }
            Self::Refused { channel, reason } => write!(f, "channel `{channel}`: {reason}"),
            Self::AlreadyRun(channel) => {
                write!(f, "another runner has run this feed of channel `{channel}`")
            }
            Self::LeaseLost(channel) => {
                write!(f, "another runner took over channel `{channel}` in the middle of the feed")
            }
            Self::Store(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for RunError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Store(error) => std::error::Error::source(error),
            Self::Busy { .. }
            | Self::Paused(_)
            | Self::Refused { .. }
            | Self::AlreadyRun(_)
            | Self::LeaseLost(_) => None,
        }
    }
}
