//! Changes that people make to many products at once: opt-ins, fixed counts and aliases.

use std::collections::BTreeMap;

use jiff::Timestamp;
use trueup_stock::{ChannelName, ExternalStockRecord, PartNumber, ProductCode};

use super::marks::{MARKED, OPT_OUT, add_peers, mark_on, mark_opt_outs};
use crate::delivery::journal::{About, note_all};
use crate::delivery::words::Work;
use crate::open::PostgresLock;
use crate::rows::first_code;
use crate::sql::{Sql, Temporary, json};
use crate::store::Transaction;
use crate::{ChannelId, Durability, Products, SelectionReport, Store, StoreError};

/// The products chosen, and what to set for each.
const CHOSEN: Temporary = ("chosen", "product_id {key}, amount BIGINT, label TEXT");

/// Those of them that will be different.
const CHANGED: Temporary = ("changed", "product_id {key}");

const TABLES: [Temporary; 4] = [CHOSEN, CHANGED, MARKED, OPT_OUT];

/// What to set for a product: an amount, or a text.
type Setting = (Option<i64>, Option<String>);

impl Store {
    /// Puts products on a channel, or takes them off. A product taken off is still told a last 0.
    ///
    /// # Errors
    /// A channel that does not exist, or a database that does not answer.
    pub async fn set_opt_in(
        &self,
        channel: &ChannelName,
        products: Products,
        is_in: bool,
        now: Timestamp,
    ) -> Result<SelectionReport, StoreError> {
        let channel = self.channel_id(channel).await?;
        let chosen = Chosen::open(self, products, now).await?;
        let chosen = match chosen {
            Ok(chosen) => chosen.on(channel),
            Err(report) => return Ok(report),
        };
        if is_in {
            chosen.apply("opted_in", FIND_NOT_IN, OPT_IN).await
        } else {
            chosen.apply("opted_out", FIND_IN, OPT_OUT_CHANGED).await
        }
    }

    /// Sets fixed counts; of a product named twice the last one counts.
    ///
    /// # Errors
    /// A database that does not answer.
    pub async fn set_external_stock(
        &self,
        counts: Vec<ExternalStockRecord>,
        now: Timestamp,
    ) -> Result<SelectionReport, StoreError> {
        let settings = counts.into_iter().map(|count| {
            let amount = count.quantity.to_scaled();
            (count.product, (Some(amount), None))
        });
        match Chosen::open_with(self, settings.collect(), now).await? {
            Ok(chosen) => chosen.apply("external_stock_set", FIND_OTHER_COUNT, SET_COUNT).await,
            Err(report) => Ok(report),
        }
    }

    /// Removes fixed counts; a product without one is unchanged.
    ///
    /// # Errors
    /// A database that does not answer.
    pub async fn clear_external_stock(
        &self,
        products: Products,
        now: Timestamp,
    ) -> Result<SelectionReport, StoreError> {
        match Chosen::open(self, products, now).await? {
            Ok(chosen) => chosen.apply("external_stock_cleared", FIND_COUNTED, CLEAR_COUNT).await,
            Err(report) => Ok(report),
        }
    }

    /// Sets what a channel calls products; of a product named twice the last one counts.
    ///
    /// # Errors
    /// A channel that does not exist, or a database that does not answer.
    pub async fn set_aliases(
        &self,
        channel: &ChannelName,
        aliases: Vec<(ProductCode, PartNumber)>,
        now: Timestamp,
    ) -> Result<SelectionReport, StoreError> {
        let channel = self.channel_id(channel).await?;
        let settings = aliases
            .into_iter()
            .map(|(product, alias)| (product, (None, Some(String::from(alias)))));
        match Chosen::open_with(self, settings.collect(), now).await? {
            Ok(chosen) => {
                chosen.on(channel).apply("aliases_set", FIND_OTHER_ALIAS, SET_ALIAS).await
            }
            Err(report) => Ok(report),
        }
    }

    /// Removes aliases, so that the channel knows the products by their codes.
    ///
    /// # Errors
    /// A channel that does not exist, or a database that does not answer.
    pub async fn clear_aliases(
        &self,
        channel: &ChannelName,
        products: Products,
        now: Timestamp,
    ) -> Result<SelectionReport, StoreError> {
        let channel = self.channel_id(channel).await?;
        match Chosen::open(self, products, now).await? {
            Ok(chosen) => {
                chosen.on(channel).apply("aliases_cleared", FIND_ALIASED, CLEAR_ALIAS).await
            }
            Err(report) => Ok(report),
        }
    }
}

/// A transaction with the chosen products in it.
struct Chosen {
    transaction: Transaction,
    channel: Option<ChannelId>,
    now: Timestamp,
}

impl Chosen {
    /// Chooses products, or reports the codes of none.
    async fn open(
        store: &Store,
        products: Products,
        now: Timestamp,
    ) -> Result<Result<Self, SelectionReport>, StoreError> {
        match products {
            Products::Codes(codes) => {
                let settings = codes.into_iter().map(|code| (code, (None, None)));
                Self::open_with(store, settings.collect(), now).await
            }
            Products::All => {
                let chosen = Self::begin(store, now).await?;
                let choose = "INSERT INTO chosen (product_id) SELECT id FROM product";
                chosen.sql().script(choose).await?;
                Ok(Ok(chosen))
            }
        }
    }

    async fn open_with(
        store: &Store,
        settings: BTreeMap<ProductCode, Setting>,
        now: Timestamp,
    ) -> Result<Result<Self, SelectionReport>, StoreError> {
        let rows: Vec<_> =
            settings.iter().map(|(code, (amount, label))| (code.as_str(), amount, label)).collect();
        let rows = json(&rows);
        let chosen = Self::begin(store, now).await?;
        let sql = chosen.sql();
        let unknown = "SELECT j.value ->> 0 FROM {rows}
            LEFT JOIN product p ON p.code = j.value ->> 0 WHERE p.id IS NULL ORDER BY j.at";
        let unknown = sql.all(unknown, [rows.clone()]).await?;
        if !unknown.is_empty() {
            let codes = unknown.iter().map(first_code);
            let report = SelectionReport {
                unknown: codes.collect::<Result<_, _>>()?,
                ..SelectionReport::default()
            };
            return Ok(Err(report));
        }
        let choose = "INSERT INTO chosen
            SELECT p.id, CAST(j.value ->> 1 AS BIGINT), j.value ->> 2
            FROM {rows} JOIN product p ON p.code = j.value ->> 0";
        sql.run(choose, [rows]).await?;
        Ok(Ok(chosen))
    }

    async fn begin(store: &Store, now: Timestamp) -> Result<Self, StoreError> {
        let transaction = store.write(Durability::Full).await?;
        store.lock(&transaction, PostgresLock::Inputs).await?;
        Sql::new(&*transaction).create_temporary(&TABLES).await?;
        Ok(Self { transaction, channel: None, now })
    }

    fn on(self, channel: ChannelId) -> Self {
        Self { channel: Some(channel), ..self }
    }

    fn sql(&self) -> Sql<'_> {
        Sql::new(&*self.transaction)
    }

    /// Finds the chosen products that will be different, sets what is to be set, and marks them.
    async fn apply(
        self,
        event: &'static str,
        find: &str,
        set: &str,
    ) -> Result<SelectionReport, StoreError> {
        let sql = self.sql();
        sql.analyze(&[CHOSEN]).await?;
        let channel = || self.channel.map(|channel| channel.0.into());
        let changed = sql.run(find, channel()).await?;
        let chosen = sql.number("SELECT COUNT(*) FROM chosen").await?;
        sql.script("INSERT INTO marked SELECT product_id FROM changed").await?;
        if let Some(channel) = self.channel {
            add_peers(&sql).await?;
            let leaving = "INSERT INTO opt_out SELECT o.channel_id, o.product_id
                FROM changed c JOIN opt_in o ON o.channel_id = $1 AND o.product_id = c.product_id";
            sql.run(leaving, [channel.0.into()]).await?;
            mark_opt_outs(&sql, self.now).await?;
        }
        sql.run(set, channel()).await?;
        if self.channel.is_some() {
            add_peers(&sql).await?;
        }
        mark_on(&sql, self.channel, self.now).await?;
        sql.drop_temporary(&TABLES).await?;
        let facts = serde_json::json!({
            "channel": self.channel.map(|channel| channel.0), "chosen": chosen, "changed": changed,
        });
        let news = vec![About::default().news(event, &facts)];
        note_all(&Work::new(&*self.transaction), None, news, self.now).await?;
        self.transaction.commit().await?;
        Ok(SelectionReport { changed, unchanged: chosen - changed, unknown: Vec::new() })
    }
}

const FIND_NOT_IN: &str = "
INSERT INTO changed
SELECT product_id FROM chosen WHERE product_id NOT IN (
    SELECT product_id FROM opt_in WHERE channel_id = $1)
";

const OPT_IN: &str = "
INSERT INTO opt_in (channel_id, product_id) SELECT $1, product_id FROM changed ORDER BY product_id
";

const FIND_IN: &str = "
INSERT INTO changed
SELECT product_id FROM chosen WHERE product_id IN (
    SELECT product_id FROM opt_in WHERE channel_id = $1)
";

const OPT_OUT_CHANGED: &str = "
DELETE FROM opt_in WHERE channel_id = $1 AND product_id IN (SELECT product_id FROM changed)
";

const FIND_OTHER_COUNT: &str = "
INSERT INTO changed
SELECT c.product_id FROM chosen c LEFT JOIN external_stock e ON e.product_id = c.product_id
WHERE e.quantity IS NULL OR e.quantity <> c.amount
";

const SET_COUNT: &str = "
INSERT INTO external_stock (product_id, quantity)
SELECT c.product_id, c.amount FROM chosen c JOIN changed d ON d.product_id = c.product_id
WHERE true
ON CONFLICT (product_id) DO UPDATE SET quantity = excluded.quantity
";

const FIND_COUNTED: &str = "
INSERT INTO changed
SELECT product_id FROM chosen WHERE product_id IN (SELECT product_id FROM external_stock)
";

const CLEAR_COUNT: &str =
    "DELETE FROM external_stock WHERE product_id IN (SELECT product_id FROM changed)";

const FIND_OTHER_ALIAS: &str = "
INSERT INTO changed
SELECT c.product_id
FROM chosen c LEFT JOIN alias a ON a.channel_id = $1 AND a.product_id = c.product_id
WHERE a.part_number IS NULL OR a.part_number <> c.label
";

const SET_ALIAS: &str = "
INSERT INTO alias (channel_id, product_id, part_number)
SELECT CAST($1 AS BIGINT), c.product_id, c.label
FROM chosen c JOIN changed d ON d.product_id = c.product_id
WHERE true
ON CONFLICT (channel_id, product_id) DO UPDATE SET part_number = excluded.part_number
";

const FIND_ALIASED: &str = "
INSERT INTO changed
SELECT product_id FROM chosen WHERE product_id IN (
    SELECT product_id FROM alias WHERE channel_id = $1)
";

const CLEAR_ALIAS: &str = "
DELETE FROM alias WHERE channel_id = $1 AND product_id IN (SELECT product_id FROM changed)
";
