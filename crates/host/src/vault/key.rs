//! The vault's key: from the settings, or from a file beside them that is made when it is needed.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use trueup_exchange::VaultError;
use trueup_marketplace::Secret;

use super::seal::SealingKey;

/// The file beside `trueup.toml`, where the settings name no key.
const FILE: &str = "vault.key";

/// Where the key comes from.
#[derive(Clone, Debug)]
pub(crate) enum VaultKey {
    /// The settings.
    Given(Secret),
    /// A file.
    File(PathBuf),
}

/// The 32 bytes of a key, written in base64.
pub(crate) fn parse(text: &str) -> Result<[u8; 32], String> {
    let bytes = BASE64_STANDARD.decode(text.trim()).ok();
    let key = bytes.and_then(|bytes| bytes.try_into().ok());
    key.ok_or_else(|| {
        "must be 32 random bytes in base64; `openssl rand -base64 32` makes some".to_owned()
    })
}

impl VaultKey {
    /// The key of the settings in this folder.
    pub(crate) fn new(given: Option<Secret>, dir: &Path) -> Self {
        given.map_or_else(|| Self::File(dir.join(FILE)), Self::Given)
    }

    /// The key, made now where there is none yet.
    pub(crate) fn fetch(&self) -> Result<SealingKey, VaultError> {
        let key = match self {
            Self::Given(key) => parse(key.expose()).map_err(|why| told("the key", &why))?,
            Self::File(path) => from_file(path)?,
        };
        Ok(SealingKey::new(&key))
    }
}

fn from_file(path: &Path) -> Result<[u8; 32], VaultError> {
    let shown = path.display().to_string();
    let failed = |error: std::io::Error| told(&shown, &error.to_string());
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            make(path).map_err(failed)?;
            fs::read_to_string(path).map_err(failed)?
        }
        Err(error) => return Err(failed(error)),
    };
    parse(&text).map_err(|why| told(&shown, &why))
}

/// Writes a new key for its owner alone. Whole or not at all: it gets its name when it is on disk, and
/// where another process was faster, that one's key stays.
fn make(path: &Path) -> std::io::Result<()> {
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(std::io::Error::other)?;
    let draft = path.with_extension(format!("draft-{}", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(&draft)?;
    writeln!(file, "{}", BASE64_STANDARD.encode(key))?;
    file.sync_all()?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn told(what: &str, why: &str) -> VaultError {
    VaultError(format!("the vault's key cannot be used ({what}): {why}"))
}
