use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tempfile::TempDir;
use tokio::time::timeout;
use trueup_exchange::TokenVault;
use trueup_marketplace::Secret;
use trueup_store::{ChannelId, SealedTokens, Store};
use trueup_testbed::{TestDatabase, on_each_database};

use super::{StoredTokens, VaultKey};

on_each_database!(
    the_token_before_stays_until_the_newest_worked_whoever_dies,
    nothing_of_a_token_is_in_the_database,
    a_database_without_its_key_opens_nothing,
    changed_and_moved_records_are_not_believed,
    a_new_consent_mends_what_cannot_be_opened,
    two_processes_that_keep_at_once_lose_no_token,
    one_process_at_a_time_uses_the_tokens,
    channels_without_tokens_need_no_key,
);

struct World {
    store: Store,
    folder: TempDir,
    channels: Vec<(ChannelId, trueup_stock::ChannelName)>,
    _database: TestDatabase,
}

impl World {
    async fn new(database: TestDatabase) -> Self {
        let store = Store::open(&database.url).await.expect("a database");
        let mut channels = Vec::new();
        for name in ["books", "other"] {
            let name: trueup_stock::ChannelName = name.parse().expect("a name");
            let settle = Duration::from_secs(1);
            let now = Timestamp::UNIX_EPOCH;
            let id = store.register_channel(&name, "test", "{}", settle, now).await;
            channels.push((id.expect("a channel"), name));
        }
        let folder = tempfile::tempdir().expect("a folder");
        Self { store, folder, channels, _database: database }
    }

    /// The vault as a new process opens it.
    fn vault(&self, channel: usize) -> StoredTokens {
        let (id, name) = &self.channels[channel];
        StoredTokens::new(self.store.clone(), (*id, name), self.key())
    }

    fn key(&self) -> VaultKey {
        VaultKey::new(None, self.folder.path())
    }

    async fn sealed(&self, channel: usize) -> SealedTokens {
        self.store.refresh_tokens(self.channels[channel].0).await.expect("tokens")
    }

    /// Writes what another hand would.
    async fn forge(&self, channel: usize, change: impl FnOnce(SealedTokens) -> SealedTokens) {
        let sealed = self.sealed(channel).await;
        let forged = SealedTokens { version: sealed.version + 1, ..change(sealed) };
        let replaced = self.store.replace_refresh_tokens(self.channels[channel].0, &forged).await;
        assert!(replaced.expect("a database"));
    }
}

async fn keep(vault: &StoredTokens, token: &str) {
    vault.keep(Secret::new(token)).await.expect("it is kept");
}

async fn tokens(vault: &StoredTokens) -> Result<Vec<String>, String> {
    let tokens = vault.candidates().await.map_err(|error| error.to_string())?;
    Ok(tokens.iter().map(|token| token.expose().to_owned()).collect())
}

fn both(one: &str, two: &str) -> Result<Vec<String>, String> {
    Ok(vec![one.to_owned(), two.to_owned()])
}

async fn the_token_before_stays_until_the_newest_worked_whoever_dies(database: TestDatabase) {
    let world = World::new(database).await;
    keep(&world.vault(0), "one").await;
    // Each `vault` is another process: nothing is in memory between them.
    keep(&world.vault(0), "two").await;
    assert_eq!(tokens(&world.vault(0)).await, both("two", "one"));
    world.vault(0).worked(&Secret::new("one")).await.expect("noted");
    assert_eq!(tokens(&world.vault(0)).await, both("two", "one"));
    keep(&world.vault(0), "two").await;
    assert_eq!(tokens(&world.vault(0)).await, both("two", "one"), "kept twice is kept once");
    world.vault(0).worked(&Secret::new("two")).await.expect("noted");
    assert_eq!(tokens(&world.vault(0)).await, Ok(vec!["two".to_owned()]));
    assert_eq!(tokens(&world.vault(1)).await, Ok(Vec::new()));
}

async fn nothing_of_a_token_is_in_the_database(database: TestDatabase) {
    let world = World::new(database).await;
    keep(&world.vault(0), "canary-refresh-token").await;
    keep(&world.vault(0), "canary-refresh-token-2").await;
    let sealed = world.sealed(0).await;
    for record in [sealed.newest, sealed.before] {
        let text = String::from_utf8_lossy(&record.expect("sealed")).into_owned();
        assert!(!text.contains("canary"), "{text}");
    }
    let vault = world.vault(0);
    assert!(!format!("{vault:?}").contains("canary"));
}

async fn a_database_without_its_key_opens_nothing(database: TestDatabase) {
    let world = World::new(database).await;
    keep(&world.vault(0), "one").await;
    let file = world.folder.path().join("vault.key");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&file).expect("a key file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    std::fs::remove_file(&file).expect("removed");
    let error = tokens(&world.vault(0)).await.expect_err("nothing to open it with");
    assert!(error.contains("sealed under another key"), "{error}");
    let entries = std::fs::read_dir(world.folder.path()).expect("a folder");
    assert_eq!(entries.count(), 1, "no draft is left");
}

async fn changed_and_moved_records_are_not_believed(database: TestDatabase) {
    let world = World::new(database).await;
    keep(&world.vault(0), "one").await;
    keep(&world.vault(0), "two").await;
    keep(&world.vault(1), "of another channel").await;
    world.forge(0, |sealed| SealedTokens { newest: sealed.before.clone(), ..sealed }).await;
    let error = tokens(&world.vault(0)).await.expect_err("moved within the row");
    assert!(error.contains("changed or moved"), "{error}");
    let stolen = world.sealed(1).await.newest;
    world.forge(0, |sealed| SealedTokens { newest: stolen, before: None, ..sealed }).await;
    let error = tokens(&world.vault(0)).await.expect_err("moved between channels");
    assert!(error.contains("changed or moved"), "{error}");
    world
        .forge(1, |mut sealed| {
            let last = sealed.newest.as_mut().and_then(|record| record.last_mut());
            *last.expect("bytes") ^= 1;
            sealed
        })
        .await;
    let error = tokens(&world.vault(1)).await.expect_err("changed");
    assert!(error.contains("changed or moved"), "{error}");
}

async fn a_new_consent_mends_what_cannot_be_opened(database: TestDatabase) {
    let world = World::new(database).await;
    keep(&world.vault(0), "one").await;
    std::fs::remove_file(world.folder.path().join("vault.key")).expect("removed");
    world.vault(0).start_over(Secret::new("anew")).await.expect("kept");
    assert_eq!(tokens(&world.vault(0)).await, Ok(vec!["anew".to_owned()]));
}

async fn two_processes_that_keep_at_once_lose_no_token(database: TestDatabase) {
    let world = World::new(database).await;
    keep(&world.vault(0), "first").await;
    for round in 0..10 {
        let (one, two) = (world.vault(0), world.vault(0));
        let (a, b) = (format!("a{round}"), format!("b{round}"));
        tokio::join!(keep(&one, &a), keep(&two, &b));
        let mut kept = tokens(&world.vault(0)).await.expect("tokens");
        kept.sort();
        assert_eq!(kept, [a, b]);
    }
}

async fn one_process_at_a_time_uses_the_tokens(database: TestDatabase) {
    let world = World::new(database).await;
    keep(&world.vault(0), "one").await;
    let (first, second) = (world.vault(0), Arc::new(world.vault(0)));
    first.begin().await.expect("its turn");
    let waiting = Arc::clone(&second);
    let mut waiting = tokio::spawn(async move { waiting.begin().await });
    assert!(timeout(Duration::from_millis(600), &mut waiting).await.is_err(), "it waits");
    second.end().await.expect("not its to give back");
    assert!(timeout(Duration::from_millis(600), &mut waiting).await.is_err(), "it still waits");
    world.vault(1).begin().await.expect("another channel's turn");
    first.end().await.expect("given back");
    waiting.await.expect("no panic").expect("its turn");
}

async fn channels_without_tokens_need_no_key(database: TestDatabase) {
    let world = World::new(database).await;
    assert_eq!(tokens(&world.vault(0)).await, Ok(Vec::new()));
    assert!(!world.folder.path().join("vault.key").exists());
}
