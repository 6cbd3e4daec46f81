//! The window on the state, and visits to services that are not there or talk nonsense.

use std::net::SocketAddr;

use async_trait::async_trait;
use trueup_quickbooks_desktop_sandbox::{Ending, Service};
use trueup_sandbox::raw;

use crate::support::company;

async fn get(to: SocketAddr, head: &str) -> serde_json::Value {
    raw::send(to, head, b"").await.unwrap().unwrap().json()
}

#[tokio::test]
async fn the_state_is_shown_and_a_visit_is_rung_over_http() {
    let company = company(&[]).await;
    let state = get(company.address(), "GET /state HTTP/1.1").await;
    assert_eq!(state["items"][0]["full_name"], "Lamp");
    assert_eq!(state["items"][1]["on_hand"], "7.5");
    let visit = get(company.address(), "POST /visit HTTP/1.1").await;
    assert_eq!(visit["ending"]["failed"], "no URL to call; set url");
    let state = get(company.address(), "GET /state HTTP/1.1").await;
    assert_eq!(state["visits"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_service_that_is_not_there_is_told() {
    // Nobody listens there: the port was free a moment ago.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let company = company(&[&format!("url=http://{free}/qbwc")]).await;
    let Ending::Failed(why) = company.visit().await.ending else { panic!("it was reached") };
    assert!(why.contains("cannot be reached"), "{why}");
}

/// Says the same to every call.
struct Always(u16, String);

#[async_trait]
impl Service for Always {
    async fn post(&self, method: &str, _: String) -> Result<(u16, String), String> {
        Ok((self.0, self.1.replace("METHOD", method)))
    }
}

fn result(inside: &str) -> String {
    format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><METHODResponse \
         xmlns=\"http://developer.intuit.com/\"><METHODResult>{inside}</METHODResult>\
         </METHODResponse></s:Body></s:Envelope>"
    )
}

#[tokio::test]
async fn nonsense_ends_the_visit_as_the_web_connector_says_it() {
    for (status, body, words) in [
        (200, "warning!<x/>".to_owned(), "QBWC1042"),
        (200, "<html>".to_owned(), "QBWC1042"),
        (200, "<x/>".to_owned(), "QBWC1012"),
        (200, result(""), "Index was outside the bounds"),
        (500, "<x/>".to_owned(), "HTTP 500"),
        (500, result(""), "HTTP 500"),
    ] {
        let company = company(&[]).await;
        let visit = company.visit_to(&Always(status, body.clone())).await;
        let Ending::Failed(why) = visit.ending else { panic!("{body}: {:?}", visit.ending) };
        assert!(why.contains(words), "{body}: {why}");
    }
}

#[tokio::test]
async fn a_version_that_the_service_demands_stops_the_visit() {
    let company = company(&[]).await;
    let visit = company.visit_to(&Always(200, result("O:9.9.9.9"))).await;
    assert_eq!(visit.ending, Ending::Failed("O:9.9.9.9".to_owned()));
    assert_eq!(visit.calls, ["serverVersion", "clientVersion"]);
}
