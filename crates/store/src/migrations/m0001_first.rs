//! The first schema. Never edited; what changes later is a migration of its own.

use sea_orm_migration::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

/// Creates every table.
///
/// One schema text serves both databases; `{id}` stands for what each calls a generated key.
/// Quantities are whole ten-thousandths, instants are microseconds since 1970 (UTC), dates are ISO
/// texts.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// What people state: products, stock, orders.
const INPUTS: &str = "
CREATE TABLE product (
  id {id},
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  active BOOLEAN NOT NULL,
  discontinued BOOLEAN NOT NULL,
  incoming BIGINT,
  next_available_on TEXT
);
CREATE TABLE location (
  id {id},
  code TEXT NOT NULL UNIQUE
);
CREATE TABLE stock (
  product_id BIGINT NOT NULL REFERENCES product(id),
  location_id BIGINT NOT NULL REFERENCES location(id),
  quantity BIGINT NOT NULL,
  PRIMARY KEY (product_id, location_id)
);
CREATE TABLE sales_order (
  id {id},
  code TEXT NOT NULL UNIQUE,
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
);
CREATE INDEX order_line_demand ON order_line (product_id, standing, ordered, shipped, cancelled);
CREATE TABLE external_stock (
  product_id BIGINT PRIMARY KEY REFERENCES product(id),
  quantity BIGINT NOT NULL
);
";

/// Who is told: channels, opt-ins, aliases, leases and schedules.
const CHANNELS: &str = "
CREATE TABLE channel (
  id {id},
  name TEXT NOT NULL UNIQUE,
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
);
CREATE INDEX opt_in_product ON opt_in (product_id);
CREATE TABLE alias (
  channel_id BIGINT NOT NULL REFERENCES channel(id),
  product_id BIGINT NOT NULL REFERENCES product(id),
  part_number TEXT NOT NULL,
  PRIMARY KEY (channel_id, product_id)
);
CREATE INDEX alias_part_number ON alias (channel_id, part_number);
CREATE TABLE schedule_state (
  channel_id BIGINT NOT NULL REFERENCES channel(id),
  schedule TEXT NOT NULL,
  last_planned BIGINT NOT NULL,
  missed BIGINT NOT NULL,
  PRIMARY KEY (channel_id, schedule)
);
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
);
CREATE TABLE listing (
  id {id},
  channel_id BIGINT NOT NULL REFERENCES channel(id),
  product_id BIGINT NOT NULL REFERENCES product(id),
  part_number TEXT NOT NULL,
  location TEXT NOT NULL,
  remote_id TEXT,
  UNIQUE (channel_id, part_number, location)
);
CREATE INDEX listing_product ON listing (channel_id, product_id);
CREATE TABLE delivery (
  listing_id BIGINT PRIMARY KEY REFERENCES listing(id),
  channel_id BIGINT NOT NULL,
  want_quantity BIGINT NOT NULL,
  want_on_orders BIGINT NOT NULL,
  want_backordered BIGINT NOT NULL,
  want_available_on TEXT,
  want_discontinued BOOLEAN NOT NULL,
  want_generation BIGINT NOT NULL,
  want_is_last BOOLEAN NOT NULL,
  ack_quantity BIGINT,
  ack_on_orders BIGINT,
  ack_backordered BIGINT,
  ack_available_on TEXT,
  ack_discontinued BOOLEAN,
  ack_generation BIGINT,
  ack_at BIGINT,
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
CREATE INDEX delivery_in_flight ON delivery (batch_id) WHERE state = 2;
CREATE INDEX delivery_parked ON delivery (channel_id) WHERE state = 3;
CREATE INDEX delivery_walk ON delivery (channel_id, listing_id);
CREATE TABLE suspect (
  listing_id BIGINT NOT NULL REFERENCES listing(id),
  batch_id BIGINT NOT NULL,
  quantity BIGINT NOT NULL,
  settle_until BIGINT NOT NULL,
  PRIMARY KEY (listing_id, batch_id)
);
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
  body TEXT NOT NULL,
  request {bytes},
  default_outcome TEXT NOT NULL,
  default_reason TEXT
);
CREATE INDEX batch_feed ON batch (feed_id);
CREATE INDEX batch_open ON batch (channel_id) WHERE finished_at IS NULL;
CREATE TABLE line_exception (
  batch_id BIGINT NOT NULL REFERENCES batch(id),
  listing_id BIGINT NOT NULL,
  outcome TEXT NOT NULL,
  code TEXT,
  message TEXT,
  PRIMARY KEY (batch_id, listing_id)
);
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

/// PostgreSQL leaves room on each page of the one hot table and vacuums it early.
const POSTGRES_ONLY: &str = "
ALTER TABLE delivery SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        let is_postgres = connection.get_database_backend() == DbBackend::Postgres;
        let (id, bytes) = if is_postgres {
            (
                "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
                "BYTEA",
            )
        } else {
            ("INTEGER PRIMARY KEY AUTOINCREMENT", "BLOB")
        };
        for part in [INPUTS, CHANNELS, DELIVERY] {
            let text = part.replace("{id}", id).replace("{bytes}", bytes);
            connection.execute_unprepared(&text).await?;
        }
        if is_postgres {
            connection.execute_unprepared(POSTGRES_ONLY).await?;
        }
        Ok(())
    }
}
