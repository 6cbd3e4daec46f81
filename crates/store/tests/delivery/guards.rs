//! Feeds that travel whole or not at all, and previews.

use std::sync::Mutex;

use trueup_delivery::State;
use trueup_marketplace::FeedKind;
use trueup_stock::Basis;
use trueup_store::{Completeness, Impact, Judged, WholeClaim};
use trueup_testbed::{TestDatabase, on_each_database};

use super::world::{PROFILE, SETTLE, World, accepted, at, quantities, rejected, whole};

on_each_database!(
    a_whole_feed_carries_every_listing,
    a_refused_whole_feed_leaves_nothing_behind,
    a_whole_feed_says_what_it_would_leave_out,
    a_preview_changes_nothing,
);

const JUDGED: Judged = Judged { kind: FeedKind::TrueUp, basis: Basis::Real, alternates: false };

impl World {
    pub async fn claim_whole(
        &self,
        lease: &trueup_store::Lease,
        feed: trueup_store::FeedId,
        guard: impl Fn(&Completeness, &Impact) -> Result<(), String> + Sync,
    ) -> WholeClaim {
        let planner = self.planner();
        let claimed = self.store.claim_everything(
            lease, feed, PROFILE, &planner, 7, self.now, JUDGED, &guard, self.now,
        );
        claimed.await.unwrap().claim
    }
}

async fn a_whole_feed_carries_every_listing(database: TestDatabase) {
    let world = World::new(database, &[("A", 5), ("B", 6)]).await;
    let lease = world.lease().await;
    world.tell(&lease, rejected()).await;
    world.add("C", 7).await;
    let feed = world.open(&lease, FeedKind::TrueUp).await;
    let claimed = world.claim_whole(&lease, feed, |_, _| Ok(())).await;
    let WholeClaim::Claimed(batch) = claimed else { panic!("{claimed:?}") };
    assert_eq!(quantities(&batch), [5, 6, 7]);
    world.record(&lease, &batch, accepted()).await;
    world.close(&lease, feed).await;
    let counts = Mutex::new(Vec::new());
    let feed = world.open(&lease, FeedKind::TrueUp).await;
    let guard = |seen: &Completeness, _: &Impact| {
        counts.lock().unwrap().push(*seen);
        Ok(())
    };
    world.claim_whole(&lease, feed, guard).await;
    let expected = Completeness { lines: 3, lines_last_time: Some(3), ..Completeness::default() };
    assert_eq!(counts.into_inner().unwrap(), [expected]);
}

async fn a_refused_whole_feed_leaves_nothing_behind(database: TestDatabase) {
    let world = World::new(database, &[("A", 5)]).await;
    let lease = world.lease().await;
    let feed = world.open(&lease, FeedKind::TrueUp).await;
    let claimed = world.claim_whole(&lease, feed, |_, _| Err("too few".to_owned())).await;
    assert_eq!(claimed, WholeClaim::Refused("too few".to_owned()));
    assert_eq!(world.number("SELECT COUNT(*) FROM listing").await, 0);
    assert_eq!(world.number("SELECT COUNT(*) FROM dirty_product").await, 1);
    assert_eq!(world.number("SELECT COUNT(*) FROM batch").await, 0);
}

async fn a_whole_feed_says_what_it_would_leave_out(database: TestDatabase) {
    let world = World::new(database, &[("A", 5)]).await;
    let lease = world.lease().await;
    world.refresh(&lease).await;
    let feed = world.open(&lease, FeedKind::TrueUp).await;
    let batch = world.claim(&lease, feed).await.unwrap();
    let (outcome, retry_at) = (whole(accepted()), |_| at(20));
    let ticketed =
        world.store.record_ticket(&lease, &batch, "T", &outcome, 7, &retry_at, SETTLE, at(1));
    ticketed.await.unwrap();
    world.add("B", 6).await;
    let guard = |seen: &Completeness, _: &Impact| {
        assert_eq!((seen.lines, seen.in_flight, seen.omitted_nonzero), (1, 1, 1));
        Err("not now".to_owned())
    };
    world.claim_whole(&lease, feed, guard).await;
}

async fn a_preview_changes_nothing(database: TestDatabase) {
    let world = World::new(database, &[("A", 5), ("B", 6)]).await;
    let lease = world.lease().await;
    world.tell(&lease, accepted()).await;
    world.stock("A", "MAIN", 3).await;
    world.opt("B", false).await;
    let planner = world.planner();
    let changes = Judged { kind: FeedKind::Differential, ..JUDGED };
    let shown = world.store.preview(world.channel, changes, PROFILE, &planner, 7, world.now);
    let shown = shown.await.unwrap();
    let lines: Vec<(&str, i64, bool, Option<i64>)> = shown
        .lines
        .iter()
        .map(|line| {
            (line.product_code.as_str(), line.level.quantity, line.is_last, line.acknowledged)
        })
        .collect();
    assert_eq!(lines, [("A", 3, false, Some(5)), ("B", 0, true, Some(6))]);
    let whole = world.store.preview(world.channel, JUDGED, PROFILE, &planner, 7, world.now);
    assert_eq!(whole.await.unwrap().completeness.lines, 2);
    assert_eq!(world.listing("A").await.state, State::Clean);
    assert_eq!(world.number("SELECT COUNT(*) FROM dirty_product").await, 2);
}
