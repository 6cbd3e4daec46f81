//! The login: codes, access tokens, and refresh tokens that rotate.

use std::collections::HashMap;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::modes::Modes;

/// The client id that is let in.
pub const CLIENT_ID: &str = "ABsandboxclientid";
/// The client secret that is let in. It opens nothing but this simulator.
pub const CLIENT_SECRET: &str = "sandbox-client-secret";
/// The refresh token that works at the start. It opens nothing but this simulator.
pub const REFRESH_TOKEN: &str = "AB1-sandbox-refresh-0";
/// How long a code can be exchanged.
const CODE_SECONDS: i64 = 600;

/// The login desk.
#[derive(Debug)]
pub(crate) struct Desk {
    random: fastrand::Rng,
    /// Access tokens: when they end, and how often they were used.
    access: HashMap<String, (Timestamp, u64)>,
    /// Refresh tokens, and when they end, where they were rotated.
    refresh: HashMap<String, Option<Timestamp>>,
    /// Codes that were not exchanged yet: when they end, and where the browser was led with them.
    codes: HashMap<String, (Timestamp, String)>,
}

impl Desk {
    pub(crate) fn new(seed: u64) -> Self {
        let refresh = HashMap::from([(REFRESH_TOKEN.to_owned(), None)]);
        let (access, codes) = (HashMap::new(), HashMap::new());
        Self { random: fastrand::Rng::with_seed(seed), access, refresh, codes }
    }

    /// A code, as the browser is given one after consent.
    pub(crate) fn consent(&mut self, redirect: &str, now: Timestamp) -> String {
        let code = format!("XAB1{:016x}", self.random.u64(..));
        let until = later(now, CODE_SECONDS);
        self.codes.insert(code.clone(), (until, redirect.to_owned()));
        code
    }

    /// Tokens for a code or a refresh token, or the error code and status of the refusal.
    pub(crate) fn grant(
        &mut self,
        authorization: &str,
        ask: &Value,
        modes: &Modes,
        now: Timestamp,
    ) -> Result<Value, (u16, &'static str)> {
        let pair = BASE64_STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}"));
        if authorization != format!("Basic {pair}") {
            return Err((401, "invalid_client"));
        }
        let given = |name: &str| ask[name].as_str().unwrap_or_default().to_owned();
        let is_good = match ask["grant_type"].as_str() {
            Some("authorization_code") => {
                let code = self.codes.remove(&given("code"));
                code.is_some_and(|(until, to)| now < until && to == given("redirect_uri"))
            }
            Some("refresh_token") => {
                let until = self.refresh.get(&given("refresh_token"));
                until.is_some_and(|until| until.is_none_or(|until| now < until))
            }
            _ => return Err((400, "unsupported_grant_type")),
        };
        if !is_good {
            return Err((400, "invalid_grant"));
        }
        Ok(self.issue(&given("refresh_token"), modes, now))
    }

    fn issue(&mut self, used: &str, modes: &Modes, now: Timestamp) -> Value {
        let life = i64::try_from(modes.expires_in).unwrap_or(i64::MAX);
        let access = format!("eyJ-sandbox-{:016x}", self.random.u64(..));
        self.access.insert(access.clone(), (later(now, life), 0));
        let refresh = match modes.rotates || used.is_empty() {
            true => {
                let grace = later(now, modes.refresh_grace);
                let others = self.refresh.values_mut().filter(|until| until.is_none());
                others.for_each(|until| *until = Some(grace));
                let new = format!("AB1-sandbox-refresh-{:016x}", self.random.u64(..));
                self.refresh.insert(new.clone(), None);
                new
            }
            false => used.to_owned(),
        };
        json!({
            "token_type": "bearer", "access_token": access, "expires_in": modes.expires_in,
            "refresh_token": refresh, "x_refresh_token_expires_in": 8_726_400,
        })
    }

    /// Whether a token opens the company; counts the use.
    pub(crate) fn opens(&mut self, token: Option<&str>, modes: &Modes, now: Timestamp) -> bool {
        let Some((until, uses)) = token.and_then(|token| self.access.get_mut(token)) else {
            return false;
        };
        *uses += 1;
        now < *until && modes.token_expired_after.is_none_or(|most| *uses <= most)
    }
}

fn later(now: Timestamp, seconds: i64) -> Timestamp {
    now.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}
