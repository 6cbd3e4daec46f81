//! Callers that ask too much.

use crate::pager::{GATE, HELD, Running};

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_ten_mebibytes_is_taken_and_no_more() {
    let running = Running::start().await;
    let most = vec![b'x'; 10 << 20];
    assert!(running.post(&most).await.contains("10485760 bytes"));
    let answer = running.post(&[most.as_slice(), b"x"].concat()).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 413"), "{answer}");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_methods_are_refused() {
    let running = Running::start().await;
    assert!(running.say("DELETE /polled/desk", b"").await.starts_with("HTTP/1.1 405"));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_defect_of_a_connector_ends_one_call() {
    let running = Running::start().await;
    assert!(running.post(b"panic").await.starts_with("HTTP/1.1 500"));
    assert!(running.post(b"hello").await.starts_with("HTTP/1.1 200"));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_finds_no_seat_is_asked_to_come_again() {
    let running = std::sync::Arc::new(Running::start().await);
    let hold = |_| {
        let running = std::sync::Arc::clone(&running);
        tokio::spawn(async move { running.post(b"hold").await })
    };
    let held: Vec<_> = (0..4).map(hold).collect();
    HELD.acquire_many(4).await.unwrap().forget();
    let refused = running.post(b"hello").await;
    assert!(refused.starts_with("HTTP/1.1 503"), "{refused}");
    assert!(refused.contains("retry-after: 5\r\n"), "{refused}");
    GATE.add_permits(4);
    for call in held {
        assert!(call.await.unwrap().ends_with("held"));
    }
    assert!(running.post(b"hello").await.starts_with("HTTP/1.1 200"));
}
