//! The answer of an OAuth 2 token endpoint (RFC 6749, sections 5.1 and 5.2), for every grant.
//!
//! What is asked differs (JSON or a form, an audience, HTTP Basic) and is the connector's; what is
//! answered does not.

use std::time::Duration;

use serde::Deserialize;

use crate::{Error, ErrorKind, Response, Retry, Secret, Token, Verdict, json};

/// The members of an answer that matter. A description of an error may echo what was sent, so it is
/// not even read.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Answer {
    access_token: Option<Secret>,
    expires_in: Option<u64>,
    refresh_token: Option<Secret>,
    error: serde_json::Value,
}

/// Reads a token, or says why there is none and what to check (`advice`: "check client_id").
///
/// A token is one only with an `expires_in`: how long it lives is the marketplace's to say. A
/// `refresh_token` is kept where there is one. Nothing of a refusal is repeated but its code.
///
/// `verdict` is the connector's reading of the same answer, by which throttling and failures of the
/// server are told from refusals.
///
/// ```
/// use trueup_marketplace::{Response, Verdict, oauth};
///
/// let body = r#"{"access_token":"ey","token_type":"Bearer","expires_in":3600}"#;
/// let (status, headers) = (http::StatusCode::OK, http::HeaderMap::new());
/// let response = Response { status, headers, body: body.into() };
/// let token = oauth::read_token(&response, Verdict::by_status(&response), "check client_id")?;
/// assert_eq!(token.expires_in.as_secs(), 3600);
/// # Ok::<(), trueup_marketplace::Error>(())
/// ```
///
/// # Errors
/// Throttled or unavailable as the verdict says; otherwise unauthorised, which is final for a
/// refusal. A login never applies anything.
pub fn read_token(response: &Response, verdict: Verdict, advice: &str) -> Result<Token, Error> {
    let answer = json::read::<Answer>(&response.body).unwrap_or_default();
    let status = response.status;
    let is_refused = !status.is_success() || !answer.error.is_null();
    let code = code_of(&answer).map_or(String::new(), |code| format!("{code}, "));
    if let (false, Some(token)) = (is_refused, granted(answer)) {
        return Ok(token);
    }
    let (kind, retry, message) = match verdict {
        Verdict::Throttled(wait) => {
            let retry = wait.map_or(Retry::Later, Retry::After);
            (ErrorKind::Throttled, retry, "the login is asked to slow down".to_owned())
        }
        Verdict::Unclear(what) => {
            (ErrorKind::Unavailable, Retry::Later, format!("the login failed: {what}"))
        }
        Verdict::Answered | Verdict::TokenRefused | Verdict::Refused(_) if is_refused => {
            let message = format!("the login was refused ({code}HTTP status {status}); {advice}");
            (ErrorKind::Unauthorised, Retry::Never, message)
        }
        Verdict::Answered | Verdict::TokenRefused | Verdict::Refused(_) => {
            let message = format!(
                "the answer of the login is not a token with access_token and expires_in; {advice}"
            );
            (ErrorKind::Unauthorised, Retry::Later, message)
        }
    };
    Err(Error::not_applied(kind, retry, message))
}

fn granted(answer: Answer) -> Option<Token> {
    let access = answer.access_token.filter(|token| !token.expose().is_empty())?;
    let expires_in = answer.expires_in.filter(|seconds| *seconds > 0)?;
    let refresh = answer.refresh_token.filter(|token| !token.expose().is_empty());
    Some(Token { access, expires_in: Duration::from_secs(expires_in), refresh })
}

/// The code of a refusal, where it has the form of one: `snake_case` and short.
fn code_of(answer: &Answer) -> Option<String> {
    let code = answer.error.as_str()?;
    let is_code = code.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    (is_code && !code.is_empty() && code.len() <= 40).then(|| code.to_owned())
}
