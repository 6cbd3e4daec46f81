//! Audits on command.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{Host, HostError};

/// What an audit of a channel found, and healed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditView {
    /// The channel.
    pub channel: String,
    /// Products whose levels were computed again.
    pub products: u64,
    /// How many defects.
    pub defects: u64,
    /// How many of each kind.
    pub found: BTreeMap<String, u64>,
    /// Some of the products of each kind.
    pub examples: BTreeMap<String, Vec<String>>,
}

impl Host {
    /// Holds a channel's flags against its values and its wanted levels against the inputs, or
    /// those of every enabled channel. What is wrong is healed; the next feed tells it.
    ///
    /// # Errors
    /// An unknown channel, one that is being fed at the moment, or a database that fails.
    pub async fn audit(&self, channel: Option<&str>) -> Result<Vec<AuditView>, HostError> {
        let channels = match channel {
            Some(name) => vec![self.channel(name)?],
            None => {
                let enabled = |channel: &&trueup_runner::Channel| self.is_enabled(&channel.name);
                self.channels().iter().filter(enabled).collect()
            }
        };
        let mut views = Vec::with_capacity(channels.len());
        for channel in channels {
            let audited = self.runner().audit(channel).await?;
            views.push(AuditView {
                channel: channel.name.to_string(),
                products: audited.products,
                defects: audited.defects.count(),
                found: audited.defects.counts,
                examples: audited.defects.examples,
            });
        }
        Ok(views)
    }
}
