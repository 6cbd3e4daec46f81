//! A secret is shown by nothing.

use serde_json::json;
use trueup_marketplace::{REDACTED, Registration, SECRET_FORMAT, Secret, Token};

use crate::support::Acme;

const CANARY: &str = "s3cr3t-canary";

#[test]
fn a_secret_is_exposed_only_where_that_is_asked_for() {
    let secret: Secret = serde_json::from_value(json!(CANARY)).unwrap();
    assert_eq!(secret.expose(), CANARY);
    assert_eq!(Secret::new(CANARY).clone().expose(), CANARY);
}

#[test]
fn debug_shows_that_there_is_one_and_no_more() {
    let token = Token {
        access: Secret::new(CANARY),
        expires_in: std::time::Duration::from_secs(1),
        refresh: Some(Secret::new(CANARY)),
    };
    for shown in [format!("{:?}", Secret::new(CANARY)), format!("{token:?} {token:#?}")] {
        assert!(shown.contains(REDACTED) && !shown.contains(CANARY), "{shown}");
    }
}

#[test]
fn a_value_of_another_type_does_not_reach_the_message() {
    for value in [json!({ "env": CANARY }), json!([CANARY]), json!(4711), json!(null)] {
        let error = serde_json::from_value::<Secret>(value).unwrap_err().to_string();
        assert_eq!(error, "a secret must be a text");
    }
}

#[test]
fn the_schema_marks_it_and_takes_a_reference_too() {
    let schema = Registration::of::<Acme>("1").schema().to_value();
    let key = &schema["properties"]["key"];
    assert_eq!(key["format"], SECRET_FORMAT);
    let alternatives = key["anyOf"].as_array().unwrap();
    assert_eq!(alternatives[0], json!({ "type": "string", "minLength": 1 }));
    assert_eq!(alternatives[1]["required"], json!(["env"]));
    assert_eq!(alternatives[2]["required"], json!(["file"]));
}
