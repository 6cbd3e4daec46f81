//! The .QWC file that introduces us to the Web Connector.

use trueup_marketplace::Invitation;

use crate::guid;
use crate::settings::Settings;
use crate::xml::Writer;

/// The file for a channel that is served at `url`.
pub(crate) fn invitation(settings: &Settings, channel: &str, url: &str) -> Invitation {
    let owner = guid::owner(settings.owner_id.as_deref());
    let file = guid::file(settings.file_id.as_deref(), channel, &settings.user_name);
    let mut out = Writer("<?xml version=\"1.0\"?>\n".to_owned());
    out.element("QBWCXML", |out| {
        out.leaf("AppName", &format!("trueup {channel}"));
        out.leaf("AppID", "");
        out.leaf("AppURL", url);
        out.leaf("AppDescription", "Sends stock quantities to QuickBooks");
        // It must be on the same host, and the address itself answers people.
        out.leaf("AppSupport", url);
        out.leaf("UserName", &settings.user_name);
        out.leaf("OwnerID", &guid::braced(owner));
        out.leaf("FileID", &guid::braced(file));
        out.leaf("QBType", "QBFS");
        out.leaf("PersonalDataPref", "pdpNotNeeded");
        out.leaf("UnattendedModePref", "umpOptional");
        out.leaf("AuthFlags", "0xF");
        out.element("Scheduler", |out| {
            out.leaf("RunEveryNMinutes", &settings.run_every_minutes.to_string());
        });
        out.leaf("IsReadOnly", "false");
    });
    let advice = format!(
        "open the company file in QuickBooks as Admin in single-user mode, add this file in the \
             Web Connector (File, Add an Application), allow access even if QuickBooks is not \
             running, and type the password of user {} into the Web Connector",
        settings.user_name
    );
    Invitation { file_name: format!("trueup-{channel}.qwc"), content: out.0 + "\n", advice }
}
