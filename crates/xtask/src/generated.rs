//! That a new connector is green from its first test, within this workspace and outside it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::new_connector;

const NAME: &str = "made-by-check";

/// Makes one connector of each kind, tests it, and takes it away again.
pub fn check() -> Result<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let inside = Made::new(NAME, None, root.join("connectors").join(NAME), &root)?;
    inside.test(&root)?;
    let elsewhere = root.join("target").join(NAME);
    let folder = Some(elsewhere.display().to_string());
    let outside = Made::new(NAME, folder, elsewhere.clone(), &root)?;
    outside.test(&elsewhere)?;
    Ok("new connectors conform from the first test, in this workspace and outside it".to_owned())
}

/// A connector that is taken away again, with what it changed of the lock file.
struct Made {
    folder: PathBuf,
    lock: PathBuf,
    locked: String,
    target: PathBuf,
}

impl Made {
    fn new(
        name: &str,
        outside: Option<String>,
        folder: PathBuf,
        root: &Path,
    ) -> Result<Self, String> {
        let lock = root.join("Cargo.lock");
        let locked = fs::read_to_string(&lock).map_err(|error| error.to_string())?;
        // One that a check left behind when it was stopped.
        let _ = fs::remove_dir_all(&folder);
        let made = Self { folder, lock, locked, target: root.join("target") };
        new_connector::make(Some(name.to_owned()), outside)?;
        Ok(made)
    }

    fn test(&self, place: &Path) -> Result<(), String> {
        let tested = Command::new(env!("CARGO"))
            .args(["test", "--quiet", "--package", &format!("trueup-{NAME}")])
            .current_dir(place)
            .env("CARGO_TARGET_DIR", &self.target)
            .output()
            .map_err(|error| format!("cargo cannot be run: {error}"))?;
        match tested.status.success() {
            true => Ok(()),
            false => Err(format!(
                "a new connector in {} fails its tests:\n{}{}",
                self.folder.display(),
                String::from_utf8_lossy(&tested.stdout),
                String::from_utf8_lossy(&tested.stderr)
            )),
        }
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
        let _ = fs::write(&self.lock, &self.locked);
    }
}
