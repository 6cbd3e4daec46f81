//! What the last audit of each channel found.

use sea_orm_migration::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

use super::words::run;

/// Adds the table of audits.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// `found` is a JSON object of defects by name, `total` counts those of all audits.
const SCRIPT: &str = "
CREATE TABLE audit (
  channel_id {key} REFERENCES channel(id),
  at BIGINT NOT NULL,
  found TEXT NOT NULL,
  total BIGINT NOT NULL
);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, SCRIPT).await
    }
}
