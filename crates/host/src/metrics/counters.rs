//! What is counted as it happens.

use std::fmt;
use std::sync::Arc;

use prometheus_client::encoding::text::encode_registry;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use trueup_exchange::Event as OnTheWay;
use trueup_runner::Event as OfRunner;
use trueup_store::FeedRow;

use super::{Labels, of_channel};

/// Upper bounds of the seconds that a request took; none may take longer than two minutes.
const BOUNDS: [f64; 10] = [0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 120.0];

/// The counters of this process.
pub(crate) struct Counters {
    registry: Registry,
    feeds: Family<Labels, Counter>,
    lines: Family<Labels, Counter>,
    requests: Family<Labels, Counter>,
    seconds: Family<Labels, Histogram>,
    retries: Family<Labels, Counter>,
    budget: Family<Labels, Gauge>,
}

impl Counters {
    pub(crate) fn new() -> Self {
        let mut counters = Self {
            registry: Registry::with_prefix("trueup"),
            feeds: Family::default(),
            lines: Family::default(),
            requests: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(BOUNDS)),
            retries: Family::default(),
            budget: Family::default(),
        };
        counters.register();
        counters
    }

    fn register(&mut self) {
        let to = &mut self.registry;
        to.register("feeds", "Feeds that ended, by kind and end", self.feeds.clone());
        let help = "Lines of feeds that ended, by outcome at that moment";
        to.register("lines", help, self.lines.clone());
        let help = "Attempts at the marketplace, logins included, by how they ended";
        to.register("requests", help, self.requests.clone());
        to.register("request_seconds", "How long attempts took", self.seconds.clone());
        to.register("retries", "Requests that were repeated", self.retries.clone());
        let help = "Tokens left of the budget that retries are paid from";
        to.register("retry_budget", help, self.budget.clone());
    }

    /// As text.
    ///
    /// # Errors
    /// Never: a text takes whatever is written to it.
    pub(crate) fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode_registry(&mut text, &self.registry)?;
        Ok(text)
    }

    fn count(&self, feed: &FeedRow) {
        let label = |name, value: String| {
            let mut labels = of_channel(feed.channel.as_str());
            labels.push((name, value));
            labels
        };
        let mut of_feed = label("kind", feed.kind.to_string());
        of_feed.push(("end", feed.state.to_string()));
        self.feeds.get_or_create(&of_feed).inc();
        let lines = [
            ("accepted", feed.accepted),
            ("pending", feed.pending),
            ("rejected", feed.rejected),
            ("unknown", feed.unknown),
            ("superseded", feed.superseded),
            ("parked", feed.parked),
        ];
        for (outcome, count) in lines {
            self.lines.get_or_create(&label("outcome", outcome.to_owned())).inc_by(count);
        }
    }
}

impl trueup_runner::Observer for Counters {
    fn observe(&self, event: &OfRunner) {
        if let OfRunner::FeedEnded(feed) = event {
            self.count(feed);
        }
    }
}

impl fmt::Debug for Counters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Counters").finish_non_exhaustive()
    }
}

/// The counters of one channel's way out.
#[derive(Debug)]
pub(crate) struct ChannelCounters {
    /// The channel.
    pub(crate) channel: String,
    /// Where they are.
    pub(crate) counters: Arc<Counters>,
}

impl trueup_exchange::Observer for ChannelCounters {
    fn observe(&self, event: OnTheWay) {
        let (channel, counters) = (of_channel(&self.channel), &self.counters);
        match event {
            OnTheWay::Attempt { verdict, elapsed } => {
                counters.seconds.get_or_create(&channel).observe(elapsed.as_secs_f64());
                let verdict = ("verdict", verdict.replace(' ', "_"));
                let labels = [channel, vec![verdict]].concat();
                counters.requests.get_or_create(&labels).inc();
            }
            OnTheWay::Repeat => {
                counters.retries.get_or_create(&channel).inc();
            }
            OnTheWay::Budget(left) => {
                counters.budget.get_or_create(&channel).set(left.into());
            }
            _ => {}
        }
    }
}
