//! Lines that wait for a person, because the feed they are part of is held.

use jiff::Timestamp;

use super::time::micros;

/// Which due lines are not to be claimed. Whatever shows no more than the marketplace may show
/// already never waits, but for the zeros of a mass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Last or first zeros where stock is shown, as far as they have been due since then.
    pub zeros_until: Option<Timestamp>,
    /// More than the marketplace may show, as far as it has been due since then.
    pub raises_until: Option<Timestamp>,
}

/// A listing that shows stock and is to show none, and was not sent that zero yet.
pub(crate) const ZEROES: &str = "delivery.want_quantity = 0 AND delivery.ack_quantity > 0 \
    AND NOT EXISTS (SELECT 1 FROM suspect s WHERE s.listing_id = delivery.listing_id \
    AND s.quantity = 0)";

/// A listing that is to show more than the marketplace may show already.
pub(crate) const RAISES: &str = "delivery.want_quantity > COALESCE(delivery.ack_quantity, -1) \
    AND NOT EXISTS (SELECT 1 FROM suspect s WHERE s.listing_id = delivery.listing_id \
    AND s.quantity >= delivery.want_quantity)";

impl Waiting {
    /// Whether nothing waits.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// A condition on rows of `delivery` that holds for those that may go.
    pub(crate) fn others(&self) -> String {
        let wait = |until: Option<Timestamp>, what: &str| {
            let until = until.map(micros);
            let until = until.map(|until| {
                format!(" AND NOT ({what} AND COALESCE(delivery.due_since, 0) <= {until})")
            });
            until.unwrap_or_default()
        };
        wait(self.zeros_until, ZEROES) + &wait(self.raises_until, RAISES)
    }
}
