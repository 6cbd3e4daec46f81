//! Reading a whole directory.

use std::collections::BTreeSet;
use std::mem;
use std::path::{Path, PathBuf};

use figment::value::Value;
use trueup_marketplace::{Registration, Registry};
use trueup_stock::ChannelName;

use super::document::Document;
use super::environment::{Environment, Variable, Variables};
use super::merged::Merged;
use super::model::{ChannelSettings, Settings};
use super::problem::{Place, Problem, Problems};
use super::report::Report;
use super::schema::{channel_schema, form_schema, main_schema};
use super::schema_walk::Nodes;
use super::secrets::{Known, Vault};
use super::sources::{CHANNELS_DIR, MAIN_FILE, Sources};
use super::{channel, core, suggest};

/// What channels are read against.
pub(super) struct World<'a> {
    pub(super) registry: &'a Registry,
    pub(super) vault: Vault<'a>,
    pub(super) time_zone_name: String,
}

/// Reads the settings in `dir`: `trueup.toml`, `channels/*.toml`, and every variable of
/// `environment` whose name starts with `TRUEUP_`. Pass the whole environment, because settings may
/// refer to any variable for a secret; of `std::env::vars_os` those that are texts.
///
/// Opens no connection. A directory without files gives the defaults, and notes that say so.
///
/// # Errors
/// Every problem of every file and variable, none of them showing a secret.
pub fn load(
    dir: &Path,
    registry: &Registry,
    environment: impl Iterator<Item = (String, String)>,
) -> Result<Settings, Problems> {
    let environment: Environment = environment.collect();
    let vault = Vault { dir, environment: &environment };
    let mut loading = Loading::default();
    let settings = loading.read(vault, registry);
    let known = mem::take(&mut loading.known);
    let cleanse =
        |problem: Problem| Problem { message: known.cleanse(&problem.message), ..problem };
    let problems: Vec<Problem> = loading.problems.into_iter().map(cleanse).collect();
    match settings {
        Some(settings) if problems.is_empty() => {
            let notes = loading.notes.into_iter().map(cleanse).collect();
            Ok(Settings { notes, ..settings })
        }
        Some(_) | None => Err(Problems::new(dir.to_owned(), problems)),
    }
}

/// What is gathered on the way.
#[derive(Default)]
struct Loading {
    problems: Vec<Problem>,
    notes: Vec<Problem>,
    known: Known,
}

impl Loading {
    fn read(&mut self, vault: Vault<'_>, registry: &Registry) -> Option<Settings> {
        let mut sources = Sources::read(vault.dir);
        let mut variables = Variables::read(vault.environment, &sources);
        self.problems.append(&mut sources.problems);
        self.problems.append(&mut variables.problems);
        self.notes.append(&mut sources.notes);
        let main = self.read_main(vault, sources.main.take(), mem::take(&mut variables.main));
        let world = World { registry, vault, time_zone_name: main.time_zone_name };
        let channels = self.read_channels(&world, sources, variables);
        Some(Settings {
            database: main.database?,
            time_zone: main.time_zone,
            profile: main.profile,
            networks: main.networks,
            alarm_command: main.alarm_command,
            polled: main.polled?,
            vault_key: main.vault_key,
            dir: vault.dir.to_owned(),
            state_dir: main.state_dir,
            metrics_listen: main.metrics_listen,
            channels,
            notes: Vec::new(),
        })
    }

    fn read_main(
        &mut self,
        vault: Vault<'_>,
        document: Option<Document>,
        variables: Vec<Variable>,
    ) -> core::MainSettings {
        let schema = main_schema();
        let typed = variables.into_iter().map(|variable| {
            let value = variable.value(&Nodes::at(&schema, &variable.path()));
            (variable, value)
        });
        let merged = Merged::new(document, PathBuf::from(MAIN_FILE), typed);
        let mut report = Report::new(&merged);
        let main = core::read(&mut report, vault, merged.json());
        self.absorb(report);
        main
    }

    fn read_channels(
        &mut self,
        world: &World<'_>,
        mut sources: Sources,
        mut variables: Variables,
    ) -> Vec<ChannelSettings> {
        let in_files: BTreeSet<ChannelName> = sources.channels.keys().cloned().collect();
        let in_variables = variables.channels.keys().cloned();
        let names: BTreeSet<ChannelName> = in_files.iter().cloned().chain(in_variables).collect();
        let mut channels = Vec::new();
        for name in names {
            let document = sources.channels.remove(&name);
            let of_channel = variables.channels.remove(&name).unwrap_or_default();
            if document.is_none() && !names_marketplace(&of_channel) {
                self.problems.extend(no_such_channel(&name, &of_channel, &in_files));
                continue;
            }
            channels.extend(self.read_channel(world, &name, document, of_channel));
        }
        channels
    }

    fn read_channel(
        &mut self,
        world: &World<'_>,
        name: &ChannelName,
        document: Option<Document>,
        variables: Vec<Variable>,
    ) -> Option<ChannelSettings> {
        let registration = registration(world.registry, document.as_ref(), &variables);
        let schema = registration.map_or_else(form_schema, channel_schema);
        let typed = variables.into_iter().map(|variable| {
            let value = variable.value(&Nodes::at(&schema, &variable.path()));
            (variable, value)
        });
        let file = Path::new(CHANNELS_DIR).join(format!("{name}.toml"));
        let merged = Merged::new(document, file, typed);
        let mut report = Report::new(&merged);
        let channel = channel::read(name, &merged, &mut report, world);
        self.absorb(report);
        channel
    }

    fn absorb(&mut self, report: Report<'_>) {
        self.problems.extend(report.problems);
        self.notes.extend(report.notes);
        self.known.add(report.known);
    }
}

fn names_marketplace(variables: &[Variable]) -> bool {
    variables.iter().any(|variable| variable.keys == ["marketplace"])
}

/// The marketplace, found ahead of everything else because its schema says how variables are read.
fn registration<'r>(
    registry: &'r Registry,
    document: Option<&Document>,
    variables: &[Variable],
) -> Option<&'r Registration> {
    let in_variable = variables.iter().find(|variable| variable.keys == ["marketplace"]);
    let in_file = document.and_then(|document| document.values.get("marketplace"));
    let id = in_variable.map(Variable::text).or_else(|| in_file.and_then(Value::as_str))?;
    registry.get(id).ok()
}

/// Variables for a channel that has no file and no marketplace: most likely a misspelt name.
fn no_such_channel(
    name: &ChannelName,
    variables: &[Variable],
    known: &BTreeSet<ChannelName>,
) -> Vec<Problem> {
    let known: Vec<&str> = known.iter().map(ChannelName::as_str).collect();
    let hint = match suggest::nearest(name.as_str(), &known) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => {
            let variable = name.as_str().to_ascii_uppercase();
            format!(
                "write channels/{name}.toml, or set TRUEUP_CHANNELS__{variable}__MARKETPLACE for a \
                channel made of variables alone"
            )
        }
    };
    let problem = |variable: &Variable| Problem {
        place: Place::Variable(variable.name.clone()),
        line: None,
        key: variable.path().to_string(),
        message: format!("there is no channel `{name}`; {hint}"),
    };
    variables.iter().map(problem).collect()
}
