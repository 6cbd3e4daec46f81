//! However odd an answer is, a line is accepted only on evidence.

use proptest::prelude::*;
use serde_json::{Value, json};
use trueup_marketplace::{Answer, Receipt};

use crate::support::{answer, exceptions, parts, settle, submit};

/// Any JSON of a few members.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-2i64..20).prop_map(Value::from),
        "[a-zP1-9]{0,4}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[a-z]{1,3}", inner, 0..4).prop_map(|map| json!(map)),
        ]
    })
}

/// Mostly what belongs there, sometimes anything.
fn odd(usual: impl Strategy<Value = Value> + 'static) -> BoxedStrategy<Value> {
    prop_oneof![9 => usual, 1 => anything()].boxed()
}

fn errors() -> impl Strategy<Value = Value> {
    let key = prop_oneof![8 => "P[1-4]", 1 => Just(String::new()), 1 => "p[1-9]"];
    let entry = key.prop_map(|key| json!({ "key": key, "message": "no" }));
    prop_oneof![
        1 => Just(Value::Null),
        9 => prop::collection::vec(odd(entry), 0..4).prop_map(Value::from),
    ]
}

fn count() -> BoxedStrategy<Value> {
    odd(prop_oneof![Just(json!(0)), Just(json!(3)), Just(json!(4)), (0..5).prop_map(|n| json!(n))])
}

fn transaction() -> impl Strategy<Value = Value> {
    let handle = odd(prop_oneof![Just(json!("h-1")), Just(Value::Null)]);
    let status = odd(prop::sample::select(vec![
        json!("COMPLETE"),
        json!("PROCESSING"),
        json!("ERROR"),
        json!("DONE"),
        Value::Null,
    ]));
    let counts = (count(), count(), count(), odd(Just(json!(0))));
    (handle, status, counts, odd(errors())).prop_map(|(handle, status, counts, errors)| {
        let (items, refused, completed, processing) = counts;
        json!({
            "handle": handle, "status": status, "itemCount": items, "errorCount": refused,
            "completedCount": completed, "processingCount": processing, "errors": errors,
        })
    })
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

/// The lines of the four that neither an exception nor a refused submission speaks against.
fn unharmed(receipt: &Receipt) -> Vec<i64> {
    let (rejected, unknown) = exceptions(receipt);
    (1..=4).filter(|key| !rejected.contains(key) && !unknown.contains(key)).collect()
}

fn names(transaction: &Value, key: i64) -> bool {
    let wanted = format!("P{key}");
    let errors = transaction["errors"].as_array().cloned().unwrap_or_default();
    errors
        .iter()
        .any(|error| error["key"].as_str().is_some_and(|k| k.eq_ignore_ascii_case(&wanted)))
}

fn every_error_fits(transaction: &Value) -> bool {
    let errors = transaction["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().all(|error| (1..=4).any(|key| names(&json!({ "errors": [error] }), key)))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn no_line_is_received_without_evidence(save in transaction(), top in odd(Just(Value::Null))) {
        let body = json!({ "data": { "inventory": { "save": save } }, "errors": top });
        let Ok(receipt) = run(submit("", &parts(4), answer(200, body.to_string()))) else {
            return Ok(());
        };
        prop_assert_ne!(receipt.answer(), &Answer::Applied);
        let unharmed = unharmed(&receipt);
        if unharmed.is_empty() {
            return Ok(());
        }
        prop_assert!(top.is_null() || top == json!([]));
        prop_assert!(save["handle"].is_string() || save["status"].is_string());
        prop_assert!(!["ERROR", "DONE"].iter().any(|status| save["status"] == *status));
        prop_assert!(every_error_fits(&save));
        prop_assert!(unharmed.iter().all(|key| !names(&save, *key)));
    }

    #[test]
    fn no_line_is_applied_without_evidence(told in transaction()) {
        let body = json!({ "data": { "transactions": [told] } });
        let Ok(receipt) = run(settle(&parts(4), answer(200, body.to_string()))) else {
            return Ok(());
        };
        let unharmed = unharmed(&receipt);
        if receipt.answer() != &Answer::Applied || unharmed.is_empty() {
            return Ok(());
        }
        prop_assert_eq!(&told["status"], "COMPLETE");
        prop_assert_eq!(&told["handle"], "h-1");
        prop_assert_eq!(&told["itemCount"], 4);
        prop_assert_eq!(&told["processingCount"], 0);
        prop_assert_eq!(told["completedCount"].as_u64().map(|n| n >= unharmed.len() as u64), Some(true));
        prop_assert!(every_error_fits(&told));
        prop_assert!(unharmed.iter().all(|key| !names(&told, *key)));
    }

    #[test]
    fn noise_is_never_an_answer(noise in prop::collection::vec(any::<u8>(), 0..200), shape in anything(), status in 200u16..600) {
        for body in [String::from_utf8_lossy(&noise).into_owned(), shape.to_string(), json!({ "data": shape }).to_string()] {
            prop_assert!(run(submit("", &parts(4), answer(status, body.as_str()))).is_err(), "{body}");
            let settled = run(settle(&parts(4), answer(status, body.as_str())));
            prop_assert!(!settled.is_ok_and(|receipt| receipt.answer() == &Answer::Applied), "{body}");
        }
    }
}
