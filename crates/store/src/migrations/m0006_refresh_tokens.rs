//! Rotating refresh tokens, sealed by the host.

use sea_orm_migration::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

use super::words::run;

/// Adds the table of refresh tokens.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// What is sealed cannot be read here. `busy_until` says whose turn it is to use the tokens.
const SCRIPT: &str = "
CREATE TABLE refresh_token (
  channel_id {key} REFERENCES channel(id),
  version BIGINT NOT NULL,
  newest {bytes},
  before {bytes},
  turn TEXT,
  busy_until BIGINT
);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, SCRIPT).await
    }
}
