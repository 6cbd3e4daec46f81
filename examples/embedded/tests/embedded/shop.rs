//! The built program in a folder of its own, with simulated marketplaces around it.

use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;
use trueup_quickbooks_desktop_sandbox::{DesktopSandbox, Options as DesktopOptions};
use trueup_sandbox::raw::send;
use trueup_wayfair_sandbox::{Options, WayfairSandbox};

use crate::settings::{copied_settings, free_address, wayfair_setting};

/// How long what must come about may take on a busy computer.
const PATIENCE: Duration = Duration::from_secs(60);

/// The program, running.
pub struct Shop {
    program: Mutex<Child>,
    address: SocketAddr,
    pub wayfair: WayfairSandbox,
    pub quickbooks: DesktopSandbox,
    _folder: TempDir,
}

impl Shop {
    /// The example's own settings, with the addresses of this test.
    pub async fn open(database: &str) -> Self {
        let folder = copied_settings();
        let address = free_address();
        let root = format!("http://{address}");
        let wayfair = WayfairSandbox::start(Options::default()).await.unwrap();
        let options = DesktopOptions::default().with(&format!("url={root}/polled/quickbooks"));
        let quickbooks = DesktopSandbox::start(options).await.unwrap();
        let wayfair_root = format!("http://{}", wayfair.address());
        let program = Command::new(env!("CARGO_BIN_EXE_trueup-embedded"))
            .arg(folder.path())
            .arg(address.to_string())
            .env("TRUEUP_DATABASE", database)
            .env("TRUEUP_POLLED__PUBLIC_URL", &root)
            .env(wayfair_setting("API_URL"), format!("{wayfair_root}/v1/graphql"))
            .env(wayfair_setting("AUTH_URL"), format!("{wayfair_root}/oauth/token"))
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let shop =
            Self { program: Mutex::new(program), address, wayfair, quickbooks, _folder: folder };
        shop.until("it listens", async |shop| shop.try_get("/figures").await.is_some()).await;
        shop
    }

    /// What the routes begin with.
    pub fn root(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Posts a body: the status and the text of the answer.
    pub async fn post(&self, path: &str, body: &str) -> (u16, String) {
        let head = format!("POST {path} HTTP/1.1\r\ncontent-type: application/json");
        let answer = send(self.address, &head, body.as_bytes()).await.unwrap().unwrap();
        (answer.status, answer.text())
    }

    /// Posts what must be taken.
    pub async fn tell(&self, path: &str, body: &Value) {
        let (status, text) = self.post(path, &body.to_string()).await;
        assert_eq!((status, text.as_str()), (201, ""), "{body}");
    }

    /// The text at a path; `None` where nobody listens.
    pub async fn try_get(&self, path: &str) -> Option<String> {
        let answer = send(self.address, &format!("GET {path} HTTP/1.1"), b"").await.ok()??;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        Some(answer.text())
    }

    pub async fn get(&self, path: &str) -> Value {
        let text = self.try_get(path).await.unwrap();
        serde_json::from_str(&text).unwrap()
    }

    /// Each product with what is available of it, where that is known.
    pub async fn available(&self) -> Vec<(String, Option<i64>)> {
        let figures = self.get("/figures").await;
        let row = |row: &Value| {
            (row["product_code"].as_str().unwrap().to_owned(), row["available"].as_i64())
        };
        figures.as_array().unwrap().iter().map(row).collect()
    }

    /// What buyers see at Wayfair.
    pub fn shown_at_wayfair(&self, code: &str) -> Option<i32> {
        self.wayfair.state().on_hand(81454, code)
    }

    /// Waits until a condition holds.
    pub async fn until(&self, what: &str, holds: impl AsyncFn(&Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !holds(self).await {
            assert!(Instant::now() < deadline, "not in time: {what}");
            assert_eq!(self.ended(), None, "the program ended before: {what}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// How it ended, where it has.
    fn ended(&self) -> Option<ExitStatus> {
        self.program.lock().unwrap().try_wait().unwrap()
    }

    /// Sends a signal and waits for the end.
    pub async fn end(self, signal: &str) -> ExitStatus {
        let process = self.program.lock().unwrap().id().to_string();
        let sent = Command::new("kill").args([&format!("-{signal}"), &process]).status().unwrap();
        assert!(sent.success());
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.ended() {
                return status;
            }
            assert!(Instant::now() < deadline, "it did not end after SIG{signal}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        let program = self.program.get_mut().unwrap();
        let _gone_already = program.kill();
        let _status = program.wait();
    }
}
