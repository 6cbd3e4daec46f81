//! Columns of native files: which, how often, and what a person is told.

use trueup_stock::ChannelName;

use crate::support::{csv, orders, products, refusal, stock};

#[test]
fn headers_stand_in_any_order_and_optional_ones_have_defaults() {
    assert_eq!(stock(csv("quantity,product_code\n5,A\n")), ["2: A 5 MAIN"]);
    assert_eq!(products(csv("product_code\nA\n")), ["2: A \"\""]);
    assert_eq!(orders(csv("order_code,product_code,ordered\nO1,A,3\n")), ["2: O1/- A 3-0-0 open"]);
}

#[test]
fn every_column_is_read() {
    let text = "marketplaces,incoming,next_available_on,discontinued,active,name,product_code\n\
                b;a; b;,7.5,2026-03-31,YES,0,Big chair,C1\n";
    assert_eq!(
        products(csv(text)),
        ["2: C1 \"Big chair\" inactive discontinued incoming 7.5 on 2026-03-31 to [b a]"]
    );
    let text = "order_code,line,product_code,ordered,shipped,cancelled,state,archived,asn_sent\n\
                O1,10,A,5,2,1,Closed,true,No\nO2,x,A,5,,,,,1\n";
    assert_eq!(orders(csv(text)), ["2: O1/10 A 5-2-1 closed archived", "3: O2/x A 5-0-0 open asn"]);
    let text = "product_code,location,quantity\nA,NORTH,1\nA,,2\n";
    assert_eq!(stock(csv(text)), ["2: A 1 NORTH", "3: A 2 MAIN"]);
}

#[test]
fn an_empty_cell_opts_out_and_an_absent_column_does_not() {
    let text = "product_code,marketplaces\nA,\n";
    assert_eq!(products(csv(text)), ["2: A \"\" to []"]);
    assert_eq!(products(csv("product_code\nA\n")), ["2: A \"\""]);
}

#[test]
fn an_unknown_column_is_refused_with_the_nearest_known_one() {
    let cases = [
        ("product_code,quantty\n", "`quantty` is not known; did you mean `quantity`?"),
        ("Product Code,quantity\n", "`Product Code` is not known; did you mean `product_code`?"),
        (
            "product_code,quantity , quantity\n",
            "`quantity ` is not known; did you mean `quantity`?",
        ),
        (
            "product_code,quantity,colour\n",
            "`colour` is not known; known are product_code, quantity, location.",
        ),
    ];
    for (text, expected) in cases {
        let expected = format!(
            "Header t.csv, row 1: the column {expected} A file with columns of its own needs a \
             mapping"
        );
        assert_eq!(stock(csv(text)), [expected]);
    }
}

#[test]
fn a_missing_column_is_refused() {
    assert_eq!(
        stock(csv("product_code,location\nA,B\n")),
        ["Header t.csv, row 1: the required column `quantity` is missing; the file has \
          product_code, location"]
    );
}

#[test]
fn a_column_that_stands_twice_is_refused() {
    assert_eq!(
        stock(csv("product_code,quantity,quantity\nA,1,2\n")),
        ["Header t.csv, row 1: the column `quantity` stands twice in the header; remove one of \
          them"]
    );
}

#[test]
fn a_column_without_a_name_is_refused() {
    assert_eq!(
        stock(csv("product_code,quantity,\nA,1,\n")),
        ["Header t.csv, row 1: column 3 has no name; name it, or remove it and every comma that \
          belongs to it"]
    );
}

#[test]
fn other_separators_are_recognised() {
    assert_eq!(
        stock(csv("product_code;quantity\nA;1\n")),
        ["Header t.csv, row 1: the columns seem to be separated by `;`; .csv needs commas and \
          .tsv needs tabs, so save the file again or rename it"]
    );
    let told = stock(csv("product_code\tquantity\nA\t1\n"));
    assert!(told[0].contains("separated by tabs"), "{told:?}");
}

#[test]
fn texts_that_are_no_facts_dates_states_or_channels_are_rejected() {
    let product = |column: &str, cell: &str| {
        products(csv(format!("product_code,{column}\nA,{cell}\n"))).remove(0)
    };
    let cases = [
        (
            "active",
            "maybe",
            "`maybe` is neither yes nor no; write true or false, 1 or 0, yes or no",
        ),
        (
            "next_available_on",
            "31.03.2026",
            "`31.03.2026` is not a date; write year-month-day, such as 2026-03-31",
        ),
        (
            "next_available_on",
            "2026-02-30",
            "`2026-02-30` is not a date; write year-month-day, such as 2026-03-31",
        ),
        (
            "next_available_on",
            "2026-03-31T10:00",
            "`2026-03-31T10:00` is not a date; write year-month-day, such as 2026-03-31",
        ),
        ("incoming", "-1", "`-1` is negative; write 0 or more"),
    ];
    for (column, cell, reason) in cases {
        assert_eq!(product(column, cell), format!("t.csv 2 [{column}]: {reason}"));
    }
    let reason = refusal::<ChannelName>("Wayfair US");
    assert_eq!(
        product("marketplaces", "a;Wayfair US"),
        format!("t.csv 2 [marketplaces]: {reason}")
    );
    let text = "order_code,product_code,ordered,state\nO1,A,1,shipped\n";
    assert_eq!(
        orders(csv(text)),
        [
            "t.csv 2 [state] (order O1): `shipped` is not a state of an order; write open, closed or \
          cancelled"
        ]
    );
}
