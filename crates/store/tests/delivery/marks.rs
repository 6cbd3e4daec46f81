//! Marks: no change is lost while levels are computed.

use std::sync::atomic::{AtomicBool, Ordering};

use trueup_stock::{Basis, Candidate, plan};
use trueup_store::{Refresh, Store, StoreErrorKind};
use trueup_testbed::{TestDatabase, on_each_database};

use super::world::{PROFILE, World, accepted};
use crate::inputs::given::{numbered, stock};

on_each_database!(
    a_change_during_a_refresh_is_not_lost,
    everything_is_computed_in_steps,
    changed_terms_mark_every_product,
    whoever_computes_by_old_terms_takes_no_mark,
);

async fn set_stock(store: &Store, quantity: i64, now: jiff::Timestamp) {
    let mut import = store.begin_import_stock("stock.csv").await.unwrap();
    let record = stock("A", "MAIN", &quantity.to_string());
    import.stage(numbered([record])).await.unwrap();
    import.finish(trueup_store::BadRows::Refuse, now).await.unwrap();
}

/// A writer changes the stock again and again while levels are computed. Whatever the order, the
/// last number is wanted in the end.
async fn a_change_during_a_refresh_is_not_lost(database: TestDatabase) {
    let world = World::new(database, &[("A", 5)]).await;
    let lease = world.lease().await;
    let (store, now) = (world.store.clone(), world.now);
    let is_done = std::sync::Arc::new(AtomicBool::new(false));
    let done = std::sync::Arc::clone(&is_done);
    let writer = tokio::spawn(async move {
        for quantity in 0..60 {
            set_stock(&store, 100 + quantity, now).await;
        }
        done.store(true, Ordering::SeqCst);
    });
    while !is_done.load(Ordering::SeqCst) {
        world.refresh(&lease).await;
        let marks = world.number("SELECT COUNT(*) FROM dirty_product").await;
        assert!(marks <= 1);
    }
    writer.await.unwrap();
    world.refresh(&lease).await;
    assert_eq!(world.listing("A").await.wanted.level.quantity, 159);
}

async fn everything_is_computed_in_steps(database: TestDatabase) {
    let products = [("A", 1), ("B", 2), ("C", 3), ("D", 4), ("E", 5)];
    let world = World::new(database, &products).await;
    let lease = world.lease().await;
    let planner = world.planner();
    let (mut after, mut steps, mut seen) = (None, 0, 0);
    loop {
        let scope = Refresh::Everything { after, limit: 2 };
        let refreshed = world.store.refresh(&lease, scope, PROFILE, &planner, 7, world.now);
        let refreshed = refreshed.await.unwrap();
        (after, steps, seen) = (refreshed.next, steps + 1, seen + refreshed.products);
        if after.is_none() {
            break;
        }
    }
    assert_eq!((steps, seen), (3, 5));
    assert_eq!(world.number("SELECT COUNT(*) FROM dirty_product").await, 0);
    assert_eq!(world.number("SELECT COUNT(*) FROM delivery WHERE state = 1").await, 5);
}

async fn changed_terms_mark_every_product(database: TestDatabase) {
    let mut world = World::new(database, &[("A", 5), ("B", 6)]).await;
    let lease = world.lease().await;
    world.tell(&lease, accepted()).await;
    world.register().await;
    assert_eq!(world.refresh(&lease).await.products, 0, "the same terms mark nothing");
    world.terms.rules.maximum = Some("4".parse().unwrap());
    world.register().await;
    assert_eq!(world.refresh(&lease).await.changed, 2);
    let terms = world.terms.clone();
    let planner = move |candidate: &Candidate| plan(candidate, &terms, Basis::Real);
    let scope = Refresh::Everything { after: None, limit: 10 };
    let again = world.store.refresh(&lease, scope, PROFILE, &planner, 7, world.now).await.unwrap();
    assert_eq!((again.products, again.changed), (2, 0), "only changed rows are written");
}

/// A daemon read its settings; then they were changed, and another program entered the new ones.
async fn whoever_computes_by_old_terms_takes_no_mark(database: TestDatabase) {
    let mut world = World::new(database, &[("A", 5), ("B", 6)]).await;
    world.register().await;
    let lease = world.lease().await.under(&world.terms);
    world.tell(&lease, accepted()).await;
    let (old, scope) = (world.planner(), Refresh::Dirty { limit: 10 });
    world.terms.rules.maximum = Some("4".parse().unwrap());
    world.register().await;
    let refused =
        world.store.refresh(&lease, scope, PROFILE, &old, 7, world.now).await.unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::Outdated, "{refused}");
    assert!(refused.to_string().contains("channel `shop`"), "{refused}");
    assert!(refused.to_string().contains("restart"), "{refused}");
    let lease = lease.under(&world.terms);
    assert_eq!(world.refresh(&lease).await.changed, 2, "the marks are still there");
}
