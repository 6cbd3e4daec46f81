//! What feeds are held for, and what they are judged by.

use sea_orm_migration::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

use super::words::run;

/// Adds the tables of the guard.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// `input` is the newest import of each file; `input_trusted` what a channel's last feed that was
/// not held for its inputs was made from; `acknowledged_sum` what a channel showed in all when it
/// was last counted; `hold` a feed that waits for a person.
const SCRIPT: &str = "
CREATE TABLE input (
  kind TEXT NOT NULL,
  file TEXT NOT NULL,
  rows_read BIGINT NOT NULL,
  imported_at BIGINT NOT NULL,
  PRIMARY KEY (kind, file)
){clustered};
CREATE TABLE input_trusted (
  channel_id BIGINT NOT NULL REFERENCES channel(id),
  kind TEXT NOT NULL,
  file TEXT NOT NULL,
  rows_read BIGINT NOT NULL,
  PRIMARY KEY (channel_id, kind, file)
){clustered};
CREATE TABLE acknowledged_sum (
  channel_id {key} REFERENCES channel(id),
  showing BIGINT NOT NULL,
  units BIGINT NOT NULL,
  counted_at BIGINT NOT NULL
);
CREATE TABLE hold (
  feed_id {key} REFERENCES feed(id),
  channel_id BIGINT NOT NULL REFERENCES channel(id),
  basis TEXT NOT NULL,
  reasons TEXT NOT NULL,
  zeros_until BIGINT,
  raises_until BIGINT,
  held_at BIGINT NOT NULL,
  shown_at BIGINT NOT NULL,
  approved_at BIGINT,
  approved_until BIGINT,
  ended_at BIGINT
);
CREATE UNIQUE INDEX hold_open ON hold (channel_id, basis) WHERE ended_at IS NULL;
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, SCRIPT).await
    }
}
