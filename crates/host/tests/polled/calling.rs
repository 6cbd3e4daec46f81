//! Marketplaces that call.

use std::sync::Arc;

use trueup_host::HostErrorKind;

use crate::pager::{Running, folder, host};

#[tokio::test(flavor = "multi_thread")]
async fn a_call_reaches_its_channel_and_its_mailbox() {
    let running = Running::start().await;
    let port = running.port;
    let answer = running.say("GET /polled/desk?wsdl", b"").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("content-type: text/plain\r\n"), "{answer}");
    let url = format!("http://127.0.0.1:{port}/polled/desk?wsdl");
    assert!(answer.ends_with(&format!("Get {url} 0 bytes, waits: false")), "{answer}");
    assert!(running.post(b"hello").await.contains("Post"));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn channels_that_are_off_or_unknown_are_not_there() {
    let running = Running::start().await;
    for path in ["/polled/off", "/polled/other", "/", "/polled/desk/more"] {
        let answer = running.say(&format!("POST {path}"), b"").await;
        assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_under_way_is_finished_when_it_is_told_to_stop() {
    let running = Running::start().await;
    let port = running.port;
    running.stop().await;
    assert!(tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_in_use_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let dir = folder(&format!("[polled]\nlisten = \"{address}\"\n"));
    let error = host(&dir).await.run().await.unwrap_err();
    assert_eq!(error.kind(), HostErrorKind::Work);
    assert!(error.to_string().contains(&address.to_string()), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_names_the_public_address() {
    let dir = folder("[polled]\npublic_url = \"https://stock.example.com/trueup/\"\n");
    let host = host(&dir).await;
    let invitation = host.invitation("desk").unwrap();
    assert_eq!(invitation.content, "https://stock.example.com/trueup/polled/desk");
    assert_eq!(invitation.file_name, "desk.txt");
    assert_eq!(host.invitation("other").unwrap_err().kind(), HostErrorKind::Usage);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_mounts_the_routes_listens_nowhere_else() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let dir = folder(&format!("[polled]\nlisten = \"{address}\"\n"));
    let host = Arc::new(host(&dir).await);
    let run = Arc::clone(&host);
    let running = tokio::spawn(async move { run.run_mounted().await });
    while !host.health().await.healthy {
        assert!(!running.is_finished(), "it ended by itself");
        tokio::task::yield_now().await;
    }
    host.stop();
    running.await.unwrap().unwrap();
}
