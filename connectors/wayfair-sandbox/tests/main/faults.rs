//! Faults of the wire: what the caller sees, and what is stored all the same.

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::{Answer, Visitor, failure, line};
use crate::documents::READ;

async fn save(visitor: &Visitor, on_hand: i32) -> Option<Answer> {
    visitor.try_save("DIFFERENTIAL", &[line(81454, "A", on_hand)]).await
}

#[tokio::test]
async fn lost_answer_applies_and_says_nothing() {
    let visitor = Visitor::with(&["lost_answer"]).await;
    assert!(save(&visitor, 5).await.is_none());
    assert_eq!(visitor.on_hand(81454, "A"), Some(5));
}

#[tokio::test]
async fn not_applied_drop_does_nothing_and_says_nothing() {
    let visitor = Visitor::with(&["not_applied_drop"]).await;
    assert!(save(&visitor, 5).await.is_none());
    assert_eq!(visitor.on_hand(81454, "A"), None);
    assert_eq!(visitor.sandbox.calls().saves, 0);
    assert_eq!(visitor.sandbox.calls().graphql, 1);
}

#[tokio::test]
async fn server_errors_are_html_whether_applied_or_not() {
    let visitor = Visitor::with(&["server_error_applied=next"]).await;
    let applied = save(&visitor, 5).await.unwrap();
    assert_eq!(applied.status, 500);
    assert!(applied.text().starts_with("<html>"));
    assert_eq!(visitor.on_hand(81454, "A"), Some(5));
    visitor.sandbox.set_mode("server_error_not_applied=next").unwrap();
    let refused = save(&visitor, 6).await.unwrap();
    assert_eq!(refused.status, 502);
    assert_eq!(refused.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(visitor.on_hand(81454, "A"), Some(5));
}

#[tokio::test]
async fn html_200_is_a_page_and_applies_nothing() {
    let visitor = Visitor::with(&["html_200"]).await;
    let answer = save(&visitor, 5).await.unwrap();
    assert_eq!(answer.status, 200);
    assert!(answer.text().starts_with("<html>"));
    assert_eq!(visitor.on_hand(81454, "A"), None);
}

#[tokio::test]
async fn data_null_is_a_graphql_failure_and_applies_nothing() {
    let visitor = Visitor::with(&["data_null"]).await;
    let error = failure(&save(&visitor, 5).await.unwrap());
    assert_eq!(error["path"], json!(["inventory", "save"]));
    assert!(error["extensions"]["category"].is_string());
    assert_eq!(visitor.on_hand(81454, "A"), None);
}

#[tokio::test]
async fn truncated_body_applies_and_breaks_off() {
    let visitor = Visitor::with(&["truncated_body"]).await;
    let answer = save(&visitor, 5).await.unwrap();
    assert_eq!(answer.status, 200);
    assert!(!answer.is_whole());
    assert!(answer.text().starts_with("{\"data\""));
    assert!(serde_json::from_slice::<serde_json::Value>(&answer.body).is_err());
    assert_eq!(visitor.on_hand(81454, "A"), Some(5));
}

#[tokio::test]
async fn twice_makes_two_feeds_of_one_request() {
    let visitor = Visitor::with(&["twice=next"]).await;
    assert_eq!(save(&visitor, 5).await.unwrap().status, 200);
    assert_eq!(visitor.sandbox.calls().saves, 2);
    assert_eq!(visitor.sandbox.state().feeds.len(), 2);
}

#[tokio::test]
async fn slow_answers_later_but_applies_at_once() {
    let visitor = Visitor::with(&["slow=3600000"]).await;
    let waiting = save(&visitor, 5);
    let applied = async {
        while visitor.on_hand(81454, "A").is_none() {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        answer = waiting => panic!("answered {answer:?}"),
        () = applied => {}
    }
    visitor.sandbox.set_mode("slow=1@0").unwrap();
    assert_eq!(save(&visitor, 6).await.unwrap().status, 200);
}

#[tokio::test]
async fn late_loses_the_answer_and_applies_when_it_is_due() {
    let visitor = Visitor::with(&["late=3600000@next"]).await;
    assert!(save(&visitor, 5).await.is_none());
    assert_eq!(visitor.on_hand(81454, "A"), None);
    assert!(save(&visitor, 6).await.is_some());
    assert_eq!(visitor.on_hand(81454, "A"), Some(6));
    visitor.sandbox.set_mode("late=0@next").unwrap();
    assert!(save(&visitor, 7).await.is_none());
    assert_eq!(visitor.on_hand(81454, "A"), Some(7));
}

#[tokio::test]
async fn a_lost_answer_closes_a_connection_that_was_to_be_kept() {
    let visitor = Visitor::with(&["lost_answer=next"]).await;
    let mut stream = TcpStream::connect(visitor.sandbox.address()).await.unwrap();
    let body = r#"{ "query": "{ __typename }" }"#;
    let request = format!(
        "POST /v1/graphql HTTP/1.1\r\nhost: sandbox\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        visitor.token,
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut received = Vec::new();
    let _ = stream.read_to_end(&mut received).await;
    assert!(received.is_empty());
}

#[tokio::test]
async fn faults_strike_reads_too() {
    let visitor = Visitor::with(&[]).await;
    let saved = visitor.save("DIFFERENTIAL", &[line(81454, "A", 1)]).await;
    visitor.sandbox.set_mode("lost_answer=next").unwrap();
    let variables = json!({ "handle": saved["handle"] });
    assert!(visitor.post(READ, variables.clone()).await.is_none());
    assert!(visitor.post(READ, variables).await.is_some());
}

#[tokio::test]
async fn the_same_seed_gives_the_same_faults() {
    let faults = ["lost_answer=0.3", "html_200=0.3", "server_error_applied=0.3"];
    let first = fates(11, &faults).await;
    assert_eq!(first, fates(11, &faults).await);
    assert_ne!(first, fates(12, &faults).await);
    for fate in [None, Some(200), Some(500)] {
        assert!(first.contains(&fate), "{fate:?} in {first:?}");
    }
}

#[tokio::test]
async fn a_fault_that_is_switched_on_does_not_move_the_others() {
    let lost = |fates: &[Option<u16>]| -> Vec<bool> { fates.iter().map(Option::is_none).collect() };
    let alone = fates(11, &["lost_answer=0.3"]).await;
    let beside = fates(11, &["lost_answer=0.3", "truncated_body=0.5"]).await;
    assert_eq!(lost(&alone), lost(&beside));
}

async fn fates(seed: u64, faults: &[&str]) -> Vec<Option<u16>> {
    let visitor = Visitor::seeded(seed, faults).await;
    let mut fates = Vec::new();
    for on_hand in 0..40 {
        fates.push(save(&visitor, on_hand).await.map(|answer| answer.status));
    }
    fates
}

#[tokio::test]
async fn next_counts_only_the_requests_it_ends() {
    let visitor = Visitor::with(&["html_200=next:2", "lost_answer=next"]).await;
    let mut statuses = Vec::new();
    for on_hand in 0..4 {
        statuses.push(save(&visitor, on_hand).await.map(|answer| answer.status));
    }
    assert_eq!(statuses, [Some(200), Some(200), None, Some(200)]);
    assert_eq!(visitor.sandbox.calls().saves, 2);
}
