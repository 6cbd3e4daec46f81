//! PostgreSQL's server programs, from which the tests start a private cluster of their own.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Finds the server programs, or installs Debian's package where this process may.
pub fn provide() -> Result<String, String> {
    if let Some(place) = find() {
        return Ok(format!("PostgreSQL's programs are in {}", place.display()));
    }
    install()?;
    let place = find().ok_or("the package `postgresql` was installed, but initdb is nowhere")?;
    Ok(format!("PostgreSQL was installed; its programs are in {}", place.display()))
}

/// The folder with `initdb` and `postgres`: on the path, or where Debian puts it.
fn find() -> Option<PathBuf> {
    let debian = Path::new("/usr/lib/postgresql").read_dir().into_iter().flatten().flatten();
    let debian = debian.map(|version| version.path().join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places: Vec<PathBuf> = std::env::split_paths(&path).chain(debian).collect();
    places
        .into_iter()
        .find(|place| ["initdb", "postgres"].iter().all(|name| place.join(name).is_file()))
}

fn install() -> Result<(), String> {
    let by_hand = "the tests need a PostgreSQL server (15 or later): install Debian's package \
        `postgresql`, or put the folder with initdb and postgres on the path";
    for arguments in [&["update"][..], &["install", "-y", "--no-install-recommends", "postgresql"]]
    {
        let status = Command::new("apt-get")
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .status()
            .map_err(|_| by_hand.to_owned())?;
        if !status.success() {
            return Err(format!("apt-get {} failed; {by_hand}", arguments.join(" ")));
        }
    }
    Ok(())
}
