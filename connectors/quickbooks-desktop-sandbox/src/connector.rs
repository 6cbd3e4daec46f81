//! The Web Connector: one visit is one session, from `serverVersion` to `closeConnection`.

use std::net::{SocketAddr, ToSocketAddrs};
use std::time::Duration;

use async_trait::async_trait;
use trueup_sandbox::raw;

use crate::envelope;
use crate::processor;
use crate::view::{Ending, VisitView};
use crate::world::Shared;
use crate::xml::Element;

/// How long it waits for an answer.
const DEADLINE: Duration = Duration::from_secs(90);
/// Rounds of one visit; a service that never ends is left.
const ROUNDS_MAX: usize = 10_000;
/// How often it asks again after `NoOp`.
const NO_OPS_MAX: usize = 3;

/// Where a URL leads on this machine: the address, and the path with its query.
pub(crate) fn target(url: &str) -> Option<(SocketAddr, &str)> {
    let rest = url.strip_prefix("http://")?;
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let authority =
        if authority.contains(':') { authority.to_owned() } else { format!("{authority}:80") };
    // A name can lead to several addresses; services of tests listen on the first kind of loopback.
    let addresses: Vec<SocketAddr> = authority.to_socket_addrs().ok()?.collect();
    let loopback = addresses.iter().filter(|address| address.ip().is_loopback());
    let address = loopback.min_by_key(|address| !address.is_ipv4())?;
    Some((*address, if path.is_empty() { "/" } else { path }))
}

/// The service that is called.
#[async_trait]
pub trait Service: Send + Sync {
    /// Posts a SOAP call of a method: the HTTP status and the body of the answer.
    ///
    /// # Errors
    /// What people read in the Web Connector's log.
    async fn post(&self, method: &str, body: String) -> Result<(u16, String), String>;
}

/// A service over HTTP.
#[derive(Clone, Debug)]
pub struct Http(String);

impl Http {
    /// The service at a URL, plain http on this machine.
    #[must_use]
    pub fn at(url: impl Into<String>) -> Self {
        Self(url.into())
    }
}

#[async_trait]
impl Service for Http {
    async fn post(&self, method: &str, body: String) -> Result<(u16, String), String> {
        let (address, path) = target(&self.0).ok_or("no URL to call; set url")?;
        let head = format!(
            "POST {path} HTTP/1.1\r\ncontent-type: text/xml; charset=utf-8\r\n\
             soapaction: \"http://developer.intuit.com/{method}\""
        );
        let answer = tokio::time::timeout(DEADLINE, raw::send(address, &head, body.as_bytes()));
        let answer = answer.await.map_err(|_| "the service did not answer in time")?;
        let answer = answer.map_err(|error| format!("the service cannot be reached: {error}"))?;
        let answer = answer.ok_or("the service dropped the connection")?;
        Ok((answer.status, answer.text()))
    }
}

/// Visits the service once, at the URL that is set.
pub(crate) async fn visit(world: &Shared) -> VisitView {
    let url = world.lock().modes.visit.url.clone();
    visit_to(world, &Http::at(url.unwrap_or_default())).await
}

/// Visits a service once.
pub(crate) async fn visit_to(world: &Shared, service: &dyn Service) -> VisitView {
    let (user, password) = {
        let visiting = world.lock().modes.visit.clone();
        (visiting.user, visiting.password)
    };
    let mut caller = Caller { world, service, view: VisitView::default() };
    let ending = caller.session(&user, &password).await;
    caller.view.ending = ending.unwrap_or_else(Ending::Failed);
    world.lock().remember(caller.view.clone());
    caller.view
}

struct Caller<'a> {
    world: &'a Shared,
    service: &'a dyn Service,
    view: VisitView,
}

/// What the service wants after a round.
enum Next {
    Another,
    End(Ending),
}

impl Caller<'_> {
    async fn session(&mut self, user: &str, password: &str) -> Result<Ending, String> {
        self.call("serverVersion", &[]).await?;
        let version = self.call("clientVersion", &[("strVersion", "2.3.0.36")]).await?.text;
        if version.starts_with("E:") || version.starts_with("O:") {
            return Ok(Ending::Failed(version));
        }
        let login = [("strUserName", user), ("strPassword", password)];
        let told = self.call("authenticate", &login).await?;
        let told: Vec<&str> = told.all("string").map(|text| text.text.as_str()).collect();
        let [ticket, word, ..] = told.as_slice() else {
            return Err("QBWC1012: Index was outside the bounds of the array".to_owned());
        };
        let ticket = (*ticket).to_owned();
        let idle = match *word {
            "none" => Some(Ending::NoWork),
            "nvu" => Some(Ending::NotValidUser),
            "busy" => Some(Ending::Busy),
            _ => None,
        };
        if let Some(ending) = idle {
            let closes_idle = self.world.lock().modes.visit.closes_idle;
            if closes_idle {
                // What a service makes of a connection it did not open is its own affair.
                let _ = self.call("closeConnection", &[("ticket", &ticket)]).await;
            }
            return Ok(ending);
        }
        if let Some((code, message)) = self.cannot_open(word) {
            let error = [("ticket", ticket.as_str()), ("hresult", &code), ("message", message)];
            self.call("connectionError", &error).await?;
            self.close(&ticket).await?;
            return Ok(Ending::Stopped(code));
        }
        self.world.lock().begin();
        self.rounds(&ticket).await
    }

    /// Why QuickBooks cannot be opened with the company file that the service asks for.
    fn cannot_open(&self, file: &str) -> Option<(String, &'static str)> {
        let mut world = self.world.lock();
        if world.strikes("cannot_open", |faults| &mut faults.cannot_open) {
            let code = world.modes.faults.cannot_open_code.clone();
            return Some((code, "Could not start QuickBooks."));
        }
        let is_other =
            !file.is_empty() && file.to_lowercase() != world.modes.company.file.to_lowercase();
        is_other.then(|| ("0x8004040A".to_owned(), "There is another company file open."))
    }

    async fn rounds(&mut self, ticket: &str) -> Result<Ending, String> {
        let mut no_ops = 0;
        for round in 0..ROUNDS_MAX {
            let request = self.send_request(ticket, round == 0).await?;
            if request.is_empty() {
                let error = self.call("getLastError", &[("ticket", ticket)]).await?.text;
                no_ops += 1;
                if error == "NoOp" && no_ops < NO_OPS_MAX {
                    continue;
                }
                self.close(ticket).await?;
                return Ok(Ending::Stopped(error));
            }
            if let Next::End(ending) = self.round(ticket, &request).await? {
                return Ok(ending);
            }
        }
        Err(format!("the service went on for {ROUNDS_MAX} rounds"))
    }

    async fn send_request(&mut self, ticket: &str, is_first: bool) -> Result<String, String> {
        let (first_words, kind) = {
            let world = self.world.lock();
            let words = if is_first { processor::first_words(&world.modes) } else { String::new() };
            (words, world.modes.company.clone())
        };
        let (major, minor) = (kind.version.0.to_string(), kind.version.1.to_string());
        let parameters = [
            ("ticket", ticket),
            ("strHCPResponse", &first_words),
            ("strCompanyFileName", &kind.file),
            ("qbXMLCountry", "US"),
            ("qbXMLMajorVers", &major),
            ("qbXMLMinorVers", &minor),
        ];
        Ok(self.call("sendRequestXML", &parameters).await?.text)
    }

    /// Passes a request to QuickBooks and its answer back.
    async fn round(&mut self, ticket: &str, request: &str) -> Result<Next, String> {
        self.view.requests.push(request.to_owned());
        let Some((response, hresult, message)) = self.pass_on(request) else {
            return Ok(Next::End(Ending::Lost));
        };
        let parameters = [
            ("ticket", ticket),
            ("response", response.as_str()),
            ("hresult", &hresult),
            ("message", &message),
        ];
        let percent = self.call("receiveResponseXML", &parameters).await?.text;
        match percent.parse::<i32>().map_err(|_| "QBWC1012: the result is no number")? {
            0..100 => Ok(Next::Another),
            100.. => {
                self.close(ticket).await?;
                Ok(Next::End(Ending::Done))
            }
            ..0 => {
                let error = self.call("getLastError", &[("ticket", ticket)]).await?.text;
                self.close(ticket).await?;
                Ok(Next::End(Ending::Stopped(error)))
            }
        }
    }

    /// The response, HRESULT and message of QuickBooks; nothing where the session breaks.
    fn pass_on(&mut self, request: &str) -> Option<(String, String, String)> {
        let mut world = self.world.lock();
        if world.strikes("lost_request", |faults| &mut faults.lost_request) {
            return None;
        }
        let failed = |code: String, message: &str| Some((String::new(), code, message.to_owned()));
        if world.strikes("not_taken", |faults| &mut faults.not_taken) {
            let code = world.modes.faults.not_taken_code.clone();
            return failed(code, "QuickBooks did not take the request.");
        }
        let answer = world.process(request);
        let adjusts = processor::adjusts(request);
        if world.strikes("lost_answer", |faults| &mut faults.lost_answer)
            || (adjusts && world.strikes("lost_adjustment", |faults| &mut faults.lost_adjustment))
        {
            return None;
        }
        if adjusts && world.strikes("error_applied", |faults| &mut faults.error_applied) {
            return failed(world.modes.faults.error_code.clone(), "Unexpected error.");
        }
        match answer {
            Err(refused) => failed(refused.hresult, &refused.message),
            Ok(answer) if world.strikes("truncated", |faults| &mut faults.truncated) => {
                let half = answer.chars().take(answer.chars().count() / 2).collect();
                Some((half, String::new(), String::new()))
            }
            Ok(answer) => Some((answer, String::new(), String::new())),
        }
    }

    async fn close(&mut self, ticket: &str) -> Result<(), String> {
        self.call("closeConnection", &[("ticket", ticket)]).await.map(drop)
    }

    async fn call(&mut self, method: &str, parameters: &[(&str, &str)]) -> Result<Element, String> {
        self.view.calls.push(method.to_owned());
        let body = envelope::call(method, parameters);
        let (status, body) = self.service.post(method, body).await?;
        let result = envelope::result(method, &body);
        match status {
            200 => result,
            status => Err(format!("HTTP {status}: {}", result.err().unwrap_or_default())),
        }
    }
}
