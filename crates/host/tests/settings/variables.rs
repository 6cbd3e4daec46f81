//! Environment variables over files.

use trueup_stock::Quantity;

use crate::folder::{Folder, GOOD};

fn shop() -> Folder {
    Folder::with_shop(GOOD)
}

#[test]
fn a_variable_overrides_its_key_in_either_file() {
    let folder = shop()
        .variable("TRUEUP_DATABASE", "postgres://h/d")
        .variable("TRUEUP_DEMAND__PROFILE", "shipped_lines")
        .variable("TRUEUP_CHANNELS__SHOP__ENABLED", "false")
        .variable("TRUEUP_CHANNELS__SHOP__RULES__BUFFER", "2.5")
        .variable("TRUEUP_CHANNELS__SHOP__SCHEDULE__TRUE_UP__EVERY", "1h")
        .variable("TRUEUP_CHANNELS__SHOP__SCHEDULE__DIFFERENTIAL", "{ every = \"30m\" }")
        .variable("OTHER", "x");
    let settings = folder.settings();
    assert_eq!(settings.database.address(), "postgres://h/d");
    assert_eq!(settings.profile, trueup_stock::DemandProfile::ShippedLines);
    let shop = settings.channel("shop").unwrap();
    assert!(!shop.is_enabled);
    assert_eq!(shop.rules.buffer, "2.5".parse::<Quantity>().unwrap());
    assert!(shop.schedule.true_up.is_some() && shop.schedule.differential.is_some());
}

#[test]
fn a_text_of_digits_stays_a_text_and_a_number_becomes_one() {
    let folder = shop()
        .variable("TRUEUP_CHANNELS__SHOP__SETTINGS__CLIENT_ID", "0012345")
        .variable("TRUEUP_CHANNELS__SHOP__SETTINGS__CLIENT_SECRET", "{ true }")
        .variable("TRUEUP_CHANNELS__SHOP__SETTINGS__PAUSE_SECONDS", "7");
    let settings = folder.settings();
    let shown = &settings.channel("shop").unwrap().settings;
    assert_eq!(shown["client_id"], "0012345");
    assert_eq!(shown["pause_seconds"], 7);
    assert_eq!(shown["client_secret"], "[secret]");
    let signing_in = settings.channels[0].opened.token_request(None).unwrap();
    assert_eq!(signing_in.body, "\"{ true }\"");
}

#[test]
fn the_codes_of_locations_keep_their_capitals() {
    let folder = shop().variable("TRUEUP_CHANNELS__SHOP__LOCATIONS__MAIN", "A-9");
    let folder = folder.variable("TRUEUP_CHANNELS__SHOP__LOCATIONS__East", "A-8");
    let settings = folder.settings();
    let locations = &settings.channel("shop").unwrap().locations;
    let shown: Vec<_> = locations.iter().map(|(ours, theirs)| format!("{ours} {theirs}")).collect();
    assert_eq!(shown, ["East A-8", "MAIN A-9"]);
}

#[test]
fn a_channel_may_be_made_of_variables_alone() {
    let folder = Folder::new()
        .variable("TRUEUP_CHANNELS__POP_UP__MARKETPLACE", "acme")
        .variable("TRUEUP_CHANNELS__POP_UP__LOCATIONS__MAIN", "A-1")
        .variable("TRUEUP_CHANNELS__POP_UP__SETTINGS__CLIENT_ID", "abc")
        .variable("TRUEUP_CHANNELS__POP_UP__SETTINGS__CLIENT_SECRET__ENV", "TRUEUP_POP_UP_SECRET")
        .variable("TRUEUP_POP_UP_SECRET", "canary");
    assert_eq!(
        folder.problems(),
        [
            "variable TRUEUP_CHANNELS__POP_UP__SETTINGS__CLIENT_ID: settings.environment: is missing \
          (Which of Acme's systems); add environment = \"production\""
        ]
    );
    let folder = folder.variable("TRUEUP_CHANNELS__POP_UP__SETTINGS__ENVIRONMENT", "production");
    assert!(folder.settings().channel("pop_up").unwrap().is_enabled);
}

#[test]
fn a_variable_that_holds_a_secret_is_no_setting() {
    let good = GOOD.replace("\"canary-of-the-good-file\"", "{ env = \"TRUEUP_ACME\" }");
    let folder = Folder::with_shop(&good).variable("TRUEUP_ACME", "canary");
    assert_eq!(folder.problems(), [""; 0]);
}

#[test]
fn a_problem_with_a_variable_names_the_variable() {
    let folder = shop()
        .variable("TRUEUP_DATABSE", "x")
        .variable("TRUEUP___X", "x")
        .variable("TRUEUP_CHANNELS__SHOP", "x")
        .variable("TRUEUP_CHANNELS__SHP__ENABLED", "true")
        .variable("TRUEUP_CHANNELS__NO_NAME_LIKE_IT__ENABLED", "true")
        .variable("TRUEUP_CHANNELS__SHOP__ENABLED", "maybe")
        .variable("TRUEUP_CHANNELS__SHOP__LOCATIONS__EAST", "B-2")
        .variable("TRUEUP_CHANNELS__SHOP__RULES__BUFFER", "-3")
        .variable("TRUEUP_CHANNELS__SHOP__SETTINGS__PAUSE_SECONDS", "soon")
        .variable("TRUEUP_CHANNELS__SHOP__SCHEDULE__DIFFERENTIAL", "{ every = 1s }")
        .variable("TRUEUP_CHANNELS__SHOP__SCHEDULE__TRUE_UP", "{ evry = 1h }");
    let of = |rest: &str| format!("variable TRUEUP_{rest}");
    assert_eq!(
        folder.problems(),
        [
            of(
                "CHANNELS__NO_NAME_LIKE_IT__ENABLED: enabled: there is no channel `no_name_like_it`; \
                write channels/no_name_like_it.toml, or set \
                TRUEUP_CHANNELS__NO_NAME_LIKE_IT__MARKETPLACE for a channel made of variables alone"
            ),
            of("CHANNELS__SHOP: names no key of a channel; write TRUEUP_CHANNELS__ and the \
                channel's name, then `__` and a key, such as TRUEUP_CHANNELS__SHOP__ENABLED"),
            of("CHANNELS__SHOP__ENABLED: enabled: expected true or false, found a text"),
            of("CHANNELS__SHOP__LOCATIONS__EAST: locations.EAST: Acme's locations start with A-"),
            of("CHANNELS__SHOP__RULES__BUFFER: rules.buffer: `-3` is negative; write 0 to keep \
                nothing back"),
            of(
                "CHANNELS__SHOP__SCHEDULE__DIFFERENTIAL: schedule.differential: an interval of `1s` \
                is too short; the shortest is 10s"
            ),
            of(
                "CHANNELS__SHOP__SCHEDULE__TRUE_UP: schedule.true_up.evry: unknown key (a text); did \
                you mean `every`?"
            ),
            of(
                "CHANNELS__SHOP__SETTINGS__PAUSE_SECONDS: settings.pause_seconds: expected a whole \
                number, found a text"
            ),
            of("CHANNELS__SHP__ENABLED: enabled: there is no channel `shp`; did you mean `shop`?"),
            of("DATABSE: databse: unknown key (a text); did you mean `database`?"),
            of("__X: names no key; write TRUEUP_ and the key in capitals, with `__` between \
                levels, such as TRUEUP_DEMAND__PROFILE"),
        ]
    );
}
