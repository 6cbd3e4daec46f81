//! `trueup import`: reports, repeats and bad rows.

use crate::support::{Folder, keys};

const PRODUCTS: &str = "product_code,name\nCHAIR,Chair\nLAMP,Lamp\n";
const BAD_STOCK: &str = "product_code,quantity\nCHAIR,12\nLAMP,many\n";

fn import(folder: &Folder, what: &str, text: &str) -> String {
    let file = folder.write(&format!("{what}.csv"), text);
    let file = file.to_str().unwrap();
    folder.run(["import", what, file, "--format", "csv"]).done().stdout
}

#[test]
fn a_repeated_import_changes_nothing() {
    let folder = Folder::new();
    assert!(import(&folder, "products", PRODUCTS).ends_with(",2,2,0,0,true\n"));
    assert!(import(&folder, "products", PRODUCTS).ends_with(",2,0,2,0,true\n"));
}

#[test]
fn the_report_has_its_keys() {
    let folder = Folder::new();
    let file = folder.write("products.csv", PRODUCTS);
    let report = folder.json(["import", "products", file.to_str().unwrap()]);
    let expected =
        ["applied", "file", "is_committed", "read", "rejected", "rejections", "unchanged"];
    assert_eq!(keys(&report[0]), expected);
    assert_eq!(report[0]["applied"], 2);
    assert_eq!(report[0]["is_committed"], true);
}

#[test]
fn a_bad_row_refuses_the_whole_file() {
    let folder = Folder::new();
    import(&folder, "products", PRODUCTS);
    let file = folder.write("stock.csv", BAD_STOCK);
    let run = folder.run(["import", "stock", file.to_str().unwrap()]).failed(1);
    let place = format!("{}:3 quantity: ", file.display());
    assert!(run.stderr.contains(&place), "{}", run.stderr);
    assert!(run.stderr.contains("`many`"), "{}", run.stderr);
    assert!(run.stderr.contains("--skip-bad-rows"), "{}", run.stderr);
    assert_eq!(folder.json(["figures", "CHAIR"])[0]["stock"], serde_json::Value::Null);
}

#[test]
fn bad_rows_can_be_left_out() {
    let folder = Folder::new();
    import(&folder, "products", PRODUCTS);
    let file = folder.write("stock.csv", BAD_STOCK);
    let run = folder.run(["import", "stock", file.to_str().unwrap(), "--skip-bad-rows"]).done();
    assert!(run.stderr.contains(":3 quantity: "), "{}", run.stderr);
    assert_eq!(folder.json(["figures", "CHAIR"])[0]["stock"], 12);
}

#[test]
fn a_file_that_is_not_there_fails_and_those_before_it_are_reported() {
    let folder = Folder::new();
    let file = folder.write("products.csv", PRODUCTS);
    let missing = folder.path().join("missing.csv");
    let files = [file.to_str().unwrap(), missing.to_str().unwrap()];
    let run = folder.run(["import", "products", files[0], files[1]]).failed(1);
    assert!(run.stdout.contains("products.csv"), "{}", run.stdout);
    assert!(run.stderr.contains("missing.csv"), "{}", run.stderr);
    assert_eq!(folder.json(["figures"]).as_array().unwrap().len(), 2);
}

#[test]
fn an_unknown_column_is_named() {
    let folder = Folder::new();
    let file = folder.write("products.csv", "product_code,colour\nCHAIR,oak\n");
    let run = folder.run(["import", "products", file.to_str().unwrap()]).failed(1);
    assert!(run.stderr.contains("colour"), "{}", run.stderr);
}

#[test]
fn stock_of_an_unknown_product_is_told() {
    let folder = Folder::new();
    let file = folder.write("stock.csv", "product_code,quantity\nSOFA,1\n");
    let run = folder.run(["import", "stock", file.to_str().unwrap()]);
    let told = format!("{}{}", run.stdout, run.stderr);
    assert!(run.code == 0 || told.contains("SOFA"), "{told}");
}
