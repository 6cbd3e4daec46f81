//! A settings directory in a temporary place.

use std::fs;
use std::path::Path;

use trueup_host::settings::{Problems, Settings, load};

use crate::acme::registry;

/// A channel file without fault, but for what a test adds.
pub const GOOD: &str = r#"
marketplace = "acme"
[locations]
MAIN = "A-1"
[settings]
environment = "sandbox"
client_id = "abc"
client_secret = "canary-of-the-good-file"
"#;

pub struct Folder {
    dir: tempfile::TempDir,
    variables: Vec<(String, String)>,
}

impl Folder {
    pub fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), variables: Vec::new() }
    }

    /// With a channel `shop` of this content, and an empty `trueup.toml`.
    pub fn with_shop(content: &str) -> Self {
        Self::new().file("trueup.toml", "").file("channels/shop.toml", content)
    }

    pub fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
        self
    }

    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    pub fn load(&self) -> Result<Settings, Problems> {
        load(self.path(), &registry(), self.variables.iter().cloned())
    }

    /// The settings, which must have no problem.
    pub fn settings(&self) -> Settings {
        self.load().unwrap_or_else(|problems| panic!("{problems}"))
    }

    /// Every problem, one a line as they are shown.
    pub fn problems(&self) -> Vec<String> {
        match self.load() {
            Ok(_) => Vec::new(),
            Err(problems) => problems.iter().map(ToString::to_string).collect(),
        }
    }

    /// Every note, as they are shown.
    pub fn notes(&self) -> Vec<String> {
        self.settings().notes.iter().map(ToString::to_string).collect()
    }
}
