//! The database's address, which may hold a password.

use std::fmt;
use std::path::Path;

use trueup_marketplace::{REDACTED, Secret};

/// Where trueup keeps what it knows. Shows itself without password.
#[derive(Clone)]
pub struct Database {
    address: Secret,
}

impl Database {
    /// Reads `sqlite://file`, relative to `dir`, or `postgres://…`.
    ///
    /// # Errors
    /// What is wrong and what would fix it, without the address.
    pub(super) fn parse(text: &str, dir: &Path) -> Result<Self, String> {
        let address = match text.split_once(':') {
            Some(("sqlite", rest)) => sqlite(rest, dir)?,
            Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => text.to_owned(),
            _ => return Err("must start with sqlite:// or postgres://".to_owned()),
        };
        Ok(Self { address: Secret::new(address) })
    }

    /// The address to connect to, password included.
    #[must_use]
    pub fn address(&self) -> &str {
        self.address.expose()
    }
}

fn sqlite(rest: &str, dir: &Path) -> Result<String, String> {
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let (file, options) = match rest.split_once('?') {
        Some((file, options)) => (file, format!("?{options}")),
        None => (rest, String::new()),
    };
    if file.is_empty() || file == ":memory:" {
        return Err("names no file; write sqlite://trueup.db".to_owned());
    }
    Ok(format!("sqlite://{}{options}", dir.join(file).display()))
}

/// What of an address is not to be shown: the user's password, and one among the options.
pub(super) fn secrets(address: &str) -> impl Iterator<Item = &str> {
    let (address, options) = address.split_once('?').unwrap_or((address, ""));
    let option = options.split('&').find_map(|option| option.strip_prefix("password="));
    password(address).into_iter().chain(option)
}

fn password(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("://")?;
    let (user, _) = rest.rsplit_once('@')?;
    user.split_once(':').map(|(_, password)| password)
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = self.address();
        let (address, options) = match address.split_once('?') {
            Some((address, _)) if !address.starts_with("sqlite:") => (address, "?…"),
            Some(_) | None => (address, ""),
        };
        match password(address) {
            Some(password) => {
                let shown = address.replacen(&format!(":{password}@"), &format!(":{REDACTED}@"), 1);
                write!(f, "{shown}{options}")
            }
            None => write!(f, "{address}{options}"),
        }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
