//! Who a caller says they are.

use std::fmt;
use std::sync::OnceLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use trueup_marketplace::Secret;

const CHARS_MIN: usize = 12;
const HASHED: &str = "$argon2";

/// The one user name and password of a channel. The password is itself, of 12 characters or more, or
/// its argon2id hash (`$argon2id$…`), so that it need not be kept.
pub struct Login {
    user_name: String,
    password: Secret,
    /// The hash in PHC form. A password is hashed when somebody first signs in, not whenever a
    /// program opens the channel.
    hash: OnceLock<Option<String>>,
}

impl Login {
    /// A login. Nothing is hashed yet.
    #[must_use]
    pub fn new(user_name: &str, password: &Secret) -> Self {
        let (user_name, password) = (user_name.to_owned(), password.clone());
        Self { user_name, password, hash: OnceLock::new() }
    }

    /// Checks a password or a hash of one, for settings.
    ///
    /// # Errors
    /// What is wrong with it and what to do, for people.
    pub fn check(password: &Secret) -> Result<(), &'static str> {
        let text = password.expose();
        if text.starts_with(HASHED) {
            let is_usable = text.starts_with("$argon2id$") && PasswordHash::new(text).is_ok();
            return is_usable.then_some(()).ok_or(
                "starts like an argon2 hash and is none that can be used; write the whole \
                 `$argon2id$…` line, or the password itself",
            );
        }
        match text.chars().count() < CHARS_MIN {
            true => Err("is shorter than 12 characters; choose a longer one"),
            false => Ok(()),
        }
    }

    /// Whether these are the right ones. The work is the same whichever of them is wrong.
    #[must_use]
    pub fn admits(&self, user_name: &str, password: &Secret) -> bool {
        let hash = self.hash.get_or_init(|| hashed(&self.password)).as_deref();
        let hash = hash.and_then(|hash| PasswordHash::new(hash).ok());
        let is_password = hash.is_some_and(|hash| {
            Argon2::default().verify_password(password.expose().as_bytes(), &hash).is_ok()
        });
        is_password & (user_name == self.user_name)
    }
}

/// Nothing where the system gives no random salt; then nobody is let in.
fn hashed(password: &Secret) -> Option<String> {
    let text = password.expose();
    if text.starts_with(HASHED) {
        return Some(text.to_owned());
    }
    Argon2::default().hash_password(text.as_bytes()).ok().map(|hash| hash.to_string())
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("user_name", &self.user_name).finish_non_exhaustive()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const PASSWORD: &str = "correct horse battery";
    /// Made by another implementation (argon2-cffi).
    const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$OgdRwrKrUb276fcKlz9U4jFcFVrNS1sMxXDkysDX+Y4";

    #[test]
    fn only_the_right_name_and_password_are_admitted() {
        let login = Login::new("acme", &Secret::new(PASSWORD));
        let admits = |name, password: &str| login.admits(name, &Secret::new(password));
        assert!(admits("acme", PASSWORD));
        assert!(!admits("Acme", PASSWORD));
        assert!(!admits("", PASSWORD));
        assert!(!admits("acme", "correct horse batterY"));
        assert!(!admits("acme", ""));
        assert!(!format!("{login:?}").contains("horse"));
    }

    #[test]
    fn a_hash_serves_as_well_and_is_no_password_itself() {
        let login = Login::new("acme", &Secret::new(HASH));
        assert!(login.admits("acme", &Secret::new(PASSWORD)));
        assert!(!login.admits("acme", &Secret::new(HASH)));
    }

    #[test]
    fn weak_passwords_and_broken_hashes_are_refused() {
        for (text, words) in [
            ("elevenchars", "shorter than 12"),
            ("", "shorter than 12"),
            ("$argon2id$v=19$broken", "none that can be used"),
            ("$argon2i$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$AAAA", "none that can be used"),
        ] {
            assert!(Login::check(&Secret::new(text)).unwrap_err().contains(words), "{text}");
        }
        assert_eq!(Login::check(&Secret::new(PASSWORD)), Ok(()));
        assert_eq!(Login::check(&Secret::new(HASH)), Ok(()));
    }
}
