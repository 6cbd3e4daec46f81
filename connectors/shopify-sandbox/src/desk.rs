//! The login: who gets a token, and which token opens the endpoint.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::modes::{Access, Login};

/// The client id that is let in.
pub const CLIENT_ID: &str = "0123456789abcdef0123456789abcdef";
/// The client secret that is let in. It opens nothing but this simulator.
pub const CLIENT_SECRET: &str = "shpss_sandbox-secret";
/// A token of the old kind, which never ends. It opens nothing but this simulator.
pub const ACCESS_TOKEN: &str = "shpat_sandbox-static";

/// Why no token is given: the code of the refusal, and its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoToken(pub(crate) &'static str, pub(crate) &'static str);

#[derive(Debug)]
struct Granted {
    expires_at: Timestamp,
    uses: u64,
}

/// The login desk.
#[derive(Debug)]
pub(crate) struct Desk {
    random: fastrand::Rng,
    tokens: HashMap<String, Granted>,
}

impl Desk {
    pub(crate) fn new(seed: u64) -> Self {
        Self { random: fastrand::Rng::with_seed(seed), tokens: HashMap::new() }
    }

    /// Gives a token, or says why not.
    pub(crate) fn grant(
        &mut self,
        ask: &Value,
        access: &Access,
        now: Timestamp,
    ) -> Result<String, NoToken> {
        let is = |name: &str, value: &str| ask[name].as_str() == Some(value);
        if !is("grant_type", "client_credentials") {
            return Err(NoToken("unsupported_grant_type", "grant_type must be client_credentials"));
        }
        match access.login {
            Login::Open => {}
            Login::NotInstalled => return Err(NoToken("app_not_installed", "App not installed")),
            Login::OtherOrganisation => {
                let words = "Client credentials cannot be performed on this shop.";
                return Err(NoToken("shop_not_permitted", words));
            }
        }
        if !(is("client_id", CLIENT_ID) && is("client_secret", CLIENT_SECRET)) {
            return Err(NoToken("invalid_client", "Client authentication failed"));
        }
        let life = SignedDuration::from_secs(i64::try_from(access.expires_in).unwrap_or(i64::MAX));
        let expires_at = now.checked_add(life).unwrap_or(Timestamp::MAX);
        self.tokens.retain(|_, granted| granted.expires_at > now && !access.old_tokens_end);
        let token = format!("shpat_{:032x}", self.random.u128(..));
        self.tokens.insert(token.clone(), Granted { expires_at, uses: 0 });
        Ok(token)
    }

    /// Whether a token opens the endpoint; counts the use.
    pub(crate) fn opens(&mut self, token: Option<&str>, access: &Access, now: Timestamp) -> bool {
        let Some(token) = token else { return false };
        let granted = self.tokens.get_mut(token).filter(|granted| granted.expires_at > now);
        let Some(granted) = granted else { return token == ACCESS_TOKEN };
        granted.uses += 1;
        access.token_expired_after.is_none_or(|most| granted.uses <= most)
    }
}
