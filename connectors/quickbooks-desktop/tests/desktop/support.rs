//! Channels, batches, and a Web Connector that says what it is told to say.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use jiff::{SignedDuration, Timestamp};
use trueup_conformance::Nowhere;
use trueup_marketplace::{
    Batch, BatchKey, Call, Connector, Context, Error, FeedKind, Level, Line, LineKey, LineVerdict,
    Mailbox, Marketplace, MemoryMailbox, Method, Polled, Prepared, Receipt, Reply, Ticket,
};
use trueup_quickbooks_desktop::QuickBooksDesktop;

pub const USER: &str = "trueup-sandbox";
pub const PASSWORD: &str = "sandbox-password";
/// Its hash, of the least cost, so that tests do not wait for it.
const HASH: &str =
    "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHRzYWx0$3nWdzqt/zKFwJYlGRIudJ5Vo3nbcK9x217kXdBE32P8";

/// A channel with these settings beside the required ones.
pub fn desktop(settings: &str) -> QuickBooksDesktop {
    let text = format!(
        "user_name = \"{USER}\"\npassword = \"{HASH}\"\naccount = \"Inventory Adjustments\"\n\
         {settings}"
    );
    QuickBooksDesktop::open(toml::from_str(&text).unwrap()).unwrap()
}

pub fn line(key: i64, part: &str, quantity: i64) -> Line {
    Line {
        key: LineKey(key),
        part_number: part.parse().unwrap(),
        location: None,
        remote_id: None,
        level: Level { quantity, ..Level::default() },
    }
}

pub fn line_at(key: i64, site: &str, part: &str, quantity: i64) -> Line {
    Line { location: Some(site.parse().unwrap()), ..line(key, part, quantity) }
}

pub fn batch(key: &str, lines: Vec<Line>) -> Batch {
    let key = BatchKey(key.to_owned());
    Batch { key, kind: FeedKind::Differential, is_dry_run: false, lines }
}

/// A channel and its mailbox, with the time of its calls.
#[derive(Debug)]
pub struct Talk {
    pub desktop: QuickBooksDesktop,
    pub mailbox: MemoryMailbox,
    pub now: Timestamp,
}

impl Talk {
    pub fn new(settings: &str) -> Self {
        let now = "2026-11-23T12:00:00Z".parse().unwrap();
        Self { desktop: desktop(settings), mailbox: MemoryMailbox::default(), now }
    }

    pub fn later(&mut self, seconds: i64) {
        self.now += SignedDuration::from_secs(seconds);
    }

    fn context(&self) -> Context<'_> {
        Context { wire: &Nowhere, mailbox: &self.mailbox, now: self.now }
    }

    pub async fn prepare(&self, batch: &Batch) -> Result<Prepared, Error> {
        self.desktop.prepare(batch, &self.context()).await
    }

    /// Prepares and submits, as the runner does.
    pub async fn post(&self, batch: &Batch) {
        let prepared = self.prepare(batch).await.unwrap();
        let receipt = self.desktop.submit(batch, &prepared, &self.context()).await.unwrap();
        assert_eq!(receipt, Receipt::pending(&Ticket(batch.key.0.clone())));
    }

    pub async fn submit(&self, batch: &Batch) -> Result<Receipt, Error> {
        let prepared = self.prepare(batch).await?;
        self.desktop.submit(batch, &prepared, &self.context()).await
    }

    pub async fn settle(&self, batch: &Batch) -> Result<Receipt, Error> {
        let ticket = Ticket(batch.key.0.clone());
        self.desktop.settle(batch, &ticket, &self.context()).await
    }

    /// One request over HTTP, as the host passes it on.
    pub async fn http(&self, method: Method, query: &str, body: impl Into<Bytes>) -> Reply {
        let call = Call {
            method,
            query: query.to_owned(),
            url: "http://127.0.0.1:8085/qbwc/acme".to_owned(),
            headers: HeaderMap::new(),
            body: body.into(),
            now: self.now,
        };
        self.desktop.answer(&call, &self.mailbox).await
    }

    /// A call of a method, and the XML inside its result.
    pub async fn call(&self, method: &str, parameters: &[(&str, &str)]) -> String {
        let parameters: String = parameters
            .iter()
            .map(|(name, text)| format!("<{name}>{}</{name}>", quick_xml::escape::escape(*text)))
            .collect();
        let body = format!(
            "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>\
             <{method} xmlns=\"http://developer.intuit.com/\">{parameters}</{method}>\
             </soap:Body></soap:Envelope>"
        );
        let reply = self.http(Method::Post, "", body).await;
        assert_eq!(reply.status, StatusCode::OK);
        result(&reply, method)
    }

    /// A call whose result is a text.
    pub async fn text(&self, method: &str, parameters: &[(&str, &str)]) -> String {
        unescaped(&self.call(method, parameters).await)
    }

    /// Signs in: the ticket, and what is said with it.
    pub async fn sign_in_as(&self, user: &str, password: &str) -> (String, String) {
        let login = [("strUserName", user), ("strPassword", password)];
        let texts = self.call("authenticate", &login).await;
        let mut texts = texts.split("<string>").skip(1).map(|text| text.split("</string>").next());
        let mut next = || unescaped(texts.next().flatten().unwrap());
        (next(), next())
    }

    pub async fn sign_in(&self) -> String {
        let (ticket, said) = self.sign_in_as(USER, PASSWORD).await;
        assert_eq!(said, "");
        ticket
    }

    /// Asks for the next request, with what QuickBooks tells of itself.
    pub async fn request_with(&self, ticket: &str, answers: &str) -> String {
        let parameters = [
            ("ticket", ticket),
            ("strHCPResponse", answers),
            ("strCompanyFileName", r"C:\Users\Public\Acme.qbw"),
            ("qbXMLCountry", "US"),
            ("qbXMLMajorVers", "16"),
            ("qbXMLMinorVers", "0"),
        ];
        self.text("sendRequestXML", &parameters).await
    }

    pub async fn request(&self, ticket: &str) -> String {
        self.request_with(ticket, "").await
    }

    /// Brings back an answer of QuickBooks: how far the session is.
    pub async fn respond(&self, ticket: &str, response: &str) -> i32 {
        self.report(ticket, response, "", "").await
    }

    /// Brings back an HRESULT.
    pub async fn fail(&self, ticket: &str, hresult: &str) -> i32 {
        self.report(ticket, "", hresult, "QuickBooks' words.").await
    }

    async fn report(&self, ticket: &str, response: &str, hresult: &str, message: &str) -> i32 {
        let parameters = [
            ("ticket", ticket),
            ("response", response),
            ("hresult", hresult),
            ("message", message),
        ];
        self.text("receiveResponseXML", &parameters).await.parse().unwrap()
    }

    pub async fn last_error(&self, ticket: &str) -> String {
        self.text("getLastError", &[("ticket", ticket)]).await
    }

    /// A session up to the first request that adjusts: `Widget A` and what follows are found.
    pub async fn adjusting(&self, batch: &Batch) -> (String, String) {
        self.post(batch).await;
        let ticket = self.sign_in().await;
        self.request(&ticket).await;
        let items: String = batch
            .lines
            .iter()
            .map(|line| item(&format!("ID-{}", line.key.0), line.part_number.as_str(), "0"))
            .collect();
        assert_eq!(self.respond(&ticket, &found("n0", &items)).await, 1);
        let request = self.request(&ticket).await;
        (ticket, request)
    }

    /// The answer to it.
    pub async fn waits(&self) -> bool {
        self.mailbox.waits().await.unwrap()
    }
}

/// The content of a method's result.
pub fn result(reply: &Reply, method: &str) -> String {
    let body = std::str::from_utf8(&reply.body).unwrap();
    let start = format!("<{method}Result>");
    let rest = body.split_once(&start).unwrap_or_else(|| panic!("no result in {body}")).1;
    rest.split_once(&format!("</{method}Result>")).unwrap().0.to_owned()
}

pub fn unescaped(text: &str) -> String {
    quick_xml::escape::unescape(text).unwrap().into_owned()
}

/// An item, as QuickBooks shows it.
pub fn item(list_id: &str, full_name: &str, on_hand: &str) -> String {
    format!(
        "<ItemInventoryRet><ListID>{list_id}</ListID><FullName>{}</FullName><IsActive>true</IsActive>\
         <QuantityOnHand>{on_hand}</QuantityOnHand></ItemInventoryRet>",
        quick_xml::escape::escape(full_name)
    )
}

/// The answer to an item query.
pub fn found(request_id: &str, items: &str) -> String {
    answers(&format!(
        "<ItemInventoryQueryRs requestID=\"{request_id}\" statusCode=\"0\" statusSeverity=\"Info\" \
         statusMessage=\"Status OK\">{items}</ItemInventoryQueryRs>"
    ))
}

/// The answer to an adjustment.
pub fn adjusted(request_id: &str, code: u32, severity: &str) -> String {
    let booked = match code {
        0 => "<InventoryAdjustmentRet><TxnID>1F-1763888523</TxnID></InventoryAdjustmentRet>",
        _ => "",
    };
    format!(
        "<InventoryAdjustmentAddRs requestID=\"{request_id}\" statusCode=\"{code}\" \
         statusSeverity=\"{severity}\" statusMessage=\"words of QuickBooks\">{booked}\
         </InventoryAdjustmentAddRs>"
    )
}

pub fn answers(inside: &str) -> String {
    format!("<?xml version=\"1.0\" ?>\n<QBXML><QBXMLMsgsRs>{inside}</QBXMLMsgsRs></QBXML>")
}

/// Every line in order: `applied`, `refused CODE`, `not_applied` or `unknown`.
pub fn fates(receipt: &Receipt, batch: &Batch) -> Vec<String> {
    let fate = |line: &Line| match receipt.exceptions().get(&line.key) {
        None => format!("{:?}", receipt.answer()).to_lowercase(),
        Some(LineVerdict::Rejected(refusal)) => format!("refused {}", refusal.code),
        Some(LineVerdict::NotApplied(_)) => "not_applied".to_owned(),
        Some(LineVerdict::Unknown(_)) => "unknown".to_owned(),
    };
    batch.lines.iter().map(fate).collect()
}

/// Why a line is not what the rest is.
pub fn words(receipt: &Receipt, key: i64) -> String {
    match &receipt.exceptions()[&LineKey(key)] {
        LineVerdict::Rejected(refusal) => refusal.message.clone(),
        LineVerdict::NotApplied(why) | LineVerdict::Unknown(why) => why.clone(),
    }
}

/// A channel with another password.
pub fn desktop_with_password(password: &str) -> QuickBooksDesktop {
    let mut settings = toml::Table::new();
    for (key, value) in [("user_name", USER), ("password", password), ("account", "Adjustments")] {
        settings.insert(key.to_owned(), value.into());
    }
    QuickBooksDesktop::open(settings.try_into().unwrap()).unwrap()
}
