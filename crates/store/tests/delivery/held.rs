//! What a feed would do, what of it waits, and a person's word.

use jiff::SignedDuration;
use trueup_delivery::ListingId;
use trueup_marketplace::FeedKind;
use trueup_stock::Basis;
use trueup_store::{
    Change, Claim, Claimable, Holding, Impact, Judged, Lease, Shown, Shrunk, StoreErrorKind,
    Waiting,
};
use trueup_testbed::{TestDatabase, on_each_database};

use super::world::{World, accepted, at, quantities, unknown};

on_each_database!(
    an_impact_is_what_is_due_against_what_was_acknowledged,
    a_zero_that_was_sent_already_is_no_news,
    what_a_hold_covers_is_counted_apart,
    zeros_wait_and_nothing_else,
    raises_wait_and_nothing_else,
    what_became_due_later_does_not_wait,
    one_feed_is_held_at_a_time,
    an_approval_is_noted_and_ends_with_new_numbers,
    a_file_that_shrinks_is_noticed_until_it_is_trusted,
    listings_that_alternate_are_not_counted,
);

const CHANGES: Judged =
    Judged { kind: FeedKind::Differential, basis: Basis::Real, alternates: false };

impl World {
    async fn impact(&self) -> Impact {
        self.store.impact(self.channel, CHANGES).await.unwrap()
    }

    /// Ten listings that show 10 to 19.
    async fn ten(database: TestDatabase) -> (Self, Lease) {
        let codes = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J"];
        let products: Vec<(&str, i64)> = codes.into_iter().zip(10..).collect();
        let mut world = Self::new(database, &products).await;
        let lease = world.lease().await;
        assert!(world.impact().await.is_first);
        assert_eq!(world.tell(&lease, accepted()).await.len(), 10);
        world.pass(60);
        (world, lease)
    }

    /// New quantities, computed.
    async fn change(&self, lease: &Lease, changes: &[(&str, i64)]) {
        for (code, quantity) in changes {
            self.stock(code, "MAIN", *quantity).await;
        }
        self.refresh(lease).await;
    }

    /// What a Differential may claim while this waits.
    async fn claimable(&self, lease: &Lease, waiting: Waiting) -> Vec<i64> {
        let feed = self.open(lease, FeedKind::Differential).await;
        let claim = Claim { waiting, ..self.order(Claimable::Due) };
        let batch = self.store.claim(lease, feed, &claim, self.now).await.unwrap();
        batch.map_or_else(Vec::new, |batch| quantities(&batch))
    }
}

async fn an_impact_is_what_is_due_against_what_was_acknowledged(database: TestDatabase) {
    let (world, lease) = World::ten(database).await;
    world.change(&lease, &[("A", 0), ("B", 0), ("C", 3), ("D", 113)]).await;
    world.add("NEW", 500).await;
    world.refresh(&lease).await;
    let impact = world.impact().await;
    assert!(!impact.is_first);
    assert_eq!(impact.other, Change { zeroed: 2, raised: 100 });
    assert_eq!((impact.covered, impact.shown), (Change::default(), None));
    let shown = world.store.count_shown(&lease, world.now).await.unwrap();
    assert_eq!(shown, Shown { listings: 10, units: 145, counted_at: world.now });
    assert_eq!(world.impact().await.shown, Some(shown), "it is kept");
}

async fn a_zero_that_was_sent_already_is_no_news(database: TestDatabase) {
    let (world, lease) = World::ten(database).await;
    world.change(&lease, &[("A", 0), ("B", 40)]).await;
    assert_eq!(world.tell(&lease, unknown()).await, [0, 40]);
    assert_eq!(world.impact().await.other, Change::default());
    let waiting = Waiting { zeros_until: Some(at(9_999)), raises_until: Some(at(9_999)) };
    let feed = world.open(&lease, FeedKind::Differential).await;
    let claim = Claim { waiting, is_urgent: true, ..world.order(Claimable::Due) };
    let batch = world.store.claim(&lease, feed, &claim, world.now).await.unwrap().unwrap();
    assert_eq!(quantities(&batch), [0, 40], "what may be there already is confirmed");
}

async fn what_a_hold_covers_is_counted_apart(database: TestDatabase) {
    let (mut world, lease) = World::ten(database).await;
    world.change(&lease, &[("A", 0), ("B", 51)]).await;
    hold(&world, &lease, world.now).await;
    world.pass(60);
    world.change(&lease, &[("C", 0), ("D", 0), ("E", 24)]).await;
    let impact = world.impact().await;
    assert_eq!(impact.covered, Change { zeroed: 1, raised: 40 });
    assert_eq!(impact.other, Change { zeroed: 2, raised: 10 });
}

async fn zeros_wait_and_nothing_else(database: TestDatabase) {
    let (world, lease) = World::ten(database).await;
    world.change(&lease, &[("A", 0), ("B", 4), ("C", 99)]).await;
    let waiting = Waiting { zeros_until: Some(world.now), raises_until: None };
    assert_eq!(world.claimable(&lease, waiting).await, [4, 99]);
    let feed = world.open(&lease, FeedKind::TrueUp).await;
    let walk = Claimable::Walk { after: ListingId(0) };
    let claim = Claim { waiting, ..world.order(walk) };
    let batch = world.store.claim(&lease, feed, &claim, world.now).await.unwrap().unwrap();
    assert_eq!(quantities(&batch), [13, 14, 15, 16, 17, 18, 19], "a True-Up passes over it too");
}

async fn raises_wait_and_nothing_else(database: TestDatabase) {
    let (world, lease) = World::ten(database).await;
    world.change(&lease, &[("A", 0), ("B", 4), ("C", 99)]).await;
    world.add("NEW", 7).await;
    world.refresh(&lease).await;
    let waiting = Waiting { zeros_until: None, raises_until: Some(world.now) };
    assert_eq!(world.claimable(&lease, waiting).await, [0, 4]);
}

async fn what_became_due_later_does_not_wait(database: TestDatabase) {
    let (mut world, lease) = World::ten(database).await;
    world.change(&lease, &[("A", 0), ("B", 99)]).await;
    let waiting = Waiting { zeros_until: Some(world.now), raises_until: Some(world.now) };
    world.pass(60);
    world.change(&lease, &[("C", 0), ("D", 98), ("B", 100)]).await;
    assert_eq!(world.claimable(&lease, waiting).await, [0, 98], "B has been waiting since");
}

async fn hold(world: &World, lease: &Lease, until: jiff::Timestamp) -> trueup_store::FeedId {
    let feed = world.open(lease, FeedKind::Differential).await;
    let waiting = Waiting { zeros_until: Some(until), raises_until: Some(until) };
    let holding = Holding { reasons: "[1]", message: "too much", waiting };
    world.store.hold(lease, feed, Basis::Real, holding, world.now).await.unwrap()
}

async fn one_feed_is_held_at_a_time(database: TestDatabase) {
    let (world, lease) = World::ten(database).await;
    let held = hold(&world, &lease, at(1)).await;
    assert_eq!(hold(&world, &lease, at(2)).await, held);
    let holds = world.store.holds().await.unwrap();
    assert_eq!(holds.len(), 1);
    assert_eq!(holds[0].waiting.zeros_until, Some(at(2)));
    world.store.release_held(&lease, held, "sent", world.now).await.unwrap();
    assert_eq!(world.store.holds().await.unwrap(), []);
    assert!(hold(&world, &lease, at(3)).await > held, "the next one is another");
}

async fn an_approval_is_noted_and_ends_with_new_numbers(database: TestDatabase) {
    let (world, lease) = World::ten(database).await;
    let held = hold(&world, &lease, at(1)).await;
    let hour = SignedDuration::from_hours(1);
    let approved = world.store.approve(held, hour, world.now).await.unwrap();
    assert_eq!(approved.approved_until, Some(world.now + hour));
    let sql = "SELECT COUNT(*) FROM journal WHERE event = 'feed_approved' AND detail = '[1]'";
    assert_eq!(world.number(sql).await, 1);
    assert_eq!(world.store.approved_since_fed(world.channel, world.now).await.unwrap(), Some(held));
    hold(&world, &lease, at(2)).await;
    assert_eq!(world.store.holds().await.unwrap()[0].approved_until, None);
    assert_eq!(world.store.approved_since_fed(world.channel, world.now).await.unwrap(), None);
    world.store.release_held(&lease, held, "sent", world.now).await.unwrap();
    let late = world.store.approve(held, hour, world.now).await.unwrap_err();
    assert_eq!(late.kind(), StoreErrorKind::NotFound);
}

async fn a_file_that_shrinks_is_noticed_until_it_is_trusted(database: TestDatabase) {
    let (world, lease) = World::ten(database).await;
    world.execute("UPDATE input SET rows_read = 10 WHERE kind = 'stock'").await;
    assert_eq!(world.impact().await.shrunk, [], "nothing to compare with");
    world.store.trust_inputs(&lease).await.unwrap();
    world.stock("A", "MAIN", 4).await;
    let file = "stock.csv".to_owned();
    let shrunk = Shrunk { kind: "stock".to_owned(), file, rows: 1, rows_before: 10 };
    assert_eq!(world.impact().await.shrunk, [shrunk]);
    assert_eq!(world.impact().await.newest, [("stock".to_owned(), world.now)]);
    world.store.trust_inputs(&lease).await.unwrap();
    assert_eq!(world.impact().await.shrunk, []);
}

async fn listings_that_alternate_are_not_counted(database: TestDatabase) {
    let (world, lease) = World::ten(database).await;
    world.change(&lease, &[("A", 0), ("B", 0)]).await;
    world
        .execute(
            "INSERT INTO external_stock (product_id, quantity) \
             SELECT id, 10000 FROM product WHERE code = 'A'",
        )
        .await;
    let judged = Judged { alternates: true, ..CHANGES };
    let impact = world.store.impact(world.channel, judged).await.unwrap();
    assert_eq!(impact.other.zeroed, 1);
}
