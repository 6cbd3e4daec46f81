//! `inventory.save`, and `productInventory.save` as it was once called.

use async_graphql::{Context, Object, Result};
use jiff::Timestamp;

use crate::feed::Kind;
use crate::schema::Visit;
use crate::schema::answer::Trouble;
use crate::schema::input::{FeedKind, InventoryInput};
use crate::schema::transaction::Transaction;
use crate::state::Submission;
use crate::world::Shared;

pub(crate) struct Mutation;

#[Object]
impl Mutation {
    async fn inventory(&self) -> Option<InventoryMutator> {
        Some(InventoryMutator)
    }

    async fn product_inventory(&self) -> Option<InventoryMutator> {
        Some(InventoryMutator)
    }
}

pub(crate) struct InventoryMutator;

#[Object]
impl InventoryMutator {
    /// Without a kind the feed is a differential one: the kind that empties nothing.
    async fn save(
        &self,
        context: &Context<'_>,
        inventory: Vec<Option<InventoryInput>>,
        feed_kind: Option<FeedKind>,
        #[graphql(name = "feed_kind")] old_feed_kind: Option<FeedKind>,
        dry_run: Option<bool>,
    ) -> Result<Option<Transaction>> {
        let world = context.data::<Shared>()?;
        let submission = Submission {
            kind: feed_kind.or(old_feed_kind).map_or(Kind::Differential, Kind::from),
            dry_run: dry_run.unwrap_or(false),
            lines: inventory.into_iter().map(|line| line.map(Into::into)).collect(),
            late_ms: context.data::<Visit>()?.late_ms,
        };
        let now = Timestamp::now();
        let mut world = world.lock();
        world.calls.saves += 1;
        let (book, modes) = world.book_and_modes();
        if modes.shapes.strict_lists && submission.lines.iter().any(Option::is_none) {
            return Err(Trouble::null_line().into());
        }
        let feed = book.submit(submission, modes, now).map_err(Trouble::from)?;
        Ok(Some(Transaction::submitted(feed, &modes.shapes, now)))
    }
}
