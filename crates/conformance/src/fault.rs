//! What can go wrong between a connector and its marketplace, for any protocol over HTTP.

/// A fault, injected at one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// It arrives, and its answer is lost.
    Lost,
    /// The connection breaks, and it arrives later.
    Delayed,
    /// It arrives twice.
    Repeated,
    /// It arrives, and its answer is cut in the middle.
    Truncated,
    /// A web page answers with status 200, and it does not arrive.
    Alien,
    /// It arrives, and a web page answers with status 200.
    AlienApplied,
    /// It arrives, and the answer with status 200 is empty.
    Empty,
    /// It is asked to slow down, and does not arrive.
    Throttled,
    /// Its token is refused, and it does not arrive.
    Unauthorised,
    /// The server fails, and it does not arrive.
    Failed,
    /// It arrives, and then the server fails.
    FailedApplied,
    /// It is sent elsewhere, and does not arrive.
    Redirected,
    /// Its answer takes long.
    Slow,
    /// It arrives, and whoever waits for its answer is gone.
    Cancelled,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Self; 14] = [
        Self::Lost,
        Self::Delayed,
        Self::Repeated,
        Self::Truncated,
        Self::Alien,
        Self::AlienApplied,
        Self::Empty,
        Self::Throttled,
        Self::Unauthorised,
        Self::Failed,
        Self::FailedApplied,
        Self::Redirected,
        Self::Slow,
        Self::Cancelled,
    ];

    /// Whether the request reaches the marketplace while its sender waits.
    pub(crate) const fn arrives(self) -> bool {
        match self {
            Self::Lost
            | Self::Repeated
            | Self::Truncated
            | Self::AlienApplied
            | Self::Empty
            | Self::FailedApplied
            | Self::Slow
            | Self::Cancelled => true,
            Self::Delayed
            | Self::Alien
            | Self::Throttled
            | Self::Unauthorised
            | Self::Failed
            | Self::Redirected => false,
        }
    }
}
