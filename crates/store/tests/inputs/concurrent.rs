//! Several writers at once.

use futures::future::join_all;
use trueup_stock::DemandProfile;
use trueup_store::{BadRows, Store};
use trueup_testbed::{TestDatabase, on_each_database};

use super::given::{Given, NOW, line, numbered, on_channels, stock};

on_each_database!(imports_at_the_same_time_all_succeed, new_database_can_be_opened_by_many_at_once,);

const CODES: usize = 50;

fn code(number: usize) -> String {
    format!("P-{number}")
}

/// Each through a store of its own, as another process would. The rows come in different orders.
async fn imports_at_the_same_time_all_succeed(database: TestDatabase) {
    let given = Given::new(database).await;
    given.channel("one").await;
    let products = (0..CODES).map(|number| on_channels(&code(number), &["one"]));
    given.import_products(products).await;
    let url = given.database.url.as_str();
    let writers = (0..6_usize).map(|writer| async move {
        let store = Store::open(url).await.unwrap();
        for round in 0..4_usize {
            let order = |at: usize| (at * 7 + writer * 13 + round) % CODES;
            let quantity = format!("{}", 1 + round);
            if writer % 2 == 0 {
                let mut import = store.begin_import_stock("stock.csv").await.unwrap();
                let rows = (0..CODES).map(|at| stock(&code(order(at)), "MAIN", &quantity));
                import.stage(numbered(rows)).await.unwrap();
                import.finish(BadRows::Refuse, NOW).await.unwrap();
            } else {
                let mut import = store.begin_import_orders("orders.csv").await.unwrap();
                let rows = (0..CODES).map(|at| line(&code(at), &code(order(at)), &quantity));
                import.stage(numbered(rows)).await.unwrap();
                import.finish(BadRows::Refuse, NOW).await.unwrap();
            }
        }
    });
    join_all(writers).await;
    let figures = given.figures(DemandProfile::Documented).await;
    assert_eq!(figures.len(), CODES);
    let lines = given.numbers("SELECT COUNT(*) FROM order_line").await;
    assert_eq!(lines, [i64::try_from(CODES).unwrap()]);
}

async fn new_database_can_be_opened_by_many_at_once(database: TestDatabase) {
    let url = database.url.as_str();
    let openings = (0..8).map(|_| {
        let url = url.to_owned();
        tokio::spawn(async move { Store::open(&url).await.map(drop) })
    });
    for opened in join_all(openings).await {
        opened.unwrap().unwrap();
    }
    let given = Given::new(database).await;
    assert_eq!(given.store.count_products().await.unwrap(), 0);
}
