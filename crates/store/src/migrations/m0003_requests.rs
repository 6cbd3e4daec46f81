//! What is kept of a request beside its bytes, so that it can be repeated as it was.

use sea_orm_migration::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use sea_orm_migration::sea_orm::ConnectionTrait;

/// Adds the lines that were withheld and the remote ids that were known (`beside`, JSON), when the
/// request was sent first, and how often and when next it is asked what became of it.
#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMNS: [&str; 4] = [
    "beside TEXT NOT NULL DEFAULT '[[],[]]'",
    "sent_at BIGINT NOT NULL DEFAULT 0",
    "asked BIGINT NOT NULL DEFAULT 0",
    "ask_at BIGINT NOT NULL DEFAULT 0",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in COLUMNS {
            let sql = format!("ALTER TABLE batch_request ADD COLUMN {column}");
            manager.get_connection().execute_unprepared(&sql).await?;
        }
        Ok(())
    }
}
