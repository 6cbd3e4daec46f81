//! The host: settings, registry, database and runner, assembled.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use trueup_exchange::{Exchange, Observer, Options};
use trueup_marketplace::{Registry, Wire};
use trueup_runner::{Channel, Runner};
use trueup_stock::ChannelName;
use trueup_store::Store;

use crate::HostError;
use crate::metrics::{ChannelCounters, Counters};
use crate::settings::{self, ChannelSettings, Settings, canonical_terms, terms_fingerprint};
use crate::vault::{StoredTokens, VaultKey};

/// This host's file that shows whether a PostgreSQL database is an older copy.
const RECORD: &str = "trueup.instance";

/// trueup inside a program: everything the `trueup` binary can do, as methods.
#[derive(Debug)]
pub struct Host {
    settings: Settings,
    registry: Registry,
    store: Store,
    channels: Vec<Channel>,
    runner: Runner,
    counters: Arc<Counters>,
}

/// Assembles a [`Host`].
#[derive(Debug)]
#[must_use]
pub struct HostBuilder {
    config_dir: PathBuf,
    registry: Option<Registry>,
    environment: Option<Vec<(String, String)>>,
}

impl HostBuilder {
    /// The folder with `trueup.toml` and `channels/`; the current one by default.
    pub fn config_dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.config_dir = dir.into();
        self
    }

    /// The marketplaces that channels may name; every linked one by default.
    pub fn registry(mut self, registry: Registry) -> Self {
        self.registry = Some(registry);
        self
    }

    /// The environment variables that settings are merged with; the process's own by default.
    pub fn environment(mut self, variables: impl IntoIterator<Item = (String, String)>) -> Self {
        self.environment = Some(variables.into_iter().collect());
        self
    }

    /// Reads the settings, opens the database and every channel.
    ///
    /// # Errors
    /// Every problem of the settings at once, or a database that cannot be opened.
    pub async fn open(self) -> Result<Host, HostError> {
        let registry = match self.registry {
            Some(registry) => registry,
            None => Registry::linked().map_err(|error| HostError::usage(error.to_string()))?,
        };
        let environment = self.environment.unwrap_or_else(process_environment);
        let settings = settings::load(&self.config_dir, &registry, environment.into_iter())?;
        let store = Store::open(settings.database.address()).await?;
        let record = store.record_beside().unwrap_or_else(|| settings.state_dir.join(RECORD));
        let store = store.guarded(record);
        let counters = Arc::new(Counters::new());
        let mut channels = Vec::with_capacity(settings.channels.len());
        for channel in &settings.channels {
            channels.push(open(&store, &settings, channel, &counters).await?);
        }
        let observer = Arc::clone(&counters) as Arc<dyn trueup_runner::Observer>;
        let runner = Runner::new(store.clone(), owner()).observed_by(observer);
        Ok(Host { settings, registry, store, channels, runner, counters })
    }
}

fn process_environment() -> Vec<(String, String)> {
    let texts = std::env::vars_os();
    texts
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

/// Names this process to people who wait for its leases.
fn owner() -> String {
    let host =
        std::env::var("HOSTNAME").ok().or_else(|| std::fs::read_to_string("/etc/hostname").ok());
    let host = host.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    format!("process {} on {}", std::process::id(), host.as_deref().unwrap_or("this machine"))
}

async fn open(
    store: &Store,
    settings: &Settings,
    channel: &ChannelSettings,
    counters: &Arc<Counters>,
) -> Result<Channel, HostError> {
    let marketplace = Arc::clone(&channel.opened);
    let settle = marketplace.capabilities().settle;
    let id = store
        .register_channel(
            &channel.name,
            channel.marketplace,
            &canonical_terms(&channel.terms),
            settle,
            Timestamp::now(),
        )
        .await?;
    let counters =
        ChannelCounters { channel: channel.name.to_string(), counters: Arc::clone(counters) };
    let observer: Arc<dyn Observer> = Arc::new(counters);
    let key = VaultKey::new(settings.vault_key.clone(), &settings.dir);
    let vault = Arc::new(StoredTokens::new(store.clone(), (id, &channel.name), key));
    let options = Options {
        networks: settings.networks,
        observer: Some(observer),
        vault: vault.clone(),
        ..Options::default()
    };
    let exchange = Exchange::open(Arc::clone(&marketplace), options)
        .map_err(|error| HostError::work(format!("channel `{}`: {error}", channel.name)))?;
    let wire: Arc<dyn Wire> = Arc::new(exchange);
    Ok(Channel {
        id,
        name: channel.name.clone(),
        marketplace,
        wire,
        terms: channel.terms.clone(),
        fingerprint: terms_fingerprint(&channel.terms),
        profile: settings.profile,
        schedules: channel.schedule.clone(),
        guard: channel.guard.clone(),
    })
}

impl Host {
    /// Begins to assemble a host.
    pub fn builder() -> HostBuilder {
        HostBuilder { config_dir: PathBuf::from("."), registry: None, environment: None }
    }

    /// The settings.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The marketplaces that channels may name.
    #[must_use]
    pub const fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The database.
    #[must_use]
    pub const fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) fn counters(&self) -> &Counters {
        &self.counters
    }

    pub(crate) const fn runner(&self) -> &Runner {
        &self.runner
    }

    /// Every channel with a settings file, enabled or not.
    #[must_use]
    pub fn channels(&self) -> &[Channel] {
        &self.channels
    }

    /// The channel of this name.
    ///
    /// # Errors
    /// Where there is none; the message names those there are.
    pub fn channel(&self, name: &str) -> Result<&Channel, HostError> {
        let found = self.channels.iter().find(|channel| channel.name.as_str() == name);
        found.ok_or_else(|| {
            let names: Vec<&str> =
                self.channels.iter().map(|channel| channel.name.as_str()).collect();
            let known = match names.is_empty() {
                true => "no channel has a file under channels/ yet".to_owned(),
                false => format!("there are: {}", names.join(", ")),
            };
            HostError::usage(format!("there is no channel `{name}`; {known}"))
        })
    }

    /// Whether a channel is fed by schedule and on command.
    #[must_use]
    pub fn is_enabled(&self, name: &ChannelName) -> bool {
        self.channel_settings(name).is_some_and(|channel| channel.is_enabled)
    }

    pub(crate) fn marketplace_of(&self, name: &ChannelName) -> &str {
        self.channel_settings(name).map_or("", |channel| channel.marketplace)
    }

    pub(crate) const fn time_zone(&self) -> &TimeZone {
        &self.settings.time_zone
    }

    fn channel_settings(&self, name: &ChannelName) -> Option<&ChannelSettings> {
        self.settings.channels.iter().find(|channel| channel.name == *name)
    }
}
