//! A feed as its caller sees it, at the time it is looked at.

use std::sync::Arc;

use async_graphql::{Enum, Object, SimpleObject};
use jiff::Timestamp;

use crate::feed::{Feed, Stage, written};
use crate::line::Item;
use crate::modes::{NoId, Shapes};
use crate::schema::filter::Row;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "TransactionState")]
pub(crate) enum State {
    New,
    Processing,
    Error,
    Complete,
}

#[derive(Debug, SimpleObject)]
pub(crate) struct ItemStatus {
    key: Option<String>,
    message: Option<String>,
}

impl From<Item> for ItemStatus {
    fn from(item: Item) -> Self {
        Self { key: item.key.map(|key| key.to_string()), message: item.message.map(str::to_owned) }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Transaction {
    feed: Arc<Feed>,
    now: Timestamp,
    has_id: bool,
    counts_at_once: bool,
    is_new: bool,
}

impl Transaction {
    /// As the answer to `save` shows it.
    pub(crate) fn submitted(feed: Arc<Feed>, shapes: &Shapes, now: Timestamp) -> Self {
        Self { is_new: shapes.starts_new, ..Self::read(feed, shapes, now) }
    }

    /// As a later query shows it.
    pub(crate) fn read(feed: Arc<Feed>, shapes: &Shapes, now: Timestamp) -> Self {
        Self {
            feed,
            now,
            has_id: shapes.no_id == NoId::Present,
            counts_at_once: shapes.counters_at_once,
            is_new: false,
        }
    }

    fn state(&self) -> State {
        match self.feed.stage(self.now) {
            Stage::Processing if self.is_new => State::New,
            Stage::Processing => State::Processing,
            Stage::Complete => State::Complete,
            Stage::Error => State::Error,
        }
    }

    fn counters(&self) -> crate::feed::Counters {
        self.feed.counters(self.now, self.counts_at_once)
    }

    fn ended(&self) -> Option<String> {
        self.feed.completed_at(self.now).map(written)
    }
}

/// A list without a limit shows ten entries.
type Limit = Option<i32>;
type Items = Option<Vec<Option<ItemStatus>>>;

#[Object(name = "TransactionStatus")]
impl Transaction {
    async fn id(&self) -> Option<String> {
        self.has_id.then(|| self.feed.id.to_string())
    }

    async fn handle(&self) -> Option<String> {
        Some(self.feed.handle.clone())
    }

    async fn status(&self) -> Option<State> {
        Some(self.state())
    }

    async fn submitted_at(&self) -> Option<String> {
        Some(written(self.feed.submitted_at))
    }

    async fn completed_at(&self) -> Option<String> {
        self.ended()
    }

    #[graphql(name = "submitted_at")]
    async fn old_submitted_at(&self) -> Option<String> {
        Some(written(self.feed.submitted_at))
    }

    #[graphql(name = "completed_at")]
    async fn old_completed_at(&self) -> Option<String> {
        self.ended()
    }

    async fn item_count(&self) -> Option<i32> {
        int(self.counters().items)
    }

    async fn error_count(&self) -> Option<i32> {
        int(self.counters().errors)
    }

    async fn completed_count(&self) -> Option<i32> {
        int(self.counters().completed)
    }

    async fn processing_count(&self) -> Option<i32> {
        int(self.counters().processing)
    }

    async fn errors(&self, #[graphql(default_with = "Some(10)")] limit: Limit) -> Items {
        listed(self.feed.errors(self.now, at_most(limit)))
    }

    async fn completed(&self, #[graphql(default_with = "Some(10)")] limit: Limit) -> Items {
        listed(self.feed.completed(self.now, at_most(limit)))
    }

    async fn processing(&self, #[graphql(default_with = "Some(10)")] limit: Limit) -> Items {
        listed(self.feed.processing(self.now, at_most(limit)))
    }
}

impl Row for Transaction {
    fn value(&self, field: &str) -> Option<String> {
        let counters = self.counters();
        match field {
            "id" => self.has_id.then(|| self.feed.id.to_string()),
            "handle" => Some(self.feed.handle.clone()),
            "status" => Some(self.feed.stage(self.now).name().to_owned()),
            "submittedAt" | "submitted_at" => Some(written(self.feed.submitted_at)),
            "completedAt" | "completed_at" => self.ended(),
            "itemCount" => Some(counters.items.to_string()),
            "errorCount" => Some(counters.errors.to_string()),
            "completedCount" => Some(counters.completed.to_string()),
            "processingCount" => Some(counters.processing.to_string()),
            _ => None,
        }
    }
}

fn int(count: usize) -> Option<i32> {
    i32::try_from(count).ok()
}

/// A null limit is the default one; a negative one shows nothing.
pub(crate) fn at_most(limit: Option<i32>) -> usize {
    usize::try_from(limit.unwrap_or(10)).unwrap_or(0)
}

fn listed(items: Vec<Item>) -> Items {
    Some(items.into_iter().map(|item| Some(item.into())).collect())
}
