//! What the database says, read past the store.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, QueryResult, Statement};
use serde_json::Value;

use crate::shop::Name;

/// A listing and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) channel: i64,
    pub(crate) product: String,
    pub(crate) name: Name,
    pub(crate) want: i64,
    pub(crate) generation: i64,
    pub(crate) is_last: bool,
    pub(crate) acknowledged: Option<(i64, i64)>,
    pub(crate) is_held: bool,
    pub(crate) state: i64,
    pub(crate) batch: Option<i64>,
    /// Batch, quantity, and until when it may land.
    pub(crate) suspects: Vec<(i64, i64, i64)>,
}

/// The states' numbers.
pub(crate) const CLEAN: i64 = 0;
pub(crate) const DUE: i64 = 1;
pub(crate) const IN_FLIGHT: i64 = 2;
pub(crate) const RETIRED: i64 = 4;

/// A batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SeenBatch {
    pub(crate) id: i64,
    pub(crate) key: String,
    pub(crate) channel: i64,
    pub(crate) epoch: i64,
    pub(crate) is_open: bool,
    pub(crate) lines: i64,
    pub(crate) default: String,
    /// Generation and quantity of each line, by listing.
    pub(crate) body: BTreeMap<i64, (i64, i64)>,
    pub(crate) exceptions: BTreeMap<i64, String>,
}

impl Seen {
    /// Until when a quantity is taken for one that may still land, in microseconds.
    pub(crate) fn suspected_until(&self, quantity: i64) -> Option<i64> {
        let own = self.suspects.iter().filter(|(_, suspected, _)| *suspected == quantity);
        own.map(|(_, _, until)| *until).max()
    }
}

/// Everything that the checks look at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Observed {
    pub(crate) listings: BTreeMap<i64, Seen>,
    /// Batches that are open, or were closed since the last look.
    pub(crate) batches: BTreeMap<i64, SeenBatch>,
    /// Channel and product code of each mark.
    pub(crate) marks: BTreeSet<(i64, String)>,
    pub(crate) epochs: BTreeMap<i64, i64>,
}

/// A way into the database that is not the store's.
#[derive(Debug)]
pub(crate) struct Peephole {
    pub(crate) connection: DatabaseConnection,
}

/// One text per row, so that a look is one statement: its kind, and then its cells.
const LOOK: &str = "\
    SELECT CAST(cells AS TEXT) FROM (SELECT {array}('listing', l.id, l.channel_id, p.code, l.part_number, l.location, \
    d.want_quantity, d.want_generation, d.want_is_last, d.ack_quantity, d.ack_generation, \
    d.is_held, d.state, d.batch_id) AS cells \
    FROM listing l JOIN product p ON p.id = l.product_id JOIN delivery d ON d.listing_id = l.id \
    UNION ALL SELECT {array}('suspect', listing_id, batch_id, quantity, settle_until) FROM suspect \
    UNION ALL SELECT {array}('mark', m.channel_id, p.code) \
    FROM dirty_product m JOIN product p ON p.id = m.product_id \
    UNION ALL SELECT {array}('epoch', id, epoch) FROM channel \
    UNION ALL SELECT {array}('batch', b.id, b.batch_key, b.channel_id, b.epoch, \
    CASE WHEN b.finished_at IS NULL THEN 1 ELSE 0 END, b.lines, b.default_outcome, s.body) \
    FROM batch b JOIN batch_body s ON s.batch_id = b.id \
    WHERE b.finished_at IS NULL OR b.id > $1 \
    UNION ALL SELECT {array}('exception', e.batch_id, e.listing_id, e.outcome) \
    FROM line_exception e JOIN batch b ON b.id = e.batch_id \
    WHERE b.finished_at IS NULL OR b.id > $1) AS look";

impl Peephole {
    pub(crate) async fn rows(&self, sql: &str) -> Result<Vec<QueryResult>, DbErr> {
        let backend: DbBackend = self.connection.get_database_backend();
        self.connection.query_all_raw(Statement::from_string(backend, sql)).await
    }

    pub(crate) async fn execute(&self, sql: &str) -> Result<(), DbErr> {
        self.connection.execute_unprepared(sql).await.map(drop)
    }

    /// Everything, with the batches that are open or come after `checked`.
    pub(crate) async fn look(&self, checked: i64) -> Result<Observed, DbErr> {
        let is_postgres = self.connection.get_database_backend() == DbBackend::Postgres;
        let array = if is_postgres { "json_build_array" } else { "json_array" };
        let sql = LOOK.replace("{array}", array);
        let backend = self.connection.get_database_backend();
        let look = Statement::from_sql_and_values(backend, sql, [checked.into()]);
        let mut observed = Observed::default();
        for row in self.connection.query_all_raw(look).await? {
            let cells: String = row.try_get_by_index(0)?;
            observed.take(&Cells::parse(&cells)?);
        }
        for seen in observed.listings.values_mut() {
            seen.suspects.sort_unstable();
        }
        Ok(observed)
    }
}

/// The cells of a row.
struct Cells(Vec<Value>);

impl Cells {
    fn parse(text: &str) -> Result<Self, DbErr> {
        let cells = serde_json::from_str(text);
        cells.map(Self).map_err(|error| DbErr::Custom(error.to_string()))
    }

    fn text(&self, at: usize) -> String {
        self.0[at].as_str().unwrap_or_default().to_owned()
    }

    fn maybe(&self, at: usize) -> Option<i64> {
        self.0[at].as_i64()
    }

    /// No number that matters is ever the smallest.
    fn number(&self, at: usize) -> i64 {
        self.maybe(at).unwrap_or(i64::MIN)
    }

    fn listing(&self) -> Seen {
        Seen {
            channel: self.number(2),
            product: self.text(3),
            name: (self.text(4), self.text(5)),
            want: self.number(6),
            generation: self.number(7),
            is_last: self.number(8) != 0,
            acknowledged: self.maybe(9).zip(self.maybe(10)),
            is_held: self.number(11) != 0,
            state: self.number(12),
            batch: self.maybe(13),
            suspects: Vec::new(),
        }
    }

    fn batch(&self) -> SeenBatch {
        let body: Vec<Vec<Value>> = serde_json::from_str(&self.text(8)).unwrap_or_default();
        let lines = body.into_iter().map(|line| {
            let line = Self(line);
            (line.number(0), (line.number(1), line.number(2)))
        });
        SeenBatch {
            id: self.number(1),
            key: self.text(2),
            channel: self.number(3),
            epoch: self.number(4),
            is_open: self.number(5) != 0,
            lines: self.number(6),
            default: self.text(7),
            body: lines.collect(),
            exceptions: BTreeMap::new(),
        }
    }
}

impl Observed {
    /// A listing comes before its suspects, and a batch before its exceptions.
    fn take(&mut self, cells: &Cells) {
        let (first, second) = (cells.number(1), cells.maybe(2).unwrap_or_default());
        match cells.text(0).as_str() {
            "listing" => {
                self.listings.insert(first, cells.listing());
            }
            "suspect" => {
                let suspect = (second, cells.number(3), cells.number(4));
                self.listings.entry(first).and_modify(|seen| seen.suspects.push(suspect));
            }
            "mark" => {
                self.marks.insert((first, cells.text(2)));
            }
            "epoch" => {
                self.epochs.insert(first, second);
            }
            "batch" => {
                self.batches.insert(first, cells.batch());
            }
            _ => {
                let outcome = cells.text(3);
                let of = self.batches.entry(first);
                of.and_modify(|batch| drop(batch.exceptions.insert(second, outcome)));
            }
        }
    }
}

impl Observed {
    /// Whether nothing that matters to delivery differs.
    pub(crate) fn agrees_with(&self, other: &Self) -> bool {
        let open = |of: &Self| {
            let open = of.batches.values().filter(|batch| batch.is_open);
            open.cloned().collect::<Vec<_>>()
        };
        self.listings == other.listings && self.marks == other.marks && open(self) == open(other)
    }

    /// What the marketplace may hold of a listing, as the database believes.
    pub(crate) fn believed(&self, id: i64) -> BTreeSet<i64> {
        let Some(seen) = self.listings.get(&id) else { return BTreeSet::new() };
        let flying = seen.batch.and_then(|batch| self.batches.get(&batch)?.body.get(&id));
        let flying = flying.filter(|_| seen.state == IN_FLIGHT).map(|(_, quantity)| *quantity);
        let suspects = seen.suspects.iter().map(|(_, quantity, _)| *quantity);
        let acknowledged = seen.acknowledged.map(|(quantity, _)| quantity);
        acknowledged.into_iter().chain(flying).chain(suspects).collect()
    }
}
