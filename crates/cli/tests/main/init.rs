//! `trueup init` and `trueup schema`.

use std::fs;

use serde_json::Value;

use crate::support::{Folder, run, trueup};

#[test]
fn init_writes_settings_that_are_in_order() {
    let folder = Folder::empty();
    let shop = folder.path().join("shop");
    let init = run(trueup().arg("init").arg(&shop)).done();
    for name in
        ["trueup.toml", "channels/shopify.toml", "channels/wayfair.toml", "mappings/orders.toml"]
    {
        assert!(shop.join(name).exists(), "{name}");
        assert!(init.stdout.contains(name), "{}", init.stdout);
    }
    assert!(init.stdout.contains("What to do next"), "{}", init.stdout);
    let check = run(trueup().arg("--config").arg(&shop).arg("check")).done();
    let linked = run(trueup().args(["connectors", "--format", "json"])).done().json();
    let expected = format!("{} channels, 0 enabled", linked.as_array().unwrap().len());
    assert!(check.stdout.contains(&expected), "{}", check.stdout);
}

#[test]
fn init_never_overwrites() {
    let folder = Folder::empty();
    let mine = folder.write("trueup.toml", "# mine\n");
    let init = run(trueup().arg("init").arg(folder.path())).failed(2);
    assert!(init.stderr.contains(mine.to_str().unwrap()), "{}", init.stderr);
    assert_eq!(fs::read_to_string(mine).unwrap(), "# mine\n");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn other_files_do_not_stand_in_the_way_of_init() {
    let folder = Folder::empty();
    folder.write("products.csv", "product_code\nCHAIR\n");
    run(trueup().arg("init").arg(folder.path())).done();
    assert!(folder.path().join("trueup.toml").exists());
}

#[test]
fn init_takes_the_current_folder() {
    let folder = Folder::empty();
    run(trueup().arg("init").current_dir(folder.path())).done();
    assert!(folder.path().join("trueup.toml").exists());
}

#[test]
fn schemas_are_json() {
    for arguments in [&["schema"][..], &["schema", "shopify"], &["schema", "wayfair"]] {
        let schema: Value = run(trueup().args(arguments)).done().json();
        assert!(schema.is_object(), "{arguments:?}");
        let text = schema.to_string();
        assert!(text.contains("properties"), "{arguments:?}: {text}");
    }
    let wayfair = run(trueup().args(["schema", "wayfair"])).done().stdout;
    assert!(wayfair.contains("client_secret"), "{wayfair}");
}

#[test]
fn an_unknown_marketplace_has_no_schema() {
    let run = run(trueup().args(["schema", "wayfare"])).failed(2);
    assert!(run.stderr.contains("linked are: file_drop, "), "{}", run.stderr);
    assert!(run.stderr.contains(", shopify, wayfair"), "{}", run.stderr);
}
