//! Mappings of one file: rules, and what is wrong with a mapping.

use trueup_import::{Format, Mapping, read_products, read_stock};
use trueup_stock::ProductCode;

use crate::support::{
    csv, mapping, mapping_error, refusal, stream, tell_product, tell_stock, told,
};

fn products(map: &str, text: &str) -> Vec<String> {
    told(read_products([csv(text)], Some(&mapping(map))), tell_product)
}

#[test]
fn every_rule_gives_its_value() {
    let map = r#"
        [products]
        product_code = "sku"
        name = { constant = "no name" }
        active = { column = "status", equals = "A" }
        discontinued = { column = "gone", values = { "Y" = true, "N" = false }, otherwise = 0 }
        marketplaces = { column = "web", values = { "x" = "wayfair_us;shop" }, otherwise = "" }
        incoming = { column = "coming" }
    "#;
    let text = "status,sku,gone,web,coming,unused,unused\nA,1,Y,x,2.5,,\nB,2,N,,,,\n,3,?,,0,,\n";
    assert_eq!(
        products(map, text),
        [
            "2: 1 \"no name\" discontinued incoming 2.5 to [wayfair_us shop]",
            "3: 2 \"no name\" inactive to []",
            "4: 3 \"no name\" inactive incoming 0 to []",
        ]
    );
}

#[test]
fn emptiness_is_a_fact() {
    let map = r#"
        [products]
        product_code = "sku"
        active = { empty = "closed_on" }
        discontinued = { not_empty = "closed_on" }
    "#;
    let text = "sku,closed_on\n1,\n2,2026-01-01\n3,\"  \"\n";
    let expected = ["2: 1 \"\"", "3: 2 \"\" inactive discontinued", "4: 3 \"\""];
    assert_eq!(products(map, text), expected);
}

#[test]
fn rejections_name_the_column_of_the_file() {
    let map = r#"
        [stock]
        product_code = "sku"
        quantity = "units"
    "#;
    let records = read_stock([csv("sku,units\nA,-1\n,1\n")], Some(&mapping(map)));
    assert_eq!(
        told(records, tell_stock),
        [
            "t.csv 2 [units]: `-1` is negative; write 0 or more",
            &format!("t.csv 3 [sku]: {}", refusal::<ProductCode>(""))
        ]
    );
}

#[test]
fn a_text_among_no_values_is_rejected() {
    let map = r#"
        [products]
        product_code = "sku"
        discontinued = { column = "gone", values = { "1" = true, "0" = false } }
    "#;
    assert_eq!(
        products(map, "sku,gone\nA,2\n"),
        [
            "t.csv 2 [gone]: `2` is not among `products.discontinued.values` in map.toml (0, 1); add \
          it there, or say `otherwise`"
        ]
    );
}

#[test]
fn a_column_that_does_not_exist_is_named_with_those_that_do() {
    let map = "[products]\nproduct_code = \"sku\"\nname = \"titel\"\n";
    let expected = "names the column `titel`, which this file does not have; it has sku, title";
    assert_eq!(
        products(map, "sku,title\nA,b\n"),
        [format!("Header t.csv, row 1: `products.name` in map.toml {expected}")]
    );
    // An object may leave a name out, but when all do, the mapping is wrong.
    let json = stream("t.json", Format::Json, r#"[{"sku":"A","title":"b"},{"sku":"B"}]"#);
    let told = told(read_products([json], Some(&mapping(map))), tell_product);
    assert_eq!(
        told.last().unwrap(),
        &format!("Header t.json, row 2: `products.name` in map.toml {expected}")
    );
}

#[test]
fn a_column_that_is_used_must_not_stand_twice() {
    let map = "[products]\nproduct_code = \"sku\"\n";
    let told = products(map, "sku,sku\nA,B\n");
    assert!(told[0].contains("`sku` stands twice"), "{told:?}");
}

#[test]
fn a_mapping_says_what_is_wrong_with_it() {
    let cases = [
        (
            "[products]\nproduct_code = \"a\"\nnme = \"b\"",
            "map.toml: `products.nme` is not known; did you mean `name`?",
        ),
        (
            "[products]\nproduct_cod = \"a\"",
            "map.toml: `products.product_code` is missing (`product_cod` is not known); say which column holds it: product_code = \"column\"",
        ),
        (
            "[product]\nproduct_code = \"a\"",
            "map.toml: the section `product` is not known; did you mean `products`?",
        ),
        (
            "products = 1",
            "map.toml: `products` is a whole number; write a section `[products]` in map.toml",
        ),
        (
            "[products]\nproduct_code = 1",
            "map.toml: `products.product_code` is a whole number; write \"column\", { column, values, otherwise }, { column, equals }, { empty = \"column\" }, { not_empty = \"column\" } or { constant }",
        ),
        (
            "[products]\nproduct_code = { colum = \"a\" }",
            "map.toml: `products.product_code.colum` is not known; did you mean `column`?",
        ),
        (
            "[products]\nproduct_code = { column = 1 }",
            "map.toml: `products.product_code.column` is a whole number; write the name of a column",
        ),
        (
            "[products]\nproduct_code = { not_empty = \"a\" }",
            "map.toml: `products.product_code` is no yes or no, so `equals` and `empty` cannot give it",
        ),
        (
            "[products]\nproduct_code = \"a\"\nactive = { column = \"b\", values = [] }",
            "map.toml: `products.active.values` is a list; write { \"1\" = true, \"0\" = false }",
        ),
        (
            "[products]\nproduct_code = \"a\"\nactive = { column = \"b\", values = { x = 1.5 } }",
            "map.toml: `products.active.values.x` is a number; write a text, true, false or a whole number",
        ),
        (
            "[products]\nfile = \"*\"\nproduct_code = \"a\"",
            "map.toml: `products.file` is only for telling orders from their lines; remove it",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(mapping_error(text), expected);
    }
}

#[test]
fn rules_that_contradict_each_other_are_refused() {
    let entries = [
        "{ constant = 1, column = \"b\" }",
        "{ column = \"b\", equals = \"x\", values = { y = true } }",
        "{ column = \"b\", otherwise = true }",
        "{ empty = \"b\", not_empty = \"b\" }",
    ];
    for entry in entries {
        let text = format!("[products]\nproduct_code = \"a\"\nactive = {entry}");
        let error = mapping_error(&text);
        assert!(error.contains("does not belong with the others"), "{entry}: {error}");
    }
}

#[test]
fn a_mapping_that_is_no_toml_names_the_line() {
    let error = mapping_error("[products]\nproduct_code = \n");
    assert!(error.starts_with("map.toml, row 2: the mapping is not TOML: "), "{error}");
}

#[test]
fn a_mapping_without_the_section_is_refused() {
    let map = mapping("[stock]\nproduct_code = \"a\"\nquantity = \"b\"\n");
    let error = read_products([csv("a\n")], Some(&map)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "map.toml: there is no `[products]` section, which these files need"
    );
    let error = Mapping::load("no/such/map.toml").unwrap_err();
    assert_eq!(
        error.to_string(),
        "no/such/map.toml: there is no such file; check its name and folder"
    );
}
