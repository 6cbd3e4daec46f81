//! However odd an answer is, it is taken for data or for "not executed" on evidence only.

use proptest::prelude::*;
use serde_json::{Value, json};
use trueup_marketplace::{Arrival, ErrorKind, Verdict};

use crate::envelope::envelope;

/// Any JSON of a few members.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-2i64..20).prop_map(Value::from),
        "[a-z]{0,4}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::hash_map("[a-z]{1,3}", inner, 0..3).prop_map(|map| json!(map)),
        ]
    })
}

/// An error that proves nothing, whatever else stands in it.
fn vague() -> impl Strategy<Value = Value> {
    let code = prop::sample::select(vec![json!("INTERNAL"), json!(7), Value::Null]);
    (code, any::<bool>(), "[a-z ]{0,8}").prop_map(|(code, has_path, message)| {
        let path = if has_path { json!(["set"]) } else { Value::Null };
        json!({ "message": message, "path": path, "extensions": { "code": code } })
    })
}

fn status() -> impl Strategy<Value = u16> {
    prop_oneof![3 => Just(200), 1 => 200_u16..600]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn data_comes_with_success_and_without_errors(
        status in status(), data in anything(), errors in anything(),
    ) {
        let body = json!({ "data": data, "errors": errors });
        let read = envelope(status, &body.to_string()).data();
        let is_good = (200..300).contains(&status) && (errors.is_null() || errors == json!([]));
        prop_assert_eq!(read.is_ok(), is_good && !data.is_null());
        prop_assert!(read.is_err() || read.unwrap() == data);
    }

    #[test]
    fn an_error_that_proves_nothing_leaves_all_unknown(
        status in prop_oneof![Just(200_u16), 500_u16..600], others in prop::collection::vec(vague(), 0..3),
        vague in vague(), proven in any::<bool>(),
    ) {
        let mut errors = others;
        errors.push(vague);
        if proven {
            errors.push(json!({ "message": "Unknown field", "extensions": { "code": "THROTTLED" } }));
        }
        let body = json!({ "errors": errors }).to_string();
        let read = envelope(status, &body);
        prop_assert!(!read.is_about("field"));
        prop_assert!(!matches!(read.verdict(), Verdict::Throttled(_)));
        prop_assert_eq!(read.data().unwrap_err().arrival(), Arrival::Unknown);
    }

    #[test]
    fn noise_is_never_data_and_never_breaks_anything(
        noise in prop::collection::vec(any::<u8>(), 0..100), shape in anything(), status in 100_u16..600,
    ) {
        for body in [String::from_utf8_lossy(&noise).into_owned(), shape.to_string()] {
            let read = envelope(status, &body);
            let verdict = read.verdict();
            prop_assert!(!read.holds_data());
            let error = read.data().unwrap_err();
            prop_assert!(error.to_string().chars().count() < 500);
            let throttled = error.kind() == ErrorKind::Throttled;
            prop_assert_eq!(throttled, matches!(verdict, Verdict::Throttled(_)));
        }
    }
}
