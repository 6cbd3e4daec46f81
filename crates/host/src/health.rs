//! Whether the daemon does its work, and what it answers to those who ask.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::metrics::{Question, text};
use crate::views::{HealthView, UnwellView};
use crate::{Host, HostError};

/// How long the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

impl Host {
    /// Whether the loop of every enabled channel is alive and the database answers. Meant for a
    /// program in which [`Host::run`] runs.
    pub async fn health(&self) -> HealthView {
        let mut unwell = Vec::new();
        if let Err(reason) = within_patience(self.ping()).await {
            unwell.push(UnwellView { channel: None, reason });
        }
        for channel in self.settings().enabled_channels() {
            if !self.runner().tends(&channel.name) {
                let reason = "its loop is not running; restart the program".to_owned();
                unwell.push(UnwellView { channel: Some(channel.name.to_string()), reason });
            }
        }
        HealthView { healthy: unwell.is_empty(), unwell }
    }

    /// Asks the database for next to nothing.
    async fn ping(&self) -> Result<(), HostError> {
        if let Some(channel) = self.channels().first() {
            self.store().is_paused(channel.id).await?;
        }
        Ok(())
    }

    /// How every channel stands and what was counted, as text for Prometheus.
    ///
    /// # Errors
    /// A database that does not answer.
    pub async fn metrics(&self) -> Result<String, HostError> {
        let unwritten = |error| HostError::work("the metrics cannot be written").caused_by(error);
        // In this order nothing is counted that the states do not show yet.
        let counted = self.counters().text().map_err(unwritten)?;
        let channels = self.status().await?;
        text(&channels, &counted, Timestamp::now()).map_err(unwritten)
    }

    /// Answers whoever asks, for ever.
    pub(crate) async fn answer(&self, mut questions: mpsc::Receiver<Question>) {
        while let Some(question) = questions.recv().await {
            // Whoever asked may have gone meanwhile.
            let _ = match question {
                Question::Metrics(answer) => answer.send(self.metrics_or_why().await),
                Question::Health(answer) => answer.send(self.health_as_json().await),
            };
        }
    }

    async fn metrics_or_why(&self) -> (bool, String) {
        match within_patience(self.metrics()).await {
            Ok(text) => (true, text),
            Err(why) => (false, why),
        }
    }

    async fn health_as_json(&self) -> (bool, String) {
        let health = self.health().await;
        let json = serde_json::to_string(&health).expect("texts and booleans have a JSON form");
        (health.healthy, json)
    }
}

async fn within_patience<T, E: fmt::Display>(
    question: impl Future<Output = Result<T, E>>,
) -> Result<T, String> {
    match timeout(PATIENCE, question).await {
        Ok(answer) => answer.map_err(|error| format!("the database fails: {error}")),
        Err(_) => Err("the database does not answer".to_owned()),
    }
}
