//! Filters, ordering and paging of the two queries.

use std::cmp::Ordering;

use async_graphql::{Enum, InputObject, InputType, Value};

use crate::schema::transaction::at_most;

/// Something that can be filtered and ordered by the names of its fields.
pub(crate) trait Row {
    /// The value of a field as text; none where it is null or there is no such field.
    fn value(&self, field: &str) -> Option<String>;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "FilterConjunction")]
pub(crate) enum Conjunction {
    And,
    Or,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(rename_items = "camelCase")]
pub(crate) enum TransactionFilterField {
    Id,
    Handle,
    Status,
    SubmittedAt,
    CompletedAt,
    ItemCount,
    ErrorCount,
    CompletedCount,
    ProcessingCount,
    #[graphql(name = "submitted_at")]
    OldSubmittedAt,
    #[graphql(name = "completed_at")]
    OldCompletedAt,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(rename_items = "camelCase")]
pub(crate) enum InventoryFilterField {
    SupplierPartNumber,
    QuantityOnHand,
    QuantityBackordered,
    QuantityOnOrder,
    Discontinued,
    ItemNextAvailabilityDate,
    WarehouseId,
}

#[derive(Debug, InputObject)]
#[graphql(concrete(name = "TransactionStatusFilterInput", params(TransactionFilterField)))]
#[graphql(concrete(name = "InventoryFilterInput", params(InventoryFilterField)))]
pub(crate) struct Filter<F: InputType> {
    field: Option<F>,
    conjunction: Option<Conjunction>,
    equals: Option<String>,
    not_equal_to: Option<String>,
    greater_than: Option<String>,
    greater_than_or_equal_to: Option<String>,
    less_than: Option<String>,
    less_than_or_equal_to: Option<String>,
    /// Values with commas between them.
    #[graphql(name = "in")]
    any_of: Option<String>,
    not_in: Option<String>,
    is_null: Option<bool>,
}

#[derive(Debug, InputObject)]
#[graphql(name = "orderingInput")]
pub(crate) struct OrderingInput {
    asc: Option<String>,
    desc: Option<String>,
}

/// What a query asks for.
pub(crate) struct Selection<F: InputType> {
    pub(crate) filters: Option<Vec<Option<Filter<F>>>>,
    pub(crate) ordering: Option<Vec<Option<OrderingInput>>>,
    pub(crate) limit: Option<i32>,
    pub(crate) offset: Option<i32>,
}

impl<F: InputType> Selection<F> {
    /// The rows it asks for.
    pub(crate) fn of<R: Row>(&self, rows: impl Iterator<Item = R>) -> Vec<R> {
        let mut rows: Vec<R> = rows.filter(|row| self.matches(row)).collect();
        let orderings: Vec<_> = self.ordering.iter().flatten().flatten().collect();
        // The sort is stable, so the first ordering is applied last.
        for ordering in orderings.into_iter().rev() {
            rows.sort_by(|a, b| ordering.compare(a, b));
        }
        let offset = usize::try_from(self.offset.unwrap_or(0)).unwrap_or(0);
        rows.into_iter().skip(offset).take(at_most(self.limit)).collect()
    }

    fn matches(&self, row: &impl Row) -> bool {
        let mut filters = self.filters.iter().flatten().flatten();
        let Some(first) = filters.next() else {
            return true;
        };
        filters.fold(first.matches(row), |so_far, filter| {
            match filter.conjunction.unwrap_or(Conjunction::And) {
                Conjunction::And => so_far && filter.matches(row),
                Conjunction::Or => so_far || filter.matches(row),
            }
        })
    }
}

/// What a filter compares with, if it does, and what the comparison must give.
type Comparison<'a> = (Option<&'a String>, fn(Ordering) -> bool);

impl<F: InputType> Filter<F> {
    fn matches(&self, row: &impl Row) -> bool {
        let Some(Value::Enum(field)) = self.field.as_ref().map(InputType::to_value) else {
            return true;
        };
        let value = row.value(&field);
        if self.is_null.is_some_and(|is_null| is_null != value.is_none()) {
            return false;
        }
        let value = value.unwrap_or_default();
        self.comparisons()
            .all(|(wanted, holds)| wanted.is_none_or(|wanted| holds(compare(&value, wanted))))
            && self.any_of.as_ref().is_none_or(|list| is_in(&value, list))
            && self.not_in.as_ref().is_none_or(|list| !is_in(&value, list))
    }

    fn comparisons(&self) -> impl Iterator<Item = Comparison<'_>> {
        let comparisons: [Comparison<'_>; 6] = [
            (self.equals.as_ref(), Ordering::is_eq),
            (self.not_equal_to.as_ref(), Ordering::is_ne),
            (self.greater_than.as_ref(), Ordering::is_gt),
            (self.greater_than_or_equal_to.as_ref(), Ordering::is_ge),
            (self.less_than.as_ref(), Ordering::is_lt),
            (self.less_than_or_equal_to.as_ref(), Ordering::is_le),
        ];
        comparisons.into_iter()
    }
}

impl OrderingInput {
    fn compare(&self, a: &impl Row, b: &impl Row) -> Ordering {
        let by = |field: &String| {
            let text = |row: Option<String>| row.unwrap_or_default();
            compare(&text(a.value(field)), &text(b.value(field)))
        };
        let ascending = self.asc.as_ref().map_or(Ordering::Equal, by);
        let descending = self.desc.as_ref().map_or(Ordering::Equal, by);
        ascending.then(descending.reverse())
    }
}

/// Numbers as numbers, anything else as text.
fn compare(a: &str, b: &str) -> Ordering {
    match (a.parse::<i64>(), b.parse::<i64>()) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        _ => a.cmp(b),
    }
}

fn is_in(value: &str, list: &str) -> bool {
    list.split(',').any(|wanted| wanted.trim() == value)
}
