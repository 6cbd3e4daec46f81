//! Secrets planted everywhere, and everything that is printed searched for them.

use std::fmt::Write as _;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use http::{HeaderName, HeaderValue};
use trueup_exchange::{Exchange, Options};
use trueup_marketplace::{Request, Secret, Wire};

use crate::support::{Reply, Server, Shop, open_with, quick};

const CLIENT: &str = "canary/client+secret=1";
const TOKEN: &str = "canary/access+token=2";
const REFRESH: &str = "canary/refresh+token=3";
const HEADER: &str = "canary/own+header=4";
const QUERY: &str = "canary/query+key=5";
const SENT: &str = "canary/sent+body=6";
const RECEIVED: &str = "canary/received+body=7";
const ALL: [&str; 7] = [CLIENT, TOKEN, REFRESH, HEADER, QUERY, SENT, RECEIVED];

/// A log that is kept in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// The forms a secret can hide in: as it is, percent-encoded, in base64 at any offset.
fn forms(secret: &str) -> Vec<String> {
    let mut percent = String::new();
    for byte in secret.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' => percent.push(byte.into()),
            _ => write!(percent, "%{byte:02X}").unwrap(),
        }
    }
    let mut forms = vec![secret.to_owned(), percent];
    for offset in 0..3 {
        let shifted = [&vec![0; offset], secret.as_bytes()].concat();
        // The first and last characters also hold bits of the neighbours.
        let inner = offset * 8_usize.div_ceil(6)..shifted.len() * 8 / 6;
        forms.push(STANDARD_NO_PAD.encode(&shifted)[inner.clone()].to_owned());
        forms.push(URL_SAFE_NO_PAD.encode(&shifted)[inner].to_owned());
    }
    forms
}

fn assert_silent(text: &str, context: &str) {
    for form in ALL.iter().flat_map(|secret| forms(secret)) {
        assert!(!text.contains(&form), "{context} shows {form} in:\n{text}");
    }
}

/// Every way a request can end. The bodies and headers of the answers hold secrets too.
fn endings() -> Vec<Reply> {
    let echo = || format!(r#"{{"received":"{RECEIVED}","echo":"Bearer {TOKEN}"}}"#);
    let headers = |more: &str| format!("www-authenticate: Bearer {TOKEN}\r\n{more}");
    let statuses = [200, 302, 400, 401, 403, 429, 500, 503];
    let mut endings: Vec<_> =
        statuses.map(|status| Reply::Answer(status, headers(""), echo())).into();
    endings.extend([
        Reply::Answer(429, headers("retry-after: 60\r\n"), echo()),
        // The shop puts the body of this one into its words.
        Reply::Answer(418, headers(""), format!("no such part for {TOKEN}\r\nsee above")),
        Reply::Answer(200, format!("x-{TOKEN}"), echo()),
        Reply::Hang,
        Reply::Close,
        Reply::Reset,
        Reply::Truncated,
        Reply::Endless,
    ]);
    endings
}

fn logins() -> Vec<Reply> {
    let whole = format!(r#"{{"access":"{TOKEN}","life_s":3600,"refresh":"{REFRESH}"}}"#);
    let unusable = format!(r#"{{"access":"{TOKEN}\n","life_s":3600,"refresh":"{REFRESH}"}}"#);
    let echo = format!(r#"{{"error":"bad {CLIENT} {REFRESH}"}}"#);
    let answer = |status, body: &String| Reply::Answer(status, String::new(), body.clone());
    let refused = [200, 400, 401, 429, 503].map(|status| answer(status, &echo));
    let mut logins = vec![answer(200, &whole), answer(200, &unusable), Reply::Close];
    logins.extend(refused);
    logins
}

fn requests(server: &Server) -> [Request; 3] {
    let query = format!("/write?key={QUERY}");
    let urls = [
        server.url(&query),
        format!("http://127.0.0.1:1{query}"),
        format!("http://example.com{query}"),
    ];
    urls.map(|url| {
        let name = HeaderName::from_static("x-api-key");
        Request::post_json("save stock", url, &[SENT])
            .header(name, HeaderValue::from_static(HEADER))
            .within(Duration::from_millis(120))
    })
}

/// Sends everything through one exchange and gives back what can be printed of it.
async fn printed(exchange: &Exchange, server: &Server) -> String {
    let mut printed = format!("{exchange:?}");
    for request in requests(server) {
        write!(printed, "{request:?}").unwrap();
        match exchange.send(request).await {
            Ok(response) => write!(printed, "{response:?}").unwrap(),
            Err(error) => {
                write!(printed, "{error:?}{error}").unwrap();
                let mut source = std::error::Error::source(&error);
                while let Some(cause) = source {
                    write!(printed, "{cause:?}{cause}").unwrap();
                    source = cause.source();
                }
            }
        }
    }
    printed
}

async fn run(login: Reply, ending: Reply) -> String {
    let server = Server::start(move |seen, _| match seen.path.as_str() {
        "/token" => login.clone(),
        _ => ending.clone(),
    })
    .await;
    let shop = Shop { client_secret: Secret::new(CLIENT), rotates: true, ..Shop::at(&server) };
    let options = Options { answer_bytes_max: 64 << 10, ..quick() };
    let options_shown = format!("{options:?}");
    let exchange = open_with(shop, options);
    options_shown + &printed(&exchange, &server).await
}

#[tokio::test]
async fn no_secret_appears_however_a_request_ends() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    // For all threads: what the other tests log meanwhile is searched as well.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let [login, ..] = &logins()[..] else { panic!() };
    for ending in endings() {
        let shown = run(login.clone(), ending.clone()).await;
        assert_silent(&shown, &format!("{ending:?}"));
    }
    for login in logins() {
        let shown = run(login.clone(), Reply::ok()).await;
        assert_silent(&shown, &format!("{login:?}"));
    }
    let text = log.text();
    for event in ["request answered", "request failed", "will be repeated", "asks for a rest"] {
        assert!(text.contains(event), "`{event}` was not emitted");
    }
    assert!(text.contains("token fetched") && text.contains("no token could be fetched"));
    assert_silent(&text, "the log");
}

#[test]
fn search_finds_every_form() {
    let basic = STANDARD_NO_PAD.encode(format!("user:{CLIENT}@"));
    let query = "key=canary%2Fclient%2Bsecret%3D1&";
    for text in [CLIENT, &basic, query] {
        assert!(forms(CLIENT).iter().any(|form| text.contains(form)), "{text}");
    }
}
