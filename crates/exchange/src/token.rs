//! What is known of a channel's token. Pure: the time is an argument.

use std::time::Duration;

use tokio::time::Instant;
use trueup_marketplace::{Error, ErrorKind, Retry, Secret, Token};

/// A token in use. The number tells it from its successors, so that a late refusal of an old token
/// does not throw away the new one.
#[derive(Clone, Debug)]
pub(crate) struct Bearer {
    pub(crate) number: u64,
    pub(crate) access: Secret,
}

impl Bearer {
    /// The number of a token from the channel's settings; no login ever has it.
    const FIXED: u64 = 0;

    /// A token from the channel's settings: there is no other to be had.
    pub(crate) fn fixed(access: &Secret) -> Self {
        Self { number: Self::FIXED, access: access.clone() }
    }

    /// Whether it comes from the channel's settings.
    pub(crate) const fn is_fixed(&self) -> bool {
        self.number == Self::FIXED
    }
}

/// A login that failed, in a form that all who waited for it can share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LoginFailure {
    pub(crate) kind: ErrorKind,
    pub(crate) retry: Retry,
    pub(crate) message: String,
}

impl From<LoginFailure> for Error {
    /// Without a login nothing was sent.
    fn from(failure: LoginFailure) -> Self {
        Self::not_applied(failure.kind, failure.retry, failure.message)
    }
}

/// What a look into the cache finds.
#[derive(Clone, Debug)]
pub(crate) enum Look {
    /// A token with life to spare.
    Fresh(Bearer),
    /// A token that still works and should be renewed meanwhile.
    Ageing(Bearer),
    /// No token, or none that is still alive.
    Missing,
}

/// The token, and how the last login ended.
#[derive(Debug, Default)]
pub(crate) struct TokenCache {
    held: Option<Held>,
    failure: Option<LoginFailure>,
    logins: u64,
}

#[derive(Debug)]
struct Held {
    bearer: Bearer,
    renew_at: Instant,
    ends_at: Instant,
}

impl TokenCache {
    /// What there is now.
    pub(crate) fn look(&self, now: Instant) -> Look {
        match &self.held {
            Some(held) if now < held.renew_at => Look::Fresh(held.bearer.clone()),
            Some(held) if now < held.ends_at => Look::Ageing(held.bearer.clone()),
            Some(_) | None => Look::Missing,
        }
    }

    /// How many logins have ended so far.
    pub(crate) const fn logins(&self) -> u64 {
        self.logins
    }

    /// How the login ended that others made since `seen`; `None` where there was none, or where its
    /// token has been refused meanwhile.
    pub(crate) fn outcome_since(&self, seen: u64) -> Option<Result<Bearer, LoginFailure>> {
        if self.logins == seen {
            return None;
        }
        if let Some(failure) = &self.failure {
            return Some(Err(failure.clone()));
        }
        self.held.as_ref().map(|held| Ok(held.bearer.clone()))
    }

    /// Takes a new token. Its life is counted from `asked_at`, before the request left: later than
    /// that is a guess. It is due for renewal `cushion` before its end, or at half its life if that
    /// is later.
    pub(crate) fn accept(&mut self, token: Token, asked_at: Instant, cushion: Duration) -> Bearer {
        self.logins += 1;
        self.failure = None;
        let life = token.expires_in;
        let bearer = Bearer { number: self.logins, access: token.access };
        self.held = Some(Held {
            bearer: bearer.clone(),
            renew_at: after(asked_at, life - cushion.min(life / 2)),
            ends_at: after(asked_at, life),
        });
        bearer
    }

    /// Notes a login that failed; a token that still lives stays.
    pub(crate) fn fail(&mut self, failure: LoginFailure) {
        self.logins += 1;
        self.failure = Some(failure);
    }

    /// Drops a token that the marketplace refused, unless a newer one has taken its place.
    pub(crate) fn refuse(&mut self, number: u64) {
        self.held.take_if(|held| held.bearer.number == number);
    }
}

/// Lives too long for the clock count as a century.
fn after(start: Instant, life: Duration) -> Instant {
    const CENTURY: Duration = Duration::from_secs(100 * 365 * 86_400);
    start + life.min(CENTURY)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);
    const CUSHION: Duration = Duration::from_secs(300);

    fn token(access: &str, expires_in: Duration) -> Token {
        Token { access: Secret::new(access), expires_in, refresh: None }
    }

    fn state(cache: &TokenCache, now: Instant) -> &'static str {
        match cache.look(now) {
            Look::Fresh(_) => "fresh",
            Look::Ageing(_) => "ageing",
            Look::Missing => "missing",
        }
    }

    fn failure() -> LoginFailure {
        LoginFailure {
            kind: ErrorKind::Unauthorised,
            retry: Retry::Never,
            message: "no".to_owned(),
        }
    }

    #[test]
    fn long_life_is_renewed_a_cushion_before_its_end() {
        let (start, mut cache) = (Instant::now(), TokenCache::default());
        assert_eq!(state(&cache, start), "missing");
        cache.accept(token("a", 60 * MINUTE), start, CUSHION);
        assert_eq!(state(&cache, start + 54 * MINUTE), "fresh");
        assert_eq!(state(&cache, start + 55 * MINUTE), "ageing");
        assert_eq!(state(&cache, start + 60 * MINUTE), "missing");
    }

    #[test]
    fn short_life_is_renewed_at_its_half() {
        let (start, mut cache) = (Instant::now(), TokenCache::default());
        cache.accept(token("a", 4 * MINUTE), start, CUSHION);
        assert_eq!(state(&cache, start + MINUTE), "fresh");
        assert_eq!(state(&cache, start + 2 * MINUTE), "ageing");
        assert_eq!(state(&cache, start + 4 * MINUTE), "missing");
    }

    #[test]
    fn no_life_and_endless_life_are_both_understood() {
        let (start, mut cache) = (Instant::now(), TokenCache::default());
        cache.accept(token("a", Duration::ZERO), start, CUSHION);
        assert_eq!(state(&cache, start), "missing");
        assert!(matches!(cache.outcome_since(0), Some(Ok(_))), "waiters may try it once");
        cache.accept(token("a", Duration::MAX), start, CUSHION);
        assert_eq!(state(&cache, start + 1_000_000 * MINUTE), "fresh");
    }

    #[test]
    fn late_refusal_of_an_old_token_spares_the_new_one() {
        let (start, mut cache) = (Instant::now(), TokenCache::default());
        let old = cache.accept(token("old", 60 * MINUTE), start, CUSHION);
        let new = cache.accept(token("new", 60 * MINUTE), start, CUSHION);
        cache.refuse(old.number);
        assert_eq!(state(&cache, start), "fresh");
        cache.refuse(new.number);
        assert_eq!(state(&cache, start), "missing");
        assert!(cache.outcome_since(0).is_none());
    }

    #[test]
    fn failed_renewal_leaves_the_living_token() {
        let (start, mut cache) = (Instant::now(), TokenCache::default());
        cache.accept(token("a", 60 * MINUTE), start, CUSHION);
        cache.fail(failure());
        assert_eq!(state(&cache, start + 56 * MINUTE), "ageing");
    }

    #[test]
    fn those_who_waited_share_how_the_login_ended() {
        let mut cache = TokenCache::default();
        let seen = cache.logins();
        assert!(cache.outcome_since(seen).is_none());
        cache.fail(failure());
        assert!(matches!(cache.outcome_since(seen), Some(Err(shared)) if shared == failure()));
        assert!(cache.outcome_since(cache.logins()).is_none(), "the next one tries anew");
    }
}
