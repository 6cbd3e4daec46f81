//! The schema's history.

mod m0001_first;
mod m0002_journal;
mod m0003_requests;
mod m0004_letters;
mod m0005_holds;
mod m0006_refresh_tokens;
mod m0007_instance;
mod m0008_audit;
mod m0009_whole;
mod words;

use sea_orm_migration::{MigrationTrait, MigratorTrait, async_trait};

/// Applies what is missing.
#[derive(Debug)]
pub(crate) struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_first::Migration),
            Box::new(m0002_journal::Migration),
            Box::new(m0003_requests::Migration),
            Box::new(m0004_letters::Migration),
            Box::new(m0005_holds::Migration),
            Box::new(m0006_refresh_tokens::Migration),
            Box::new(m0007_instance::Migration),
            Box::new(m0008_audit::Migration),
            Box::new(m0009_whole::Migration),
        ]
    }
}
