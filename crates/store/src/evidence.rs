//! All that one product's numbers were made from, for `explain`.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryResult};
use trueup_stock::{
    ChannelName, DemandProfile, LineQuantities, LocationCode, OrderLine, Product, ProductCode,
    Quantity,
};

use crate::entities::{channel, external_stock, product};
use crate::rows::{first_code, parse_code, parse_date, parse_standing};
use crate::sql::Sql;
use crate::{ChannelId, Store, StoreError, StoreErrorKind};

/// What one product's numbers were made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The product.
    pub product: Product,
    /// Its stock records, by location; none means unknown.
    pub stock: Vec<(LocationCode, Quantity)>,
    /// All its order lines, first those that count, by order and position.
    pub lines: Vec<OrderLine>,
    /// The fixed count a person set.
    pub external: Option<Quantity>,
    /// The channels it is opted in to, by name.
    pub opt_ins: Vec<ChannelName>,
}

impl Store {
    /// What a product's numbers were made from; `None` where there is no such product.
    ///
    /// # Errors
    /// A database that does not answer.
    pub async fn evidence(
        &self,
        code: &ProductCode,
        profile: DemandProfile,
    ) -> Result<Option<Evidence>, StoreError> {
        let found = product::Entity::find()
            .filter(product::Column::Code.eq(code.as_str()))
            .one(self.reading());
        let Some(found) = found.await? else {
            return Ok(None);
        };
        let sql = Sql::new(self.reading());
        let id = || [found.id.into()];
        let stock = sql.all(STOCK, id()).await?;
        let lines = sql.all(LINES, id()).await?;
        let opt_ins = sql.all(OPT_INS, id()).await?;
        let external = external_stock::Entity::find_by_id(found.id).one(self.reading());
        let external = external.await?;
        let mut lines: Vec<OrderLine> = lines.iter().map(read_line).collect::<Result<_, _>>()?;
        lines.sort_by_key(|line| profile.counts(line.standing).is_err());
        Ok(Some(Evidence {
            stock: stock.iter().map(read_stock).collect::<Result<_, _>>()?,
            lines,
            external: external.map(|external| Quantity::from_scaled(external.quantity)),
            opt_ins: opt_ins.iter().map(first_code).collect::<Result<_, _>>()?,
            product: from_entity(found)?,
        }))
    }

    /// The key of a channel.
    ///
    /// # Errors
    /// A channel that does not exist, or a database that does not answer.
    pub(crate) async fn channel_id(&self, name: &ChannelName) -> Result<ChannelId, StoreError> {
        let channels = channel::Entity::find().all(self.reading()).await?;
        let found = channels.iter().find(|channel| channel.name == name.as_str());
        if let Some(channel) = found {
            return Ok(ChannelId(channel.id));
        }
        let known: Vec<&str> = channels.iter().map(|channel| channel.name.as_str()).collect();
        let known = match known.is_empty() {
            true => "there is none yet; start trueup once with the channel's settings".to_owned(),
            false => format!("the channels are {}", known.join(", ")),
        };
        let why = format!("there is no channel `{name}`; {known}");
        Err(StoreError::new(StoreErrorKind::NotFound, why))
    }
}

const STOCK: &str = "
SELECT l.code, k.quantity FROM stock k JOIN location l ON l.id = k.location_id
WHERE k.product_id = $1 ORDER BY l.code
";

const LINES: &str = "
SELECT o.code, l.line, l.standing, l.ordered, l.shipped, l.cancelled
FROM order_line l JOIN sales_order o ON o.id = l.order_id
WHERE l.product_id = $1 ORDER BY o.code, l.position
";

const OPT_INS: &str = "
SELECT c.name FROM opt_in o JOIN channel c ON c.id = o.channel_id
WHERE o.product_id = $1 ORDER BY c.name
";

pub(crate) fn read_stock(row: &QueryResult) -> Result<(LocationCode, Quantity), StoreError> {
    let quantity: i64 = row.try_get_by_index(1)?;
    Ok((first_code(row)?, Quantity::from_scaled(quantity)))
}

fn read_line(row: &QueryResult) -> Result<OrderLine, StoreError> {
    let quantity = |index| {
        let scaled: Result<i64, _> = row.try_get_by_index(index);
        scaled.map(Quantity::from_scaled)
    };
    let standing: i16 = row.try_get_by_index(2)?;
    Ok(OrderLine {
        order_code: first_code(row)?,
        line: row.try_get_by_index(1)?,
        standing: parse_standing(standing)?,
        quantities: LineQuantities {
            ordered: quantity(3)?,
            shipped: quantity(4)?,
            cancelled: quantity(5)?,
        },
    })
}

fn from_entity(found: product::Model) -> Result<Product, StoreError> {
    let next_available_on = found.next_available_on.as_deref().map(parse_date);
    Ok(Product {
        code: parse_code(&found.code)?,
        name: found.name,
        active: found.active,
        discontinued: found.discontinued,
        incoming: found.incoming.map(Quantity::from_scaled),
        next_available_on: next_available_on.transpose()?,
    })
}
