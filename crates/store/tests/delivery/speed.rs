//! How fast it is: numbers to print, not to assert. Run with
//! `cargo test --release -p trueup-store --test main speed -- --ignored --nocapture`.
#![expect(clippy::print_stderr, reason = "the numbers are the point")]

use std::time::{Duration, Instant};

use trueup_delivery::ListingId;
use trueup_marketplace::FeedKind;
use trueup_store::{Claim, Claimable, Refresh};
use trueup_testbed::TestDatabase;

use super::world::{PROFILE, World, accepted};

const LINES_PER_BATCH: usize = 500;

fn listings() -> usize {
    let wanted = std::env::var("TRUEUP_SPEED_LISTINGS").ok();
    wanted.and_then(|text| text.parse().ok()).unwrap_or(1_000_000)
}

async fn filled(database: TestDatabase) -> World {
    let world = World::new(database, &[]).await;
    let (channel, count) = (world.channel.0, listings());
    let numbers = match world.database.name {
        "sqlite" => format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) "
        ),
        _ => format!("WITH n(i) AS (SELECT generate_series(1, {count})) "),
    };
    let (products, location, stock, opt_in, mark) = (
        "INSERT INTO product (id, code, name, active, discontinued) {n} \
         SELECT i, 'P' || i, 'A product', true, false FROM n",
        "INSERT INTO location (id, code) VALUES (1, 'MAIN')",
        "INSERT INTO stock (product_id, location_id, quantity) {n} SELECT i, 1, 50000 + i FROM n",
        "INSERT INTO opt_in (channel_id, product_id) {n} SELECT {c}, i FROM n",
        "ANALYZE",
    );
    for sql in [products, location, stock, opt_in, mark] {
        let sql = sql.replace("{c}", &channel.to_string());
        let sql = match sql.split_once("{n} ") {
            Some((insert, select)) if world.database.name == "sqlite" => {
                format!("{numbers}{insert}{select}")
            }
            Some((insert, select)) => format!("{insert}{numbers}{select}"),
            None => sql,
        };
        world.execute(&sql).await;
    }
    world
}

fn told(what: &str, count: usize, took: Duration) {
    let rate = count as f64 / took.as_secs_f64();
    eprintln!("{what}: {count} in {:.3} s, {rate:.0}/s", took.as_secs_f64());
}

async fn refresh_everything(world: &World, lease: &trueup_store::Lease) {
    let planner = world.planner();
    let mut after = None;
    loop {
        let scope = Refresh::Everything { after, limit: 500 };
        let refreshed = world.store.refresh(lease, scope, PROFILE, &planner, 7, world.now);
        after = refreshed.await.unwrap().next;
        if after.is_none() {
            return;
        }
    }
}

/// One True-Up: how long claims, requests and outcomes took.
async fn walk(world: &World, lease: &trueup_store::Lease, at_once: usize, is_kept: bool) {
    let feed = world.open(lease, FeedKind::TrueUp).await;
    let mut spent = [Duration::ZERO; 3];
    let mut after = ListingId(0);
    let mut lines = 0;
    loop {
        let start = Instant::now();
        let order = Claim { limit: LINES_PER_BATCH, ..world.order(Claimable::Walk { after }) };
        let claimed = world.store.claim_many(lease, feed, &order, at_once, world.now).await;
        let batches = claimed.unwrap();
        spent[0] += start.elapsed();
        let Some(last) = batches.last() else { break };
        after = last.lines.last().unwrap().listing;
        for batch in batches {
            lines += batch.lines.len();
            let start = Instant::now();
            if is_kept {
                world.keep(lease, &batch, &[7; 20_000]).await;
            }
            spent[1] += start.elapsed();
            let start = Instant::now();
            world.record(lease, &batch, accepted()).await;
            spent[2] += start.elapsed();
        }
    }
    told(
        &format!("True-Up, {at_once} batches per claim, requests kept: {is_kept}"),
        lines,
        spent.iter().sum(),
    );
    for (what, spent) in ["claims", "requests", "outcomes"].into_iter().zip(spent) {
        told(&format!("  {what}"), lines, spent);
    }
    world.close(lease, feed).await;
}

async fn differential(world: &World, lease: &trueup_store::Lease, changes: usize) {
    let (channel, count) = (world.channel.0, listings());
    let step = (count / changes).max(1);
    world
        .execute(&format!(
            "UPDATE stock SET quantity = quantity + 10000 WHERE product_id % {step} = 0"
        ))
        .await;
    world
        .execute(&format!(
            "INSERT INTO dirty_product (channel_id, product_id, rev, since) \
             SELECT {channel}, id, 1, 0 FROM product WHERE id % {step} = 0"
        ))
        .await;
    let start = Instant::now();
    while world.refresh(lease).await.products > 0 {}
    let refreshed = start.elapsed();
    let feed = world.open(lease, FeedKind::Differential).await;
    let mut lines = 0;
    while let Some(batch) = world.claim(lease, feed).await {
        lines += batch.lines.len();
        world.record(lease, &batch, accepted()).await;
    }
    world.close(lease, feed).await;
    told("Differential, all of it", lines, start.elapsed());
    told("  refresh", lines, refreshed);
}

async fn measure(database: TestDatabase) {
    eprintln!("{}:", database.name);
    let world = filled(database).await;
    let lease = world.lease().await;
    let start = Instant::now();
    refresh_everything(&world, &lease).await;
    told("first refresh of everything", listings(), start.elapsed());
    walk(&world, &lease, 20, false).await;
    world.execute("ANALYZE").await;
    let start = Instant::now();
    refresh_everything(&world, &lease).await;
    told("refresh of everything, nothing changed", listings(), start.elapsed());
    walk(&world, &lease, 1, true).await;
    walk(&world, &lease, 1, false).await;
    walk(&world, &lease, 20, false).await;
    differential(&world, &lease, 1000).await;
    differential(&world, &lease, 1000).await;
    let start = Instant::now();
    world.store.status(world.now).await.unwrap();
    told("status", 1, start.elapsed());
    let start = Instant::now();
    world.store.feeds(None, 10).await.unwrap();
    told("feeds", 1, start.elapsed());
}

#[test]
#[ignore = "a measurement"]
fn speed_on_sqlite() {
    trueup_testbed::on_sqlite(measure);
}

#[test]
#[ignore = "a measurement"]
fn speed_on_postgres() {
    trueup_testbed::on_postgres(measure);
}
