//! Where callers are let in and their sessions are kept: one at a time, for a channel is one account.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use trueup_marketplace::{BatchKey, Error, Fetched, Mailbox, Secret};

use crate::{Fates, Login};

/// A session nobody called in for so long is over. A marketplace may take its time over one request.
const SESSION_LIFE: SignedDuration = SignedDuration::from_mins(30);
/// A letter that so many sessions in a row could not finish does not stand in the way of those behind
/// it any longer.
const TRIES_MAX: u32 = 5;
/// The longest wait after a wrong password.
const WAIT_SECONDS_MAX: i64 = 60;

/// The sessions of a channel, each with what the connector keeps of its conversation.
///
/// # Expected flow
/// [`greet`](Self::greet) a caller and [`open`](Self::open) a session under the key it gives; for
/// each call, [`take`](Self::take) the session and [`put`](Self::put) it back; and
/// [`close`](Self::close) it.
pub struct Desk<S> {
    login: Login,
    state: Mutex<State<S>>,
}

struct State<S> {
    /// The key that counts, also while its session is being served.
    key: Option<SessionKey>,
    session: Option<Session<S>>,
    wrong_logins: u32,
    closed_until: Option<Timestamp>,
    tries: Option<(BatchKey, u32)>,
    trouble: Option<String>,
}

/// A session.
#[derive(Debug)]
pub struct Session<S> {
    key: SessionKey,
    seen_at: Timestamp,
    /// What the connector keeps of the conversation.
    pub talk: S,
}

/// What names a session: 256 random bits.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionKey(String);

/// How a caller is met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Greeting {
    /// Nobody is looked at now: a wrong password came before.
    Wait,
    /// The name or the password is wrong.
    Stranger,
    /// They are who they say, and a session may be opened under this key.
    Welcome(SessionKey),
}

impl SessionKey {
    /// A new one; nothing where the system gives no random numbers.
    fn random() -> Option<Self> {
        let mut bits = [0; 32];
        getrandom::fill(&mut bits).ok()?;
        Some(Self(bits.iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    /// Its text, for the caller.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Takes the same time wherever the two differ.
    fn is(&self, text: &str) -> bool {
        let pairs = self.0.bytes().zip(text.bytes());
        self.0.len() == text.len() && pairs.fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
    }
}

impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[key]")
    }
}

impl<S> Desk<S> {
    /// A desk that lets in who knows the login.
    #[must_use]
    pub const fn new(login: Login) -> Self {
        let state = State {
            key: None,
            session: None,
            wrong_logins: 0,
            closed_until: None,
            tries: None,
            trouble: None,
        };
        Self { login, state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State<S>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Meets a caller. Who is right ends the session before: a marketplace holds one at a time.
    pub fn greet(&self, user_name: &str, password: &Secret, now: Timestamp) -> Greeting {
        if !self.may_try(now) {
            return Greeting::Wait;
        }
        if !self.login.admits(user_name, password) {
            return Greeting::Stranger;
        }
        self.welcome();
        SessionKey::random().map_or(Greeting::Wait, Greeting::Welcome)
    }

    /// Whether a login may be tried. Each counts as wrong until it is [right](Self::welcome), and
    /// each wrong one doubles the wait before the next is looked at.
    fn may_try(&self, now: Timestamp) -> bool {
        let mut state = self.state();
        if state.closed_until.is_some_and(|until| now < until) {
            return false;
        }
        let seconds = 1 << state.wrong_logins.min(6);
        let wait = SignedDuration::from_secs(i64::min(seconds, WAIT_SECONDS_MAX));
        state.wrong_logins = state.wrong_logins.saturating_add(1);
        state.closed_until = now.checked_add(wait).ok();
        true
    }

    fn welcome(&self) {
        let mut state = self.state();
        (state.wrong_logins, state.closed_until) = (0, None);
        (state.key, state.session) = (None, None);
    }

    /// Begins a session.
    pub fn open(&self, key: &SessionKey, now: Timestamp, talk: S) {
        let mut state = self.state();
        state.session = Some(Session { key: key.clone(), seen_at: now, talk });
        state.key = Some(key.clone());
    }

    /// Takes the session out to serve a call. While one call is served, no other is.
    pub fn take(&self, key: &str, now: Timestamp) -> Option<Session<S>> {
        let mut state = self.state();
        let session = state.session.take_if(|session| session.key.is(key))?;
        let is_over = now.duration_since(session.seen_at) > SESSION_LIFE;
        (!is_over).then_some(Session { seen_at: now, ..session })
    }

    /// Puts it back, unless another one began meanwhile.
    pub fn put(&self, session: Session<S>) {
        let mut state = self.state();
        if state.key.as_ref() == Some(&session.key) {
            state.session = Some(session);
        }
    }

    /// Ends a session that was taken out.
    pub fn close(&self, session: &Session<S>) {
        let mut state = self.state();
        state.key.take_if(|key| *key == session.key);
    }

    /// Begins the oldest letter without an answer, noted as handed over; nothing where there is
    /// none. `begin` is told why a letter is given up, where too many sessions in a row could not
    /// finish it: its lines are unknown. A letter that it cannot begin is answered with nothing.
    ///
    /// # Errors
    /// When the mailbox cannot note it; the letter must not be handed over then.
    pub async fn next_letter<W>(
        &self,
        mailbox: &dyn Mailbox,
        mut begin: impl FnMut(&Fetched, Option<String>) -> Option<W> + Send,
    ) -> Result<Option<W>, Error> {
        while let Some(letter) = mailbox.fetch().await? {
            let given_up = (self.tries(&letter.key) > TRIES_MAX)
                .then(|| format!("{TRIES_MAX} sessions broke before it was answered"));
            if let Some(work) = begin(&letter, given_up) {
                return Ok(Some(work));
            }
            mailbox.reply(&letter.key, Fates::default().to_bytes()).await?;
        }
        Ok(None)
    }

    /// Counts how often a letter was begun in a row.
    fn tries(&self, letter: &BatchKey) -> u32 {
        let mut state = self.state();
        let before = state.tries.take().filter(|(last, _)| last == letter);
        let tries = before.map_or(1, |(_, tries)| tries + 1);
        state.tries = Some((letter.clone(), tries));
        tries
    }

    /// Notes why the last session could not do its work, or that it can.
    pub fn note(&self, trouble: Option<&str>) {
        self.state().trouble = trouble.map(str::to_owned);
    }

    /// Why the last session could not do its work.
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        self.state().trouble.clone()
    }
}

/// Shows the login's name alone.
impl<S> fmt::Debug for Desk<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk").field("login", &self.login).finish_non_exhaustive()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const PASSWORD: &str = "correct horse battery";

    fn desk() -> Desk<()> {
        Desk::new(Login::new("acme", &Secret::new(PASSWORD)))
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    #[test]
    fn keys_are_256_random_bits_and_shown_to_nobody() {
        let (one, other) = (SessionKey::random().unwrap(), SessionKey::random().unwrap());
        assert_eq!(one.as_str().len(), 64);
        assert_ne!(one, other);
        assert!(one.is(one.as_str()) && !one.is(other.as_str()) && !one.is(""));
        assert_eq!(format!("{one:?}"), "[key]");
    }

    #[test]
    fn each_wrong_login_doubles_the_wait_up_to_a_minute() {
        let desk = desk();
        let mut now = 0;
        for wait in [1, 2, 4, 8, 16, 32, 60, 60] {
            assert!(desk.may_try(at(now)));
            assert!(!desk.may_try(at(now + wait - 1)), "after {wait}");
            now += wait;
        }
        desk.welcome();
        assert!(desk.may_try(at(now)));
    }

    #[test]
    fn who_is_wrong_waits_and_who_is_right_is_let_in() {
        let desk = desk();
        let greet = |password: &str, now| desk.greet("acme", &Secret::new(password), at(now));
        assert_eq!(greet("correct horse batterY", 0), Greeting::Stranger);
        assert_eq!(greet(PASSWORD, 0), Greeting::Wait);
        assert!(matches!(greet(PASSWORD, 1), Greeting::Welcome(_)));
        assert!(!format!("{desk:?}").contains("horse"));
    }

    #[test]
    fn a_second_session_ends_the_first_also_while_it_is_served() {
        let desk = desk();
        let (one, other) = (SessionKey::random().unwrap(), SessionKey::random().unwrap());
        desk.open(&one, at(0), ());
        let served = desk.take(one.as_str(), at(1)).unwrap();
        assert!(desk.take(one.as_str(), at(1)).is_none(), "one call at a time");
        desk.welcome();
        desk.open(&other, at(2), ());
        desk.put(served);
        assert!(desk.take(one.as_str(), at(3)).is_none());
        assert!(desk.take(other.as_str(), at(3)).is_some());
    }

    #[test]
    fn a_session_ends_by_itself_and_by_closing() {
        let desk = desk();
        let key = SessionKey::random().unwrap();
        desk.open(&key, at(0), ());
        assert!(desk.take(key.as_str(), at(30 * 60 + 1)).is_none());
        desk.open(&key, at(0), ());
        let session = desk.take(key.as_str(), at(1)).unwrap();
        desk.close(&session);
        desk.put(session);
        assert!(desk.take(key.as_str(), at(2)).is_none());
    }
}
