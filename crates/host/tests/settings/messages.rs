//! What people are told: the file, the line, the key, what is wrong and what would fix it.

use crate::folder::{Folder, GOOD};

/// The good file with one line in place of another, and what is then said of it.
#[track_caller]
fn says(line: &str, instead: &str, expected: &[&str]) {
    assert!(GOOD.contains(line), "{line}");
    let shown = Folder::with_shop(&GOOD.replace(line, instead)).problems();
    assert_eq!(shown, expected, "{instead}");
}

/// What is said of the good file with something after its `[settings]`.
#[track_caller]
fn says_after(more: &str, expected: &[&str]) {
    let shown = Folder::with_shop(&format!("{GOOD}{more}")).problems();
    assert_eq!(shown, expected, "{more}");
}

#[test]
fn the_good_file_has_no_problem() {
    assert_eq!(Folder::with_shop(GOOD).problems(), [""; 0]);
}

#[test]
fn a_wrong_type_names_what_is_expected_and_what_is_there() {
    says(
        "\"abc\"",
        "5",
        &[
            "channels/shop.toml:7: settings.client_id: expected a text, found a whole number; put it \
           in quotes",
        ],
    );
    says(
        "\"A-1\"",
        "81454",
        &[
            "channels/shop.toml:4: locations.MAIN: expected a text, found a whole number; put it in \
           quotes",
        ],
    );
    says_after(
        "pause_seconds = \"5\"\nwebhook = [1]\n",
        &[
            "channels/shop.toml:9: settings.pause_seconds: expected a whole number, found a text; \
             write it without quotes",
            "channels/shop.toml:10: settings.webhook: expected a table, found a list",
        ],
    );
}

#[test]
fn a_wrong_choice_names_the_choices_and_not_what_is_there() {
    says(
        "\"sandbox\"",
        "\"sandox\"",
        &[
            "channels/shop.toml:6: settings.environment: must be \"production\" or \"sandbox\"; found \
           another text",
        ],
    );
    says_after(
        "login = { kind = \"tken\", token = \"x\" }\n",
        &["channels/shop.toml:9: settings.login.kind: must be \"token\" or \"password\"; found \
           another text"],
    );
    says_after(
        "pause_seconds = 0\n",
        &["channels/shop.toml:9: settings.pause_seconds: must be at least 1"],
    );
}

#[test]
fn an_unknown_key_is_told_its_right_name_or_its_right_table() {
    says(
        "client_id =",
        "client-id =",
        &[
            "channels/shop.toml:5: settings.client_id: is missing (The account's id); add client_id \
             = \"…\"",
            "channels/shop.toml:7: settings.client-id: unknown key (a text); did you mean \
             `client_id`?",
        ],
    );
    says_after(
        "enabled = true\nbuffer = 2\nzzz = {}\n",
        &[
            "channels/shop.toml:9: settings.enabled: unknown key (true or false); it belongs at the \
             top of the file, above every [table]",
            "channels/shop.toml:10: settings.buffer: unknown key (a whole number); it belongs in \
             the table [rules]",
            "channels/shop.toml:11: settings.zzz: unknown key (a table); known here: client_id, \
             client_secret, environment, login, pause_seconds, webhook",
        ],
    );
    says_after(
        "[webhook]\nulr = 5\n[webhok]\n[settings.webhook]\nulr = 5\n",
        &[
            "channels/shop.toml:9: webhook: unknown key (a table); it belongs in the table \
             [settings]",
            "channels/shop.toml:11: webhok: unknown key (a table); known here: enabled, guard, locations, \
             marketplace, rules, schedule, settings",
            "channels/shop.toml:12: settings.webhook.url: is missing (The address); add url = \"…\"",
            "channels/shop.toml:13: settings.webhook.ulr: unknown key (a whole number); did you \
             mean `url`?",
        ],
    );
}

#[test]
fn rules_and_locations_are_judged_by_their_meaning() {
    says_after(
        "[rules]\nbuffer = -0.5\nmaximum = \"1,5\"\n",
        &[
            "channels/shop.toml:10: rules.buffer: `-0.5` is negative; write 0 to keep nothing back",
            "channels/shop.toml:11: rules.maximum: `1,5` has a comma; write a point for fractions \
             (1.5) and no thousands separators",
        ],
    );
    says_after(
        "[rules]\nbuffer = true\nmaximum = 99999999999999999999\n",
        &[
            "channels/shop.toml:10: rules.buffer: expected a number or a text, found true or false",
            "channels/shop.toml:11: rules.maximum: `100000000000000000000` is beyond the limit of \
             10000000000 units",
        ],
    );
    says("A-1", "B-1", &["channels/shop.toml:4: locations.MAIN: Acme's locations start with A-"]);
    says(
        "MAIN = \"A-1\"",
        "\" \" = \"\"",
        &[
            "channels/shop.toml:4: locations.\" \": the location is missing; write at least one \
             letter or digit",
            "channels/shop.toml:4: locations.\" \": the marketplace location is missing; write at \
             least one letter or digit",
        ],
    );
    says(
        "MAIN = \"A-1\"",
        "",
        &["channels/shop.toml:3: locations: names no location, and this marketplace has every \
           listing at one; add a line such as MAIN = \"…\" to the table [locations]"],
    );
}

#[test]
fn schedules_are_judged_by_their_form_and_their_meaning() {
    says_after(
        "[schedule]\ntrue_up = \"13:30\"\ndifferential = { evry = \"30m\" }\n\
         external_true_up = { at = [5], time_zone = \"UTC\" }\n",
        &[
            "channels/shop.toml:10: schedule.true_up: expected a table, found a text",
            "channels/shop.toml:11: schedule.differential.evry: unknown key (a text); did you mean \
             `every`?",
            "channels/shop.toml:12: schedule.external_true_up.at[0]: expected a text, found a whole \
             number; put it in quotes",
        ],
    );
    says_after(
        "[schedule]\ntrue_up = { at = [\"25:00\"], time_zone = \"Mars\" }\n\
         differential = { every = \"1s\" }\nhourly = {}\n",
        &[
            "channels/shop.toml:10: schedule.true_up: `25:00` is not a time of day; write hours and \
             minutes such as 13:30; `Mars` is not a time zone; write an IANA name such as UTC or \
             America/New_York",
            "channels/shop.toml:11: schedule.differential: an interval of `1s` is too short; the \
             shortest is 10s",
            "channels/shop.toml:12: schedule.hourly: unknown key (a table); known here: \
             differential, external_true_up, freshness, true_up",
        ],
    );
}

#[test]
fn a_marketplace_that_is_not_linked_names_those_that_are() {
    let shown = Folder::with_shop("marketplace = \"amce\"\nenabled = \"yes\"\n").problems();
    assert_eq!(
        shown,
        [
            "channels/shop.toml:1: marketplace: did you mean `acme`? no linked connector is called \
             `amce`; linked are: acme, bare. If its crate is a dependency, the line `use \
             trueup_amce as _;` in the host's main.rs links it",
            "channels/shop.toml:2: enabled: expected true or false, found a text; write it without \
             quotes",
        ]
    );
    assert_eq!(
        Folder::with_shop("").problems(),
        ["channels/shop.toml: marketplace: is missing (The id of the marketplace this channel is \
          an account of); add marketplace = \"…\""]
    );
}

#[test]
fn a_marketplace_is_not_asked_for_what_it_cannot_do() {
    let shown = Folder::with_shop(
        "marketplace = \"bare\"\n[locations]\nMAIN = \"x\"\n[schedule]\n\
         differential = { every = \"30m\" }\n",
    );
    assert_eq!(
        shown.problems(),
        [
            "channels/shop.toml:2: locations: this marketplace knows no locations; remove the table",
            "channels/shop.toml:5: schedule.differential: this marketplace takes complete feeds \
             only; remove the line",
        ]
    );
}

#[test]
fn locations_and_other_keys_are_judged_even_where_a_secret_or_a_key_is_wrong() {
    let wrong = GOOD.replace("A-1", "B-1").replace("abc", "a bc");
    let location = "channels/shop.toml:4: locations.MAIN: Acme's locations start with A-";
    let without_secret = wrong.replace("\"canary-of-the-good-file\"", "{ env = \"NONE\" }");
    let optional = format!("{wrong}pause_seconds = 0\nwebhook = {{ ulr = 5 }}\nzzz = 1\n");
    let required = wrong.replace("environment", "envirnment");
    for (content, count) in [(without_secret, 2), (optional, 5), (required, 3)] {
        let fixed_id = Folder::with_shop(&content.replace("a bc", "abc")).problems();
        assert!(fixed_id.len() == count && fixed_id.contains(&location.to_owned()), "{fixed_id:?}");
        let shown = Folder::with_shop(&content).problems().join("\n");
        assert!(shown.contains(":7: settings.client_id: has a blank"), "{shown}");
    }
}

#[test]
fn tables_that_are_no_tables_are_all_named() {
    let shown = Folder::with_shop(
        "marketplace = \"acme\"\nsettings = 5\nlocations = []\nschedule = 1.5\nrules = \"\"\n",
    );
    assert_eq!(
        shown.problems(),
        [
            "channels/shop.toml:2: settings: expected a table, found a whole number",
            "channels/shop.toml:3: locations: expected a table, found a list",
            "channels/shop.toml:4: schedule: expected a table, found a number",
            "channels/shop.toml:5: rules: expected a table, found an empty text",
        ]
    );
}

#[test]
fn trueup_toml_is_judged_the_same_way() {
    let shown = Folder::new().file(
        "trueup.toml",
        "database = 5\ntime_zne = \"UTC\"\nprofile = \"documented\"\n[demand]\nprofile = \"x\"\n\
         [channels.shop]\nenabled = true\n",
    );
    assert_eq!(
        shown.problems(),
        [
            "trueup.toml:1: database: expected a text, { env = \"VARIABLE\" } or { file = \"PATH\" \
             }, found a whole number; put it in quotes",
            "trueup.toml:2: time_zne: unknown key (a text); did you mean `time_zone`?",
            "trueup.toml:3: profile: unknown key (a text); it belongs in the table [demand]",
            "trueup.toml:5: demand.profile: must be \"documented\" or \"shipped_lines\"; found \
             another text",
            "trueup.toml:6: channels: channels do not stand here; give each a file of its own, \
             channels/<name>.toml",
        ]
    );
    let shown = Folder::new()
        .file("trueup.toml", "database = \"mysql://h/d\"\ntime_zone = \"Mars\"\ndemand = 5\n");
    assert_eq!(
        shown.problems(),
        [
            "trueup.toml:1: database: must start with sqlite:// or postgres://",
            "trueup.toml:2: time_zone: `Mars` is not a time zone; write an IANA name such as UTC or \
             America/New_York",
            "trueup.toml:3: demand: expected a table, found a whole number",
        ]
    );
}

#[test]
fn every_problem_of_every_file_and_variable_comes_at_once() {
    let folder = Folder::new()
        .file("trueup.toml", "database = \"x\"\n")
        .file("channels/one.toml", GOOD.replace("abc", "a bc"))
        .file("channels/two.toml", "marketplace = [\n")
        .file("channels/Three.toml", "")
        .variable("TRUEUP_TIMEZONE", "UTC");
    let problems = folder.load().unwrap_err();
    let expected = format!(
        "5 problems in the settings in {}:
  channels/Three.toml: `Three` is not a channel name; use at most 64 lower-case letters and digits \
with single `_` between them, a letter first; rename the file
  channels/one.toml:7: settings.client_id: has a blank (the secret is [secret])
  channels/two.toml:1: is not valid TOML here: unclosed array, expected `]`
  trueup.toml:1: database: must start with sqlite:// or postgres://
  variable TRUEUP_TIMEZONE: timezone: unknown key (a text); did you mean `time_zone`?",
        folder.path().display()
    );
    assert_eq!(problems.to_string(), expected);
}
