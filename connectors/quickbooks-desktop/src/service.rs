//! The side that the Web Connector calls.

use async_trait::async_trait;
use bytes::Bytes;
use http::StatusCode;
use jiff::Timestamp;
use trueup_marketplace::{Call, Invitation, Mailbox, Method, Polled, Reply, Secret, one_line};

use crate::QuickBooksDesktop;
use crate::desk::{Session, TRIES_MAX, Ticket};
use crate::host::{Host, Told};
use crate::invitation;
use crate::letter::{Answer, Fate};
use crate::soap::{self, FirstWords, Request, Value};
use crate::work::{Lost, Terms, Work};
use crate::wsdl::wsdl;

const GREETING: &str = "trueup answers the QuickBooks Web Connector here.\n";
/// How many letters without a question for QuickBooks are passed in one call.
const LETTERS_PER_CALL: usize = 100;
/// Ends a session, with [`Request::LastError`] asked for why.
const STOP: i32 = -1;
const DONE: i32 = 100;

#[async_trait]
impl Polled for QuickBooksDesktop {
    async fn answer(&self, call: &Call, mailbox: &dyn Mailbox) -> Reply {
        if call.method == Method::Get {
            return described(call);
        }
        match soap::read(&call.body) {
            Ok((method, request)) => {
                soap::reply(method, &self.value(request, call.now, mailbox).await)
            }
            Err(fault) => soap::fault(&fault),
        }
    }

    fn invitation(&self, channel: &str, url: &str) -> Result<Invitation, String> {
        Ok(invitation::invitation(&self.settings, channel, url))
    }
}

fn described(call: &Call) -> Reply {
    let (content_type, body) = match call.query.eq_ignore_ascii_case("wsdl") {
        true => ("text/xml; charset=utf-8", Bytes::from(wsdl(&call.url))),
        false => ("text/plain; charset=utf-8", Bytes::from_static(GREETING.as_bytes())),
    };
    Reply { status: StatusCode::OK, content_type, body }
}

impl QuickBooksDesktop {
    async fn value(&self, request: Request, now: Timestamp, mailbox: &dyn Mailbox) -> Value {
        match request {
            Request::ServerVersion => {
                Value::Text(concat!("trueup ", env!("CARGO_PKG_VERSION")).into())
            }
            Request::ClientVersion => Value::Text(String::new()),
            Request::Authenticate { user_name, password } => {
                Value::Texts(self.authenticate(&user_name, &password, now, mailbox).await)
            }
            Request::Send { ticket, told } => {
                Value::Text(self.send_request(&ticket, &told, now, mailbox).await)
            }
            Request::Receive { ticket, response, hresult, message } => {
                let Some(mut session) = self.desk.take(&ticket, now) else {
                    return Value::Number(STOP);
                };
                let said = Said { response: &response, hresult: hresult.trim(), message: &message };
                let percent = self.receive_response(&mut session, &said, mailbox).await;
                Value::Number(self.ended_or(percent, session))
            }
            Request::NoConnection { ticket, hresult, message } => {
                self.connection_error(&ticket, &hresult, &message, now)
            }
            Request::LastError { ticket } => Value::Text(self.last_error(&ticket, now)),
            Request::Close { ticket } => {
                if let Some(session) = self.desk.take(&ticket, now) {
                    self.desk.close(&session);
                }
                Value::Text("OK".to_owned())
            }
        }
    }

    async fn authenticate(
        &self,
        user_name: &str,
        password: &Secret,
        now: Timestamp,
        mailbox: &dyn Mailbox,
    ) -> [String; 2] {
        let refused = |why: &str| [String::new(), why.to_owned()];
        if !self.desk.may_try(now) {
            return refused("busy");
        }
        if !self.login.admits(user_name, password) {
            return refused("nvu");
        }
        self.desk.welcome();
        let Some(ticket) = Ticket::random() else { return refused("busy") };
        match mailbox.waits().await {
            Err(_) => refused("busy"),
            Ok(false) => [ticket.as_str().to_owned(), "none".to_owned()],
            Ok(true) => {
                self.desk.open(&ticket, now);
                let company_file = self.settings.company_file.clone().unwrap_or_default();
                [ticket.as_str().to_owned(), company_file]
            }
        }
    }

    async fn send_request(
        &self,
        ticket: &str,
        told: &FirstWords,
        now: Timestamp,
        mailbox: &dyn Mailbox,
    ) -> String {
        let Some(mut session) = self.desk.take(ticket, now) else { return String::new() };
        let request = match self.host(&mut session, told) {
            Ok(host) => self.next_request(&mut session, host, mailbox).await,
            Err(why) => Err(why),
        };
        self.desk.note(request.as_ref().err().map(String::as_str));
        let request = request.unwrap_or_else(|why| {
            session.error = why;
            String::new()
        });
        self.desk.put(session);
        request
    }

    /// QuickBooks and the company, judged when a session begins.
    fn host(&self, session: &mut Session, told: &FirstWords) -> Result<Host, String> {
        if let Some(host) = session.host {
            return Ok(host);
        }
        let FirstWords { answers, company_file, major, minor } = told;
        let host = Host::judge(&Told { answers, company_file, major, minor }, &self.settings)?;
        session.host = Some(host);
        Ok(host)
    }

    /// The next request of the letter in hand, or of the next letter; empty where there is none.
    async fn next_request(
        &self,
        session: &mut Session,
        host: Host,
        mailbox: &dyn Mailbox,
    ) -> Result<String, String> {
        for _ in 0..LETTERS_PER_CALL {
            if session.work.is_none() {
                session.work = self.next_letter(host, mailbox).await?;
            }
            let Some(work) = &mut session.work else { break };
            if let Some(request) = work.next() {
                return Ok(request);
            }
            self.finish(session, mailbox).await?;
        }
        session.error = "there is nothing to send".to_owned();
        Ok(String::new())
    }

    /// The oldest letter without an answer, noted as handed over.
    async fn next_letter(&self, host: Host, mailbox: &dyn Mailbox) -> Result<Option<Work>, String> {
        let mut fetched = mailbox.fetch().await.map_err(|error| unkept(&error))?;
        while let Some(letter) = fetched {
            let terms = Terms::new(&self.settings, host);
            if let Some(mut work) = Work::begin(&letter, terms, self.desk.set_to_free()) {
                if self.desk.tries(&letter.key) > TRIES_MAX {
                    let why = format!("{TRIES_MAX} sessions broke before it was answered");
                    work.end(&Fate::Unknown(why));
                }
                return Ok(Some(work));
            }
            let unread = Answer::default().to_bytes();
            mailbox.reply(&letter.key, unread).await.map_err(|error| unkept(&error))?;
            fetched = mailbox.fetch().await.map_err(|error| unkept(&error))?;
        }
        Ok(None)
    }

    /// Leaves the answer to the letter in hand.
    async fn finish(&self, session: &mut Session, mailbox: &dyn Mailbox) -> Result<(), String> {
        let Some(work) = session.work.take() else { return Ok(()) };
        let answer = work.answer().to_bytes();
        mailbox.reply(&work.key, answer).await.map_err(|error| unkept(&error))?;
        self.desk.keep_sets(work.sets);
        Ok(())
    }

    /// How far the session is, or why it ends.
    async fn receive_response(
        &self,
        session: &mut Session,
        said: &Said<'_>,
        mailbox: &dyn Mailbox,
    ) -> Result<i32, String> {
        let Some(work) = &mut session.work else { return Ok(DONE) };
        let stops = match said.is_success() {
            true => work.take(said.response).map(|()| None),
            false => work.fail(said.hresult, said.message),
        };
        let stops = match stops {
            Ok(stops) => stops,
            Err(Lost(why)) => {
                session.work = None;
                return Err(why);
            }
        };
        let percent = work.percent();
        if work.is_done() {
            self.finish(session, mailbox).await?;
        }
        match stops {
            Some(why) => Err(why),
            None if session.work.is_some() => Ok(i32::try_from(percent).unwrap_or(1).clamp(1, 99)),
            None if mailbox.waits().await.map_err(|error| unkept(&error))? => Ok(50),
            None => Ok(DONE),
        }
    }

    fn ended_or(&self, percent: Result<i32, String>, mut session: Session) -> i32 {
        let percent = percent.unwrap_or_else(|why| {
            self.desk.note(Some(&why));
            session.error = why;
            STOP
        });
        self.desk.put(session);
        percent
    }

    fn connection_error(&self, ticket: &str, code: &str, message: &str, now: Timestamp) -> Value {
        if let Some(mut session) = self.desk.take(ticket, now) {
            let (_, advice) = crate::status::hresult(code);
            let words = format!("{advice} ({}: {})", one_line(code), one_line(message));
            self.desk.note(Some(&words));
            session.error = words;
            self.desk.put(session);
        }
        Value::Text("done".to_owned())
    }

    fn last_error(&self, ticket: &str, now: Timestamp) -> String {
        let Some(session) = self.desk.take(ticket, now) else {
            return "trueup knows no such session; it is over, or another one began".to_owned();
        };
        let error = session.error.clone();
        self.desk.put(session);
        if error.is_empty() { "no error".to_owned() } else { error }
    }
}

/// What the Web Connector brings back.
struct Said<'a> {
    response: &'a str,
    hresult: &'a str,
    message: &'a str,
}

impl Said<'_> {
    fn is_success(&self) -> bool {
        self.hresult.trim_start_matches("0x").trim_matches('0').is_empty()
    }
}

fn unkept(error: &trueup_marketplace::Error) -> String {
    format!("trueup cannot keep its messages at the moment: {error}")
}
