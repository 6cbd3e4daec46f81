//! A third party's untouched tables, from the files to what Wayfair shows.

use std::path::{Path, PathBuf};

use serde_json::Value;
use trueup_testbed::{TestDatabase, on_each_database};
use trueup_tests::{CHANNEL, Shop};

on_each_database!(wayfair_shows_the_expected_figures_of_every_product);

fn tables() -> Option<PathBuf> {
    let tables = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/northwind");
    tables.is_dir().then_some(tables)
}

async fn import(shop: &Shop, tables: &Path, what: &str, files: &[&str]) {
    let mapping = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/northwind");
    let mapping = mapping.join(format!("{what}.toml")).display().to_string();
    let files: Vec<String> =
        files.iter().map(|file| tables.join(file).display().to_string()).collect();
    let mut arguments = vec!["import", what];
    arguments.extend(files.iter().map(String::as_str));
    arguments.extend(["--mapping", &mapping]);
    let _imported = shop.run(&arguments).await.success();
}

async fn wayfair_shows_the_expected_figures_of_every_product(database: TestDatabase) {
    let Some(tables) = tables() else {
        trueup_testbed::left_out("the Northwind tables are not on this machine");
        return;
    };
    let shop = Shop::open(&database.url).await;
    import(&shop, &tables, "products", &["products.csv"]).await;
    import(&shop, &tables, "stock", &["products.csv"]).await;
    import(&shop, &tables, "orders", &["orders.csv", "order_details.csv"]).await;
    let _all = shop.run(&["opt-in", CHANNEL, "--all"]).await.success();
    let figures = shop.json(&["figures"]).await;
    let preview = shop.json(&["preview", CHANNEL, "--feed", "true_up"]).await;
    let _fed = shop.send("true_up").await.success();

    let expected = std::fs::read_to_string(tables.join("expected_figures.csv")).expect("readable");
    let rows: Vec<Vec<&str>> = expected.lines().skip(1).map(numbers).collect();
    assert_eq!(rows.len(), 77);
    for row in rows {
        let [code, stock, on_orders, net, available, backordered] =
            <[&str; 6]>::try_from(row).expect("six numbers");
        let number = |text: &str| Value::from(text.parse::<i64>().expect("a number"));
        let figure = find(&figures, code);
        for (key, wanted) in [
            ("stock", stock),
            ("on_orders", on_orders),
            ("net", net),
            ("available", available),
            ("backordered", backordered),
        ] {
            assert_eq!(figure[key], number(wanted), "{key} of {code}");
        }
        let shown = shop.shown();
        let shown = shown.line(81454, code).expect("Wayfair shows every product");
        assert_eq!(Value::from(shown.quantity_on_hand), number(available), "{code}");
        assert_eq!(Value::from(shown.quantity_on_order), number(on_orders), "{code}");
        assert_eq!(Value::from(shown.quantity_backordered), number(backordered), "{code}");
        assert_eq!(find(&preview["lines"], code)["quantity"], number(available), "{code}");
    }
}

/// The code, and the five numbers at the end: names in between may hold commas.
fn numbers(row: &str) -> Vec<&str> {
    let fields: Vec<&str> = row.split(',').collect();
    let end = fields.len() - 5;
    std::iter::once(fields[0]).chain(fields[end..].iter().copied()).collect()
}

fn find<'a>(rows: &'a Value, code: &str) -> &'a Value {
    let mut rows = rows.as_array().expect("an array").iter();
    rows.find(|row| row["product_code"] == code).unwrap_or_else(|| panic!("no row of {code}"))
}
