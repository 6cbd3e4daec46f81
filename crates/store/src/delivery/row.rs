//! A row of `delivery` and the listing it stands for.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::ser::SerializeSeq;
use serde::{Deserialize, Serialize, Serializer};
use trueup_delivery::{
    Acknowledged, BatchId, Generation, Listing, ListingId, Parked, Priority, State, Suspect, Wanted,
};
use trueup_stock::Level;

use super::time::{instant, micros};
use super::words::corrupt;
use crate::StoreError;

/// The numbers of the states. Partial indexes of the schema name them.
pub(crate) mod state {
    pub(crate) const CLEAN: i64 = 0;
    pub(crate) const DUE: i64 = 1;
    pub(crate) const IN_FLIGHT: i64 = 2;
    pub(crate) const PARKED: i64 = 3;
    pub(crate) const RETIRED: i64 = 4;
}

/// Names each column once: as a field, as a name in SQL, and as a place in a JSON array.
macro_rules! columns {
    ($($name:ident: $type:ty,)+) => {
        /// The columns that make up a listing.
        #[derive(Debug, Deserialize)]
        pub(crate) struct Columns { $(pub(crate) $name: $type,)+ }

        impl Columns {
            /// Their names, in the order of the JSON array.
            pub(crate) const NAMES: &[&str] = &[$(stringify!($name),)+];
        }

        impl Serialize for Columns {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut array = serializer.serialize_seq(Some(Self::NAMES.len()))?;
                $(array.serialize_element(&self.$name)?;)+
                array.end()
            }
        }
    };
}

columns! {
    listing_id: i64,
    want_quantity: i64,
    want_on_orders: i64,
    want_backordered: i64,
    want_available_on: Option<Date>,
    want_discontinued: i64,
    want_generation: i64,
    want_is_last: i64,
    ack_quantity: Option<i64>,
    ack_on_orders: Option<i64>,
    ack_backordered: Option<i64>,
    ack_available_on: Option<Date>,
    ack_discontinued: Option<i64>,
    ack_generation: Option<i64>,
    ack_at: Option<i64>,
    state: i64,
    priority: i64,
    not_before: i64,
    due_since: Option<i64>,
    attempts: i64,
    batch_id: Option<i64>,
    park_reason: Option<String>,
    park_fingerprint: Option<i64>,
}

impl Columns {
    /// The columns that hold texts; the others hold whole numbers.
    pub(crate) const TEXTS: &[&str] = &["want_available_on", "ack_available_on", "park_reason"];
}

/// A listing and what the table keeps beside it.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) id: ListingId,
    pub(crate) listing: Listing,
    /// Since when the wanted level has been waiting to be acknowledged.
    pub(crate) due_since: Option<Timestamp>,
}

impl Row {
    /// The row after its listing moved.
    pub(crate) fn moved(&self, listing: Listing, now: Timestamp) -> Self {
        let since = self.due_since.unwrap_or(now);
        let due_since = match listing.state {
            State::Clean | State::Retired => None,
            State::Due { .. } | State::InFlight(_) if listing.is_certain() => None,
            State::Due { .. } | State::InFlight(_) | State::Parked(_) => Some(since),
        };
        Self { id: self.id, listing, due_since }
    }
}

impl Columns {
    /// The listing of these columns and its suspects.
    pub(crate) fn unpack(self, suspects: Vec<Suspect>) -> Result<Row, StoreError> {
        let acknowledged = self.acknowledged()?;
        let state = self.state()?;
        let level = Level {
            quantity: self.want_quantity,
            on_orders: self.want_on_orders,
            backordered: self.want_backordered,
            next_available_on: self.want_available_on,
            discontinued: self.want_discontinued != 0,
        };
        let generation = Generation(self.want_generation);
        let wanted = Wanted { level, generation, is_last: self.want_is_last != 0 };
        let attempts = self.attempts.try_into().unwrap_or(u32::MAX);
        let listing = Listing { wanted, acknowledged, state, suspects, attempts };
        let due_since = self.due_since.map(instant).transpose()?;
        Ok(Row { id: ListingId(self.listing_id), listing, due_since })
    }

    fn acknowledged(&self) -> Result<Option<Acknowledged>, StoreError> {
        let (Some(quantity), Some(generation), Some(at)) =
            (self.ack_quantity, self.ack_generation, self.ack_at)
        else {
            return Ok(None);
        };
        let level = Level {
            quantity,
            on_orders: self.ack_on_orders.unwrap_or_default(),
            backordered: self.ack_backordered.unwrap_or_default(),
            next_available_on: self.ack_available_on,
            discontinued: self.ack_discontinued.unwrap_or_default() != 0,
        };
        let (generation, at) = (Generation(generation), instant(at)?);
        Ok(Some(Acknowledged { level, generation, at }))
    }

    fn state(&self) -> Result<State, StoreError> {
        let not_before = instant(self.not_before)?;
        match (self.state, self.batch_id) {
            (state::CLEAN, _) => Ok(State::Clean),
            (state::DUE, _) => {
                let number = i16::try_from(self.priority).unwrap_or(i16::MAX);
                Ok(State::Due { priority: Priority::from_number(number), not_before })
            }
            (state::IN_FLIGHT, Some(batch)) => Ok(State::InFlight(BatchId(batch))),
            (state::PARKED, _) => Ok(State::Parked(Parked {
                reason: self.park_reason.clone().unwrap_or_default(),
                fingerprint: self.park_fingerprint.unwrap_or_default(),
                probe_at: not_before,
            })),
            (state::RETIRED, _) => Ok(State::Retired),
            (number, _) => Err(corrupt(&format!("delivery state {number}"))),
        }
    }

    /// The columns of a row. The suspects are a table of their own.
    pub(crate) fn pack(row: &Row) -> Self {
        let Row { id, listing, due_since } = row;
        let (wanted, acknowledged) = (&listing.wanted, listing.acknowledged.as_ref());
        let ack = |of: fn(&Level) -> i64| acknowledged.map(|known| of(&known.level));
        let place = Place::of(&listing.state);
        Self {
            listing_id: id.0,
            want_quantity: wanted.level.quantity,
            want_on_orders: wanted.level.on_orders,
            want_backordered: wanted.level.backordered,
            want_available_on: wanted.level.next_available_on,
            want_discontinued: wanted.level.discontinued.into(),
            want_generation: wanted.generation.0,
            want_is_last: wanted.is_last.into(),
            ack_quantity: ack(|level| level.quantity),
            ack_on_orders: ack(|level| level.on_orders),
            ack_backordered: ack(|level| level.backordered),
            ack_available_on: acknowledged.and_then(|known| known.level.next_available_on),
            ack_discontinued: ack(|level| level.discontinued.into()),
            ack_generation: acknowledged.map(|known| known.generation.0),
            ack_at: acknowledged.map(|known| micros(known.at)),
            state: place.state,
            priority: place.priority,
            not_before: place.not_before,
            due_since: due_since.map(micros),
            attempts: listing.attempts.into(),
            batch_id: place.batch,
            park_reason: place.parked.map(|parked| parked.reason.clone()),
            park_fingerprint: place.parked.map(|parked| parked.fingerprint),
        }
    }
}

/// A state, spread over its columns.
#[derive(Default)]
struct Place<'a> {
    state: i64,
    priority: i64,
    not_before: i64,
    batch: Option<i64>,
    parked: Option<&'a Parked>,
}

impl<'a> Place<'a> {
    fn of(state: &'a State) -> Self {
        let rest = |state| Self { state, ..Self::default() };
        match state {
            State::Clean => rest(state::CLEAN),
            State::Retired => rest(state::RETIRED),
            State::Due { priority, not_before } => Self {
                priority: priority.to_number().into(),
                not_before: micros(*not_before),
                ..rest(state::DUE)
            },
            State::InFlight(batch) => Self { batch: Some(batch.0), ..rest(state::IN_FLIGHT) },
            State::Parked(parked) => Self {
                not_before: micros(parked.probe_at),
                parked: Some(parked),
                ..rest(state::PARKED)
            },
        }
    }
}
