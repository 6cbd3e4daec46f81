//! The journal becomes a hash chain per channel. What was noted before stays readable, apart.

use sea_orm_migration::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

use super::words::run;

/// Replaces the journal by a chained one.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// `chain` is a channel's key, or 0 for what concerns no channel.
const SCRIPT: &str = "
ALTER TABLE journal RENAME TO journal_unchained;
CREATE TABLE journal (
  chain BIGINT NOT NULL,
  sequence BIGINT NOT NULL,
  at BIGINT NOT NULL,
  feed_id BIGINT,
  batch_id BIGINT,
  event TEXT NOT NULL,
  detail TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (chain, sequence)
){clustered};
CREATE INDEX journal_of_batch ON journal (batch_id) WHERE batch_id IS NOT NULL;
CREATE TABLE journal_head (
  chain {key},
  sequence BIGINT NOT NULL,
  hash TEXT NOT NULL
);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, SCRIPT).await
    }
}
