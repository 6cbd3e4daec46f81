//! The login: who gets a token, and which token opens the GraphQL endpoint.

use std::collections::HashMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use trueup_sandbox::{Bucket, Rate};

use crate::modes::{Environment, Modes, RefusedAt};

/// The client id that is let in.
pub const CLIENT_ID: &str = "sandbox-client";
/// The client secret that is let in. It opens nothing but this simulator.
pub const CLIENT_SECRET: &str = "sandbox-client-secret";

/// What a token request says.
#[derive(Deserialize)]
pub(crate) struct Ask {
    grant_type: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
    audience: Option<String>,
}

/// Why no token is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoToken {
    Throttled(Duration),
    UnsupportedGrant,
    BadClient,
    BadAudience,
    OtherEnvironment,
}

/// Why a token does not open the endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closed {
    BadToken,
    OtherEnvironment,
}

#[derive(Debug)]
struct Granted {
    environment: Environment,
    expires_at: Timestamp,
    uses: u64,
}

/// The login desk.
#[derive(Debug)]
pub(crate) struct Desk {
    random: fastrand::Rng,
    tokens: HashMap<String, Granted>,
    bucket: Bucket,
}

impl Desk {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            random: fastrand::Rng::with_seed(seed),
            tokens: HashMap::new(),
            bucket: Bucket::default(),
        }
    }

    /// Gives a token, or says why not. The throttle comes first: it does not look at who asks.
    pub(crate) fn grant(
        &mut self,
        ask: &Ask,
        modes: &Modes,
        now: Timestamp,
    ) -> Result<String, NoToken> {
        let per_minute = modes.access.token_requests_per_minute;
        let rate = Rate { capacity: per_minute, per_second: f64::from(per_minute) / 60.0 };
        self.bucket.take(1.0, rate, now).map_err(NoToken::Throttled)?;
        let environment = environment_for(ask)?;
        let is_other = environment != modes.environment;
        if is_other && modes.access.foreign_environment == RefusedAt::Token {
            return Err(NoToken::OtherEnvironment);
        }
        let lifetime = i64::try_from(modes.access.expires_in).unwrap_or(i64::MAX);
        let expires_at =
            now.checked_add(SignedDuration::from_secs(lifetime)).unwrap_or(Timestamp::MAX);
        Ok(self.issue(environment, expires_at, now))
    }

    fn issue(&mut self, environment: Environment, expires_at: Timestamp, now: Timestamp) -> String {
        self.tokens.retain(|_, granted| granted.expires_at > now);
        let (body, signature) = (self.random.u128(..), self.random.u128(..));
        let token = format!("eyJ0eXAiOiJKV1QifQ.{body:032x}.{signature:032x}");
        let granted = Granted { environment, expires_at, uses: 0 };
        self.tokens.insert(token.clone(), granted);
        token
    }

    /// Whether an `Authorization` header opens the endpoint; counts the use.
    pub(crate) fn open(
        &mut self,
        authorization: Option<&str>,
        modes: &Modes,
        now: Timestamp,
    ) -> Result<(), Closed> {
        let token = authorization.and_then(|value| value.strip_prefix("Bearer "));
        let granted = token
            .and_then(|token| self.tokens.get_mut(token))
            .filter(|granted| granted.expires_at > now)
            .ok_or(Closed::BadToken)?;
        if granted.environment != modes.environment {
            return Err(Closed::OtherEnvironment);
        }
        granted.uses += 1;
        let most = modes.access.token_expired_after.unwrap_or(u64::MAX);
        if granted.uses > most {
            return Err(Closed::BadToken);
        }
        Ok(())
    }
}

fn environment_for(ask: &Ask) -> Result<Environment, NoToken> {
    if ask.grant_type.as_deref() != Some("client_credentials") {
        return Err(NoToken::UnsupportedGrant);
    }
    let is_client = ask.client_id.as_deref() == Some(CLIENT_ID);
    let is_secret = ask.client_secret.as_deref() == Some(CLIENT_SECRET);
    if !(is_client && is_secret) {
        return Err(NoToken::BadClient);
    }
    let audience = ask.audience.as_deref().unwrap_or_default();
    Environment::of_audience(audience).ok_or(NoToken::BadAudience)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).expect("a time in range")
    }

    fn ask() -> Ask {
        Ask {
            grant_type: Some("client_credentials".to_owned()),
            client_id: Some(CLIENT_ID.to_owned()),
            client_secret: Some(CLIENT_SECRET.to_owned()),
            audience: Some("https://api.wayfair.com/".to_owned()),
        }
    }

    #[test]
    fn a_token_opens_until_it_expires() {
        let mut modes = Modes::default();
        modes.access.expires_in = 60;
        let mut desk = Desk::new(1);
        let token = desk.grant(&ask(), &modes, at(0)).expect("a token");
        let header = format!("Bearer {token}");
        assert_eq!(desk.open(Some(&header), &modes, at(59)), Ok(()));
        assert_eq!(desk.open(Some(&header), &modes, at(60)), Err(Closed::BadToken));
    }

    #[test]
    fn a_header_without_bearer_opens_nothing() {
        let modes = Modes::default();
        let mut desk = Desk::new(1);
        let token = desk.grant(&ask(), &modes, at(0)).expect("a token");
        for header in [None, Some(token.as_str()), Some("Bearer x"), Some("Basic x")] {
            assert_eq!(desk.open(header, &modes, at(0)), Err(Closed::BadToken), "{header:?}");
        }
    }

    #[test]
    fn the_throttle_comes_before_the_credentials_and_fills_again() {
        let mut modes = Modes::default();
        modes.access.token_requests_per_minute = 1;
        let mut desk = Desk::new(1);
        assert!(desk.grant(&ask(), &modes, at(0)).is_ok());
        let again = desk.grant(&ask(), &modes, at(0));
        assert_eq!(again, Err(NoToken::Throttled(Duration::from_secs(60))));
        assert!(desk.grant(&ask(), &modes, at(60)).is_ok());
    }
}
