//! Consents given, denied, forged and late.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use trueup_host::{Connected, ConsentDesk, Host, HostError, HostErrorKind};

use crate::bank::World;

const PATIENCE: Duration = Duration::from_secs(20);

/// The browser as the marketplace leads it back.
async fn visit(redirect: &str, query: &str) -> String {
    let address = redirect.strip_prefix("http://localhost:").unwrap().split_once('/').unwrap().0;
    let mut stream =
        TcpStream::connect(("127.0.0.1", address.parse::<u16>().unwrap())).await.unwrap();
    let head =
        format!("GET /callback?{query} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

fn state_of(desk: &ConsentDesk) -> String {
    desk.url().rsplit_once("state=").unwrap().1.to_owned()
}

/// A consent in which the browser comes back with this, `STATE` standing for the right state.
async fn consent(host: &Host, query: &str) -> Result<Connected, HostError> {
    let desk = host.consent_desk("books", 0, None).await?;
    let query = query.replace("STATE", &state_of(&desk));
    let redirect = desk.redirect().to_owned();
    let (consent, _) = tokio::join!(desk.wait(PATIENCE), visit(&redirect, &query));
    host.connect("books", consent?).await
}

async fn refused(world: &World, query: &str) -> String {
    let error = consent(&world.host().await, query).await.unwrap_err();
    assert_eq!(error.kind(), HostErrorKind::Work);
    error.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_is_kept_and_renewed_by_later_processes() {
    let world = World::new().await;
    let connected = consent(&world.host().await, "code=good&state=STATE&company=7").await.unwrap();
    assert_eq!(connected.told, [("company".to_owned(), "7".to_owned())]);
    assert!(connected.is_kept);
    for round in 2..5 {
        let check = &world.host().await.check_online().await[0];
        assert!(check.ok, "{}", check.detail);
        let asked = world.asked.lock().unwrap().tokens.clone();
        assert_eq!(asked.last().unwrap(), &format!("refresh_token=refresh-{}", round - 1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denied_consent_says_so() {
    let world = World::new().await;
    let said = refused(&world, "error=access_denied&state=STATE").await;
    assert_eq!(said, "the consent was denied; nothing was kept");
    let said = refused(&world, "error=server_error&state=STATE").await;
    assert!(said.contains("server_error"), "{said}");
    assert!(world.asked.lock().unwrap().tokens.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_consents_answer_is_not_taken() {
    let world = World::new().await;
    for query in ["code=good&state=forged&company=7", "code=good&company=7", ""] {
        assert!(refused(&world, query).await.contains("state differs"), "{query}");
    }
    assert!(refused(&world, "state=STATE&company=7").await.contains("without a code"));
    assert!(world.asked.lock().unwrap().tokens.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_works_once() {
    let world = World::new().await;
    consent(&world.host().await, "code=good&state=STATE&company=7").await.unwrap();
    let said = refused(&world, "code=good&state=STATE&company=7").await;
    assert!(said.contains("a code works once"), "{said}");
    assert!(!said.contains("good"), "{said}");
    assert!(world.host().await.check_online().await[0].ok, "what was kept before still works");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_for_another_company_uses_no_code() {
    let world = World::new().await;
    let said = refused(&world, "code=good&state=STATE&company=8").await;
    assert!(said.contains("another company than 7") && said.contains("nothing was kept"), "{said}");
    assert!(world.asked.lock().unwrap().tokens.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_waited_for_for_ever() {
    let world = World::new().await;
    let desk = world.host().await.consent_desk("books", 0, None).await.unwrap();
    let error = desk.wait(Duration::from_millis(50)).await.unwrap_err();
    assert!(error.to_string().contains("nobody decided"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_port_and_an_unknown_channel_are_named() {
    let world = World::new().await;
    let host = world.host().await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let error = host.consent_desk("books", port, None).await.unwrap_err();
    assert!(error.to_string().contains(&port.to_string()), "{error}");
    assert_eq!(host.consent_desk("other", 0, None).await.unwrap_err().kind(), HostErrorKind::Usage);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_elsewhere_leads_on_to_this_machine_and_never_in_the_clear() {
    let world = World::new().await;
    let host = world.host().await;
    let there = "https://connect.example.com/books";
    let desk = host.consent_desk("books", 0, Some(there)).await.unwrap();
    assert_eq!(desk.redirect(), there);
    assert!(desk.page().starts_with("http://localhost:"), "{}", desk.page());
    let (page, query) = (desk.page().to_owned(), format!("code=good&state={}", state_of(&desk)));
    let (consent, _) = tokio::join!(desk.wait(PATIENCE), visit(&page, &query));
    consent.unwrap();
    for clear in ["http://connect.example.com/books", "connect.example.com", "https://a/?b"] {
        let error = host.consent_desk("books", 0, Some(clear)).await.unwrap_err();
        assert_eq!(error.kind(), HostErrorKind::Usage);
        assert!(error.to_string().contains("--redirect must be"), "{error}");
    }
}
