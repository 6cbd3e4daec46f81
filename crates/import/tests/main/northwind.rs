//! The tables of a third party, through the mappings that ship, against figures computed
//! independently. Left out where the tables are not at hand.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use trueup_import::{FileError, Mapping, Records, read_orders, read_products, read_stock};
use trueup_stock::{DemandProfile, Figures, Quantity};

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn tables() -> Option<PathBuf> {
    let tables = workspace().join("../shared/data/northwind");
    tables.is_dir().then_some(tables)
}

fn mapping(name: &str) -> Mapping {
    Mapping::load(workspace().join("examples/northwind").join(name)).unwrap()
}

fn all<T>(records: Result<Records<T>, FileError>) -> Vec<T> {
    let taken = records.unwrap().map(|item| item.unwrap().unwrap().record);
    taken.collect()
}

#[test]
fn the_mappings_that_ship_are_right() {
    for name in ["products.toml", "stock.toml", "orders.toml"] {
        mapping(name);
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "a test that is left out must say so")]
fn northwind_gives_the_expected_figures() {
    let Some(tables) = tables() else {
        eprintln!("left out: the Northwind tables are not beside the workspace");
        return;
    };
    let products = tables.join("products.csv");
    let named: HashMap<String, String> =
        all(read_products([&products], Some(&mapping("products.toml"))))
            .into_iter()
            .map(|product| (product.code.to_string(), product.name))
            .collect();
    let stock: HashMap<String, Quantity> =
        all(read_stock([&products], Some(&mapping("stock.toml"))))
            .into_iter()
            .map(|stock| (stock.product.to_string(), stock.quantity))
            .collect();
    let files = ["orders.csv", "order_details.csv"].map(|name| tables.join(name));
    let lines = all(read_orders(&files, Some(&mapping("orders.toml"))));
    assert_eq!((named.len(), stock.len(), lines.len()), (77, 77, 2_155));

    for profile in [DemandProfile::Documented, DemandProfile::ShippedLines] {
        let mut on_orders: HashMap<&str, Quantity> = HashMap::new();
        for line in &lines {
            let demand = profile.demand(line.standing, &line.quantities);
            let sum = on_orders.entry(line.product.as_str()).or_default();
            *sum = sum.plus(demand);
        }
        let rows = compare(&tables, &named, |code| {
            let ordered = on_orders.get(code).copied().unwrap_or_default();
            Figures::compute(stock.get(code).copied(), ordered)
        });
        assert_eq!(rows, 77);
    }
}

/// Compares each expected row; gives how many there are.
fn compare(
    tables: &Path,
    names: &HashMap<String, String>,
    figures: impl Fn(&str) -> Figures,
) -> usize {
    let mut expected = csv::Reader::from_path(tables.join("expected_figures.csv")).unwrap();
    let mut rows = 0;
    for row in expected.records() {
        let row = row.unwrap();
        let code = &row[0];
        let expected = |column: usize| Some(row[column].parse::<Quantity>().unwrap());
        let figures = figures(code);
        assert_eq!(names[code], row[1], "name of {code}");
        assert_eq!(figures.stock, expected(2), "stock of {code}");
        assert_eq!(Some(figures.on_orders), expected(3), "on orders of {code}");
        assert_eq!(figures.net, expected(4), "net of {code}");
        assert_eq!(figures.available, expected(5), "available of {code}");
        assert_eq!(figures.backordered, expected(6), "backordered of {code}");
        rows += 1;
    }
    rows
}
