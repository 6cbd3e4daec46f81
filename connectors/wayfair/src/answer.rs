//! What Wayfair's answers mean beside what GraphQL says: it refuses in plain words, and throttles
//! with status 200.

use std::time::Duration;

use trueup_marketplace::graphql::{Dialect, Envelope};
use trueup_marketplace::{Error, ErrorKind, Response, Retry, Token, Verdict, oauth};

use crate::settings::Environment;

pub(crate) static WAYFAIR: Dialect = Dialect {
    server: "Wayfair",
    not_executed: &["BAD_REQUEST", "ValidationError", "ExtendedValidationError"],
    unauthorised: &["PERMISSION_DENIED"],
    throttled: &[],
};

const TOKEN_REFUSED: &str = "Authorization failed";
const WRONG_ENVIRONMENT: &str = "Invalid environment for application";
/// Refusals that no new token helps against, whatever their status.
const FINAL: [&str; 2] = [WRONG_ENVIRONMENT, "invalid_client"];
/// No throttle lasts longer; a larger number is a misprint.
const WAIT_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// What an answer means. Words inside data are nobody's verdict.
pub(crate) fn verdict(response: &Response) -> Verdict {
    let envelope = Envelope::read(response, &WAYFAIR);
    let text = response.text();
    match (envelope.verdict(), wait_in(&text)) {
        (verdict, _) if envelope.holds_data() => verdict,
        _ if text.contains(TOKEN_REFUSED) => Verdict::TokenRefused,
        _ if FINAL.iter().any(|words| text.contains(words)) => Verdict::Answered,
        (Verdict::Answered | Verdict::Throttled(_), Some(wait)) => {
            Verdict::Throttled(response.retry_after().max(Some(wait)))
        }
        (verdict, _) => verdict,
    }
}

/// What `Retry after <N>ms` asks for.
fn wait_in(text: &str) -> Option<Duration> {
    let start = text.to_ascii_lowercase().find("retry after ")?;
    let rest = text.get(start + "retry after ".len()..)?;
    let (number, unit) = rest.split_at_checked(rest.find(|c: char| !c.is_ascii_digit())?)?;
    let is_wait = !number.is_empty() && unit.trim_start().starts_with("ms");
    let wait = number.parse().map_or(WAIT_MAX, Duration::from_millis);
    is_wait.then_some(wait.min(WAIT_MAX))
}

/// The answer to a GraphQL request, unless it says that the application belongs to the other
/// environment.
pub(crate) fn read(response: &Response, environment: Environment) -> Result<Envelope, Error> {
    let envelope = Envelope::read(response, &WAYFAIR);
    if !envelope.holds_data() {
        refuse_wrong_environment(response, environment)?;
    }
    Ok(envelope)
}

/// Reads a token, or says why there is none.
pub(crate) fn token(response: &Response, environment: Environment) -> Result<Token, Error> {
    refuse_wrong_environment(response, environment)?;
    oauth::read_token(response, verdict(response), &advice(environment))
}

/// The application does not fit the environment it talked to; no new token would.
fn refuse_wrong_environment(response: &Response, environment: Environment) -> Result<(), Error> {
    if !response.text().contains(WRONG_ENVIRONMENT) {
        return Ok(());
    }
    let advice = advice(environment);
    let message = format!("Wayfair says the application belongs to another environment; {advice}");
    Err(Error::not_applied(ErrorKind::Unauthorised, Retry::Never, message))
}

fn advice(environment: Environment) -> String {
    let name = environment.name();
    format!(
        "the setting `environment` is {name}; check client_id and client_secret against the {name} \
         application in Partner Home and what it is approved for, and auth_url if it is set"
    )
}
