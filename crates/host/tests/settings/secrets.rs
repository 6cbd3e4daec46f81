//! Secrets arrive at the connector and nowhere else.

use crate::folder::{Folder, GOOD};

const CANARY: &str = "canary-7f3a";

fn shop(secret: &str) -> Folder {
    Folder::with_shop(&GOOD.replace("\"canary-of-the-good-file\"", secret))
}

/// The secret as the connector was given it, from the request it signs in with.
fn arrived(folder: &Folder) -> String {
    let settings = folder.settings();
    let request = settings.channels[0].opened.token_request(None).unwrap();
    serde_json::from_slice(&request.body).unwrap()
}

#[test]
fn a_secret_comes_from_a_text_a_variable_or_a_file() {
    assert_eq!(arrived(&shop(&format!("\"{CANARY}\""))), CANARY);
    assert_eq!(arrived(&shop("{ env = \"ACME\" }").variable("ACME", CANARY)), CANARY);
    // The line's end is the editor's, not the secret's.
    for content in [CANARY.to_owned(), format!("{CANARY}\n"), format!("{CANARY}\r\n")] {
        let folder = shop("{ file = \"secret.txt\" }").file("secret.txt", content);
        assert_eq!(arrived(&folder), CANARY);
    }
}

#[test]
fn a_secret_that_cannot_be_fetched_says_from_where() {
    let line = "channels/shop.toml:8: settings.client_secret: ";
    let says = |folder: Folder, expected: &str| {
        let shown = folder.problems().join("\n");
        let shown = shown.replace(&format!("{}/", folder.path().display()), "DIR/");
        assert_eq!(shown, format!("{line}{expected}"));
    };
    let file = || shop("{ file = \"s.txt\" }");
    says(shop("{ env = \"ACME\" }"), "the environment variable ACME is not set; set it");
    says(
        shop("{ env = \"ACME\" }").variable("ACME", ""),
        "the environment variable ACME is empty; set it",
    );
    says(file(), "there is no file DIR/s.txt; write the secret into it");
    says(file().file("s.txt", "\n"), "the file DIR/s.txt is empty; write the secret into it");
    says(file().file("s.txt", [0xff]), "the file DIR/s.txt is not UTF-8 text");
    says(file().file("s.txt", "x".repeat(70_000)), "the file DIR/s.txt is too large for a secret");
    says(shop("\"\""), "is empty");
    let forms = "expected a text, { env = \"VARIABLE\" } or { file = \"PATH\" }, found ";
    says(shop("{ env = \"A\", file = \"b\" }"), &format!("{forms}a table"));
    says(shop("{}"), &format!("{forms}a table"));
    says(shop("true"), &format!("{forms}true or false; put it in quotes"));
}

#[cfg(unix)]
#[test]
fn a_secret_file_that_others_can_read_is_noted() {
    use std::os::unix::fs::PermissionsExt;
    let folder = shop("{ file = \"s.txt\" }").file("s.txt", CANARY);
    assert_eq!(folder.notes(), [""; 0]);
    let path = folder.path().join("s.txt");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let path = path.display();
    let expected = format!(
        "channels/shop.toml:8: settings.client_secret: other users of this machine can read {path}; \
         run `chmod 600 {path}`"
    );
    assert_eq!(folder.notes(), [expected]);
}

#[test]
fn settings_that_are_shown_show_no_secret() {
    let more = format!("login = {{ kind = \"token\", token = \"{CANARY}\" }}\n");
    let folder = shop(&format!("\"{CANARY}\"\n{more}"))
        .variable("TRUEUP_DATABASE", &format!("postgres://u:{CANARY}@h/d?password={CANARY}"));
    let settings = folder.settings();
    let shown = format!("{settings:?} {}", settings.database);
    assert!(!shown.contains(CANARY), "{shown}");
    assert!(shown.ends_with("postgres://u:[secret]@h/d?…"), "{shown}");
    assert!(settings.database.address().contains(CANARY));
    let table = &settings.channels[0].settings;
    assert_eq!(table["login"]["token"], "[secret]");
}

/// Lines that hold the secret `{}` where it does not belong, in some way or other wrong.
const WRONG_LINES: &[&str] = &[
    "client_secrt = \"{}\"",
    "clientSecret = \"{}\"",
    "password = \"{}\"",
    "api_key = [\"{}\"]",
    "token = { value = \"{}\" }",
    "zzz = \"{}\"",
    "zzz = { a = [{ b = \"{}\" }] }",
    "pause_seconds = \"{}\"",
    "webhook = \"{}\"",
    "webhook = { url = 5, signing_key = [\"{}\"] }",
    "webhook = { url = 5, signing_key = { env = 5, x = \"{}\" } }",
    "webhook = { url = \"u\", signing_kye = \"{}\" }",
    "login = \"{}\"",
    "login = [\"{}\"]",
    "login = { kind = \"{}\" }",
    "login = { kind = \"token\", token = [\"{}\"] }",
    "login = { kind = \"tken\", token = \"{}\" }",
    "login = { kind = \"password\", password = \"{}\" }",
    "unquoted = {}",
    "unclosed = \"{}",
    "unclosed = [\"{}\"",
    "client_id = \"{}\"",
    "[rules]\nclient_secret = \"{}\"",
    "[rules]\nbuffer = [\"{}\"]",
    "[schedule]\nclient_secret = \"{}\"",
    "[schedule]\ntrue_up = \"{}\"",
    "[schedule]\ntrue_up = { secret = \"{}\" }",
    "[client_secret]\nvalue = \"{}\"",
    "[settings.client_secret]\nvalue = \"{}\"",
];

#[test]
fn a_secret_in_the_wrong_place_is_not_shown() {
    for line in WRONG_LINES {
        let folder = Folder::with_shop(&format!("{GOOD}{}\n", line.replace("{}", CANARY)));
        let problems = folder.load().expect_err(line);
        let shown = format!("{problems} {problems:?}");
        assert!(!shown.contains(CANARY), "{line}\n{shown}");
    }
}

#[test]
fn a_secret_at_the_top_or_in_trueup_toml_is_not_shown() {
    for line in [
        "client_secret = \"{}\"",
        "database = [\"{}\"]",
        "database = \"mysql://u:{}@h/d\"",
        "database = \"{}\"",
        "database = { env = \"X\", password = \"{}\" }",
        "demand = \"{}\"",
        "[demand]\nprofile = \"{}\"",
        "[demand]\npassword = \"{}\"",
        "[channels.shop.settings]\nclient_secret = \"{}\"",
        "[settings]\nclient_secret = \"{}\"",
    ] {
        let line = line.replace("{}", CANARY);
        let in_main = Folder::new().file("trueup.toml", &line);
        let in_channel = Folder::with_shop(&format!("{line}\n{GOOD}"));
        for folder in [in_main, in_channel] {
            let problems = folder.load().expect_err(&line);
            let shown = format!("{problems} {problems:?}");
            assert!(!shown.contains(CANARY), "{line}\n{shown}");
        }
    }
}

#[test]
fn a_secret_in_a_wrong_variable_is_not_shown() {
    for name in [
        "TRUEUP_CLIENT_SECRET",
        "TRUEUP_DATABASE",
        "TRUEUP_DEMAND",
        "TRUEUP_CHANNELS__SHOP",
        "TRUEUP_CHANNELS__SHP__SETTINGS__CLIENT_SECRET",
        "TRUEUP_CHANNELS__SHOP__CLIENT_SECRET",
        "TRUEUP_CHANNELS__SHOP__ENABLED",
        "TRUEUP_CHANNELS__SHOP__SETTINGS",
        "TRUEUP_CHANNELS__SHOP__SETTINGS__CLIENT_SECRT",
        "TRUEUP_CHANNELS__SHOP__SETTINGS__PAUSE_SECONDS",
        "TRUEUP_CHANNELS__SHOP__SETTINGS__LOGIN",
        "TRUEUP_CHANNELS__SHOP__RULES__SECRET",
    ] {
        let problems = shop("\"x\"").variable(name, CANARY).load().expect_err(name);
        let shown = format!("{problems} {problems:?}");
        assert!(!shown.contains(CANARY), "{name}\n{shown}");
    }
}

/// The same secret in its right place and, by mistake, where values are shown.
#[test]
fn a_known_secret_is_hidden_even_where_values_are_shown() {
    let more =
        format!("[rules]\nbuffer = \"{CANARY}\"\n[schedule]\ntrue_up = {{ at = [\"{CANARY}\"] }}");
    let folder = shop(&format!("\"{CANARY}\"\n{more}"));
    let shown = folder.problems();
    assert_eq!(
        shown,
        [
            "channels/shop.toml:10: rules.buffer: `[secret]` is not a quantity; write digits with a \
             point for fractions, such as 12 or 7.5",
            "channels/shop.toml:12: schedule.true_up: `[secret]` is not a time of day; write hours \
             and minutes such as 13:30",
        ]
    );
}
