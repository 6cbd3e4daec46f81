//! A disk that is full at every possible moment: nothing is half applied, people are told, and
//! with room again everything goes on.

use std::path::Path;
use std::time::{Duration, Instant};

use trueup_testbed::{TestDatabase, left_out, on_sqlite};
use trueup_tests::{
    Books, CHANNEL, Finished, Inputs, Ledger, Said, Shop, SmallDisk, address_in, knob,
};

const SETTINGS: &str = "settle_seconds = 0\nrequests_per_minute = 60000";
/// Few enough for a feed in every try, many enough for an import of many pages.
const FED: i64 = 400;
const IMPORTED: i64 = 4_000;
const PATIENCE: Duration = Duration::from_secs(60);
/// How much larger the disk is from one try to the next.
const STEP_KIB: usize = 12;
/// A disk that is certainly large enough for what is done here.
const KIB_MAX: u64 = 8_000;

struct Scene {
    shop: Shop,
    database: TestDatabase,
    disk: SmallDisk,
    room: tempfile::TempDir,
    inputs: Inputs,
}

impl Scene {
    /// `None`, and a word about it, where no small disk can be had.
    async fn open(database: TestDatabase, products: i64) -> Option<Self> {
        let room = tempfile::tempdir().expect("a temporary folder");
        let Some(disk) = SmallDisk::available(room.path()) else {
            left_out("full disks: nobody may mount a file system here (`unshare --mount`)");
            return None;
        };
        let shop = Shop::with(&database.url, Default::default(), SETTINGS).await;
        let inputs = inputs(products, 0);
        let row = |code: &String| format!("{code},{CHANNEL}\n");
        let rows: String = inputs.keys().map(row).collect();
        shop.import("products", &format!("product_code,marketplaces\n{rows}")).await;
        shop.import("stock", &stock_table(&inputs)).await;
        Some(Self { shop, database, disk, room, inputs })
    }

    /// Tries a command on larger and larger disks until one is large enough; `checks` looks at what
    /// each failure left. Gives back how often there was not enough room.
    async fn grow(&mut self, arguments: &[&str], checks: impl AsyncFn(&Shop, &Path)) -> usize {
        let before = self.database.folder.path().to_owned();
        let least = SmallDisk::kib_of(&before);
        let sizes = (least..least + KIB_MAX).step_by(knob("TESTBED_DISK_STEP", STEP_KIB));
        for (failures, kib) in sizes.enumerate() {
            // A marketplace that has never been told anything, as this database knows it.
            let shop = Shop::with(&self.database.url, Default::default(), SETTINGS).await;
            let (finished, after) = self.disk.run(&shop, &before, kib, arguments).await;
            if finished.code == Some(0) {
                return failures;
            }
            tells_that_the_disk_is_full(&finished);
            checks(&shop, &after).await;
        }
        panic!("{KIB_MAX} KiB are not enough for {arguments:?}");
    }
}

fn inputs(products: i64, more: i64) -> Inputs {
    let said = |at| (format!("P{at:04}"), Said { stock: at + more, is_offered: true });
    (0..products).map(said).collect()
}

fn stock_table(inputs: &Inputs) -> String {
    let row = |(code, said): (&String, &Said)| format!("{code},{}\n", said.stock);
    let rows: String = inputs.iter().map(row).collect();
    format!("product_code,quantity\n{rows}")
}

fn tells_that_the_disk_is_full(finished: &Finished) {
    assert_eq!(finished.code, Some(1), "{finished:#?}");
    assert!(finished.stderr.contains("the disk is full; make room"), "{finished:#?}");
    assert!(!finished.stderr.contains("panicked"), "{finished:#?}");
}

#[test]
fn an_import_on_a_full_disk_is_whole_or_not_at_all() {
    on_sqlite(|database| async move {
        let Some(mut scene) = Scene::open(database, IMPORTED).await else { return };
        let (old, new) = (scene.inputs.clone(), inputs(IMPORTED, 10_000));
        let file = scene.shop.write("new.csv", &stock_table(&new));
        let ledger = scene.room.path().join("ledger.json");
        let arguments = ["import", "stock", &file];
        let failures = scene
            .grow(&arguments, async |shop: &Shop, after: &Path| {
                let address = address_in(after);
                let books = Books::open(&address).await;
                let mut ledger = Ledger::open(ledger.clone(), old.clone());
                ledger.check(&books.inputs().await);
                let roomy = [("TRUEUP_DATABASE", address.as_str())];
                let _taken = shop.run_with(&arguments, &roomy).await.success();
                assert_eq!(books.inputs().await, new, "with room it is taken");
            })
            .await;

        assert!(failures >= 10, "only {failures} disks were too small");
    });
}

#[test]
fn a_feed_on_a_full_disk_goes_on_when_there_is_room() {
    on_sqlite(|database| async move {
        let Some(mut scene) = Scene::open(database, FED).await else { return };
        let inputs = scene.inputs.clone();
        let failures = scene
            .grow(&["send", CHANNEL], async |shop: &Shop, after: &Path| {
                let address = address_in(after);
                let books = Books::open(&address).await;
                books.check_belief(shop, &inputs).await;
                converges(shop, &address).await;
                for (code, said) in &inputs {
                    assert_eq!(shop.on_hand(code), Some(said.stock), "{code}");
                }
            })
            .await;

        assert!(failures >= 10, "only {failures} disks were too small");
    });
}

async fn converges(shop: &Shop, address: &str) {
    let variables = [("TRUEUP_DATABASE", address)];
    let deadline = Instant::now() + PATIENCE;
    loop {
        let _fed = shop.run_with(&["send", CHANNEL], &variables).await.success();
        let status = shop.run_with(&["status", "--format", "json"], &variables).await.success();
        let status = &status.json()[0];
        if status["clean"] == FED && status["unresolved"] == 0 && status["dirty"] == 0 {
            return;
        }
        assert!(Instant::now() < deadline, "{status:#}");
    }
}

#[test]
fn a_database_that_cannot_be_written_is_named() {
    on_sqlite(|database| async move {
        let shop = Shop::with(&database.url, Default::default(), SETTINGS).await;
        shop.stock_three().await;
        let file = database.folder.path().join("trueup.db");
        let mut permissions = file.metadata().expect("a file").permissions();
        permissions.set_readonly(true);
        std::fs::set_permissions(&file, permissions).expect("it is ours");
        let refused = shop.send("differential").await;
        assert_eq!(refused.code, Some(2), "{refused:#?}");
        assert!(refused.stderr.contains("trueup.db is read-only"), "{refused:#?}");
        assert_eq!(shop.sandbox.calls().saves, 0);
    });
}
