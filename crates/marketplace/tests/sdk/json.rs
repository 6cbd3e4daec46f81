//! Answers are read by the names of members, at every depth.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use trueup_marketplace::graphql::{Dialect, Envelope};
use trueup_marketplace::json;

use crate::support::answer;

#[derive(Debug, Deserialize, PartialEq)]
struct Line {
    key: String,
    count: Option<u64>,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Lines {
    lines: Vec<Option<Line>>,
    #[serde(default)]
    by_name: BTreeMap<String, Line>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Fate {
    Open,
    Named(String),
    Told { line: Line },
}

fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    json::read(text.as_bytes()).ok()
}

#[test]
fn an_object_is_read_by_its_names() {
    let text = r#"{"lines":[{"count":7,"key":"A","more":[1]},null],"by_name":{"b":{"key":"B"}}}"#;
    let (a, b) = (Line { key: "A".into(), count: Some(7) }, Line { key: "B".into(), count: None });
    let by_name = BTreeMap::from([("b".to_owned(), b)]);
    assert_eq!(read(text), Some(Lines { lines: vec![Some(a), None], by_name }));
    assert_eq!(read(r#"{"told":{"line":{"key":"A"}}}"#), Some(Fate::Told { line: line("A") }));
    assert_eq!(read(r#"{"named":"x"}"#), Some(Fate::Named("x".into())));
    assert_eq!(read(r#""open""#), Some(Fate::Open));
}

fn line(key: &str) -> Line {
    Line { key: key.to_owned(), count: None }
}

#[test]
fn an_array_is_no_object_at_any_depth() {
    assert_eq!(read::<Line>(r#"["A",7]"#), None);
    assert_eq!(read::<Lines>(r#"[[{"key":"A"}]]"#), None);
    assert_eq!(read::<Lines>(r#"{"lines":[["A",7]]}"#), None);
    assert_eq!(read::<Lines>(r#"{"lines":[],"by_name":{"b":["B",1]}}"#), None);
    assert_eq!(read::<Fate>(r#"{"told":[{"key":"A"}]}"#), None);
    assert_eq!(read::<Fate>(r#"{"told":{"line":["A",7]}}"#), None);
}

#[test]
fn two_members_of_one_name_say_nothing() {
    assert_eq!(read::<Line>(r#"{"key":"A","key":"A"}"#), None);
    assert_eq!(read::<Line>(r#"{"key":"A","unread":{"x":1,"x":2}}"#), None);
    assert_eq!(read::<Value>(r#"{"errors":[1],"errors":[]}"#), None);
}

#[test]
fn part_of_an_envelope_is_an_object() {
    static DIALECT: Dialect =
        Dialect { server: "Acme", not_executed: &[], unauthorised: &[], throttled: &[] };
    let body = json!({ "data": { "save": ["A", 7] } });
    let envelope = Envelope::read(&answer(200, &body.to_string()), &DIALECT);
    let told = envelope.part::<Line>("/save").unwrap_err().to_string();
    assert!(told.contains("does not hold what was asked for at /save"), "{told}");
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1e300..1e300).prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(".{0,4}", inner, 0..4)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn any_json_stays_what_it_is(value in any_json()) {
        let text = value.to_string();
        prop_assert_eq!(read::<Value>(&text), serde_json::from_str(&text).ok());
    }
}
