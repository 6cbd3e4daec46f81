//! One test per promise and database.

use crate::TestDatabase;

/// Makes two tests, `sqlite` and `postgres`, of each named `async fn(TestDatabase)`.
///
/// The functions stay ordinary functions. One that is not named here is unused, which the compiler
/// reports, so that none is forgotten.
///
/// ```
/// trueup_testbed::on_each_database!(address_names_the_database);
///
/// async fn address_names_the_database(database: trueup_testbed::TestDatabase) {
///     assert!(database.url.starts_with(database.name));
/// }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! on_each_database {
    ($($promise:ident),+ $(,)?) => {
        $(
            mod $promise {
                #[test]
                fn sqlite() {
                    $crate::on_sqlite(super::$promise);
                }

                #[test]
                fn postgres() {
                    $crate::on_postgres(super::$promise);
                }
            }
        )+
    };
}

/// Runs a test on a new SQLite database.
pub fn on_sqlite<T: Future<Output = ()>>(test: impl FnOnce(TestDatabase) -> T) {
    block_on(test(TestDatabase::sqlite()));
}

/// Runs a test on a new PostgreSQL database, where PostgreSQL is installed.
pub fn on_postgres<T: Future<Output = ()>>(test: impl FnOnce(TestDatabase) -> T) {
    if let Some(database) = TestDatabase::postgres() {
        block_on(test(database));
    }
}

fn block_on(test: impl Future<Output = ()>) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("tokio starts wherever threads do").block_on(test);
}
