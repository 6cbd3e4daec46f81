//! What an audit found, kept for people.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use trueup_stock::ChannelName;

use crate::delivery::channels::name_of;
use crate::delivery::journal::{About, note_all};
use crate::delivery::time::{instant, kept, micros};
use crate::delivery::words::{Work, parse};
use crate::leases::fence;
use crate::{Durability, Lease, Store, StoreError};

/// Products of a defect that are named.
const EXAMPLES: usize = 5;

/// Defects, by name: how many, and the codes of the first products.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Defects {
    /// How many of each.
    pub counts: BTreeMap<String, u64>,
    /// Some of their products.
    pub examples: BTreeMap<String, Vec<String>>,
}

impl Defects {
    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.values().sum()
    }

    pub(super) fn add(&mut self, defect: &str, product: String) {
        *self.counts.entry(defect.to_owned()).or_default() += 1;
        let examples = self.examples.entry(defect.to_owned()).or_default();
        if examples.len() < EXAMPLES {
            examples.push(product);
        }
    }

    /// Adds those of another part of the same audit.
    pub fn merge(&mut self, others: Self) {
        for (defect, count) in others.counts {
            *self.counts.entry(defect).or_default() += count;
        }
        for (defect, products) in others.examples {
            let examples = self.examples.entry(defect).or_default();
            examples.extend(products);
            examples.truncate(EXAMPLES);
        }
    }
}

/// A channel's last audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// When it ended.
    pub at: Timestamp,
    /// What it found, by name.
    pub found: BTreeMap<String, u64>,
    /// What all audits found.
    pub total: u64,
}

impl Store {
    /// Keeps what an audit found; defects go into the journal as well.
    ///
    /// # Errors
    /// [`crate::StoreErrorKind::Fenced`], or the database's.
    pub async fn record_audit(
        &self,
        lease: &Lease,
        defects: &Defects,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let now = kept(now);
        let transaction = self.write(Durability::Relaxed).await?;
        let work = Work::new(&*transaction);
        fence(&work, lease).await?;
        let sql = "INSERT INTO audit (channel_id, at, found, total) VALUES ($1, $2, $3, $4) \
            ON CONFLICT (channel_id) DO UPDATE SET at = excluded.at, found = excluded.found, \
            total = audit.total + excluded.total";
        let channel = lease.channel();
        let found = serde_json::json!(defects.counts).to_string();
        let count = i64::try_from(defects.count()).unwrap_or(i64::MAX);
        let values = [channel.0.into(), micros(now).into(), found.into(), count.into()];
        work.run(sql, values).await?;
        if count > 0 {
            let facts = serde_json::json!({
                "defects": defects.counts, "examples": defects.examples,
            });
            let news = vec![About::channel(channel).news("defects_healed", &facts)];
            note_all(&work, Some(channel), news, now).await?;
        }
        transaction.commit().await
    }

    /// The last audit of every channel that had one.
    ///
    /// # Errors
    /// The database's.
    pub async fn audits(&self) -> Result<HashMap<ChannelName, AuditRow>, StoreError> {
        let sql = "SELECT c.name, a.at, a.found, a.total FROM audit a \
                   JOIN channel c ON c.id = a.channel_id";
        let rows = Work::new(self.reading()).all(sql, []).await?;
        let audit = |row: &sea_orm::QueryResult| {
            let (found, total): (String, i64) =
                (row.try_get("", "found")?, row.try_get("", "total")?);
            let at = instant(row.try_get("", "at")?)?;
            let total = total.try_into().unwrap_or_default();
            Ok((name_of(row)?, AuditRow { at, found: parse(&found)?, total }))
        };
        rows.iter().map(audit).collect()
    }
}
