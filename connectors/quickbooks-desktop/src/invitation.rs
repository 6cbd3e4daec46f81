//! The .QWC file that introduces us to the Web Connector.

use trueup_marketplace::Invitation;
use trueup_soap::xml::Writer;

use crate::names;
use crate::settings::Settings;

/// The file for a channel that is served at `url`.
pub(crate) fn invitation(settings: &Settings, channel: &str, url: &str) -> Invitation {
    let owner = names::owner(settings.owner_id.as_deref());
    let file = names::file(settings.file_id.as_deref(), channel, &settings.user_name);
    let mut out = Writer::default();
    out.raw("<?xml version=\"1.0\"?>\n");
    out.element("QBWCXML", |out| {
        out.leaf("AppName", &format!("trueup {channel}"));
        out.leaf("AppID", "");
        out.leaf("AppURL", url);
        out.leaf("AppDescription", "Sends stock quantities to QuickBooks");
        // It must be on the same host, and the address itself answers people.
        out.leaf("AppSupport", url);
        out.leaf("UserName", &settings.user_name);
        out.leaf("OwnerID", &names::braced(owner));
        out.leaf("FileID", &names::braced(file));
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
    Invitation { file_name: format!("trueup-{channel}.qwc"), content: out.finish() + "\n", advice }
}
