//! The trait and its defaults.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::json;
use trueup_marketplace::{
    Arrival, Batch, Capabilities, Context, Endpoint, Error, ErrorKind, FeedKind, Marketplace,
    Receipt, Registration, Registry, Request, Response, Retry, RunningSandbox, SandboxRegistration,
    Secret, Ticket, Token, Verdict, Wire, graphql::Envelope,
};

use crate::support::{Acme, answer, parts, run};

/// Nobody is there.
#[derive(Debug)]
struct Nowhere;

#[async_trait]
impl Wire for Nowhere {
    async fn send(&self, _: Request) -> Result<Response, Error> {
        Err(Error::not_applied(ErrorKind::Connection, Retry::Later, "nobody is there"))
    }
}

#[test]
fn hosts_hold_a_marketplace_as_a_shared_trait_object() {
    fn shared<T: Send + Sync + Debug + ?Sized>() {}
    shared::<dyn Marketplace>();
    shared::<dyn Wire>();
    shared::<Arc<dyn Marketplace>>();
    let settings = json!({ "account": "us", "key": "k" });
    let opened: Arc<dyn Marketplace> = Registration::of::<Acme>("1").open(settings).unwrap();
    assert_eq!(opened.capabilities(), Capabilities::least());
}

#[test]
fn public_types_cross_threads() {
    fn crosses<T: Send + Sync + Debug>() {}
    crosses::<(Batch, Capabilities, Context<'_>, Endpoint, Envelope, Error)>();
    crosses::<(Receipt, Registration, Registry, Request, Response, RunningSandbox)>();
    crosses::<(SandboxRegistration, Secret, Ticket, Token, Verdict)>();
}

#[test]
fn what_a_connector_leaves_out_does_nothing() {
    let (wire, batch) = (Nowhere, parts(1));
    let context = Context::calling(&wire, jiff::Timestamp::UNIX_EPOCH);
    assert_eq!(Acme.check_location(&"ANY".parse().unwrap()), Ok(()));
    assert!(Acme.token_request(Some(&Secret::new("r"))).is_none());
    assert_eq!(Acme.verdict(&answer(401, "")), Verdict::TokenRefused);
    let no_login = Acme.read_token(&answer(200, "{}")).unwrap_err();
    let no_tickets = run(Acme.settle(&batch, &Ticket("t".to_owned()), &context)).unwrap_err();
    for error in [no_login, no_tickets] {
        assert_eq!((error.kind(), error.retry()), (ErrorKind::Unsupported, Retry::Never));
        assert_eq!(error.arrival(), Arrival::NotApplied);
    }
    let prepared = run(Acme.prepare(&batch, &context)).unwrap();
    assert!(prepared.body.is_empty() && prepared.withheld.is_empty());
}

#[test]
fn an_error_answers_the_three_questions() {
    let after = Retry::After(Duration::from_secs(5));
    let error = Error::not_applied(ErrorKind::Throttled, after, "slow down");
    assert_eq!(
        (error.kind(), error.arrival(), error.retry()),
        (ErrorKind::Throttled, Arrival::NotApplied, after)
    );
    let error = Error::unknown(ErrorKind::Timeout, "too late");
    assert_eq!((error.arrival(), error.retry()), (Arrival::Unknown, Retry::Later));
    let error = Error::unreadable("a page").caused_by(std::fmt::Error);
    assert_eq!((error.kind(), error.arrival()), (ErrorKind::Unreadable, Arrival::Unknown));
    assert_eq!(error.to_string(), "a page", "a message does not repeat its source");
    assert!(std::error::Error::source(&error).is_some());
}

#[test]
fn names_are_written_as_they_are_read() {
    assert_eq!(format!("[{:>13}]", FeedKind::TrueUp), "[      true_up]");
    assert_eq!(serde_json::to_value(FeedKind::Differential).unwrap(), "differential");
    assert_eq!(FeedKind::Differential.to_string(), "differential");
    assert_eq!(format!("{:>4}", parts(1).key), " b-1");
    assert_eq!(serde_json::to_value(Ticket("t".to_owned())).unwrap(), "t");
}
