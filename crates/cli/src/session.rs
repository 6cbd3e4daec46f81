//! What every command is given: where the settings are, and where to print.

use std::io::Write;
use std::path::{Path, PathBuf};

use trueup_host::Host;
use trueup_marketplace::Registry;

use crate::failure::Failure;
use crate::render::Ink;

/// Variables that are for this program alone, not settings.
const OURS: [&str; 4] =
    [crate::logging::FILTER, crate::logging::FORMAT, "TRUEUP_CRASH_AT", "TRUEUP_STOP_AT"];

/// The file of the main settings.
const MAIN_FILE: &str = "trueup.toml";
/// The variable that replaces it, at the least.
const DATABASE: &str = "TRUEUP_DATABASE";

/// One run of the program.
pub struct Session<'a> {
    /// The folder with trueup.toml.
    pub config: PathBuf,
    /// Where to print.
    pub out: &'a mut dyn Write,
    /// Its colours.
    pub ink: Ink,
}

impl Session<'_> {
    /// Opens the settings and the database.
    pub async fn open(&self) -> Result<Host, Failure> {
        self.must_have_settings()?;
        let builder = Host::builder().config_dir(&self.config).registry(registry()?);
        Ok(builder.environment(environment()).open().await?)
    }

    /// Refuses a folder without any settings: most likely it is not the one that was meant, and an
    /// empty database would be made in it.
    pub fn must_have_settings(&self) -> Result<(), Failure> {
        let has_file = [MAIN_FILE, "channels"].iter().any(|name| self.config.join(name).exists());
        if has_file || environment().any(|(name, _)| name == DATABASE) {
            return Ok(());
        }
        let dir = match self.config == Path::new(".") {
            true => "the current folder".to_owned(),
            false => self.config.display().to_string(),
        };
        let hint = "`trueup init` writes them; `--config DIR` names another folder";
        Err(Failure::usage(format!("there are no settings in {dir}")).hint(hint))
    }
}

/// The marketplaces linked into this program.
pub fn registry() -> Result<Registry, Failure> {
    Registry::linked().map_err(|error| Failure::work(error.to_string()))
}

/// The environment, without the variables that are no settings.
pub fn environment() -> impl Iterator<Item = (String, String)> {
    let texts = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    texts.filter(|(name, _)| !OURS.contains(&name.as_str()))
}
