//! A channel's `[settings]`.

use std::num::NonZeroU32;

use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trueup_marketplace::{OpenError, Problems, Secret};
use trueup_polled::Login;
use uuid::Uuid;

/// Who may fetch this channel's stock, and how it is booked in QuickBooks.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The name the Web Connector signs in with; it is written into the .QWC file.
    #[schemars(length(min = 1))]
    pub user_name: String,
    /// The password typed into the Web Connector once: itself, of 12 characters or more, or its
    /// argon2id hash (`$argon2id$…`), so that it need not be kept here.
    pub password: Secret,
    /// The account that adjustments are posted to, by its full name: usually an expense or a cost
    /// of goods sold account for shrinkage.
    #[schemars(length(min = 1, max = 159))]
    pub account: String,
    /// Which field of an inventory item holds our part number.
    #[serde(default)]
    pub match_by: MatchBy,
    /// The IANA time zone of the company, for the date of an adjustment.
    #[serde(default = "default_time_zone")]
    pub time_zone: String,
    /// The company file to open, as a path on the computer of the Web Connector. Without it the
    /// file that is open in QuickBooks is used.
    pub company_file: Option<String>,
    /// The company's name as QuickBooks shows it. Where it is set, no other company is touched.
    pub company_name: Option<String>,
    /// The OwnerID of the .QWC file, a GUID; never change it once the file is in use.
    pub owner_id: Option<String>,
    /// The FileID of the .QWC file, a GUID; otherwise it follows from the channel and the user name.
    /// Where it is set, a company file that carries another one is not touched.
    pub file_id: Option<String>,
    /// How often the Web Connector is told to call, in minutes; people may change it there.
    #[serde(default = "default_run_every_minutes")]
    pub run_every_minutes: NonZeroU32,
    /// What is written into the memo of each adjustment.
    #[serde(default = "default_memo")]
    #[schemars(length(max = 1000))]
    pub memo: String,
    /// How long after an unclear outcome an adjustment could still be booked. The number is
    /// confirmed again once it has passed.
    #[serde(default = "default_settle_seconds")]
    pub settle_seconds: u32,
}

fn default_time_zone() -> String {
    "UTC".to_owned()
}

const fn default_run_every_minutes() -> NonZeroU32 {
    NonZeroU32::new(30).expect("30 is not 0")
}

fn default_memo() -> String {
    "trueup".to_owned()
}

const fn default_settle_seconds() -> u32 {
    3600
}

/// A field of an inventory item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MatchBy {
    /// The full name, with the names of parent items and colons: `Widgets:Widget A`. Without regard
    /// to case. The only field QuickBooks can be asked for directly.
    #[default]
    FullName,
    /// The name alone, without its parents and without regard to case.
    Name,
    /// The manufacturer's part number.
    ManufacturerPartNumber,
    /// The bar code.
    BarCode,
}

impl MatchBy {
    /// The element of an item that holds it.
    pub(crate) const fn element(self) -> &'static str {
        match self {
            Self::FullName => "FullName",
            Self::Name => "Name",
            Self::ManufacturerPartNumber => "ManufacturerPartNumber",
            Self::BarCode => "BarCodeValue",
        }
    }

    /// What people call it.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::FullName => "full name",
            Self::Name => "name",
            Self::ManufacturerPartNumber => "manufacturer's part number",
            Self::BarCode => "bar code",
        }
    }

    /// The longest value the field takes.
    pub(crate) const fn chars_max(self) -> usize {
        match self {
            Self::FullName => 159,
            Self::Name | Self::ManufacturerPartNumber => 31,
            Self::BarCode => 50,
        }
    }

    /// Two values are the same item where these are equal: QuickBooks compares names without regard
    /// to case.
    pub(crate) fn folded(self, value: &str) -> String {
        match self {
            Self::FullName | Self::Name => value.to_lowercase(),
            Self::ManufacturerPartNumber | Self::BarCode => value.to_owned(),
        }
    }
}

impl Settings {
    /// The company's time zone, or everything that is wrong with them.
    pub(crate) fn checked(&self) -> Result<TimeZone, OpenError> {
        let mut problems = Problems::default();
        problems.require("user_name", &self.user_name, "choose one, such as trueup-acme");
        problems.require("account", &self.account, "write the full name of an account");
        if let Err(fix) = Login::check(&self.password) {
            problems.add("password", fix);
        }
        if self.account.chars().count() > 159 {
            problems.add("account", "is longer than 159 characters, the most QuickBooks takes");
        }
        let zone = problems.time_zone("time_zone", &self.time_zone);
        for (key, guid) in [("owner_id", &self.owner_id), ("file_id", &self.file_id)] {
            if guid.as_deref().is_some_and(|guid| Uuid::parse_str(guid).is_err()) {
                let fix = "is no GUID; write one such as {6f3a1b0e-52d7-4c7e-9c1e-0a6d7f2b1c01}";
                problems.add(key, fix);
            }
        }
        problems.finish()?;
        Ok(zone)
    }
}
