//! The first schema. Never edited; what changes later is a migration of its own.

use sea_orm_migration::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

/// Creates every table.
///
/// One schema text serves both databases. `{id}` stands for what each calls a generated key,
/// `{key}` for a given one, `{code}` for a text that is compared byte by byte in any language, and
/// `{clustered}` for a table kept in the order of its primary key, where a database has that.
/// Quantities are whole ten-thousandths, instants are microseconds since 1970 (UTC), dates are ISO
/// texts.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// What people state: products, stock, orders.
const INPUTS: &str = "
CREATE TABLE product (
  id {id},
  code {code} NOT NULL UNIQUE,
  name TEXT NOT NULL,
  active BOOLEAN NOT NULL,
  discontinued BOOLEAN NOT NULL,
  incoming BIGINT,
  next_available_on TEXT
);
CREATE TABLE location (
  id {id},
  code {code} NOT NULL UNIQUE
);
CREATE TABLE stock (
  product_id BIGINT NOT NULL REFERENCES product(id),
  location_id BIGINT NOT NULL REFERENCES location(id),
  quantity BIGINT NOT NULL,
  PRIMARY KEY (product_id, location_id)
){clustered};
CREATE TABLE sales_order (
  id {id},
  code {code} NOT NULL UNIQUE,
  standing SMALLINT NOT NULL
);
CREATE TABLE order_line (
  order_id BIGINT NOT NULL REFERENCES sales_order(id),
  position BIGINT NOT NULL,
  line TEXT NOT NULL,
  product_id BIGINT NOT NULL REFERENCES product(id),
  ordered BIGINT NOT NULL,
  shipped BIGINT NOT NULL,
  cancelled BIGINT NOT NULL,
  standing SMALLINT NOT NULL,
  PRIMARY KEY (order_id, position)
){clustered};
CREATE INDEX order_line_demand ON order_line (product_id, standing, ordered, shipped, cancelled);
CREATE TABLE external_stock (
  product_id {key} REFERENCES product(id),
  quantity BIGINT NOT NULL
);
";

/// Who is told: channels, opt-ins, aliases, leases and schedules.
const CHANNELS: &str = "
CREATE TABLE channel (
  id {id},
  name {code} NOT NULL UNIQUE,
  marketplace TEXT NOT NULL,
  terms TEXT NOT NULL,
  settle_seconds BIGINT NOT NULL,
  is_paused BOOLEAN NOT NULL,
  epoch BIGINT NOT NULL,
  owner TEXT,
  expires_at BIGINT
);
CREATE TABLE opt_in (
  channel_id BIGINT NOT NULL REFERENCES channel(id),
  product_id BIGINT NOT NULL REFERENCES product(id),
  PRIMARY KEY (channel_id, product_id)
){clustered};
CREATE INDEX opt_in_product ON opt_in (product_id);
CREATE TABLE alias (
  channel_id BIGINT NOT NULL REFERENCES channel(id),
  product_id BIGINT NOT NULL REFERENCES product(id),
  part_number {code} NOT NULL,
  PRIMARY KEY (channel_id, product_id)
){clustered};
CREATE INDEX alias_part_number ON alias (channel_id, part_number);
CREATE TABLE schedule_state (
  channel_id BIGINT NOT NULL REFERENCES channel(id),
  schedule TEXT NOT NULL,
  last_planned BIGINT NOT NULL,
  missed BIGINT NOT NULL,
  PRIMARY KEY (channel_id, schedule)
){clustered};
";

/// What was told: listings, their delivery state, feeds and batches.
///
/// `dirty_product` is a set, not a log: a row means that a channel's wanted levels of a product may
/// be outdated. `rev` exists to be updated, so that marking waits for whoever is taking the mark.
const DELIVERY: &str = "
CREATE TABLE dirty_product (
  channel_id BIGINT NOT NULL REFERENCES channel(id),
  product_id BIGINT NOT NULL REFERENCES product(id),
  rev BIGINT NOT NULL,
  since BIGINT NOT NULL,
  PRIMARY KEY (channel_id, product_id)
){clustered};
CREATE TABLE listing (
  id {id},
  channel_id BIGINT NOT NULL REFERENCES channel(id),
  product_id BIGINT NOT NULL REFERENCES product(id),
  part_number {code} NOT NULL,
  location {code} NOT NULL,
  remote_id TEXT,
  UNIQUE (channel_id, part_number, location)
);
CREATE INDEX listing_product ON listing (channel_id, product_id);
CREATE TABLE delivery (
  listing_id {key} REFERENCES listing(id),
  channel_id BIGINT NOT NULL,
  want_quantity BIGINT NOT NULL,
  want_on_orders BIGINT NOT NULL,
  want_backordered BIGINT NOT NULL,
  want_available_on TEXT,
  want_discontinued SMALLINT NOT NULL,
  want_generation BIGINT NOT NULL,
  want_is_last SMALLINT NOT NULL,
  ack_quantity BIGINT,
  ack_on_orders BIGINT,
  ack_backordered BIGINT,
  ack_available_on TEXT,
  ack_discontinued SMALLINT,
  ack_generation BIGINT,
  ack_at BIGINT,
  is_held SMALLINT NOT NULL DEFAULT 0,
  state SMALLINT NOT NULL,
  priority SMALLINT NOT NULL,
  not_before BIGINT NOT NULL,
  due_since BIGINT,
  attempts BIGINT NOT NULL,
  batch_id BIGINT,
  feed_id BIGINT,
  park_reason TEXT,
  park_fingerprint BIGINT
);
CREATE INDEX delivery_due ON delivery (channel_id, priority, not_before, listing_id) WHERE state = 1;
CREATE INDEX delivery_in_flight ON delivery (batch_id, channel_id) WHERE state = 2;
CREATE INDEX delivery_held ON delivery (channel_id) WHERE is_held = 1;
CREATE INDEX delivery_parked ON delivery (channel_id) WHERE state = 3;
CREATE INDEX delivery_retired ON delivery (channel_id) WHERE state = 4;
CREATE INDEX delivery_walk ON delivery (channel_id, listing_id);
CREATE TABLE suspect (
  listing_id BIGINT NOT NULL REFERENCES listing(id),
  batch_id BIGINT NOT NULL,
  quantity BIGINT NOT NULL,
  settle_until BIGINT NOT NULL,
  PRIMARY KEY (listing_id, batch_id)
){clustered};
CREATE TABLE feed (
  id {id},
  channel_id BIGINT NOT NULL REFERENCES channel(id),
  kind TEXT NOT NULL,
  basis TEXT NOT NULL,
  cause TEXT NOT NULL,
  state TEXT NOT NULL,
  epoch BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  finished_at BIGINT,
  held BIGINT NOT NULL,
  message TEXT
);
CREATE INDEX feed_channel ON feed (channel_id, id);
CREATE INDEX feed_running ON feed (channel_id) WHERE state = 'running';
CREATE TABLE feed_held (
  feed_id BIGINT NOT NULL REFERENCES feed(id),
  product_id BIGINT NOT NULL REFERENCES product(id),
  reason TEXT NOT NULL,
  PRIMARY KEY (feed_id, product_id)
){clustered};
CREATE TABLE batch (
  id {id},
  feed_id BIGINT NOT NULL REFERENCES feed(id),
  channel_id BIGINT NOT NULL REFERENCES channel(id),
  epoch BIGINT NOT NULL,
  batch_key TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  deadline BIGINT NOT NULL,
  finished_at BIGINT,
  ticket TEXT,
  handle TEXT,
  lines BIGINT NOT NULL,
  default_outcome TEXT NOT NULL,
  default_code TEXT,
  default_reason TEXT
);
CREATE INDEX batch_feed ON batch (feed_id);
CREATE INDEX batch_open ON batch (channel_id) WHERE finished_at IS NULL;
CREATE TABLE batch_body (
  batch_id {key} REFERENCES batch(id),
  body TEXT NOT NULL
);
CREATE TABLE batch_request (
  batch_id {key} REFERENCES batch(id),
  request {bytes} NOT NULL
);
CREATE TABLE line_exception (
  batch_id BIGINT NOT NULL REFERENCES batch(id),
  listing_id BIGINT NOT NULL,
  outcome TEXT NOT NULL,
  code TEXT,
  message TEXT,
  PRIMARY KEY (batch_id, listing_id)
){clustered};
CREATE TABLE journal (
  id {id},
  at BIGINT NOT NULL,
  channel_id BIGINT,
  feed_id BIGINT,
  batch_id BIGINT,
  event TEXT NOT NULL,
  detail TEXT NOT NULL
);
CREATE TABLE instance (
  id BIGINT PRIMARY KEY,
  nonce TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
";

const SQLITE: [(&str, &str); 5] = [
    ("{id}", "INTEGER PRIMARY KEY AUTOINCREMENT"),
    ("{key}", "INTEGER PRIMARY KEY"),
    ("{bytes}", "BLOB"),
    ("{code}", "TEXT"),
    ("{clustered}", " WITHOUT ROWID"),
];

const POSTGRES: [(&str, &str); 5] = [
    ("{id}", "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"),
    ("{key}", "BIGINT PRIMARY KEY"),
    ("{bytes}", "BYTEA"),
    ("{code}", "TEXT COLLATE \"C\""),
    ("{clustered}", ""),
];

/// PostgreSQL leaves room on each page of the one hot table and vacuums it early.
const POSTGRES_ONLY: &str = "
ALTER TABLE delivery SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        let is_postgres = connection.get_database_backend() == DbBackend::Postgres;
        let words = if is_postgres { POSTGRES } else { SQLITE };
        for part in [INPUTS, CHANNELS, DELIVERY] {
            let in_dialect = |text: String, (name, word): &(&str, &str)| text.replace(name, word);
            let text = words.iter().fold(part.to_owned(), in_dialect);
            connection.execute_unprepared(&text).await?;
        }
        if is_postgres {
            connection.execute_unprepared(POSTGRES_ONLY).await?;
        }
        Ok(())
    }
}
