//! Settings, judged and ready to use.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::tz::TimeZone;
use serde_json::Value;
use trueup_exchange::Networks;
use trueup_marketplace::{Marketplace, RemoteLocation, Secret};
use trueup_runner::{Guard, Objective, Schedules};
use trueup_stock::{ChannelName, DemandProfile, LocationCode, Rules, Terms};

use super::database::Database;
use super::polled::PolledSettings;
use super::problem::Problem;

/// All settings of one directory.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where trueup keeps what it knows.
    pub database: Database,
    /// The zone in which times are shown.
    pub time_zone: TimeZone,
    /// Where this host keeps what shows that a PostgreSQL database is not an older copy.
    pub state_dir: PathBuf,
    /// Which orders count.
    pub profile: DemandProfile,
    /// Which machines channels may talk to.
    pub networks: Networks,
    /// The program that is told when a channel is no longer fresh, and its arguments; empty for
    /// none.
    pub alarm_command: Vec<String>,
    /// Where marketplaces that poll reach us.
    pub polled: PolledSettings,
    /// The key of the vault, where the settings name one.
    pub vault_key: Option<Secret>,
    /// The folder that was read.
    pub dir: PathBuf,
    /// Where metrics and health are served while the daemon runs.
    pub metrics_listen: Option<SocketAddr>,
    /// The channels, sorted by name, those that are switched off included.
    pub channels: Vec<ChannelSettings>,
    /// What is no problem and still worth knowing: missing files, secrets that others can read.
    pub notes: Vec<Problem>,
}

/// One channel: an account of a marketplace.
#[derive(Clone, Debug)]
pub struct ChannelSettings {
    /// Its name, that of its file.
    pub name: ChannelName,
    /// The marketplace's id.
    pub marketplace: &'static str,
    /// Whether it is switched on.
    pub is_enabled: bool,
    /// When it is fed.
    pub schedule: Schedules,
    /// How old it may become before somebody must know; `None` where nothing is scheduled.
    pub freshness: Option<Objective>,
    /// Our locations, and the marketplace's name for each; several of ours may share one.
    pub locations: BTreeMap<LocationCode, RemoteLocation>,
    /// What is done to a number before it is sent.
    pub rules: Rules,
    /// What a feed may change without a person's word.
    pub guard: Guard,
    /// The connector's table, its secrets hidden.
    pub settings: Value,
    /// The marketplace, opened with those settings and their secrets.
    pub opened: Arc<dyn Marketplace>,
    /// What the rules, the locations and the marketplace say about numbers.
    pub terms: Terms,
    /// Secrets that are not there yet, in words. A channel that is switched off may lack some, so
    /// that a file can be prepared; it must not be sent to before they are there.
    pub absent_secrets: Vec<Problem>,
}

impl Settings {
    /// The channel with this name.
    #[must_use]
    pub fn channel(&self, name: &str) -> Option<&ChannelSettings> {
        self.channels.iter().find(|channel| channel.name.as_str() == name)
    }

    /// The channels that are switched on.
    pub fn enabled_channels(&self) -> impl Iterator<Item = &ChannelSettings> {
        self.channels.iter().filter(|channel| channel.is_enabled)
    }
}
