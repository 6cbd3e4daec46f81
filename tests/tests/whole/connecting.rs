//! `trueup connect`: from a person's consent to numbers on a company's books.

use std::net::SocketAddr;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::Command;
use trueup_quickbooks_online_sandbox::{Options, QuickBooksOnlineSandbox, REALM};
use trueup_sandbox::raw::send;
use trueup_testbed::{TestDatabase, on_each_database};
use trueup_tests::{Finished, Folder, free_address};

on_each_database!(
    a_consent_feeds_a_company_and_refresh_tokens_rotate,
    a_consent_that_is_not_the_wanted_one_keeps_nothing,
    a_page_elsewhere_leads_the_browser_on,
);

const ELSEWHERE: &str = "https://connect.example.com/books";

/// A company without any refresh token in the settings of its channel `books`.
struct Company {
    folder: Folder,
    sandbox: QuickBooksOnlineSandbox,
}

async fn company(database: &TestDatabase) -> Company {
    let folder = Folder::default();
    folder.write("trueup.toml", &format!("database = \"{}\"\n", database.url));
    let options = Options::default().with("refresh_grace=0").with("limits=off");
    let sandbox = QuickBooksOnlineSandbox::start(options).await.expect("the sandbox starts");
    let settings = sandbox.channel_settings();
    let settings = settings.lines().filter(|line| !line.starts_with("refresh_token"));
    let settings: String = settings.map(|line| format!("{line}\n")).collect();
    let channel = format!("marketplace = \"quickbooks_online\"\n{settings}");
    folder.write("channels/books.toml", &channel);
    Company { folder, sandbox }
}

impl Company {
    /// `trueup connect`, with somebody at the browser who opens the address that is shown.
    async fn connect(&self, more: &[&str]) -> Finished {
        let here = free_address();
        let port = here.port().to_string();
        let arguments = ["connect", "books", "--no-browser", "--timeout", "60", "--port"];
        let arguments = [&arguments[..], &[port.as_str()], more].concat();
        let mut child =
            Command::from(self.folder.command(&arguments)).spawn().expect("the program starts");
        let mut said = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut stdout = String::new();
        while !stdout.contains("registered there") {
            let read = said.read_line(&mut stdout).await.expect("text");
            assert_ne!(read, 0, "it ended before it showed an address: {stdout}");
        }
        self.browse(&stdout, here).await;
        said.read_to_string(&mut stdout).await.expect("text");
        let rest = child.wait_with_output().await.expect("a child can be waited for");
        let stderr = String::from_utf8_lossy(&rest.stderr).into_owned();
        Finished { code: rest.status.code(), stdout, stderr }
    }

    /// Opens the address that was shown, and goes where the marketplace leads.
    async fn browse(&self, shown: &str, here: SocketAddr) {
        let url = shown.lines().map(str::trim).find(|line| line.starts_with("http://"));
        let root = format!("http://{}", self.sandbox.address());
        let path = url.and_then(|url| url.strip_prefix(&root)).expect("an address at the sandbox");
        let page = get(self.sandbox.address(), path).await;
        let led_to = page.header("location").expect("the browser is led back").to_owned();
        // The page elsewhere leads on with the same query.
        let page = format!("http://localhost:{}/callback", here.port());
        let query = led_to.strip_prefix(ELSEWHERE).or(led_to.strip_prefix(&page));
        let query = query.expect("the browser is led to where it was asked to");
        get(here, &format!("/callback{query}")).await;
    }

    fn on_hand(&self, sku: &str) -> Option<f64> {
        self.sandbox.state().on_hand(sku)
    }

    async fn send(&self, kind: &str) -> Finished {
        self.folder.run(&["send", "books", "--feed", kind, "--format", "json"], &[]).await
    }

    async fn stock(&self, quantity: u32) {
        self.folder.import("products", "product_code,marketplaces\nA,books\n").await;
        self.folder.import("stock", &format!("product_code,quantity\nA,{quantity}\n")).await;
    }
}

async fn get(to: SocketAddr, path: &str) -> trueup_sandbox::raw::Answer {
    let answer = send(to, &format!("GET {path} HTTP/1.1"), b"").await;
    answer.expect("a connection").expect("an answer")
}

async fn a_consent_feeds_a_company_and_refresh_tokens_rotate(database: TestDatabase) {
    let company = company(&database).await;
    company.stock(10).await;
    let before = company.send("true_up").await;
    assert_eq!(before.code, Some(1), "{before:#?}");
    assert!(before.stderr.contains("run `trueup connect`"), "{before:#?}");

    let connected = company.connect(&[]).await.success();
    assert!(connected.stdout.contains("connected books"), "{connected:#?}");
    assert!(connected.stdout.contains(&format!("realmId: {REALM}")), "{connected:#?}");
    assert!(!format!("{connected:?}").contains("AB1-sandbox-refresh"), "{connected:#?}");

    // Each is another process, and the token that the one before used is dead.
    for quantity in [10, 9, 8] {
        company.stock(quantity).await;
        let _fed = company.send("differential").await.success();
        assert_eq!(company.on_hand("A"), Some(f64::from(quantity)));
    }
    assert_eq!(company.sandbox.calls().token, 5, "one refused, one code, three refreshes");
    let row = &company.folder.status().await[0];
    assert_eq!((&row["clean"], &row["problem"]), (&1.into(), &serde_json::Value::Null), "{row:#}");
}

async fn a_consent_that_is_not_the_wanted_one_keeps_nothing(database: TestDatabase) {
    let company = company(&database).await;
    company.stock(10).await;
    let _connected = company.connect(&[]).await.success();
    for (mode, words) in [
        ("consent=denied", "the consent was denied; nothing was kept"),
        ("consent=elsewhere", "correct realm_id; nothing was kept"),
    ] {
        company.sandbox.set_mode(mode).expect("a mode");
        let refused = company.connect(&[]).await;
        assert_eq!(refused.code, Some(1), "{refused:#?}");
        assert!(refused.stderr.contains(words), "{refused:#?}");
        assert!(!refused.stdout.contains("connected books"), "{refused:#?}");
    }
    let _fed = company.send("true_up").await.success();
    assert_eq!(company.on_hand("A"), Some(10.0), "what was kept before still works");
}

async fn a_page_elsewhere_leads_the_browser_on(database: TestDatabase) {
    let company = company(&database).await;
    company.stock(10).await;
    let connected = company.connect(&["--redirect", ELSEWHERE]).await.success();
    assert!(connected.stdout.contains("that page must lead on to http://localhost:"));
    let _fed = company.send("true_up").await.success();
    assert_eq!(company.on_hand("A"), Some(10.0));
    let clear =
        company.folder.run(&["connect", "books", "--redirect", "http://example.com"], &[]).await;
    assert_eq!(clear.code, Some(2), "{clear:#?}");
}
