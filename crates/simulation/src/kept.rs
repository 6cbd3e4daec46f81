//! I6: rows are counted once, and what is kept is what was stated, whole or not at all.

use std::collections::BTreeMap;

use sea_orm::DbErr;
use trueup_stock::Quantity;
use trueup_store::ImportReport;

use crate::inputs::Inputs;
use crate::observed::Peephole;

/// Quantities by what they are, product, and location or order.
type Quantities = BTreeMap<(String, String, String), Quantity>;

const KEPT: &str = "\
    SELECT 'stock', p.code, l.code, s.quantity FROM stock s \
    JOIN product p ON p.id = s.product_id JOIN location l ON l.id = s.location_id \
    UNION ALL SELECT 'order', p.code, o.code, i.ordered FROM order_line i \
    JOIN product p ON p.id = i.product_id JOIN sales_order o ON o.id = i.order_id \
    WHERE i.standing = 0";

/// What the database keeps of stock, and of orders that count.
pub(crate) async fn kept(peephole: &Peephole) -> Result<Quantities, DbErr> {
    let rows = peephole.rows(KEPT).await?;
    let read = rows.iter().map(|row| {
        let key = (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        Ok((key, Quantity::from_scaled(row.try_get_by_index(3)?)))
    });
    read.collect()
}

/// The first quantity that is not as it was stated.
pub(crate) fn difference(kept: &Quantities, inputs: &Inputs) -> Option<String> {
    let stated = stated(inputs);
    let wrong = kept.keys().chain(stated.keys()).find(|key| kept.get(key) != stated.get(key))?;
    Some(format!("{wrong:?}: {:?} was stated, {:?} is kept", stated.get(wrong), kept.get(wrong)))
}

fn stated(inputs: &Inputs) -> Quantities {
    let stock = inputs.products.iter().flat_map(|product| {
        let at = product.stock.iter();
        at.map(move |(location, quantity)| ("stock", product, (*location).to_owned(), *quantity))
    });
    let orders = inputs.orders.iter().map(|(code, (product, quantity))| {
        ("order", &inputs.products[*product], code.clone(), *quantity)
    });
    let keyed = stock.chain(orders).map(|(what, product, place, quantity)| {
        ((what.to_owned(), product.code.clone(), place), Quantity::units(quantity))
    });
    keyed.collect()
}

/// What is wrong with the counts of an import of one row that can be taken.
pub(crate) fn miscounted(report: &ImportReport) -> Option<String> {
    let ImportReport { read, applied, unchanged, rejected, is_committed, .. } = report;
    let is_right = *read == 1
        && *rejected == 0
        && *is_committed
        && applied.checked_add(*unchanged) == Some(*read);
    (!is_right).then(|| format!("one row, and the report is {report:?}"))
}
