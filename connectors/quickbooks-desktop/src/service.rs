//! The side that the Web Connector calls.

use async_trait::async_trait;
use jiff::Timestamp;
use trueup_marketplace::{
    Call, Error, Fetched, Invitation, Mailbox, Method, Polled, Reply, Secret,
};
use trueup_polled::{Fate, Greeting};
use trueup_soap::{Called, Value};

use crate::QuickBooksDesktop;
use crate::host::Host;
use crate::methods::{self, SERVICE};
use crate::status::hresult;
use crate::work::{Lost, Terms, Work};

const GREETING: &str = "trueup answers the QuickBooks Web Connector here.\n";
/// How many letters without a question for QuickBooks are passed in one call.
const LETTERS_PER_CALL: usize = 100;
/// Message sets to free that are remembered.
const SETS_MAX: usize = 100;
/// Ends a session, and lets the Web Connector ask why.
const STOP: i32 = -1;
const DONE: i32 = 100;

/// What is kept of a session.
#[derive(Debug, Default)]
pub(crate) struct Talk {
    /// QuickBooks, once it was told of.
    host: Option<Host>,
    /// The letter in hand.
    work: Option<Work>,
    /// What `getLastError` tells.
    error: String,
}

#[async_trait]
impl Polled for QuickBooksDesktop {
    async fn answer(&self, call: &Call, mailbox: &dyn Mailbox) -> Reply {
        if call.method == Method::Get {
            return SERVICE.described(&call.url, &call.query, GREETING);
        }
        match SERVICE.read(&call.body) {
            Ok(called) => SERVICE.reply(&called, &self.value(&called, call.now, mailbox).await),
            Err(fault) => fault.reply(),
        }
    }

    fn invitation(&self, channel: &str, url: &str) -> Result<Invitation, String> {
        Ok(crate::invitation::invitation(&self.settings, channel, url))
    }
}

impl QuickBooksDesktop {
    async fn value(&self, called: &Called, now: Timestamp, mailbox: &dyn Mailbox) -> Value {
        match called.method() {
            methods::SERVER_VERSION => {
                Value::Text(concat!("trueup ", env!("CARGO_PKG_VERSION")).into())
            }
            methods::CLIENT_VERSION => Value::Text(String::new()),
            methods::AUTHENTICATE => {
                Value::Texts(self.authenticate(called, now, mailbox).await.into())
            }
            method => {
                let Some(mut session) = self.desk.take(called.text("ticket").trim(), now) else {
                    return idle(method);
                };
                let value = self.converse(called, &mut session.talk, mailbox).await;
                if method == methods::CLOSE {
                    self.desk.close(&session);
                }
                self.desk.put(session);
                value
            }
        }
    }

    /// The ticket of a session, and what the Web Connector does with it.
    async fn authenticate(
        &self,
        called: &Called,
        now: Timestamp,
        mailbox: &dyn Mailbox,
    ) -> [String; 2] {
        let refused = |why: &str| [String::new(), why.to_owned()];
        let password = Secret::new(called.text("strPassword"));
        let key = match self.desk.greet(called.text("strUserName"), &password, now) {
            Greeting::Wait => return refused("busy"),
            Greeting::Stranger => return refused("nvu"),
            Greeting::Welcome(key) => key,
        };
        match mailbox.waits().await {
            Err(_) => refused("busy"),
            Ok(false) => [key.as_str().to_owned(), "none".to_owned()],
            Ok(true) => {
                self.desk.open(&key, now, Talk::default());
                let company_file = self.settings.company_file.clone().unwrap_or_default();
                [key.as_str().to_owned(), company_file]
            }
        }
    }

    /// A call within a session.
    async fn converse(&self, called: &Called, talk: &mut Talk, mailbox: &dyn Mailbox) -> Value {
        match called.method() {
            methods::SEND_REQUEST => {
                let request = self.request(called, talk, mailbox).await;
                self.desk.note(request.as_ref().err().map(String::as_str));
                Value::Text(request.unwrap_or_else(|why| {
                    talk.error = why;
                    String::new()
                }))
            }
            methods::RECEIVE_RESPONSE => {
                let percent = self.receive_response(called, talk, mailbox).await;
                Value::Number(percent.unwrap_or_else(|why| {
                    self.desk.note(Some(&why));
                    talk.error = why;
                    STOP
                }))
            }
            methods::CONNECTION_ERROR => {
                let (_, words) = hresult(called.text("hresult"), called.text("message"));
                self.desk.note(Some(&words));
                talk.error = words;
                idle(methods::CONNECTION_ERROR)
            }
            methods::LAST_ERROR if talk.error.is_empty() => Value::Text("no error".to_owned()),
            methods::LAST_ERROR => Value::Text(talk.error.clone()),
            method => idle(method),
        }
    }

    /// The next request of the letter in hand, or of the next letter; empty where there is none.
    async fn request(
        &self,
        called: &Called,
        talk: &mut Talk,
        mailbox: &dyn Mailbox,
    ) -> Result<String, String> {
        let host = match talk.host {
            Some(host) => host,
            None => *talk.host.insert(Host::judge(called, &self.settings)?),
        };
        for _ in 0..LETTERS_PER_CALL {
            if talk.work.is_none() {
                talk.work = self.next_letter(host, mailbox).await?;
            }
            let Some(work) = &mut talk.work else { break };
            if let Some(request) = work.next() {
                return Ok(request);
            }
            self.finish(talk, mailbox).await?;
        }
        talk.error = "there is nothing to send".to_owned();
        Ok(String::new())
    }

    /// The oldest letter without an answer, noted as handed over.
    async fn next_letter(&self, host: Host, mailbox: &dyn Mailbox) -> Result<Option<Work>, String> {
        let begin = |letter: &Fetched, given_up: Option<String>| {
            let terms = Terms::new(&self.settings, host);
            let mut work = Work::begin(letter, terms, self.sets().pop())?;
            given_up.into_iter().for_each(|why| work.end(&Fate::Unknown(why)));
            Some(work)
        };
        self.desk.next_letter(mailbox, begin).await.map_err(unkept)
    }

    /// Leaves the answer to the letter in hand. Its message sets may be freed from now on.
    async fn finish(&self, talk: &mut Talk, mailbox: &dyn Mailbox) -> Result<(), String> {
        let Some(mut work) = talk.work.take() else { return Ok(()) };
        mailbox.reply(&work.key, work.fates().to_bytes()).await.map_err(unkept)?;
        let mut sets = self.sets();
        sets.append(&mut work.sets);
        let superfluous = sets.len().saturating_sub(SETS_MAX);
        sets.drain(..superfluous);
        Ok(())
    }

    /// How far the session is, or why it ends.
    async fn receive_response(
        &self,
        called: &Called,
        talk: &mut Talk,
        mailbox: &dyn Mailbox,
    ) -> Result<i32, String> {
        let Some(work) = &mut talk.work else { return Ok(DONE) };
        let code = called.text("hresult").trim();
        let stops = match code.trim_start_matches("0x").trim_matches('0').is_empty() {
            true => work.take(called.text("response")).map(|()| None),
            false => work.fail(code, called.text("message")),
        };
        let (percent, is_done) = (work.percent(), work.is_done());
        let stops = stops.map_err(|Lost(why)| {
            talk.work = None;
            why
        })?;
        if is_done {
            self.finish(talk, mailbox).await?;
        }
        match stops {
            Some(why) => Err(why),
            None if talk.work.is_some() => Ok(i32::try_from(percent).unwrap_or(1).clamp(1, 99)),
            None if mailbox.waits().await.map_err(unkept)? => Ok(50),
            None => Ok(DONE),
        }
    }
}

/// What is answered where there is nothing to do: to a call of no session, and at the end of one.
fn idle(method: &str) -> Value {
    match method {
        methods::RECEIVE_RESPONSE => Value::Number(STOP),
        methods::CONNECTION_ERROR => Value::Text("done".to_owned()),
        methods::LAST_ERROR => {
            Value::Text("trueup knows no such session; it is over, or another one began".to_owned())
        }
        methods::CLOSE => Value::Text("OK".to_owned()),
        _ => Value::Text(String::new()),
    }
}

fn unkept(error: Error) -> String {
    format!("trueup cannot keep its messages at the moment: {error}")
}
