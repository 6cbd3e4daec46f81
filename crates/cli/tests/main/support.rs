//! A folder with settings, the binary, and a simulated marketplace beside it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// What one run of the binary gave.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// The output of a run that must have done what was asked.
    pub fn done(self) -> Self {
        assert_eq!(self.code, 0, "{}{}", self.stdout, self.stderr);
        self
    }

    /// A run that must have ended with this code.
    pub fn failed(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}{}", self.stdout, self.stderr);
        self
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap()
    }

    /// The header of CSV output.
    pub fn header(&self) -> &str {
        self.stdout.lines().next().unwrap()
    }
}

/// The binary, with an environment in which nothing is set for it.
pub fn trueup() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trueup"));
    let ours = std::env::vars_os().map(|(name, _)| name);
    for name in ours.filter(|name| name.to_string_lossy().starts_with("TRUEUP_")) {
        command.env_remove(name);
    }
    command.env_remove("COLUMNS").stdin(Stdio::null());
    command
}

pub fn run(command: &mut Command) -> Run {
    let output = command.output().unwrap();
    Run {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A folder with a trueup.toml.
pub struct Folder(TempDir);

impl Folder {
    pub fn empty() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn new() -> Self {
        let folder = Self::empty();
        folder.write("trueup.toml", "database = \"sqlite://trueup.db\"\ntime_zone = \"UTC\"\n");
        folder
    }

    /// With three products, one of them short, one fractional, one without a stock record.
    pub fn with_products() -> Self {
        let folder = Self::new();
        let products = "product_code,name\nCHAIR,Chair\nLAMP,Lamp\nLINEN,Linen\nMIRROR,Mirror\n";
        let stock = "product_code,quantity\nCHAIR,100\nLAMP,5\nLINEN,7.9\n";
        let orders =
            "order_code,product_code,ordered\nSO-1,CHAIR,5\nSO-2,LAMP,12\nSO-2,LINEN,2.5\n";
        for (what, text) in [("products", products), ("stock", stock), ("orders", orders)] {
            let file = folder.write(&format!("{what}.csv"), text);
            folder.run(["import", what, file.to_str().unwrap()]).done();
        }
        folder
    }

    /// With products, a channel `shop` that feeds a simulated marketplace, and all of them on it.
    pub fn with_shop(market: &Market) -> Self {
        let folder = Self::with_products();
        folder.write("channels/shop.toml", &market.channel_file);
        folder.run(["opt-in", "shop", "--all"]).done();
        folder
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    pub fn command<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = trueup();
        command.arg("--config").arg(self.path()).args(arguments);
        command
    }

    pub fn run<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Run {
        run(&mut self.command(arguments))
    }

    pub fn json<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Value {
        let arguments = arguments.into_iter().chain(["--format", "json"]);
        self.run(arguments).done().json()
    }
}

/// `trueup sandbox wayfair`, running until dropped.
pub struct Market {
    child: Child,
    address: String,
    pub channel_file: String,
}

impl Market {
    /// Starts it; feeds are final at once, so that nothing has to be waited for.
    pub fn open(faults: &[&str]) -> Self {
        let faults = [&["completion_delay=0"], faults].concat().join(",");
        let mut command = trueup();
        command.args(["sandbox", "wayfair", "--faults", &faults]).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let told: Vec<String> = lines.take_while(|line| !line.starts_with("runs until")).collect();
        let address = told.first().unwrap().rsplit_once("http://").unwrap().1.to_owned();
        let indented = told.iter().filter_map(|line| line.strip_prefix("    "));
        let channel_file = indented.map(|line| format!("{line}\n")).collect();
        Self { child, address, channel_file }
    }

    /// What `GET /state` shows.
    pub fn state(&self) -> Value {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.write_all(b"GET /state HTTP/1.0\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
    }

    /// The quantity on hand that it shows of a part.
    pub fn on_hand(&self, part_number: &str) -> Option<i64> {
        let state = self.state();
        let mut lines = state["lines"].as_array().unwrap().iter();
        let line = lines.find(|line| line["part_number"] == part_number)?;
        line["quantity_on_hand"].as_i64()
    }
}

impl Drop for Market {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The keys of a JSON object, sorted.
pub fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}
