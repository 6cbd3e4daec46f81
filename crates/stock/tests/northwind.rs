//! A third party's tables, computed straight from their files and compared with the figures that
//! one SQL query found.

#![expect(clippy::explicit_write, reason = "the harness hides what passing tests print")]

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use trueup_stock::{
    Basis, Candidate, DemandProfile, Figures, LineQuantities, OrderState, ProductCode, Quantity,
    Standing, plan,
};

use crate::samples::{candidate, everywhere, location, quantity, terms};

type Row = BTreeMap<String, String>;

fn folder() -> Option<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = workspace.join("../shared/data/northwind");
    if folder.is_dir() {
        return Some(folder);
    }
    let place = folder.display();
    writeln!(std::io::stderr(), "LEFT OUT: no Northwind tables at {place}").unwrap();
    None
}

fn rows(folder: &Path, file: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(folder.join(file)).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

/// An order that has left the house has its ASN sent; every other one is open.
fn standings(folder: &Path) -> BTreeMap<String, Standing> {
    let standing = |order: &Row| Standing {
        state: OrderState::Open,
        archived: false,
        asn_sent: !order["shipped_date"].is_empty(),
    };
    let orders = rows(folder, "orders.csv");
    orders.iter().map(|order| (order["order_id"].clone(), standing(order))).collect()
}

fn demand(folder: &Path, profile: DemandProfile) -> BTreeMap<String, Quantity> {
    let standings = standings(folder);
    let mut demand: BTreeMap<String, Quantity> = BTreeMap::new();
    for line in rows(folder, "order_details.csv") {
        let quantities =
            LineQuantities { ordered: quantity(&line["quantity"]), ..LineQuantities::default() };
        let added = profile.demand(standings[&line["order_id"]], &quantities);
        let sum = demand.entry(line["product_id"].clone()).or_default();
        *sum = sum.plus(added);
    }
    demand
}

fn candidates(folder: &Path, profile: DemandProfile) -> BTreeMap<String, Candidate> {
    let demand = demand(folder, profile);
    let with_stock = |row: &Row| {
        let mut product = candidate(&[], "0");
        product.product.code = ProductCode::try_from(row["product_id"].clone()).unwrap();
        product.product.name = row["product_name"].clone();
        product.stock = vec![(location("MAIN"), quantity(&row["units_in_stock"]))];
        product.on_orders = demand.get(&row["product_id"]).copied().unwrap_or_default();
        (row["product_id"].clone(), product)
    };
    rows(folder, "products.csv").iter().map(with_stock).collect()
}

fn expected(row: &Row) -> Figures {
    let figures = Figures::compute(Some(quantity(&row["stock"])), quantity(&row["on_orders"]));
    assert_eq!(figures.net, Some(quantity(&row["net"])), "{row:?}");
    assert_eq!(figures.available, Some(quantity(&row["available"])), "{row:?}");
    assert_eq!(figures.backordered, Some(quantity(&row["backordered"])), "{row:?}");
    figures
}

#[test]
fn all_77_products_have_the_figures_that_sql_found() {
    let Some(folder) = folder() else { return };
    for profile in [DemandProfile::Documented, DemandProfile::ShippedLines] {
        let candidates = candidates(&folder, profile);
        let table = rows(&folder, "expected_figures.csv");
        assert_eq!((table.len(), candidates.len()), (77, 77));
        for row in &table {
            let product = &candidates[&row["product_id"]];
            assert_eq!(product.figures(), expected(row), "{profile:?} {row:?}");
        }
    }
}

#[test]
fn a_channel_shows_exactly_what_is_available_and_missing() {
    let Some(folder) = folder() else { return };
    let candidates = candidates(&folder, DemandProfile::Documented);
    let mut shortages = 0;
    for row in rows(&folder, "expected_figures.csv") {
        let product = &candidates[&row["product_id"]];
        let wanted = plan(product, &terms(vec![everywhere()]), Basis::Real).unwrap();
        let level = wanted[0].level;
        let shown = [level.quantity, level.on_orders, level.backordered].map(|n| n.to_string());
        let table = ["available", "on_orders", "backordered"].map(|column| row[column].clone());
        assert_eq!(shown, table, "{row:?}");
        shortages += i32::from(level.backordered > 0);
    }
    assert!(shortages > 0, "the tables hold real shortages");
}
