//! What the Web Connector tells of QuickBooks and the company file when a session begins.

use trueup_soap::Called;
use uuid::Uuid;

use crate::qbxml::{Answers, Version};
use crate::settings::{MatchBy, Settings};

/// QuickBooks and the company file of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Host {
    /// What our requests are written in.
    pub version: Version,
    /// Whether inventory sites are in use, where it is told.
    pub has_sites: Option<bool>,
}

/// The oldest qbXML that has item iterators.
const OLDEST: Version = Version(5, 0);
const SITES_SINCE: Version = Version(10, 0);
const PART_NUMBERS_SINCE: Version = Version(7, 0);
const BAR_CODES_SINCE: Version = Version(12, 0);

impl Host {
    /// Judges by the first call for work whether this is the right company, and whether it can be
    /// told stock.
    ///
    /// # Errors
    /// Why nothing is sent to it, for people.
    pub(crate) fn judge(told: &Called, settings: &Settings) -> Result<Self, String> {
        let answers = Answers::read(told.text("strHCPResponse")).ok();
        let answers = answers.as_ref();
        let host = answers.and_then(|answers| answers.first("HostQueryRs")?.child("HostRet"));
        let company =
            answers.and_then(|answers| answers.first("CompanyQueryRs")?.child("CompanyRet"));
        let preferences = answers
            .and_then(|answers| answers.first("PreferencesQueryRs")?.child("PreferencesRet"));

        let file_id = company.and_then(|company| {
            let mut stored = company.all("DataExtRet");
            stored.find(|stored| stored.text_at(&["DataExtName"]) == "FileID")
        });
        let file_id = file_id.map_or("", |stored| stored.text_at(&["DataExtValue"]));
        let name = company.map_or("", |company| company.text_at(&["CompanyName"]));
        is_expected(
            "company_file",
            settings.company_file.as_deref(),
            told.text("strCompanyFileName"),
        )?;
        is_expected("company_name", settings.company_name.as_deref(), name)?;
        is_expected_guid(settings.file_id.as_deref(), file_id)?;

        let flag = |path: [&str; 2]| {
            let text = preferences.map_or("", |preferences| preferences.text_at(&path));
            text.parse::<bool>().ok()
        };
        if flag(["PurchasesAndVendorsPreferences", "IsUsingInventory"]) == Some(false) {
            return Err("inventory is off in this company; turn it on in QuickBooks: Edit, \
                        Preferences, Items & Inventory, Company Preferences"
                .to_owned());
        }
        let supported = host.into_iter().flat_map(|host| host.all("SupportedQBXMLVersion"));
        let supported = supported.filter_map(|version| Version::parse(&version.text)).max();
        let (major, minor) = (told.text("qbXMLMajorVers"), told.text("qbXMLMinorVers"));
        let highest = supported.or_else(|| Version::parse(&format!("{major}.{minor}")));
        let version = highest.unwrap_or(Version::OURS).min(Version::OURS);
        is_new_enough(version, settings.match_by)?;
        let has_sites =
            flag(["MultiLocationInventoryPreferences", "IsMultiLocationInventoryEnabled"]);
        Ok(Self { version, has_sites: has_sites.filter(|_| version >= SITES_SINCE) })
    }
}

fn is_expected(setting: &str, expected: Option<&str>, found: &str) -> Result<(), String> {
    match expected {
        Some(expected) if expected.to_lowercase() != found.to_lowercase() => Err(format!(
            "this is not the company of this channel: {setting} is `{expected}` in the settings, \
             and QuickBooks has `{found}`; open the right company file or correct the setting"
        )),
        _ => Ok(()),
    }
}

/// A company file that carries no id yet is taken.
fn is_expected_guid(expected: Option<&str>, found: &str) -> Result<(), String> {
    match (expected.map(Uuid::parse_str), Uuid::parse_str(found)) {
        (Some(Ok(expected)), Ok(found)) if expected != found => {
            Err("this is not the company file of this channel: it carries another FileID than \
                 file_id in the settings; open the right company file"
                .to_owned())
        }
        _ => Ok(()),
    }
}

fn is_new_enough(version: Version, match_by: MatchBy) -> Result<(), String> {
    let needed = match match_by {
        MatchBy::FullName | MatchBy::Name => OLDEST,
        MatchBy::ManufacturerPartNumber => PART_NUMBERS_SINCE,
        MatchBy::BarCode => BAR_CODES_SINCE,
    };
    if version >= needed {
        return Ok(());
    }
    let (Version(major, minor), Version(least, _)) = (version, needed);
    Err(format!(
        "this QuickBooks speaks qbXML {major}.{minor}, and items by {} need {least}.0; update \
         QuickBooks",
        match_by.words()
    ))
}
