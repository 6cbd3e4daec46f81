//! What is counted while feeds run, and how channels stand, in the words of Prometheus.
//!
//! Counters belong to this process and begin at 0 with it. Everything else is read from the
//! database when it is asked for, so it is the same whichever runner is asked.

mod counters;
mod server;
mod states;

pub(crate) use counters::{ChannelCounters, Counters};
pub(crate) use server::{Question, listen};
pub(crate) use states::text;

/// The labels of one series.
type Labels = Vec<(&'static str, String)>;

/// The label that every series of a channel has.
fn of_channel(channel: &str) -> Labels {
    vec![("channel", channel.to_owned())]
}
