//! Feeds on command, rehearsals, and the daemon.

use trueup_delivery::ListingId;
use trueup_marketplace::{FeedKind, Line, LineKey, LineVerdict};
use trueup_runner::{Cause, Channel, FeedOrder};
use trueup_stock::Basis;
use trueup_store::PreviewedLine;

use crate::metrics::listen;
use crate::views::{FeedView, HeldLine, RehearsalView};
use crate::{Host, HostError};

impl Host {
    /// Runs one feed now.
    ///
    /// # Errors
    /// Where it could not run at all, a damaged database among the reasons. What became of its lines
    /// is part of the answer.
    pub async fn send(
        &self,
        channel: &str,
        kind: FeedKind,
        basis: Basis,
    ) -> Result<FeedView, HostError> {
        let channel = self.enabled_channel(channel)?;
        self.store().check_file().await?;
        let order = FeedOrder { kind, basis, cause: Cause::Command, planned: None };
        let feed = self.runner().feed(channel, &order).await?;
        self.feed_view(feed).await
    }

    fn enabled_channel(&self, name: &str) -> Result<&Channel, HostError> {
        let channel = self.channel(name)?;
        if self.is_enabled(&channel.name) {
            return Ok(channel);
        }
        Err(HostError::usage(format!(
            "channel `{name}` is not enabled; write `enabled = true` into channels/{name}.toml first"
        )))
    }

    /// Prepares a feed and, where the marketplace takes rehearsals, shows it there. Nothing is
    /// recorded, here or there.
    ///
    /// # Errors
    /// An unknown channel, or a database that fails.
    pub async fn rehearse(
        &self,
        channel: &str,
        kind: FeedKind,
        basis: Basis,
    ) -> Result<RehearsalView, HostError> {
        let channel = self.enabled_channel(channel)?;
        let planned = self.plan(channel, kind, basis).await?;
        let lines: Vec<Line> = planned.lines.iter().map(line).collect();
        let count = u64::try_from(lines.len()).unwrap_or(u64::MAX);
        let rehearsal = self.runner().rehearse(channel, kind, lines).await;
        let refused = rehearsal.verdicts.iter().map(|(key, verdict)| HeldLine {
            product_code: code_of(&planned.lines, *key),
            reason: reason(verdict),
        });
        Ok(RehearsalView {
            channel: channel.name.to_string(),
            feed: kind,
            lines: count,
            requests: rehearsal.requests,
            was_shown: rehearsal.was_shown,
            refused: refused.collect(),
            failure: rehearsal.failure.map(|error| error.to_string()).or(planned.refused),
        })
    }

    /// Runs every schedule of every enabled channel until [`Host::stop`], and answers marketplaces
    /// that poll where a channel has one.
    ///
    /// # Errors
    /// Where no channel is enabled, polled channels cannot be reached where the settings say, the
    /// database is damaged, or it may be an older copy.
    pub async fn run(&self) -> Result<(), HostError> {
        let enabled = self.fit_to_run().await?;
        let front = self.listen().await?;
        let serving = async {
            if let Some(front) = front {
                front.serve(self.runner().stopped()).await;
            }
        };
        self.work(enabled, serving).await
    }

    /// The same in a program that has mounted [`Host::polled_router`] in a server of its own:
    /// `listen` and the certificate of `[polled]` are not used.
    ///
    /// # Errors
    /// Where no channel is enabled, the database is damaged, or it may be an older copy.
    pub async fn run_mounted(&self) -> Result<(), HostError> {
        let enabled = self.fit_to_run().await?;
        self.work(enabled, std::future::ready(())).await
    }

    /// The enabled channels, in a database that may send.
    async fn fit_to_run(&self) -> Result<Vec<Channel>, HostError> {
        let channels = self.channels().iter();
        let enabled: Vec<Channel> =
            channels.filter(|channel| self.is_enabled(&channel.name)).cloned().collect();
        if enabled.is_empty() {
            let why = "no channel is enabled; write `enabled = true` into a file under channels/";
            return Err(HostError::usage(why));
        }
        self.store().check_file().await?;
        self.store().require_bound().await?;
        Ok(enabled)
    }

    async fn work(
        &self,
        enabled: Vec<Channel>,
        serving: impl Future<Output = ()>,
    ) -> Result<(), HostError> {
        let questions = match self.settings().metrics_listen {
            Some(address) => Some(listen(address).await?),
            None => None,
        };
        let answering = async {
            if let Some(questions) = questions {
                self.answer(questions).await;
            }
            std::future::pending().await
        };
        let working = async { tokio::join!(self.runner().run(enabled), serving) };
        tokio::select! {
            _ = working => self.ended(),
            never = self.look_out() => never,
            () = answering => Ok(()),
        }
    }

    /// Loops end when they are asked to; otherwise they are broken.
    fn ended(&self) -> Result<(), HostError> {
        if self.runner().is_stopping() {
            return Ok(());
        }
        Err(HostError::work("the loops of all channels are broken; restart the program"))
    }

    /// Asks [`Host::run`] to finish what is under way and end.
    pub fn stop(&self) {
        self.runner().stop();
    }
}

fn line(previewed: &PreviewedLine) -> Line {
    Line {
        key: LineKey(previewed.listing.0),
        part_number: previewed.part_number.clone(),
        location: previewed.location.clone(),
        remote_id: previewed.remote_id.clone(),
        level: previewed.level,
    }
}

fn code_of(lines: &[PreviewedLine], key: LineKey) -> String {
    let found = lines.iter().find(|line| line.listing == ListingId(key.0));
    found.map_or_else(String::new, |line| line.product_code.to_string())
}

fn reason(verdict: &LineVerdict) -> String {
    match verdict {
        LineVerdict::Rejected(refusal) => refusal.message.clone(),
        LineVerdict::NotApplied(why) | LineVerdict::Unknown(why) => why.clone(),
    }
}
