//! Where sessions are kept: one at a time, for a channel is one company.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use trueup_marketplace::BatchKey;

use crate::host::Host;
use crate::work::Work;

/// A session nobody called in for so long is over. QuickBooks may take its time over one request.
const SESSION_LIFE: SignedDuration = SignedDuration::from_mins(30);
/// The longest wait after a wrong password.
const WAIT_SECONDS_MAX: i64 = 60;
/// A letter that so many sessions in a row could not finish is answered as unknown, so that it does
/// not stand in the way of those behind it.
pub(crate) const TRIES_MAX: u32 = 5;
/// Message sets to free that are remembered.
const SETS_MAX: usize = 100;

/// The sessions of a channel.
#[derive(Debug, Default)]
pub(crate) struct Desk(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// The ticket that counts, also while its session is being served.
    ticket: Option<Ticket>,
    session: Option<Session>,
    wrong_logins: u32,
    closed_until: Option<Timestamp>,
    tries: Option<(BatchKey, u32)>,
    sets: Vec<String>,
    trouble: Option<String>,
}

/// A session of the Web Connector.
#[derive(Debug)]
pub(crate) struct Session {
    ticket: Ticket,
    seen_at: Timestamp,
    /// QuickBooks, once it was told of.
    pub host: Option<Host>,
    /// The letter in hand.
    pub work: Option<Work>,
    /// What `getLastError` tells.
    pub error: String,
}

/// What names a session: 256 random bits.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Ticket(String);

impl Ticket {
    /// A new one; nothing where the system gives no random numbers.
    pub(crate) fn random() -> Option<Self> {
        let mut bits = [0; 32];
        getrandom::fill(&mut bits).ok()?;
        Some(Self(bits.iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Takes the same time wherever the two differ.
    fn is(&self, text: &str) -> bool {
        let pairs = self.0.bytes().zip(text.bytes());
        self.0.len() == text.len() && pairs.fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
    }
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[ticket]")
    }
}

impl Desk {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a login may be tried. Each counts as wrong until it is [right](Self::welcome), and
    /// each wrong one doubles the wait before the next is looked at.
    pub(crate) fn may_try(&self, now: Timestamp) -> bool {
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

    /// The login was right. An earlier session is over: the Web Connector runs one at a time.
    pub(crate) fn welcome(&self) {
        let mut state = self.state();
        (state.wrong_logins, state.closed_until) = (0, None);
        (state.ticket, state.session) = (None, None);
    }

    /// Begins a session.
    pub(crate) fn open(&self, ticket: &Ticket, now: Timestamp) {
        let mut state = self.state();
        let (host, work, error) = (None, None, String::new());
        state.session = Some(Session { ticket: ticket.clone(), seen_at: now, host, work, error });
        state.ticket = Some(ticket.clone());
    }

    /// Takes the session out to serve a call. While one call is served, no other is.
    pub(crate) fn take(&self, ticket: &str, now: Timestamp) -> Option<Session> {
        let mut state = self.state();
        let session = state.session.take_if(|session| session.ticket.is(ticket))?;
        let is_over = now.duration_since(session.seen_at) > SESSION_LIFE;
        (!is_over).then_some(Session { seen_at: now, ..session })
    }

    /// Puts it back, unless another one began meanwhile.
    pub(crate) fn put(&self, session: Session) {
        let mut state = self.state();
        if state.ticket.as_ref() == Some(&session.ticket) {
            state.session = Some(session);
        }
    }

    /// Ends a session that was taken out.
    pub(crate) fn close(&self, session: &Session) {
        let mut state = self.state();
        state.ticket.take_if(|ticket| *ticket == session.ticket);
    }

    /// Counts how often a letter was begun in a row.
    pub(crate) fn tries(&self, key: &BatchKey) -> u32 {
        let mut state = self.state();
        let before = state.tries.take().filter(|(last, _)| last == key);
        let tries = before.map_or(1, |(_, tries)| tries + 1);
        state.tries = Some((key.clone(), tries));
        tries
    }

    /// Remembers message sets whose letters are answered.
    pub(crate) fn keep_sets(&self, sets: Vec<String>) {
        let mut state = self.state();
        state.sets.extend(sets);
        let superfluous = state.sets.len().saturating_sub(SETS_MAX);
        state.sets.drain(..superfluous);
    }

    /// A message set that may be freed.
    pub(crate) fn set_to_free(&self) -> Option<String> {
        self.state().sets.pop()
    }

    /// Notes why the last session could not do its work, or that it can.
    pub(crate) fn note(&self, trouble: Option<&str>) {
        self.state().trouble = trouble.map(str::to_owned);
    }

    /// Why the last session could not do its work.
    pub(crate) fn trouble(&self) -> Option<String> {
        self.state().trouble.clone()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    #[test]
    fn tickets_are_256_random_bits_and_shown_to_nobody() {
        let (one, other) = (Ticket::random().unwrap(), Ticket::random().unwrap());
        assert_eq!(one.as_str().len(), 64);
        assert_ne!(one, other);
        assert!(one.is(one.as_str()) && !one.is(other.as_str()) && !one.is(""));
        assert_eq!(format!("{one:?}"), "[ticket]");
    }

    #[test]
    fn each_wrong_login_doubles_the_wait_up_to_a_minute() {
        let desk = Desk::default();
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
    fn a_second_session_ends_the_first_also_while_it_is_served() {
        let desk = Desk::default();
        let (one, other) = (Ticket::random().unwrap(), Ticket::random().unwrap());
        desk.open(&one, at(0));
        let served = desk.take(one.as_str(), at(1)).unwrap();
        assert!(desk.take(one.as_str(), at(1)).is_none(), "one call at a time");
        desk.welcome();
        desk.open(&other, at(2));
        desk.put(served);
        assert!(desk.take(one.as_str(), at(3)).is_none());
        assert!(desk.take(other.as_str(), at(3)).is_some());
    }

    #[test]
    fn a_session_ends_by_itself_and_by_closing() {
        let desk = Desk::default();
        let ticket = Ticket::random().unwrap();
        desk.open(&ticket, at(0));
        assert!(desk.take(ticket.as_str(), at(30 * 60 + 1)).is_none());
        desk.open(&ticket, at(0));
        let session = desk.take(ticket.as_str(), at(1)).unwrap();
        desk.close(&session);
        desk.put(session);
        assert!(desk.take(ticket.as_str(), at(2)).is_none());
    }
}
