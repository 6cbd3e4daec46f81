//! What the QuickBooks Web Connector sends: SOAP, with the answers of QuickBooks in it.

use futures::executor::block_on;
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use trueup_marketplace::{
    Answer, Batch, Call, Connector, Context, Letter, LineKey, Mailbox, Marketplace, MemoryMailbox,
    Method, Polled, Reply, Ticket,
};
use trueup_quickbooks_desktop::QuickBooksDesktop;

use crate::alien::{LINES, Silence, batch};
use crate::answers::parts;

const PASSWORD: &str = "sandbox-password";
/// Its hash, of the least cost.
const HASH: &str =
    "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHRzYWx0$3nWdzqt/zKFwJYlGRIudJ5Vo3nbcK9x217kXdBE32P8";

/// Any body, of somebody who has not signed in.
///
/// # Panics
/// Where it is handed the letter, or shown the password.
pub fn quickbooks_desktop_soap(bytes: &[u8]) {
    let office = Office::open();
    let reply = office.http(bytes.to_vec());
    assert!([StatusCode::OK, StatusCode::INTERNAL_SERVER_ERROR].contains(&reply.status));
    let text = String::from_utf8_lossy(&reply.body);
    assert!(!text.contains(PASSWORD) && !text.contains(HASH), "{text}");
    if !String::from_utf8_lossy(bytes).contains(PASSWORD) {
        let letter = block_on(office.mailbox.look(&office.batch.key)).expect("it is in memory");
        assert_eq!(letter, Letter::Waiting, "a stranger was handed the letter");
    }
}

/// Any answers of QuickBooks in a session: the first part is what it tells of the company, the
/// others are answers to our requests.
///
/// # Panics
/// Where a line is taken for applied that no answer speaks for.
pub fn quickbooks_desktop_session(bytes: &[u8]) {
    let office = Office::open();
    let all = parts(bytes);
    let texts: Vec<_> = all.iter().map(|part| String::from_utf8_lossy(part)).collect();
    let (company, answers) = texts.split_first().expect("there is always one part");
    let ticket = office.sign_in();
    for answer in answers {
        let told = [("ticket", ticket.as_str()), ("strHCPResponse", company)];
        if office.call("sendRequestXML", &told).contains("<sendRequestXMLResult></") {
            break;
        }
        office.call("receiveResponseXML", &[("ticket", &ticket), ("response", answer)]);
    }
    let handle = Ticket(office.batch.key.0.clone());
    let settled = block_on(office.channel.settle(&office.batch, &handle, &office.context()));
    let Some(receipt) = settled.ok().filter(|receipt| receipt.answer() == &Answer::Applied) else {
        return;
    };
    for line in (1..=LINES).filter(|line| !receipt.exceptions().contains_key(&LineKey(*line))) {
        let name = format!("p{line}");
        let is_named = |text: &str| text.to_lowercase().contains(&name);
        assert!(answers.iter().any(|text| is_named(text)), "no answer names P{line}");
        assert!(answers.iter().any(|text| speaks(text)), "no answer speaks for P{line}");
    }
}

/// Whether an answer of QuickBooks shows that something is booked, or what is on hand.
fn speaks(text: &str) -> bool {
    let shows = |name| text.contains(name) && text.contains("requestID");
    text.contains("statusCode") && (shows("TxnID") || shows("QuantityOnHand"))
}

/// A channel with a letter in its mailbox.
struct Office {
    channel: QuickBooksDesktop,
    mailbox: MemoryMailbox,
    batch: Batch,
}

impl Office {
    fn open() -> Self {
        let settings = format!(
            "user_name = \"trueup\"\npassword = \"{HASH}\"\naccount = \"Inventory Adjustments\""
        );
        let settings = toml::from_str(&settings).expect("all that is required");
        let channel = QuickBooksDesktop::open(settings).expect("all that is required");
        let office = Self { channel, mailbox: MemoryMailbox::default(), batch: batch(None) };
        let context = office.context();
        let prepared = block_on(office.channel.prepare(&office.batch, &context));
        let prepared = prepared.expect("four plain lines");
        let posted = block_on(office.channel.submit(&office.batch, &prepared, &context));
        assert!(posted.is_ok());
        office
    }

    fn context(&self) -> Context<'_> {
        Context { wire: &Silence, mailbox: &self.mailbox, now: Timestamp::UNIX_EPOCH }
    }

    fn http(&self, body: Vec<u8>) -> Reply {
        let call = Call {
            method: Method::Post,
            query: String::new(),
            url: "http://127.0.0.1:8085/qbwc/acme".to_owned(),
            headers: HeaderMap::new(),
            body: body.into(),
            now: Timestamp::UNIX_EPOCH,
        };
        block_on(self.channel.answer(&call, &self.mailbox))
    }

    fn call(&self, method: &str, parameters: &[(&str, &str)]) -> String {
        let parameters: String = parameters
            .iter()
            .map(|(name, text)| format!("<{name}>{}</{name}>", escaped(text)))
            .collect();
        let body = format!(
            "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>\
             <{method} xmlns=\"http://developer.intuit.com/\">{parameters}</{method}>\
             </soap:Body></soap:Envelope>"
        );
        let reply = self.http(body.into_bytes());
        String::from_utf8_lossy(&reply.body).into_owned()
    }

    fn sign_in(&self) -> String {
        let login = [("strUserName", "trueup"), ("strPassword", PASSWORD)];
        let texts = self.call("authenticate", &login);
        let ticket = texts.split("<string>").nth(1).and_then(|rest| rest.split('<').next());
        ticket.filter(|ticket| ticket.len() == 64).expect("the password is right").to_owned()
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
