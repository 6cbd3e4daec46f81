//! A database is bound to the place it is in.

use sea_orm_migration::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

use super::words::run;

/// Adds the place to the instance.
#[derive(DeriveMigrationName)]
pub struct Migration;

const SCRIPT: &str = "ALTER TABLE instance ADD COLUMN place TEXT NOT NULL DEFAULT '';";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, SCRIPT).await
    }
}
