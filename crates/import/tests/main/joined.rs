//! Orders in one file and their lines in another.

use trueup_import::{Format, Input, read_orders};

use crate::support::{mapping, mapping_error, stream, tell_line, told};

const MAP: &str = r#"
    [orders]
    order_code = "id"
    state = { column = "status", values = { "C" = "closed", "" = "open" } }
    asn_sent = { not_empty = "shipped" }

    [lines]
    order_code = "order"
    product_code = "sku"
    ordered = "units"
"#;

fn named(name: &str, text: &str) -> Input {
    stream(name, Format::Csv, text)
}

fn joined(map: &str, inputs: impl IntoIterator<Item = Input>) -> Vec<String> {
    told(read_orders(inputs, Some(&mapping(map))), tell_line)
}

fn pair(heads: &str, lines: &str) -> Vec<String> {
    joined(MAP, [named("heads.csv", heads), named("lines.csv", lines)])
}

#[test]
fn lines_stand_where_their_order_stands() {
    let heads = "id,status,shipped\nO1,,2026-01-01\nO2,C,\nO3,,\n";
    let lines = "order,sku,units\nO2,A,1\nO1,A,2\nO2,B,3.5\n";
    assert_eq!(
        pair(heads, lines),
        ["2: O2/- A 1-0-0 closed", "3: O1/- A 2-0-0 open asn", "4: O2/- B 3.5-0-0 closed"]
    );
}

#[test]
fn lines_of_unknown_and_of_refused_orders_are_rejected() {
    let heads = "id,status,shipped\nO1,?,\nO2,,\n";
    let lines = "order,sku,units\nO1,A,1\nO2,A,2\nO9,A,3\n";
    assert_eq!(
        pair(heads, lines),
        [
            "heads.csv 2 [status] (order O1): `?` is not among `orders.state.values` in map.toml \
             (, C); add it there, or say `otherwise`",
            "lines.csv 2 [order] (order O1): order `O1` was refused in the orders file; repair it \
             there",
            "3: O2/- A 2-0-0 open",
            "lines.csv 4 [order] (order O9): order `O9` is not in the orders file; add it there, \
             or use files of the same export",
        ]
    );
}

#[test]
fn an_order_that_stands_twice_must_say_the_same() {
    let heads = "id,status,shipped\nO1,,\nO1,,\nO2,,\nO2,C,\n";
    let lines = "order,sku,units\nO1,A,1\nO2,A,2\n";
    assert_eq!(
        pair(heads, lines),
        [
            "heads.csv 5 [id] (order O2): order `O2` stands twice, with different states; keep \
             the right row",
            "2: O1/- A 1-0-0 open",
            "lines.csv 3 [order] (order O2): order `O2` was refused in the orders file; repair it \
             there",
        ]
    );
}

#[test]
fn names_tell_orders_from_lines_whatever_their_order() {
    let map = MAP
        .replace("[orders]", "[orders]\nfile = \"heads*.csv\"")
        .replace("[lines]", "[lines]\nfile = \"lines*.csv\"");
    let head = |name: &str, order: &str| named(name, &format!("id,status,shipped\n{order},,\n"));
    let line = |name: &str, order: &str| named(name, &format!("order,sku,units\n{order},A,1\n"));
    let inputs = [
        line("x/lines1.csv", "O2"),
        head("x/heads1.csv", "O1"),
        line("x/lines2.csv", "O1"),
        head("x/heads2.csv", "O2"),
    ];
    assert_eq!(joined(&map, inputs), ["2: O2/- A 1-0-0 open", "2: O1/- A 1-0-0 open"]);

    let told = joined(&map, [head("heads.csv", "O1"), line("other.csv", "O1")]);
    assert_eq!(
        told,
        ["Usage map.toml: `other.csv` matches neither `orders.file` nor `lines.file`"]
    );
    let told = joined(&map, [head("heads.csv", "O1")]);
    assert_eq!(told, ["Usage map.toml: two files are needed, the orders and their lines"]);
}

#[test]
fn without_names_two_files_are_needed() {
    let head = named("heads.csv", "id,status,shipped\n");
    assert_eq!(
        joined(MAP, [head]),
        ["Usage map.toml: two files are needed, first the orders and then their lines, and 1 was \
          given; for more, say in the mapping which are which (`orders.file`, `lines.file`)"]
    );
}

#[test]
fn a_field_in_the_wrong_section_is_sent_to_the_right_one() {
    let lines = MAP.replace("ordered =", "state = \"status\"\nordered =");
    assert_eq!(
        mapping_error(&lines),
        "map.toml: `lines.state` is not known there (it belongs in `[orders]`)"
    );
    let orders = MAP.replace("asn_sent =", "ordered = \"units\"\nasn_sent =");
    assert_eq!(
        mapping_error(&orders),
        "map.toml: `orders.ordered` is not known there (it belongs in `[lines]`)"
    );
    let alone = "[lines]\norder_code = \"a\"\nproduct_code = \"b\"\nordered = \"c\"\n";
    assert_eq!(
        mapping_error(alone),
        "map.toml: `lines` needs an `orders` section, which says where each order stands"
    );
}

#[test]
fn one_file_with_everything_needs_no_lines() {
    let map = r#"
        [orders]
        order_code = "id"
        product_code = "sku"
        ordered = "units"
        asn_sent = { not_empty = "shipped" }
    "#;
    let one = named("one.csv", "id,sku,units,shipped\nO1,A,2,\nO1,B,1,x\n");
    assert_eq!(joined(map, [one]), ["2: O1/- A 2-0-0 open", "3: O1/- B 1-0-0 open asn"]);
}
