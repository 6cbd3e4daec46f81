//! The course of a session, and what does not belong to one.

use trueup_marketplace::{
    BatchKey, Error, ErrorKind, Fetched, Letter, Mailbox, Polled as _, Retry,
};

use crate::support::{PASSWORD, Talk, USER, batch, fates, found, item, line};

#[tokio::test]
async fn an_unknown_ticket_learns_and_changes_nothing() {
    let talk = Talk::new("");
    let feed = batch("b-1", vec![line(1, "Lamp", 1)]);
    talk.post(&feed).await;
    let ticket = talk.sign_in().await;
    for wrong in ["", "x", &ticket[..63], &format!("{ticket}0")] {
        assert_eq!(talk.request(wrong).await, "");
        assert_eq!(talk.respond(wrong, "<QBXML/>").await, -1);
        assert!(talk.last_error(wrong).await.contains("no such session"));
        assert_eq!(talk.text("closeConnection", &[("ticket", wrong)]).await, "OK");
    }
    assert_eq!(talk.mailbox.look(&feed.key).await.unwrap(), Letter::Waiting);
    assert_ne!(talk.request(&ticket).await, "", "the real session goes on");
}

#[tokio::test]
async fn nothing_is_handed_over_before_quickbooks_is_open() {
    let talk = Talk::new("");
    let feed = batch("b-1", vec![line(1, "Lamp", 1)]);
    talk.post(&feed).await;
    let ticket = talk.sign_in().await;
    let error = [("ticket", ticket.as_str()), ("hresult", "0x80040408"), ("message", "no")];
    assert_eq!(talk.text("connectionError", &error).await, "done");
    assert!(talk.last_error(&ticket).await.contains("could not be started"));
    assert_eq!(talk.mailbox.look(&feed.key).await.unwrap(), Letter::Waiting);
    let why = talk.settle(&feed).await.unwrap_err();
    assert!(why.to_string().contains("QuickBooks could not be started"), "{why}");
}

#[tokio::test]
async fn without_letters_quickbooks_is_left_alone() {
    let talk = Talk::new("");
    let (ticket, said) = talk.sign_in_as(USER, PASSWORD).await;
    assert_eq!((ticket.len(), said.as_str()), (64, "none"));
    assert_eq!(talk.request(&ticket).await, "");
}

#[tokio::test]
async fn a_letter_that_was_taken_back_meanwhile_ends_the_session() {
    let talk = Talk::new("");
    let feed = batch("b-1", vec![line(1, "Lamp", 1)]);
    talk.post(&feed).await;
    let ticket = talk.sign_in().await;
    assert!(talk.mailbox.withdraw(&feed.key).await.unwrap());
    assert_eq!(talk.request(&ticket).await, "");
    assert_eq!(talk.last_error(&ticket).await, "there is nothing to send");
    assert_eq!(fates(&talk.settle(&feed).await.unwrap(), &feed), ["unknown"]);
}

#[tokio::test]
async fn a_new_session_ends_the_one_before() {
    let talk = Talk::new("");
    talk.post(&batch("b-1", vec![line(1, "Lamp", 1)])).await;
    let first = talk.sign_in().await;
    talk.request(&first).await;
    let second = talk.sign_in().await;
    assert_eq!(talk.request(&first).await, "");
    assert_eq!(talk.respond(&first, &found("n0", &item("I", "Lamp", "0"))).await, -1);
    assert_ne!(talk.request(&second).await, "");
}

#[tokio::test]
async fn a_session_ends_by_itself_after_half_an_hour_and_by_closing() {
    let mut talk = Talk::new("");
    talk.post(&batch("b-1", vec![line(1, "Lamp", 1)])).await;
    let ticket = talk.sign_in().await;
    talk.later(30 * 60);
    assert_ne!(talk.request(&ticket).await, "");
    talk.later(30 * 60 + 1);
    assert_eq!(talk.request(&ticket).await, "");
    let ticket = talk.sign_in().await;
    assert_eq!(talk.text("closeConnection", &[("ticket", &ticket)]).await, "OK");
    assert_eq!(talk.request(&ticket).await, "");
}

#[tokio::test]
async fn asking_twice_for_the_same_request_gives_the_same() {
    let talk = Talk::new("");
    talk.post(&batch("b-1", vec![line(1, "Lamp", 1)])).await;
    let ticket = talk.sign_in().await;
    assert_eq!(talk.request(&ticket).await, talk.request(&ticket).await);
}

/// A mailbox of a database that is not there.
#[derive(Debug)]
struct Broken;

fn broken() -> Error {
    Error::not_applied(ErrorKind::Unavailable, Retry::Later, "the database is away")
}

#[async_trait::async_trait]
impl Mailbox for Broken {
    async fn post(&self, _: &BatchKey, _: bytes::Bytes) -> Result<(), Error> {
        Err(broken())
    }
    async fn look(&self, _: &BatchKey) -> Result<Letter, Error> {
        Err(broken())
    }
    async fn fetch(&self) -> Result<Option<Fetched>, Error> {
        Err(broken())
    }
    async fn reply(&self, _: &BatchKey, _: bytes::Bytes) -> Result<(), Error> {
        Err(broken())
    }
    async fn withdraw(&self, _: &BatchKey) -> Result<bool, Error> {
        Err(broken())
    }
}

#[tokio::test]
async fn what_cannot_be_noted_is_not_handed_over() {
    let talk = Talk::new("");
    talk.post(&batch("b-1", vec![line(1, "Lamp", 1)])).await;
    let ticket = talk.sign_in().await;
    let call = trueup_marketplace::Call {
        method: trueup_marketplace::Method::Post,
        query: String::new(),
        url: String::new(),
        headers: http::HeaderMap::new(),
        body: format!(
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
             <sendRequestXML xmlns=\"http://developer.intuit.com/\"><ticket>{ticket}</ticket>\
             </sendRequestXML></s:Body></s:Envelope>"
        )
        .into(),
        now: talk.now,
    };
    let reply = talk.desktop.answer(&call, &Broken).await;
    assert_eq!(crate::support::result(&reply, "sendRequestXML"), "");
    assert!(talk.last_error(&ticket).await.contains("the database is away"));
}
