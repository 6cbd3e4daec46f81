//! What QuickBooks' numbers mean, and what people can do about them. Its texts depend on edition
//! and language and are only passed on.

use trueup_marketplace::one_line;
use trueup_polled::Fate;
use trueup_soap::xml::Element;

/// What QuickBooks says of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Status {
    pub code: i64,
    pub is_error: bool,
    message: String,
}

/// Nothing matched.
const NOTHING_FOUND: i64 = 1;
/// Some of what was asked for was not found.
const SOME_NOT_FOUND: i64 = 500;
/// A name or an id that is not there.
const NOT_THERE: [i64; 2] = [3000, 3120];
/// An earlier request of the same message failed.
const NOT_PROCESSED: i64 = 3231;

impl Status {
    /// Reads the attributes of an answer; nothing where there is no number.
    pub(crate) fn of(answer: &Element) -> Option<Self> {
        let code: i64 = answer.attribute("statusCode")?.trim().parse().ok()?;
        let is_error = match answer.attribute("statusSeverity") {
            Some(severity) => severity.eq_ignore_ascii_case("Error"),
            None => code >= 1000,
        };
        let message = one_line(answer.attribute("statusMessage").unwrap_or_default());
        Some(Self { code, is_error, message })
    }

    /// Whether a query was answered, be it with nothing.
    pub(crate) fn is_answer(&self) -> bool {
        let is_absence = [NOTHING_FOUND, SOME_NOT_FOUND].contains(&self.code);
        !self.is_error || is_absence || NOT_THERE.contains(&self.code)
    }

    pub(crate) fn is_not_processed(&self) -> bool {
        self.code == NOT_PROCESSED
    }

    /// Whether a line of the request may be what is wrong, so that the others are tried without it.
    pub(crate) fn is_about_lines(&self) -> bool {
        self.is_error && advice(self.code).is_none() && !self.is_not_processed()
    }

    /// The fate of the lines of a request that failed.
    pub(crate) fn fate(&self) -> Fate {
        let said = self.said();
        match advice(self.code) {
            Some(advice) => Fate::NotApplied(format!("{advice} ({said})")),
            None if self.is_not_processed() => Fate::NotApplied(said),
            None => Fate::refused(&self.code.to_string(), said),
        }
    }

    /// What QuickBooks said, for people.
    pub(crate) fn said(&self) -> String {
        let Self { code, message, .. } = self;
        format!("QuickBooks says {code}: {message}")
    }
}

/// What to do where the company file, the user or the moment is at fault, and not the line.
fn advice(code: i64) -> Option<&'static str> {
    Some(match code {
        1000 => "QuickBooks failed on its side; it is tried again in the next session",
        1030 => "this QuickBooks is too old for the request; update it",
        3171 => {
            "the date lies before the closing date of the company file; check the closing date in \
             QuickBooks, and time_zone in the settings"
        }
        3175 | 3176 | 3180 => {
            "QuickBooks could not save the adjustment; outside Enterprise switch to single-user \
             mode (File, Switch to Single-user Mode), and close the Adjust Quantity/Value on Hand \
             window and the item's window"
        }
        3220 | 3260..=3264 => {
            "the QuickBooks user or this application lacks the permission; let the QuickBooks Admin \
             allow it in Edit, Preferences, Integrated Applications, Company Preferences"
        }
        3250 => {
            "the feature is off or not in this edition; turn on Inventory in Edit, Preferences, \
             Items & Inventory, and Multiple Inventory Sites if [locations] names sites"
        }
        _ => return None,
    })
}

/// What an HRESULT of the Web Connector tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The request was not valid; nothing was done.
    Malformed,
    /// QuickBooks was not reached; nothing was done.
    NotDone,
    /// QuickBooks failed somewhere, before or after doing it.
    Unclear,
}

/// What an HRESULT means, in words for people with what they can do.
pub(crate) fn hresult(code: &str, message: &str) -> (Trouble, String) {
    let (trouble, advice) = meaning(code);
    (trouble, format!("{advice} ({}: {})", one_line(code), one_line(message)))
}

fn meaning(code: &str) -> (Trouble, &'static str) {
    use Trouble::{Malformed, NotDone, Unclear};
    let digits = code.trim().trim_start_matches("0x").trim_start_matches("0X");
    match u32::from_str_radix(digits, 16).unwrap_or_default() {
        0x8004_0400 => (Malformed, "QuickBooks could not read the request; please report it"),
        0x8004_0408 => {
            (NotDone, "QuickBooks could not be started; start it on its computer and look why")
        }
        0x8004_040A => {
            (NotDone, "another company file is open in QuickBooks; close it or open the right one")
        }
        0x8004_0410 => (
            NotDone,
            "the company file is open in another mode than the Web Connector asks for; switch \
             between single-user and multi-user mode",
        ),
        0x8004_0414 => {
            (NotDone, "a dialog is open in QuickBooks; close it, so that QuickBooks can answer")
        }
        0x8004_0416 => (
            NotDone,
            "QuickBooks is not running; open the company file, or set company_file in the settings",
        ),
        0x8004_0418 => (
            NotDone,
            "the company file does not know this application; sign in as Admin in single-user mode \
             and let the Web Connector ask for access",
        ),
        0x8004_041A | 0x8004_0420 | 0x8004_042A => (
            NotDone,
            "QuickBooks refuses access to this application; let the Admin allow it in Edit, \
             Preferences, Integrated Applications",
        ),
        0x8004_041B => (NotDone, "the company file is locked; it is tried again"),
        0x8004_041D => (
            NotDone,
            "QuickBooks must be open, because automatic login is not allowed; let the Admin allow \
             login without QuickBooks running in Edit, Preferences, Integrated Applications",
        ),
        0x8004_041E | 0x8004_042C => {
            (NotDone, "the certificate QuickBooks keeps of this application is no longer valid")
        }
        0x8004_041F => (NotDone, "this edition of QuickBooks takes no applications"),
        0x8004_0422 => (
            NotDone,
            "single-user mode is needed; choose File, Switch to Single-user Mode in QuickBooks",
        ),
        0x8004_0423 => (NotDone, "this QuickBooks is too old for the request; update it"),
        0x8004_0427 => (NotDone, "QuickBooks is not registered; register it on its computer"),
        _ => (Unclear, "QuickBooks failed; look at its screen and at the Web Connector's log"),
    }
}
