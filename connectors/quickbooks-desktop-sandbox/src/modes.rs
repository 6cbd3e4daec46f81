//! How the company, QuickBooks and the Web Connector are, and what goes wrong.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::civil::Date;
use trueup_sandbox::Chance;

/// Everything that knobs set.
#[derive(Clone, Debug)]
pub(crate) struct Modes {
    pub visit: Visiting,
    pub company: Kind,
    pub answers: Answers,
    pub faults: Faults,
}

/// Whom the Web Connector calls, and as whom.
#[derive(Clone, Debug)]
pub(crate) struct Visiting {
    pub url: Option<String>,
    pub user: String,
    pub password: String,
    pub every: Option<Duration>,
    /// Whether it closes the connection after `none`, `nvu` and `busy`.
    pub closes_idle: bool,
}

/// What kind of company file and QuickBooks it is.
#[derive(Clone, Debug)]
pub(crate) struct Kind {
    pub name: String,
    pub file: String,
    pub file_id: Option<String>,
    pub version: (u32, u32),
    pub is_enterprise: bool,
    pub is_multi_user: bool,
    pub is_using_inventory: bool,
    pub sites: BTreeSet<String>,
    pub accounts: BTreeSet<String>,
    pub closing_date: Option<Date>,
    /// An item that is asked for by name and is not there is made.
    pub any_item: bool,
    pub inactive: BTreeSet<String>,
}

/// How QuickBooks answers where nobody knows.
#[derive(Clone, Debug)]
pub(crate) struct Answers {
    /// To an adjustment in multi-user mode outside Enterprise.
    pub multi_user: MultiUser,
    /// To a list of names of which some are missing.
    pub some_missing: u32,
    /// To an adjustment without a site where there are sites.
    pub site_missing: u32,
    pub refuses_negative: bool,
    /// Message sets kept; 0 keeps none.
    pub sets_max: usize,
}

/// What an adjustment in multi-user mode gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MultiUser {
    Status(u32),
    Hresult,
}

/// What goes wrong.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults {
    /// The session breaks before QuickBooks gets the request.
    pub lost_request: Chance,
    /// The session breaks after QuickBooks carried the request out.
    pub lost_answer: Chance,
    /// The same, for requests that adjust.
    pub lost_adjustment: Chance,
    /// QuickBooks carries it out and the Web Connector reports an error.
    pub error_applied: Chance,
    pub error_code: String,
    pub not_taken: Chance,
    pub not_taken_code: String,
    pub cannot_open: Chance,
    pub cannot_open_code: String,
    pub truncated: Chance,
    pub locked: Chance,
    pub not_processed: Chance,
    /// An adjustment with one of these items is refused.
    pub reject_item: BTreeSet<String>,
    /// A message with one of these items cannot be parsed.
    pub unparsable_item: BTreeSet<String>,
    /// The status of every adjustment instead of carrying it out.
    pub adjust_status: Option<u32>,
}

/// The user name the simulator signs in with.
pub(crate) const USER: &str = "trueup-sandbox";
/// And its password.
pub(crate) const PASSWORD: &str = "sandbox-password";
/// The account its company has.
pub(crate) const ACCOUNT: &str = "Inventory Adjustments";

impl Default for Modes {
    fn default() -> Self {
        let visit = Visiting {
            url: None,
            user: USER.to_owned(),
            password: PASSWORD.to_owned(),
            every: None,
            closes_idle: true,
        };
        let company = Kind {
            name: "Acme Lamps".to_owned(),
            file: r"C:\Users\Public\Acme.qbw".to_owned(),
            file_id: None,
            version: (16, 0),
            is_enterprise: true,
            is_multi_user: false,
            is_using_inventory: true,
            sites: BTreeSet::new(),
            accounts: BTreeSet::from([ACCOUNT.to_owned()]),
            closing_date: None,
            any_item: true,
            inactive: BTreeSet::new(),
        };
        let answers = Answers {
            multi_user: MultiUser::Status(3180),
            some_missing: 500,
            site_missing: 3140,
            refuses_negative: false,
            sets_max: 100,
        };
        let faults = Faults {
            error_code: "0x80040402".to_owned(),
            not_taken_code: "0x80040414".to_owned(),
            cannot_open_code: "0x80040408".to_owned(),
            ..Faults::default()
        };
        Self { visit, company, answers, faults }
    }
}
