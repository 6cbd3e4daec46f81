//! What good settings become.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use jiff::civil::time;
use jiff::tz::TimeZone;
use trueup_exchange::Networks;
use trueup_host::settings::{canonical_terms, terms, terms_fingerprint};
use trueup_marketplace::{Capabilities, Locations};
use trueup_runner::{Objective, Schedule};
use trueup_stock::{LocationCode, Pool, Quantity, RemoteLocation, Rules, Source};

use crate::folder::{Folder, GOOD};

const WHOLE: &str = r#"
marketplace = "acme"
enabled = false
[schedule]
true_up = { at = ["23:30", "13:30"], time_zone = "UTC" }
differential = { every = "30m" }
external_true_up = { at = [06:00:00] }
freshness = "2h"
[locations]
WEST = "A-2"
MAIN = "A-1"
"Hall 7" = "A-2"
[rules]
buffer = 2.5
maximum = "100"
[settings]
environment = "production"
client_id = "abc"
client_secret = "canary"
pause_seconds = 5
webhook = { url = "https://example.com" }
login = { kind = "password", name = "n", password = "canary" }
"#;

#[test]
fn every_key_of_a_channel_arrives() {
    let folder = Folder::new()
        .file(
            "trueup.toml",
            "time_zone = \"America/New_York\"\n[demand]\nprofile = \"shipped_lines\"\n\
             [network]\nallow_private = true\n[alarm]\ncommand = [\"page\", \"--now\"]\n\
             [metrics]\nlisten = \"127.0.0.1:9464\"\n",
        )
        .file("channels/shop_1.toml", WHOLE);
    let settings = folder.settings();
    assert_eq!(settings.profile, trueup_stock::DemandProfile::ShippedLines);
    assert_eq!(settings.networks, Networks::Any);
    assert_eq!(settings.metrics_listen, "127.0.0.1:9464".parse().ok());
    assert_eq!(settings.alarm_command, ["page", "--now"]);
    let shop = settings.channel("shop_1").unwrap();
    assert_eq!((shop.marketplace, shop.is_enabled), ("acme", false));
    assert_eq!(settings.enabled_channels().count(), 0);
    let at = |times: &[_], zone| Schedule::At {
        times: times.to_vec(),
        time_zone: TimeZone::get(zone).unwrap(),
    };
    let daily = at(&[time(13, 30, 0, 0), time(23, 30, 0, 0)], "UTC");
    assert_eq!(shop.schedule.true_up, Some(daily));
    let half_hourly = Schedule::Every(SignedDuration::from_mins(30));
    assert_eq!(shop.schedule.differential, Some(half_hourly));
    assert_eq!(shop.freshness, Some(Objective(SignedDuration::from_hours(2))));
    // Without a zone of its own a schedule is meant in the zone of the settings.
    let local = at(&[time(6, 0, 0, 0)], "America/New_York");
    assert_eq!(shop.schedule.external_true_up, Some(local));
    let rules = Rules { buffer: "2.5".parse().unwrap(), maximum: Some(Quantity::units(100)) };
    assert_eq!(shop.rules, rules);
    assert_eq!(shop.terms.rules, rules);
}

#[test]
fn what_is_left_out_is_off_or_nothing() {
    let settings = Folder::with_shop(GOOD).settings();
    let shop = settings.channel("shop").unwrap();
    assert!(shop.is_enabled);
    assert_eq!(shop.schedule, trueup_runner::Schedules::default());
    assert_eq!(shop.rules, Rules::default());
    assert_eq!(shop.absent_secrets, []);
    assert!(settings.channel("other").is_none());
}

#[test]
fn locations_that_share_a_remote_one_are_one_pool() {
    let folder = Folder::new().file("channels/shop.toml", WHOLE);
    let settings = folder.settings();
    let ours = |codes: &[&str]| {
        Source::Only(codes.iter().map(|code| code.parse::<LocationCode>().unwrap()).collect())
    };
    let pool =
        |remote: &str, codes| Pool { remote: Some(remote.parse().unwrap()), source: ours(codes) };
    let expected = [pool("A-1", &["MAIN"]), pool("A-2", &["Hall 7", "WEST"])];
    assert_eq!(settings.channels[0].terms.pools, expected);
}

#[test]
fn without_locations_all_stock_is_one_pool() {
    let everywhere = [Pool { remote: None, source: Source::Everywhere }];
    for known in [Locations::None, Locations::Optional, Locations::Required] {
        let capabilities = Capabilities { locations: known, ..Capabilities::least() };
        let terms = terms(&BTreeMap::new(), Rules::default(), &capabilities);
        assert_eq!(terms.pools, everywhere);
    }
}

#[test]
fn the_fingerprint_stays_with_the_terms_and_changes_with_them() {
    let capabilities = Capabilities { locations: Locations::Optional, ..Capabilities::least() };
    let place = |ours: &str, remote: &str| -> (LocationCode, RemoteLocation) {
        (ours.parse().unwrap(), remote.parse().unwrap())
    };
    let locations = BTreeMap::from([place("MAIN", "1"), place("WEST", "2")]);
    let of = |locations: &_, buffer| {
        let rules = Rules { buffer: Quantity::units(buffer), maximum: None };
        terms(locations, rules, &capabilities)
    };
    let base = of(&locations, 2);
    assert_eq!(
        canonical_terms(&base),
        r#"{"pools":[{"remote":"1","source":{"only":["MAIN"]}},{"remote":"2","source":{"only":["WEST"]}}],"rules":{"buffer":2,"maximum":null},"fields":{"on_orders":false,"backordered":false,"next_available_on":false,"discontinued":false},"quantity_max":2147483647}"#
    );
    // Persisted: another number here makes every listing of every installation look changed.
    assert_eq!(terms_fingerprint(&base), FINGERPRINT);
    assert_eq!(terms_fingerprint(&of(&locations, 2)), FINGERPRINT);
    assert_ne!(terms_fingerprint(&of(&locations, 3)), FINGERPRINT);
    let moved = BTreeMap::from([place("MAIN", "1"), place("WEST", "1")]);
    assert_ne!(terms_fingerprint(&of(&moved, 2)), FINGERPRINT);
}

const FINGERPRINT: i64 = -5_978_556_254_515_497_925;

#[test]
fn a_database_file_is_beside_the_settings_and_a_server_is_where_it_is() {
    let address = |database: &str| {
        let folder = Folder::new().file("trueup.toml", format!("database = \"{database}\"\n"));
        let dir = folder.path().display().to_string();
        folder.settings().database.address().replace(&dir, "DIR")
    };
    let table = [
        ("sqlite://trueup.db", "sqlite://DIR/trueup.db"),
        ("sqlite:data/x.db", "sqlite://DIR/data/x.db"),
        ("sqlite:///var/lib/x.db", "sqlite:///var/lib/x.db"),
        ("sqlite://x.db?mode=rwc", "sqlite://DIR/x.db?mode=rwc"),
        ("postgres://u:p@h/d?sslmode=require", "postgres://u:p@h/d?sslmode=require"),
        ("postgresql://h/d", "postgresql://h/d"),
    ];
    for (written, expected) in table {
        assert_eq!(address(written), expected);
    }
    for wrong in ["sqlite://", "sqlite::memory:", "postgres:h", "", "trueup.db"] {
        let folder = Folder::new().file("trueup.toml", format!("database = \"{wrong}\"\n"));
        assert_eq!(folder.problems().len(), 1, "{wrong}");
    }
}
