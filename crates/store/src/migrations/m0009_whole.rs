//! True-Ups in which an absent line means 0, for as long as they may land.

use sea_orm_migration::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

use super::words::run;

/// Adds until when such a batch may land, and which of them a listing was in last.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// `lands_until` is that of a batch in which an absent line means 0, and empty for any other. The
/// number in the last index stands for a moment that nobody knows yet.
const SCRIPT: &str = "
ALTER TABLE batch ADD COLUMN lands_until BIGINT;
ALTER TABLE delivery ADD COLUMN whole_batch_id BIGINT;
CREATE INDEX batch_lands ON batch (channel_id, lands_until) WHERE lands_until IS NOT NULL;
CREATE INDEX suspect_under_way ON suspect (batch_id) WHERE settle_until = 253402207200000000;
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, SCRIPT).await
    }
}
