//! Names that are not there, and changes of many products at once.

use crate::support::{Folder, Market};

fn folder() -> Folder {
    let folder = Folder::with_products();
    let shop = "marketplace = \"wayfair\"\nenabled = false\n[locations]\nMAIN = \"81454\"\n[settings]\n\
        client_id = \"me\"\nclient_secret = \"mine\"\n";
    folder.write("channels/shop.toml", shop);
    folder
}

#[test]
fn an_unknown_channel_names_those_there_are() {
    let folder = folder();
    let commands: &[&[&str]] = &[
        &["preview", "shpo"],
        &["send", "shpo"],
        &["opt-in", "shpo", "--all"],
        &["alias", "set", "shpo", "CHAIR=1"],
        &["pause", "shpo"],
        &["retry", "shpo"],
        &["feeds", "shpo"],
        &["explain", "CHAIR", "--channel", "shpo"],
    ];
    for command in commands {
        let run = folder.run(command.iter().copied()).failed(2);
        assert!(run.stderr.contains("`shpo`"), "{command:?}: {}", run.stderr);
        assert!(run.stderr.contains("there are: shop"), "{command:?}: {}", run.stderr);
    }
}

#[test]
fn an_unknown_product_is_named() {
    let folder = folder();
    for command in [&["figures", "SOFA"][..], &["explain", "SOFA"], &["retry", "shop", "SOFA"]] {
        let run = folder.run(command.iter().copied()).failed(2);
        assert!(run.stderr.contains("`SOFA`"), "{command:?}: {}", run.stderr);
    }
}

#[test]
fn an_unknown_feed_is_told() {
    let run = folder().run(["feed", "77"]).failed(2);
    assert!(run.stderr.contains("no feed 77"), "{}", run.stderr);
}

#[test]
fn a_channel_that_is_off_is_not_sent_to() {
    let run = folder().run(["send", "shop"]).failed(2);
    assert!(run.stderr.contains("enabled = true"), "{}", run.stderr);
}

#[test]
fn opting_in_tells_changed_from_unchanged() {
    let folder = folder();
    let first = folder.run(["opt-in", "shop", "CHAIR", "LAMP"]).done();
    assert!(first.stdout.contains("2 products put on shop"), "{}", first.stdout);
    let again = folder.run(["opt-in", "shop", "--all"]).done();
    assert!(again.stdout.contains("2 products put on shop, 2 unchanged"), "{}", again.stdout);
}

#[test]
fn unknown_codes_opt_nobody_in() {
    let folder = folder();
    let codes = folder.write("codes.csv", "product_code\nCHAIR\nSOFA\n");
    let run = folder.run(["opt-in", "shop", "--codes", codes.to_str().unwrap()]);
    assert_ne!(run.code, 0);
    assert!(run.stderr.contains("`SOFA`"), "{}", run.stderr);
    let changed = folder.run(["opt-in", "shop", "CHAIR"]).done();
    assert!(changed.stdout.contains("1 product put on shop"), "{}", changed.stdout);
}

#[test]
fn a_pair_without_a_value_is_wrong_usage() {
    let run = folder().run(["external-stock", "set", "CHAIR"]).failed(2);
    assert!(run.stderr.contains("CODE=VALUE"), "{}", run.stderr);
}

#[test]
fn bad_external_stock_is_named_and_nothing_is_set() {
    let folder = folder();
    for value in ["CHAIR=many", "CHAIR=-1", "CHAIR="] {
        let run = folder.run(["external-stock", "set", "LAMP=3", value]).failed(2);
        assert!(run.stderr.contains("CHAIR"), "{value}: {}", run.stderr);
    }
    assert!(folder.json(["figures", "LAMP"])[0]["external_stock"].is_null());
}

#[test]
fn external_stock_comes_from_a_file() {
    let folder = folder();
    let file = folder.write("external.csv", "product_code,quantity\nCHAIR,9\nLAMP,2.5\n");
    folder.run(["external-stock", "set", "--file", file.to_str().unwrap()]).done();
    assert_eq!(folder.json(["figures", "LAMP"])[0]["external_stock"], 2.5);
    folder.run(["external-stock", "clear", "--all"]).done();
    assert!(folder.json(["figures", "LAMP"])[0]["external_stock"].is_null());
}

#[test]
fn aliases_can_be_cleared() {
    let market = Market::open(&[]);
    let folder = Folder::with_shop(&market);
    folder.run(["alias", "set", "shop", "CHAIR=WF-77"]).done();
    let part = |folder: &Folder| {
        folder.json(["preview", "shop", "--feed", "true_up"])["lines"]
            .as_array()
            .unwrap()
            .iter()
            .find(|line| line["product_code"] == "CHAIR")
            .unwrap()["part_number"]
            .clone()
    };
    assert_eq!(part(&folder), "WF-77");
    folder.run(["alias", "clear", "shop", "--all"]).done();
    assert_eq!(part(&folder), "CHAIR");
}
