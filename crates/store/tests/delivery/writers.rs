//! Sixteen writers at once: a change that is committed late, in whatever order, is not lost.
//!
//! Beside the store a careless reader works on marks of its own under the same load; that it loses
//! many changes shows that the load would show a store that loses any.

use std::io::Write;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures::future::join_all;
use sea_orm::{ConnectionTrait, Database, TransactionTrait};
use trueup_store::{BadRows, Refresh, Store};
use trueup_testbed::{TestDatabase, on_postgres};

use super::careless::Careless;
use super::world::{PROFILE, World, at};
use crate::inputs::given::{numbered, on_channels, stock};

const WRITERS: u64 = 16;
/// The first half is changed in turns, so that no change hides what became of an earlier one.
const PRODUCTS: u64 = 8_000;
const PAUSE_MS_MAX: u64 = 20;
/// Quantities are kept as whole ten-thousandths.
const UNIT: u64 = 10_000;

/// What the writers share.
#[derive(Default)]
struct Writing {
    is_over: AtomicBool,
    changes: AtomicU64,
    turn: AtomicU64,
}

impl Writing {
    /// Writes one change after the other until time is up.
    async fn write(&self, url: &str, writer: u64) {
        let mut dice = fastrand::Rng::with_seed(writer);
        let store = Store::open(url).await.unwrap();
        let raw = Database::connect(url).await.unwrap();
        while !self.is_over.load(Ordering::Relaxed) {
            let quantity = dice.u64(..1_000_000);
            if writer < WRITERS / 2 {
                import(&store, &code(dice.u64(PRODUCTS / 2..PRODUCTS)), quantity).await;
            } else {
                // A change right after another: its mark is there already, and is held.
                let product = code(self.turn.fetch_add(1, Ordering::Relaxed) % (PRODUCTS / 2));
                let pause = Duration::from_millis(dice.u64(..=PAUSE_MS_MAX));
                change(&raw, &product, quantity + 1, Duration::ZERO).await;
                change(&raw, &product, quantity, pause).await;
            }
            self.changes.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn code(number: u64) -> String {
    format!("P-{number}")
}

/// As imports do it; their commit is made to linger by a trigger.
async fn import(store: &Store, product: &str, quantity: u64) {
    let mut import = store.begin_import_stock("stock.csv").await.unwrap();
    import.stage(numbered([stock(product, "MAIN", &quantity.to_string())])).await.unwrap();
    import.finish(BadRows::Refuse, at(0)).await.unwrap();
}

/// As a host's own program might do it, beside the lock that imports take turns by: the row and its
/// mark in one transaction, which stays open for a while.
async fn change(raw: &sea_orm::DatabaseConnection, product: &str, quantity: u64, pause: Duration) {
    let transaction = raw.begin().await.unwrap();
    let scaled = quantity * UNIT;
    let set = format!(
        "UPDATE stock SET quantity = {scaled} \
         WHERE product_id = (SELECT id FROM product WHERE code = '{product}')"
    );
    let mark = format!(
        "INSERT INTO dirty_product (channel_id, product_id, rev, since) \
         SELECT o.channel_id, o.product_id, 1, 0 FROM opt_in o \
         JOIN product p ON p.id = o.product_id WHERE p.code = '{product}' \
         ON CONFLICT (channel_id, product_id) DO UPDATE SET rev = dirty_product.rev + 1"
    );
    transaction.execute_unprepared(&set).await.unwrap();
    transaction.execute_unprepared(&mark).await.unwrap();
    tokio::time::sleep(pause).await;
    transaction.commit().await.unwrap();
}

/// Lets every transaction that marks something linger at its commit.
async fn commits_linger(world: &World) {
    world
        .execute(&format!(
            "CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS \
             'BEGIN PERFORM pg_sleep(random() * {PAUSE_MS_MAX} / 1000); RETURN NULL; END'"
        ))
        .await;
    world
        .execute(
            "CREATE CONSTRAINT TRIGGER linger AFTER INSERT OR UPDATE ON dirty_product \
             DEFERRABLE INITIALLY DEFERRED FOR EACH ROW \
             WHEN (NEW.since <> 0) EXECUTE FUNCTION linger()",
        )
        .await;
}

async fn catalogue(world: &World) {
    let mut import = world.store.begin_import_products("products.csv").await.unwrap();
    let products = (0..PRODUCTS).map(|number| on_channels(&code(number), &["shop"]));
    import.stage(numbered(products)).await.unwrap();
    assert!(import.finish(BadRows::Refuse, world.now).await.unwrap().is_committed);
    let mut import = world.store.begin_import_stock("stock.csv").await.unwrap();
    import.stage(numbered((0..PRODUCTS).map(|at| stock(&code(at), "MAIN", "1")))).await.unwrap();
    assert!(import.finish(BadRows::Refuse, world.now).await.unwrap().is_committed);
}

#[test]
fn sixteen_writers_lose_no_change_while_levels_are_computed() {
    on_postgres(|database: TestDatabase| async move {
        let seconds = std::env::var("TESTBED_WRITER_SECONDS").ok();
        let seconds = seconds.map_or(20, |seconds| seconds.parse().expect("a number of seconds"));
        let world = World::new(database, &[]).await;
        catalogue(&world).await;
        commits_linger(&world).await;
        let lease = world.lease().await;
        let careless = Careless::beside(&world).await;
        let writing = Writing::default();
        let url = world.database.url.as_str();
        let writers = join_all((0..WRITERS).map(|writer| writing.write(url, writer)));
        let refreshing = async {
            let until = Instant::now() + Duration::from_secs(seconds);
            let (planner, mut after) = (world.planner(), None);
            while Instant::now() < until {
                world.refresh(&lease).await;
                // Between them a step of what a True-Up computes: it takes free marks alone.
                let scope = Refresh::Everything { after, limit: 100 };
                let step = world.store.refresh(&lease, scope, PROFILE, &planner, 7, world.now);
                after = step.await.unwrap().next;
            }
            writing.is_over.store(true, Ordering::Relaxed);
        };
        tokio::join!(writers, refreshing, careless.read_until(&writing.is_over));
        while world.refresh(&lease).await.products > 0 {}
        let changes = writing.changes.load(Ordering::Relaxed);
        assert!(changes > 10 * seconds, "only {changes} changes in {seconds} s");
        let lost = "SELECT COUNT(*) FROM stock s JOIN listing l ON l.product_id = s.product_id \
                    JOIN delivery d ON d.listing_id = l.id \
                    WHERE d.want_quantity * 10000 <> s.quantity";
        assert_eq!(world.number(lost).await, 0, "lost of {changes} changes");
        let lost = careless.lost().await;
        assert!(lost >= 100, "a careless reader lost only {lost}: the load shows nothing");
        let listed = world.number("SELECT COUNT(*) FROM delivery").await;
        assert_eq!(listed, i64::try_from(PRODUCTS).unwrap(), "every product has its listing");
        let _nowhere_to_say_it =
            writeln!(std::io::stderr(), "{changes} changes, 0 lost; carelessly {lost}");
    });
}
