//! Settings files.

use std::cell::OnceCell;
use std::fs;

use tempfile::TempDir;
use trueup_host::Registry;
use trueup_host::settings::load;
use trueup_marketplace::Registration;
use trueup_wayfair::Wayfair;

/// What no message may show: the settings only refer to it, because what is written out may end up
/// as the name of a time zone.
const SECRET: &str = "s3cr3t-canary";

/// Any `trueup.toml`.
///
/// # Panics
/// Where a problem is not told, or a secret is.
pub fn main_file(bytes: &[u8]) {
    read("trueup.toml", bytes);
}

/// Any file of a channel.
///
/// # Panics
/// Where a problem is not told, or a secret is.
pub fn channel_file(bytes: &[u8]) {
    read("channels/shop.toml", bytes);
}

fn read(file: &str, bytes: &[u8]) {
    thread_local! { static FOLDER: OnceCell<TempDir> = const { OnceCell::new() }; }
    FOLDER.with(|folder| {
        let folder = folder.get_or_init(|| {
            let folder = tempfile::tempdir().expect("a temporary folder");
            fs::create_dir(folder.path().join("channels")).expect("a folder");
            folder
        });
        let path = folder.path().join(file);
        fs::write(&path, bytes).expect("a file can be written");
        let environment = [("WAYFAIR_SECRET".to_owned(), SECRET.to_owned())];
        let loaded = load(folder.path(), &registry(), environment.into_iter());
        fs::remove_file(&path).expect("it was written");
        match loaded {
            Ok(settings) => assert!(!format!("{settings:?}").contains(SECRET)),
            Err(problems) => {
                assert!(problems.iter().next().is_some(), "refused without a problem");
                let told = format!("{problems} {problems:?}");
                assert!(!told.contains(SECRET), "{told}");
            }
        }
    });
}

fn registry() -> Registry {
    Registry::of([Registration::of::<Wayfair>("0")]).expect("one connector has no rival")
}
