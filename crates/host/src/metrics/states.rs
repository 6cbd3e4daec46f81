//! How channels stand at the moment, and all of it as text.

use std::fmt;

use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use jiff::Timestamp;

use super::{Labels, of_channel};
use crate::views::StatusView;

/// One number of a channel: its name, what it means, and how it is read; `None` where it is unknown.
type State = (&'static str, &'static str, fn(&StatusView, Timestamp) -> Option<i64>);

const STATES: &[State] = &[
    ("listings", "Listings that are not retired", |of, _| whole(of.listings)),
    ("clean", "Listings where the marketplace shows what is wanted", |of, _| whole(of.clean)),
    ("due", "Listings to be sent", |of, _| whole(of.due)),
    ("in_flight", "Listings whose answer is awaited", |of, _| whole(of.in_flight)),
    ("parked", "Listings that were refused", |of, _| whole(of.parked)),
    ("unresolved", "Listings with a send whose fate is not known", |of, _| whole(of.unresolved)),
    ("exposure_units", "Units that could be oversold right now", |of, _| Some(of.exposure)),
    ("covered", "Lines taken with the last complete True-Up", |of, _| whole(of.covered)),
    ("missed_runs", "Planned runs that nobody made", |of, _| whole(of.missed)),
    ("enabled", "Whether it is fed", |of, _| Some(of.enabled.into())),
    ("paused", "Whether a person paused it", |of, _| Some(of.paused.into())),
    (
        "oldest_undelivered_seconds",
        "Age of the oldest change that waits; 0 where none does",
        |of, now| {
            Some(of.oldest_undelivered.map_or(0, |since| now.duration_since(since).as_secs()))
        },
    ),
    (
        "last_success_timestamp_seconds",
        "When the last feed ended that delivered all it was to",
        |of, _| of.last_success.map(Timestamp::as_second),
    ),
    ("freshness_seconds", "How old the channel is", |of, _| of.freshness_seconds),
    ("freshness_objective_seconds", "How old it may become before an alarm", |of, _| {
        of.freshness_objective_seconds
    }),
    ("freshness_missed", "Whether it is older than that", |of, _| {
        of.freshness_objective_seconds.map(|_| of.freshness_missed.into())
    }),
];

fn whole(count: u64) -> Option<i64> {
    i64::try_from(count).ok()
}

/// Everything in the text format that Prometheus reads (OpenMetrics 1.0): how channels stand, and
/// then what was `counted`.
///
/// # Errors
/// Never: a text takes whatever is written to it.
pub(crate) fn text(
    channels: &[StatusView],
    counted: &str,
    now: Timestamp,
) -> Result<String, fmt::Error> {
    let mut registry = Registry::with_prefix("trueup");
    let version = vec![("version", env!("CARGO_PKG_VERSION").to_owned())];
    register(&mut registry, ("build_info", "What is running"), [(version, 1)]);
    for (name, help, read) in STATES {
        let values = channels.iter().filter_map(|of| {
            let value = read(of, now)?;
            Some((of_channel(&of.channel), value))
        });
        register(&mut registry, (name, help), values);
    }
    let mut text = String::new();
    encode_registry(&mut text, &registry)?;
    text.push_str(counted);
    encode_eof(&mut text)?;
    Ok(text)
}

fn register(
    registry: &mut Registry,
    (name, help): (&str, &str),
    values: impl IntoIterator<Item = (Labels, i64)>,
) {
    let family = Family::<Labels, Gauge>::default();
    for (labels, value) in values {
        family.get_or_create(&labels).set(value);
    }
    registry.register(name, help, family);
}
