//! Directories and files as people leave them.

use trueup_host::settings::load;
use trueup_marketplace::{Registration, Registry, RegistryError};

use crate::acme::{Acme, registry};
use crate::folder::{Folder, GOOD};

#[test]
fn an_empty_directory_gives_the_defaults_and_says_so() {
    let folder = Folder::new();
    let settings = folder.settings();
    let database = format!("sqlite://{}", folder.path().join("trueup.db").display());
    assert_eq!(settings.database.address(), database);
    assert_eq!(settings.time_zone.iana_name(), Some("UTC"));
    assert_eq!(settings.profile, trueup_stock::DemandProfile::Documented);
    assert!(settings.channels.is_empty());
    assert_eq!(
        folder.notes(),
        [
            "trueup.toml: there is no such file, so defaults are used; `trueup init` writes one",
            "channels: there is no such folder, so no channel comes from a file; `trueup init` \
             writes one for each marketplace",
        ]
    );
}

#[test]
fn a_directory_that_is_not_there_is_a_problem() {
    let folder = Folder::new();
    let missing = folder.path().join("nowhere");
    let problems = load(&missing, &registry(), std::iter::empty()).unwrap_err();
    let shown: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let expected = format!(
        "{}: there is no such directory; `trueup init` followed by its name makes it",
        missing.display()
    );
    assert_eq!(shown, [expected]);
}

#[test]
fn a_missing_channels_folder_is_worth_a_note_only() {
    let folder = Folder::new().file("trueup.toml", "");
    assert_eq!(folder.notes().len(), 1);
    assert!(folder.settings().channels.is_empty());
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_file() {
    let folder = Folder::new()
        .file("trueup.toml", "\u{feff}time_zone = \"Europe/Berlin\"\n")
        .file("channels/shop.toml", format!("\u{feff}{GOOD}"));
    assert_eq!(folder.settings().time_zone.iana_name(), Some("Europe/Berlin"));
    let wrong = Folder::new().file("trueup.toml", "\u{feff}demand = 5\n");
    assert_eq!(wrong.problems(), ["trueup.toml:1: demand: expected a table, found a whole number"]);
}

#[test]
fn windows_line_ends_are_line_ends() {
    let folder = Folder::with_shop(&GOOD.replace('\n', "\r\n"));
    assert_eq!(folder.settings().channels.len(), 1);
}

#[test]
fn what_is_not_toml_is_named_line_by_line_and_not_quoted() {
    let broken = GOOD.replace("\"abc\"", "canary one").replace("[locations]", "[locations");
    let shown = Folder::with_shop(&broken).problems();
    assert_eq!(
        shown,
        [
            "channels/shop.toml:3: is not valid TOML here: unclosed table, expected `]`",
            "channels/shop.toml:7: is not valid TOML here: string values must be quoted, expected \
             literal string",
        ]
    );
    let twice = format!("{GOOD}client_id = \"canary\"\n");
    assert_eq!(
        Folder::with_shop(&twice).problems(),
        ["channels/shop.toml:9: is not valid TOML here: duplicate key"]
    );
    let latin1 = Folder::new().file("channels/shop.toml", [b'a', b' ', b'=', b' ', 0xe9]);
    assert_eq!(latin1.problems(), ["channels/shop.toml: is not UTF-8 text; save it as UTF-8"]);
}

#[test]
fn other_files_among_the_channels_are_noted_and_hidden_ones_are_not() {
    let folder = Folder::with_shop(GOOD)
        .file("channels/shop.toml.bak", "x")
        .file("channels/.shop.toml.swp", "x");
    assert_eq!(
        folder.notes(),
        ["channels/shop.toml.bak: is not read; the file of a channel ends in .toml"]
    );
}

#[test]
fn a_folder_where_a_file_should_be_is_a_problem_and_no_crash() {
    let folder = Folder::new().file("trueup.toml/x", "").file("channels", "");
    let shown = folder.problems();
    assert_eq!(shown.len(), 2, "{shown:?}");
    assert!(shown[0].starts_with("channels: cannot be listed: "), "{shown:?}");
    assert!(shown[1].starts_with("trueup.toml: cannot be read: "), "{shown:?}");
}

#[test]
fn two_connectors_of_one_name_are_refused() {
    let twice = [Registration::of::<Acme>("1.0.0"), Registration::of::<Acme>("2.0.0")];
    assert_eq!(Registry::of(twice).unwrap_err(), RegistryError::Duplicate("acme"));
}
