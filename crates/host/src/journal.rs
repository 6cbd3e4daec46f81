//! The journal: whether it is whole, and the evidence it holds of one product.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use trueup_store::{JournalCheck, JournalHead, Told};

use crate::{Host, HostError};

/// What came of looking at one journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JournalView {
    /// `None` for what concerns no channel: imports, opt-ins, fixed counts, aliases.
    pub channel: Option<String>,
    /// Entries that are as they were written.
    pub entries: u64,
    /// Batches whose body is as it was sent.
    pub batches: u64,
    /// How far it has come: to be noted where nobody of this database can change it.
    pub head: JournalHead,
    /// The first thing that does not match.
    pub broken: Option<String>,
}

/// One number that a marketplace was told, and the entries that prove it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names are the words of the docs")]
pub struct ToldView {
    pub channel: String,
    pub product_code: String,
    pub part_number: String,
    pub location: Option<String>,
    pub feed: i64,
    pub kind: String,
    pub batch_key: String,
    /// The request began after this.
    pub at: Timestamp,
    /// Which change of the listing's wanted level this was.
    pub generation: i64,
    pub quantity: i64,
    pub on_orders: i64,
    pub backordered: i64,
    pub next_available_on: Option<Date>,
    pub discontinued: bool,
    /// The last entry about inputs, in the journal of no channel, that this could be made from.
    pub inputs: Option<JournalHead>,
    /// The entry of the channel's journal that holds its terms at that time.
    pub terms: Option<i64>,
    pub outcome: String,
    pub confirmed: bool,
    pub code: Option<String>,
    pub reason: Option<String>,
    pub handle: Option<String>,
    pub answered_at: Option<Timestamp>,
    /// The entry about what was sent.
    pub sent_entry: Option<JournalEntryView>,
    /// The entry about what was answered.
    pub answer_entry: Option<JournalEntryView>,
}

/// Where in the channel's journal something is told.
pub type JournalEntryView = JournalHead;

impl Host {
    /// Looks at the whole journal of a channel, or at all of them. `noted` is a head of the
    /// channel's journal that was written down earlier.
    ///
    /// # Errors
    /// An unknown channel, or a database that fails. What was changed is part of the answer.
    pub async fn verify_journal(
        &self,
        channel: Option<&str>,
        noted: Option<JournalHead>,
    ) -> Result<Vec<JournalView>, HostError> {
        let checks = match channel {
            None => self.store().verify_journals().await?,
            Some(name) => {
                let name = name.parse().map_err(|_| no_channel(name))?;
                vec![self.store().verify_journal(Some(&name), noted).await?]
            }
        };
        Ok(checks.into_iter().map(view).collect())
    }

    /// All that a channel was told of a product, oldest first, with its place in the journal.
    ///
    /// # Errors
    /// An unknown channel or product.
    pub async fn told(&self, channel: &str, code: &str) -> Result<Vec<ToldView>, HostError> {
        let rows = self.store().channels().await?;
        let row = rows.into_iter().find(|row| row.name.as_str() == channel);
        let row = row.ok_or_else(|| no_channel(channel))?;
        let product = code.parse().map_err(|_| no_product(code))?;
        let told = self.store().told(row.id, &product).await?;
        if told.is_empty() {
            self.known_products(&[code.to_owned()]).await?;
        }
        Ok(told.into_iter().map(|told| told_view(channel, code, told)).collect())
    }
}

fn no_channel(name: &str) -> HostError {
    HostError::usage(format!("there is no channel `{name}`; `trueup status` lists those there are"))
}

fn no_product(code: &str) -> HostError {
    HostError::usage(format!("`{code}` cannot be a product code"))
}

fn view(check: JournalCheck) -> JournalView {
    JournalView {
        channel: check.channel.map(String::from),
        entries: check.entries,
        batches: check.batches,
        head: check.head,
        broken: check.broken.map(|broken| broken.to_string()),
    }
}

fn told_view(channel: &str, code: &str, told: Told) -> ToldView {
    let Told { level, answer, .. } = told;
    ToldView {
        channel: channel.to_owned(),
        product_code: code.to_owned(),
        part_number: told.part_number.into(),
        location: told.location.map(String::from),
        feed: told.feed,
        kind: told.kind,
        batch_key: told.batch_key,
        at: told.at,
        generation: told.generation,
        quantity: level.quantity,
        on_orders: level.on_orders,
        backordered: level.backordered,
        next_available_on: level.next_available_on,
        discontinued: level.discontinued,
        inputs: told.inputs,
        terms: told.terms,
        outcome: answer.outcome.to_string(),
        confirmed: answer.is_confirmed,
        code: answer.code,
        reason: answer.reason,
        handle: answer.handle,
        answered_at: answer.at,
        sent_entry: told.told,
        answer_entry: answer.told,
    }
}
