//! The sample company: compiled in, written to a folder that is gone afterwards.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use trueup_host::views::ImportView;
use trueup_host::{Host, ImportKind, ImportOrder};

use crate::failure::Failure;
use crate::session::registry;

/// The channel of the demo.
pub const CHANNEL: &str = "wayfair_demo";
/// How many units of every product the channel keeps back.
pub const BUFFER: u32 = 2;

const SETTINGS: &str = "database = \"sqlite://trueup.db\"\ntime_zone = \"UTC\"\n";
const PRODUCTS: &str = include_str!("company/products.csv");
const STOCK: &str = include_str!("company/stock.csv");
const ORDERS: &str = include_str!("company/orders.csv");
const NEW_ORDER: &str = include_str!("company/new_order.csv");

/// A folder with settings and files, removed when dropped.
pub struct Company {
    folder: TempDir,
}

impl Company {
    /// Writes settings and files. `channel` is the channel file.
    pub fn found(channel: &str) -> Result<Self, Failure> {
        let written = || -> io::Result<Self> {
            let folder = tempfile::Builder::new().prefix("trueup-demo-").tempdir()?;
            fs::create_dir(folder.path().join("channels"))?;
            let company = Self { folder };
            let rules = format!("{channel}\n[rules]\nbuffer = {BUFFER}\n");
            fs::write(company.path("trueup.toml"), SETTINGS)?;
            fs::write(company.path(&format!("channels/{CHANNEL}.toml")), rules)?;
            fs::write(company.path("products.csv"), PRODUCTS)?;
            fs::write(company.path("stock.csv"), STOCK)?;
            fs::write(company.path("orders.csv"), ORDERS)?;
            fs::write(company.path("new_order.csv"), NEW_ORDER)?;
            Ok(company)
        };
        written().map_err(|error| {
            Failure::work("the sample company cannot be written to a temporary folder")
                .caused_by(&error)
        })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Opens it. The environment is left out: it may name another database.
    pub async fn open(&self) -> Result<Host, Failure> {
        let builder = Host::builder().config_dir(self.folder()).registry(registry()?);
        Ok(builder.environment(std::iter::empty()).open().await?)
    }

    /// Imports one of its files.
    pub async fn import(
        &self,
        host: &Host,
        kind: ImportKind,
        file: &str,
    ) -> Result<ImportView, Failure> {
        let files = [self.path(file)];
        let order = ImportOrder { kind, files: &files, mapping: None, skip_bad_rows: false };
        let views = host.import(&order, &|_| {}).await?;
        let taken = views.into_iter().find(|view| view.is_committed);
        taken.ok_or_else(|| Failure::work(format!("the sample file {file} was not taken")))
    }
}
