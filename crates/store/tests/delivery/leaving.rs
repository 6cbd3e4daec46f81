//! Products that leave a channel: a last zero, and no number left standing.

use trueup_delivery::{Generation, State};
use trueup_stock::ProductCode;
use trueup_testbed::{TestDatabase, on_each_database};

use super::world::{World, accepted, is_parked, rejected, terms};

on_each_database!(
    opting_out_delivers_a_last_zero_and_coming_back_goes_on,
    an_inactive_product_delivers_a_last_zero,
    another_name_delivers_a_last_zero_to_the_old_one,
    a_name_that_goes_to_another_product_is_not_zeroed,
    a_location_that_is_not_offered_any_more_delivers_a_last_zero,
    a_number_that_is_not_known_stands,
    a_refused_listing_gets_its_last_zero_too,
);

async fn opting_out_delivers_a_last_zero_and_coming_back_goes_on(database: TestDatabase) {
    let world = World::new(database, &[("A", 5)]).await;
    let lease = world.lease().await;
    world.tell(&lease, accepted()).await;
    world.opt("A", false).await;
    assert_eq!(world.tell(&lease, accepted()).await, [0]);
    let listing = world.listing("A").await;
    assert_eq!((listing.state, listing.wanted.generation), (State::Retired, Generation(2)));
    assert_eq!(world.store.channels().await.unwrap()[0].live_listings, 0);
    world.opt("A", true).await;
    assert_eq!(world.tell(&lease, accepted()).await, [5]);
    let listing = world.listing("A").await;
    assert_eq!((listing.state, listing.wanted.generation), (State::Clean, Generation(3)));
}

async fn an_inactive_product_delivers_a_last_zero(database: TestDatabase) {
    let world = World::new(database, &[("A", 5)]).await;
    let lease = world.lease().await;
    world.tell(&lease, accepted()).await;
    world.deactivate("A").await;
    assert_eq!(world.tell(&lease, accepted()).await, [0]);
    assert_eq!(world.listing("A").await.state, State::Retired);
}

async fn alias(world: &World, code: &str, part: &str) {
    let code: ProductCode = code.parse().unwrap();
    let aliases = vec![(code, part.parse().unwrap())];
    world.store.set_aliases(&world.name, aliases, world.now).await.unwrap();
}

async fn another_name_delivers_a_last_zero_to_the_old_one(database: TestDatabase) {
    let world = World::new(database, &[("A", 5)]).await;
    let lease = world.lease().await;
    world.tell(&lease, accepted()).await;
    alias(&world, "A", "A-NEW").await;
    let mut told = world.tell(&lease, accepted()).await;
    told.sort_unstable();
    assert_eq!(told, [0, 5]);
    let rows = world.rows("A").await;
    let states: Vec<&State> = rows.iter().map(|row| &row.listing.state).collect();
    assert_eq!(states, [&State::Retired, &State::Clean]);
}

async fn a_name_that_goes_to_another_product_is_not_zeroed(database: TestDatabase) {
    let world = World::new(database, &[("A", 5), ("B", 6)]).await;
    let lease = world.lease().await;
    world.tell(&lease, accepted()).await;
    world.opt("A", false).await;
    alias(&world, "B", "A").await;
    let mut told = world.tell(&lease, accepted()).await;
    told.sort_unstable();
    assert_eq!(told, [0, 6], "B's old name is zeroed, A's name shows B's number");
    assert_eq!(world.rows("A").await.len(), 0);
    assert_eq!(world.rows("B").await.len(), 2);
}

async fn a_location_that_is_not_offered_any_more_delivers_a_last_zero(database: TestDatabase) {
    let pools = [(Some("M1"), "MAIN")];
    let mut world = World::at_locations(database, &pools, &[("A", 5)]).await;
    let lease = world.lease().await;
    world.tell(&lease, accepted()).await;
    // A has no stock in the east, so that it is held; its number in M1 must not stand.
    world.terms = terms(&[(Some("E1"), "EAST")]);
    world.register().await;
    assert_eq!(world.refresh(&lease).await.held, 1);
    assert_eq!(world.tell(&lease, accepted()).await, [0]);
    assert_eq!(world.listing("A").await.state, State::Retired);
}

async fn a_number_that_is_not_known_stands(database: TestDatabase) {
    let world = World::new(database, &[("A", 5)]).await;
    let lease = world.lease().await;
    world.tell(&lease, accepted()).await;
    world.add("B", 9).await;
    alias(&world, "B", "A").await;
    assert_eq!(world.refresh(&lease).await.held, 2, "nobody knows whose number it is");
    assert_eq!(world.tell(&lease, accepted()).await, Vec::<i64>::new());
    assert_eq!(world.listing("A").await.acknowledged.unwrap().level.quantity, 5);
}

async fn a_refused_listing_gets_its_last_zero_too(database: TestDatabase) {
    let world = World::new(database, &[("A", 5)]).await;
    let lease = world.lease().await;
    world.tell(&lease, accepted()).await;
    world.stock("A", "MAIN", 8).await;
    world.tell(&lease, rejected()).await;
    assert!(is_parked(&world.listing("A").await));
    world.opt("A", false).await;
    assert_eq!(world.tell(&lease, accepted()).await, [0]);
    assert_eq!(world.listing("A").await.state, State::Retired);
}
