//! Opening databases that are fine, and those that are not.

use std::error::Error;
use std::fs;

use trueup_store::{Store, StoreErrorKind};
use trueup_testbed::{TestDatabase, on_each_database};

use super::given::Given;

on_each_database!(reopened_database_holds_what_it_held, database_of_a_newer_schema_is_refused,);

async fn reopened_database_holds_what_it_held(database: TestDatabase) {
    let given = Given::products(database, &["A"]).await;
    let again = Store::open(&given.database.url).await.unwrap();
    assert_eq!(again.count_products().await.unwrap(), 1);
    assert_eq!(again.path().is_some(), given.database.name == "sqlite");
}

async fn database_of_a_newer_schema_is_refused(database: TestDatabase) {
    let given = Given::products(database, &["A"]).await;
    given
        .execute("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_later', 0)")
        .await;
    let error = Store::open(&given.database.url).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Version);
    let expected = "the database was written by a newer trueup; use that version, or a backup";
    assert_eq!(error.to_string(), expected);
}

/// The message, its causes, and what a log would show.
async fn refusal(address: &str) -> (String, String) {
    let error = Store::open(address).await.unwrap_err();
    let mut whole = format!("{error:?}");
    let mut cause = error.source();
    while let Some(next) = cause {
        whole = format!("{whole}\n{next}\n{next:?}");
        cause = next.source();
    }
    (error.to_string(), whole)
}

#[tokio::test]
async fn unusable_files_are_refused_with_the_fix() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    fs::write(path("text.db"), "product_code,quantity\nA,5\n").unwrap();
    fs::write(path("short.db"), "SQLite").unwrap();
    fs::write(path("locked.db"), "").unwrap();
    let mut permissions = fs::metadata(path("locked.db")).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(path("locked.db"), permissions).unwrap();
    let home = folder.path().display().to_string();
    let cases = [
        (
            path("text.db"),
            format!("{home}/text.db is not a SQLite database; name another file, or a new one"),
        ),
        (
            path("short.db"),
            format!("{home}/short.db is not a SQLite database; name another file, or a new one"),
        ),
        (
            path("locked.db"),
            format!("the database file {home}/locked.db is read-only; allow writing to it"),
        ),
        (
            path("no/such/trueup.db"),
            format!(
                "the folder {home}/no/such of the database file does not exist; create it first"
            ),
        ),
        (home.clone(), format!("{home} is a folder; name a file in it")),
    ];
    for (path, expected) in cases {
        assert_eq!(refusal(&format!("sqlite://{path}")).await.0, expected);
    }
    assert_eq!(fs::read(path("short.db")).unwrap(), b"SQLite");
}

#[tokio::test]
async fn addresses_that_name_no_database_are_refused() {
    let no_file = "the SQLite address names no file; write for example `sqlite://trueup.db`";
    let cases = [
        ("sqlite:", no_file),
        ("sqlite://", no_file),
        ("sqlite::memory:", no_file),
        (
            "sqlite://trueup.db?mode=ro",
            "the SQLite address `sqlite://trueup.db?mode=ro` has parameters after `?`; leave them \
             out",
        ),
        (
            "mysql://root:hunter2@localhost/trueup",
            "the database address must start with `sqlite://` or `postgres://`",
        ),
        ("", "the database address must start with `sqlite://` or `postgres://`"),
    ];
    for (address, expected) in cases {
        assert_eq!(refusal(address).await.0, expected);
    }
}

#[tokio::test]
async fn passwords_are_in_no_message() {
    let addresses = [
        "postgres://trueup:hunter2@127.0.0.1:1/trueup",
        "postgres://trueup:hunter2@127.0.0.1:port/trueup",
        "postgres://trueup:hunter2@[::1/trueup",
        "postgres://trueup:hunter2@127.0.0.1:1/trueup?sslmode=hunter",
        "mysql://trueup:hunter2@127.0.0.1/trueup",
    ];
    let unreadable = "the database address cannot be read; write \
                      `postgres://user:password@host:port/database`, with `%` codes for special \
                      characters";
    assert_eq!(refusal(addresses[1]).await.0, unreadable);
    for address in addresses {
        let (message, whole) = refusal(address).await;
        assert!(!whole.contains("hunter2"), "{whole}");
        assert!(!message.is_empty());
    }
}

#[tokio::test]
async fn file_names_may_hold_any_character() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Größe 100% #1 &x=y.db");
    let address = format!("sqlite://{}", path.display());
    let store = Store::open(&address).await.unwrap();
    assert_eq!(store.path(), Some(path.as_path()));
    assert!(path.is_file());
}
