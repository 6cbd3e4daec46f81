//! Running the suite.

use tokio::runtime::Builder;
use tracing_subscriber::fmt;

use crate::bench::Bench;
use crate::channel::Channel;
use crate::leak::{self, Sink};
use crate::passport::Passport;
use crate::report::{Outcome, Report, Tried};
use crate::trial::Trial;

/// Runs these trials against a connector, and reports. All of it happens on this thread, on a
/// runtime of its own; call it from a plain `#[test]`.
///
/// # Panics
/// Where the bench itself does not work: a channel to a sound simulator cannot be opened.
pub fn run_only<B: Bench>(trials: &[Trial]) -> Report {
    leak::forget();
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime on one thread needs nothing that could be missing");
    let events = fmt::Subscriber::builder()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(|| Sink)
        .finish();
    tracing::subscriber::with_default(events, || runtime.block_on(all::<B>(trials)))
}

/// Runs every trial that concerns the connector.
///
/// # Panics
/// As [`run_only`].
pub fn run<B: Bench>() -> Report {
    run_only::<B>(&Trial::ALL)
}

async fn all<B: Bench>(trials: &[Trial]) -> Report {
    let opened = Channel::<B>::open(2).await;
    let channel = opened.unwrap_or_else(|why| panic!("the bench opens no channel: {why}"));
    let mut tried = Vec::new();
    for trial in trials {
        let outcome = match trial.is_moot(&channel.bench, &channel.capabilities) {
            Some(why) => Outcome::Moot(why),
            None => match trial.run::<B>().await {
                Ok(()) => Outcome::Passed,
                Err(why) => Outcome::Failed(why),
            },
        };
        tried.push(Tried { trial: *trial, outcome });
    }
    let passport = Passport::of(&B::registration(), channel.capabilities);
    Report { passport, tried }
}
