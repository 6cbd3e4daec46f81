//! Marketplaces that come and fetch.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use trueup_delivery::State;
use trueup_marketplace::{
    Acknowledges, Answer, Batch, BatchKey, Capabilities, Checked, Contact, Context, Error,
    FeedKind, Fetched, Letter, Limit, Mailbox, Marketplace, Prepared, Receipt, Ticket,
};
use trueup_testbed::{TestDatabase, on_each_database};

use crate::fake::Fake;
use crate::world::{World, code};

on_each_database!(
    what_was_fetched_and_answered_is_accepted,
    a_marketplace_that_comes_back_finds_todays_numbers,
    what_was_fetched_is_not_taken_back,
    patience_counts_from_the_fetch,
    a_message_that_somebody_withdrew_and_did_not_record_is_told_anew,
    a_sender_that_dies_before_the_ticket_tells_nothing_twice,
);

/// Posts the numbers, and takes any answer for consent.
#[derive(Debug)]
struct Desk;

#[async_trait]
impl Marketplace for Desk {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            acknowledges: Acknowledges::Ticket,
            contact: Contact::TheyPoll,
            lines_per_batch: Limit::lines(10),
            ticket_life: Duration::from_secs(1_800),
            ..Capabilities::least()
        }
    }

    async fn prepare(&self, batch: &Batch, _: &Context<'_>) -> Result<Prepared, Error> {
        let line = |line: &trueup_marketplace::Line| {
            format!("{}={} ", line.part_number, line.level.quantity)
        };
        let body: String = batch.lines.iter().map(line).collect();
        Ok(Prepared { body: body.into(), ..Prepared::default() })
    }

    async fn submit(
        &self,
        batch: &Batch,
        prepared: &Prepared,
        context: &Context<'_>,
    ) -> Result<Receipt, Error> {
        context.mailbox.post(&batch.key, prepared.body.clone()).await?;
        Ok(Receipt::pending(&Ticket(batch.key.0.clone())))
    }

    async fn settle(
        &self,
        batch: &Batch,
        ticket: &Ticket,
        context: &Context<'_>,
    ) -> Result<Receipt, Error> {
        Ok(match context.mailbox.look(&batch.key).await? {
            Letter::Answered(_) => Receipt::new(Answer::Applied),
            Letter::Absent | Letter::Waiting | Letter::Fetched => Receipt::pending(ticket),
        })
    }

    async fn check(&self, _: &Context<'_>) -> Result<Checked, Error> {
        Ok(Checked("there".to_owned()))
    }
}

async fn world(database: TestDatabase) -> World {
    let mut world = World::new(database, Fake::new(1), 1).await;
    world.channel.marketplace = Arc::new(Desk);
    world
}

fn mailbox(world: &World) -> impl Mailbox + use<> {
    world.store.letters(world.channel.id, trueup_runner::Clock::now(&*world.clock))
}

async fn fetch(world: &World) -> Option<Fetched> {
    mailbox(world).fetch().await.unwrap()
}

async fn answer(world: &World, key: &BatchKey) {
    mailbox(world).reply(key, Bytes::from_static(b"yes")).await.unwrap();
}

async fn differential(world: &World) -> trueup_store::FeedRow {
    world.feed(FeedKind::Differential).await
}

async fn what_was_fetched_and_answered_is_accepted(database: TestDatabase) {
    let world = world(database).await;
    let feed = differential(&world).await;
    assert_eq!((feed.planned, feed.pending), (1, 1));
    let letter = fetch(&world).await.unwrap();
    assert_eq!(letter.message.as_ref(), b"P00001=5 ");
    answer(&world, &letter.key).await;
    differential(&world).await;
    let feed = world.store.feed(feed.id).await.unwrap().unwrap();
    assert_eq!((feed.accepted, feed.pending), (1, 0));
    assert_eq!(world.listing("P00001").await.listing.state, State::Clean);
}

async fn a_marketplace_that_comes_back_finds_todays_numbers(database: TestDatabase) {
    let world = world(database).await;
    let first = differential(&world).await;
    for day in 1..=7 {
        world.pass(86_400);
        world.stock("stock.csv", &[("P00001", 5 + day)]).await;
        assert_eq!(differential(&world).await.planned, 1, "day {day}");
    }
    let first = world.store.feed(first.id).await.unwrap().unwrap();
    assert_eq!((first.superseded, first.unknown), (1, 0));
    let letter = fetch(&world).await.unwrap();
    assert_eq!(letter.message.as_ref(), b"P00001=12 ");
    answer(&world, &letter.key).await;
    assert_eq!(fetch(&world).await, None, "and nothing older");
    differential(&world).await;
    let listing = world.listing("P00001").await;
    assert_eq!((listing.listing.state, listing.possible), (State::Clean, vec![12]));
}

async fn what_was_fetched_is_not_taken_back(database: TestDatabase) {
    let world = world(database).await;
    differential(&world).await;
    let letter = fetch(&world).await.unwrap();
    world.products(&[code(2)]).await;
    world.stock("stock.csv", &[("P00001", 9), ("P00002", 2)]).await;
    assert_eq!(differential(&world).await.planned, 1, "only the line that nobody has");
    let again = fetch(&world).await.unwrap();
    assert_eq!((again.key == letter.key, again.is_repeat), (true, true));
    answer(&world, &letter.key).await;
    assert_eq!(fetch(&world).await.unwrap().message.as_ref(), b"P00002=2 ");
    let feed = differential(&world).await;
    assert_eq!(feed.planned, 1);
    assert_eq!(world.status().await.in_flight, 2);
}

async fn patience_counts_from_the_fetch(database: TestDatabase) {
    let world = world(database).await;
    let feed = differential(&world).await;
    let pending = async || world.store.feed(feed.id).await.unwrap().unwrap().pending;
    world.pass(3_600);
    let letter = fetch(&world).await.unwrap();
    world.pass(1_799);
    differential(&world).await;
    assert_eq!(pending().await, 1);
    world.pass(1);
    differential(&world).await;
    let row = world.store.feed(feed.id).await.unwrap().unwrap();
    assert_eq!((row.pending, row.unknown), (0, 1));
    assert_ne!(fetch(&world).await.map(|letter| letter.key), Some(letter.key));
    assert_eq!(world.listing("P00001").await.listing.suspects.len(), 1);
}

async fn a_message_that_somebody_withdrew_and_did_not_record_is_told_anew(database: TestDatabase) {
    let world = world(database).await;
    let feed = differential(&world).await;
    let key = BatchKey(world.store.open_tickets(world.channel.id).await.unwrap()[0].key.clone());
    assert!(mailbox(&world).withdraw(&key).await.unwrap());
    assert_eq!(differential(&world).await.planned, 1);
    let row = world.store.feed(feed.id).await.unwrap().unwrap();
    assert_eq!((row.superseded, row.unknown), (1, 0));
    assert!(fetch(&world).await.is_some());
}

async fn a_sender_that_dies_before_the_ticket_tells_nothing_twice(database: TestDatabase) {
    let world = world(database).await;
    differential(&world).await;
    // As if it had died between the post and the ticket.
    world.execute("UPDATE batch SET ticket = NULL, state = 'planned'").await;
    world.stock("stock.csv", &[("P00001", 3)]).await;
    differential(&world).await;
    assert_eq!(fetch(&world).await.unwrap().message.as_ref(), b"P00001=3 ");
    answer(&world, &fetch(&world).await.unwrap().key).await;
    assert_eq!(fetch(&world).await, None);
}
