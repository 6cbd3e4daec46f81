//! The engine's figures of many products, computed where the order lines are.

use futures::{Stream, StreamExt};
use sea_orm::{EntityTrait, PaginatorTrait, QueryResult, StreamTrait, Value};
use trueup_stock::{DemandProfile, Figures, Product, ProductCode, Quantity};

use crate::entities::product;
use crate::rows::{AFTER_PRODUCT, PRODUCT_COLUMNS, first_code, read_product, read_quantity};
use crate::sql::{Demand, Sql, exact_sum, in_dialect, json};
use crate::{Products, Store, StoreError};

/// A product with its figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FiguresRow {
    /// The product.
    pub product: Product,
    /// Its figures, over all locations.
    pub figures: Figures,
    /// The fixed count a person set.
    pub external: Option<Quantity>,
}

impl Store {
    /// The figures of products, sorted by code. Codes of no product are left out.
    ///
    /// Rows come as the database computes them; memory does not grow with their number.
    ///
    /// # Errors
    /// A database that does not answer, here or within the stream.
    pub async fn figures(
        &self,
        profile: DemandProfile,
        products: &Products,
    ) -> Result<impl Stream<Item = Result<FiguresRow, StoreError>> + Send + use<'_>, StoreError>
    {
        let (sql, values) = self.figures_query(profile, products);
        let rows = self.reading().stream_raw(self.statement(sql, values));
        Ok(rows.await?.map(|row| read(&row?)))
    }

    /// How many products there are.
    ///
    /// # Errors
    /// A database that does not answer.
    pub async fn count_products(&self) -> Result<u64, StoreError> {
        Ok(product::Entity::find().count(self.reading()).await?)
    }

    /// Those of the codes that no product has, in the order given.
    ///
    /// # Errors
    /// A database that does not answer.
    pub async fn unknown_products(
        &self,
        codes: &[ProductCode],
    ) -> Result<Vec<ProductCode>, StoreError> {
        let rows: Vec<_> = codes.iter().map(|code| (code.as_str(),)).collect();
        let unknown = "SELECT j.value ->> 0 FROM {rows} \
            LEFT JOIN product p ON p.code = j.value ->> 0 WHERE p.id IS NULL ORDER BY j.at";
        let unknown = Sql::new(self.reading()).all(unknown, [json(&rows)]).await?;
        unknown.iter().map(first_code).collect()
    }

    fn figures_query(&self, profile: DemandProfile, products: &Products) -> (String, Vec<Value>) {
        let demand = Demand::of(profile);
        match products {
            Products::All => (whole(&demand), Vec::new()),
            Products::Codes(codes) => {
                let codes: Vec<_> = codes.iter().map(|code| (code.as_str(),)).collect();
                let backend = self.reading().get_database_backend();
                let sql = in_dialect(backend, &per_product(&demand));
                (sql, vec![json(&codes)])
            }
        }
    }
}

/// Sums whole tables, then joins.
fn whole(demand: &Demand) -> String {
    let Demand { counts, amount } = demand;
    let (stock, on_orders) = (exact_sum("k.quantity"), exact_sum(amount));
    format!(
        "SELECT {PRODUCT_COLUMNS}, k.stock, l.on_orders,
             e.quantity AS external
         FROM product p
         LEFT JOIN (SELECT product_id, {stock} AS stock FROM stock k GROUP BY product_id) AS k
             ON k.product_id = p.id
         LEFT JOIN (SELECT product_id, {on_orders} AS on_orders FROM order_line l
                    WHERE {counts} GROUP BY product_id) AS l
             ON l.product_id = p.id
         LEFT JOIN external_stock e ON e.product_id = p.id
         ORDER BY p.code"
    )
}

/// Looks up the stock and the order lines of one product after the other.
fn per_product(demand: &Demand) -> String {
    let stock = exact_sum("k.quantity");
    format!(
        "SELECT {PRODUCT_COLUMNS},
             (SELECT {stock} FROM stock k WHERE k.product_id = p.id) AS stock,
             {on_orders} AS on_orders, e.quantity AS external
         FROM (SELECT DISTINCT j.value ->> 0 AS code FROM {{rows}}) AS chosen
         JOIN product p ON p.code = chosen.code
         LEFT JOIN external_stock e ON e.product_id = p.id
         ORDER BY p.code",
        on_orders = demand.of_product(),
    )
}

fn read(row: &QueryResult) -> Result<FiguresRow, StoreError> {
    let stock = read_quantity(row, AFTER_PRODUCT)?;
    let on_orders = read_quantity(row, AFTER_PRODUCT + 1)?;
    Ok(FiguresRow {
        product: read_product(row)?,
        figures: Figures::compute(stock, on_orders.unwrap_or_default()),
        external: read_quantity(row, AFTER_PRODUCT + 2)?,
    })
}
