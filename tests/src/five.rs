//! Five channels of five marketplaces in one folder: examples/five-channels, as it is.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use trueup_quickbooks_desktop_sandbox::DesktopSandbox;
use trueup_quickbooks_online_sandbox::QuickBooksOnlineSandbox;
use trueup_sandbox::Options;
use trueup_shopify_sandbox::ShopifySandbox;
use trueup_wayfair_sandbox::WayfairSandbox;

use crate::browser::{browse, free_address};
use crate::folder::Folder;
use crate::reader::Reader;

/// The channels, each named like its marketplace.
pub const CHANNELS: [&str; 5] =
    ["file_drop", "quickbooks_desktop", "quickbooks_online", "shopify", "wayfair"];

/// What a marketplace shows, or would be told: part number and location, then quantity, on orders
/// and backordered.
pub type Lines = BTreeMap<(String, String), [i64; 3]>;

/// The folder with its five channels, and four simulated marketplaces and a reader of files.
#[derive(Debug)]
pub struct Five {
    // Before the folder that it reads, so that it is dropped first.
    reader: Reader,
    /// The settings, which are those of the example but for addresses.
    pub folder: Folder,
    /// The simulated Web Connector.
    pub desktop: DesktopSandbox,
    online: QuickBooksOnlineSandbox,
    shopify: ShopifySandbox,
    wayfair: WayfairSandbox,
}

impl Five {
    /// Takes the example's settings, with everything where nobody else listens.
    ///
    /// # Panics
    /// Where a simulator cannot be started.
    pub async fn open(database: &str) -> Self {
        let mut folder = five_channels();
        let outgoing = folder.path().join("outgoing");
        let incoming = folder.path().join("incoming");
        let reader = Reader::start(&outgoing, &incoming);
        let desktop = DesktopSandbox::start(Options::default()).await.expect("it starts");
        let online = QuickBooksOnlineSandbox::start(Options::default()).await.expect("it starts");
        let shopify = ShopifySandbox::start(Options::default()).await.expect("it starts");
        let wayfair = WayfairSandbox::start(Options::default()).await.expect("it starts");
        folder.set("TRUEUP_DATABASE", database);
        folder.set("TRUEUP_POLLED__LISTEN", free_address());
        let mut point = |channel: &str, key: &str, to: &dyn std::fmt::Display| {
            folder.set(&format!("TRUEUP_CHANNELS__{channel}__SETTINGS__{key}"), to);
        };
        point("FILE_DROP", "FOLDER", &outgoing.display());
        point("FILE_DROP", "ACKNOWLEDGEMENTS", &incoming.display());
        for key in ["API_URL", "AUTH_URL", "CONSENT_URL"] {
            point("QUICKBOOKS_ONLINE", key, &format!("http://{}", online.address()));
        }
        point("SHOPIFY", "API_URL", &format!("http://{}", shopify.address()));
        for (key, path) in [("API_URL", "v1/graphql"), ("AUTH_URL", "oauth/token")] {
            point("WAYFAIR", key, &format!("http://{}/{path}", wayfair.address()));
        }
        Self { reader, folder, desktop, online, shopify, wayfair }
    }

    /// Allows the program in a browser to act for QuickBooks Online's company.
    ///
    /// # Panics
    /// Where that fails.
    pub async fn connect(&self) {
        let port = free_address().port().to_string();
        let arguments = ["connect", "quickbooks_online", "--no-browser", "--port", &port];
        let mut connecting = self.folder.talk(&arguments);
        let url = connecting.said("http://");
        browse(url.trim()).await;
        connecting.said("connected quickbooks_online");
        assert!(connecting.ended().success());
    }

    /// Hands the file of `trueup qwc` to the Web Connector.
    ///
    /// # Panics
    /// Where the file does not say where to call, and as whom.
    pub async fn introduce(&self) {
        introduce(&self.folder, "quickbooks_desktop", &self.desktop).await;
    }

    /// What `trueup preview` says a True-Up would tell a channel.
    ///
    /// # Panics
    /// Where a line lacks a quantity.
    pub async fn previewed(&self, channel: &str) -> Lines {
        let preview = self.folder.json(&["preview", channel, "--feed", "true_up"]).await;
        let lines = preview["lines"].as_array().expect("a preview has lines");
        lines.iter().map(previewed).collect()
    }

    /// What a channel's marketplace shows.
    #[must_use]
    pub fn shown(&self, channel: &str) -> Lines {
        let one = |part: &str, quantity: i64| ((part.to_owned(), String::new()), [quantity, 0, 0]);
        match channel {
            "file_drop" => {
                self.reader.stock().iter().map(|(part, quantity)| one(part, *quantity)).collect()
            }
            "quickbooks_desktop" => {
                let items = self.desktop.state().items;
                items.iter().map(|item| one(&item.full_name, whole(&item.on_hand))).collect()
            }
            "quickbooks_online" => {
                let items = self.online.state().items;
                items.iter().map(|item| one(&item.sku, whole(&item.on_hand.to_string()))).collect()
            }
            "shopify" => self.in_shopify(),
            "wayfair" => self.in_wayfair(),
            other => panic!("there is no channel `{other}`"),
        }
    }

    fn in_shopify(&self) -> Lines {
        let levels = self.shopify.state().lines.into_iter();
        levels.map(|level| ((level.sku, level.location), [level.available, 0, 0])).collect()
    }

    fn in_wayfair(&self) -> Lines {
        let lines = self.wayfair.state().lines.into_iter();
        let numbers = |told: Option<i32>| i64::from(told.unwrap_or_default());
        lines
            .map(|line| {
                let on_orders = numbers(line.quantity_on_order);
                let backordered = numbers(line.quantity_backordered);
                let place = (line.part_number, line.supplier_id.to_string());
                (place, [line.quantity_on_hand.into(), on_orders, backordered])
            })
            .collect()
    }
}

/// Hands the file of `trueup qwc` for a channel to a Web Connector.
///
/// # Panics
/// Where the file does not say where to call, and as whom.
pub async fn introduce(folder: &Folder, channel: &str, connector: &DesktopSandbox) {
    let file = folder.path().join("channel.qwc");
    let out = file.display().to_string();
    let _written = folder.run(&["qwc", channel, "--out", &out], &[]).await.success();
    let text = fs::read_to_string(&file).expect("the file was written");
    for (element, knob) in [("AppURL", "url"), ("UserName", "user")] {
        let (_, rest) = text.split_once(&format!("<{element}>")).expect("the file has it");
        let (value, _) = rest.split_once('<').expect("the element ends");
        connector.set_mode(&format!("{knob}={value}")).expect("the Web Connector takes it");
    }
}

/// A copy of examples/five-channels.
#[must_use]
pub fn five_channels() -> Folder {
    let folder = Folder::default();
    copy(&example(), &folder);
    folder
}

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/five-channels")
}

fn copy(from: &Path, folder: &Folder) {
    let entries = fs::read_dir(from).expect("the example is there");
    for path in entries.map(|entry| entry.expect("readable").path()) {
        let text = |path: &Path| fs::read_to_string(path).expect("a text");
        let name = path.strip_prefix(example()).expect("it is in the example").to_owned();
        match path.is_dir() {
            true => copy(&path, folder),
            false => drop(folder.write(&name.display().to_string(), &text(&path))),
        }
    }
}

fn previewed(line: &Value) -> ((String, String), [i64; 3]) {
    let text = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
    let number = |key: &str| line[key].as_i64().unwrap_or_else(|| panic!("{key} of {line:#}"));
    let place = (text("part_number"), text("location"));
    (place, ["quantity", "on_orders", "backordered"].map(number))
}

/// A whole number; anything else shows as one that is never sent.
fn whole(text: &str) -> i64 {
    text.parse().unwrap_or(i64::MIN)
}
