//! A foreign database, imported with the mappings of `examples/northwind`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Number, Value};

use crate::support::Folder;

/// The workspace, where the mappings are, and the tables, where somebody put them beside it.
fn places() -> (PathBuf, PathBuf) {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let tables = workspace.join("../shared/data/northwind");
    (workspace.join("examples/northwind"), tables)
}

fn expected(tables: &Path) -> BTreeMap<String, [Value; 5]> {
    let mut reader = csv::Reader::from_path(tables.join("expected_figures.csv")).unwrap();
    let number = |text: &str| Value::Number(text.parse::<Number>().unwrap());
    let rows = reader.records().map(Result::unwrap);
    rows.map(|row| (row[0].to_owned(), [2, 3, 4, 5, 6].map(|at| number(&row[at])))).collect()
}

#[test]
fn northwind_has_the_figures_that_sql_computed() {
    let (mappings, tables) = places();
    if !tables.is_dir() {
        println!("left out: {} is not there", tables.display());
        return;
    }
    let folder = Folder::new();
    let table = |name: &str| tables.join(name).to_str().unwrap().to_owned();
    let imports = [
        ("products", vec![table("products.csv")]),
        ("stock", vec![table("products.csv")]),
        ("orders", vec![table("orders.csv"), table("order_details.csv")]),
    ];
    for (what, files) in &imports {
        let mapping = mappings.join(format!("{what}.toml"));
        let arguments = ["import", what, "--mapping", mapping.to_str().unwrap()];
        folder.run(arguments.into_iter().chain(files.iter().map(String::as_str))).done();
    }

    let figures = folder.json(["figures"]);
    let found: BTreeMap<String, [Value; 5]> = figures
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let keys = ["stock", "on_orders", "net", "available", "backordered"];
            (row["product_code"].as_str().unwrap().to_owned(), keys.map(|key| row[key].clone()))
        })
        .collect();
    assert_eq!(found.len(), 77);
    assert_eq!(found, expected(&tables));
}
