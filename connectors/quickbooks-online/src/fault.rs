//! What QuickBooks says when it refuses. Source: the fault table and the bodies seen by clients;
//! every key may come in either case, and codes with leading zeros.

use std::time::Duration;

use serde::Deserialize;
use trueup_marketplace::{LineVerdict, Refusal, Response, Verdict};

/// QuickBooks asks for a pause of a minute and sends no `Retry-After`.
const THROTTLED: Duration = Duration::from_secs(60);

/// A refusal, of a request or of one element of a batch.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Fault {
    #[serde(default, rename = "Error", alias = "error")]
    errors: Vec<Told>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Told {
    #[serde(rename = "Message", alias = "message")]
    message: Option<String>,
    #[serde(rename = "Detail", alias = "detail")]
    detail: Option<String>,
    code: serde_json::Value,
}

#[derive(Default, Deserialize)]
struct Body {
    #[serde(rename = "Fault", alias = "fault")]
    fault: Option<Fault>,
    /// The token endpoint's own form.
    error: Option<LoginError>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum LoginError {
    InvalidGrant,
    InvalidClient,
    #[serde(other)]
    Other,
}

impl LoginError {
    const fn words(self) -> &'static str {
        match self {
            Self::InvalidGrant => {
                "the consent has ended or was never given (invalid_grant); run `trueup connect`"
            }
            Self::InvalidClient => {
                "the app is not known (invalid_client); check client_id, client_secret and environment"
            }
            Self::Other => "the login was refused; run `trueup connect`",
        }
    }
}

impl Fault {
    /// Its code; 0 where it has none.
    pub(crate) fn code(&self) -> u32 {
        let code = self.errors.first().map(|told| &told.code);
        code.and_then(number).unwrap_or_default()
    }

    /// Its words for people: what is known to help, or QuickBooks' own.
    pub(crate) fn words(&self) -> String {
        let told = self.errors.first().cloned().unwrap_or_default();
        let said = told.detail.filter(|detail| !detail.is_empty()).or(told.message);
        let said = said.unwrap_or_else(|| "refused without a reason".to_owned());
        let advice = match self.code() {
            5030 => {
                "; QuickBooks Online takes inventory adjustments of US companies on Plus or \
                 Advanced only, so this company cannot be fed"
            }
            3100 => {
                "; the app is not allowed for this company: run `trueup connect`, and check realm_id and environment"
            }
            5020 => "; the user who connected may not adjust inventory",
            6190 => "; the company's subscription has ended",
            6200 | 6210 => "; the books of that day are closed",
            6270 => "; the item's start date is later than the adjustment: check time_zone",
            6430 => "; check adjust_account: it must be an expense account",
            _ => "",
        };
        format!("{said} (code {}){advice}", self.code())
    }

    /// What it means for the line of an element.
    pub(crate) fn verdict(&self) -> LineVerdict {
        match self.code() {
            // The same document number was booked: ours, as no other has it. The listing is read
            // again before anything more is booked.
            600 | 6140 => LineVerdict::Unknown(self.words()),
            0 | 500..=599 if self.errors.is_empty() => LineVerdict::Unknown(self.words()),
            3001 | 140 | 150 => LineVerdict::NotApplied(self.words()),
            0 | 10000.. => LineVerdict::Unknown(self.words()),
            code => LineVerdict::Rejected(Refusal::new(code.to_string(), self.words())),
        }
    }
}

fn number(code: &serde_json::Value) -> Option<u32> {
    match code {
        serde_json::Value::String(text) => text.trim().parse().ok(),
        other => u32::try_from(other.as_u64()?).ok(),
    }
}

/// What an answer means before its content is read. A fault may come with any status.
pub(crate) fn verdict(response: &Response) -> Verdict {
    let Body { fault, error } = response.json().unwrap_or_default();
    if let (Some(error), true) = (error, response.status.is_client_error()) {
        return Verdict::Refused(error.words().to_owned());
    }
    let code = fault.as_ref().map(Fault::code).unwrap_or_default();
    match (Verdict::by_status(response), fault) {
        (Verdict::Throttled(hint), _) => Verdict::Throttled(hint.or(Some(THROTTLED))),
        (_, Some(_)) if code == 3001 => Verdict::Throttled(Some(THROTTLED)),
        (_, Some(_)) if code == 3200 => Verdict::TokenRefused,
        (Verdict::Unclear(why), _) => Verdict::Unclear(why),
        (_, Some(fault)) if code >= 10_000 => Verdict::Unclear(fault.words()),
        (Verdict::Refused(_) | Verdict::Answered, Some(fault)) => Verdict::Refused(fault.words()),
        (verdict, _) => verdict,
    }
}
