//! Messages for marketplaces that poll us.

use sea_orm_migration::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

use super::words::run;

/// Adds the mailbox.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// A letter lives as long as its batch is open; `fetches` counts how often it was given out.
const SCRIPT: &str = "
CREATE TABLE letter (
  batch_id {key} REFERENCES batch(id),
  channel_id BIGINT NOT NULL REFERENCES channel(id),
  message {bytes} NOT NULL,
  posted_at BIGINT NOT NULL,
  fetches BIGINT NOT NULL DEFAULT 0,
  fetched_at BIGINT,
  answered_at BIGINT,
  answer {bytes}
);
CREATE INDEX letter_channel ON letter (channel_id, batch_id);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, SCRIPT).await
    }
}
