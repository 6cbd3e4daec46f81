//! The engine's figures, product by product.

use futures::{Stream, StreamExt};
use trueup_stock::{Figures, Product, Quantity};
use trueup_store::{FiguresRow, Products};

use crate::opting::product_code;
use crate::views::FiguresView;
use crate::{Host, HostError};

impl Host {
    /// The figures of these products, or of all where none is named, sorted by code.
    ///
    /// # Errors
    /// A code that cannot be one, or that no product has.
    pub async fn figures(
        &self,
        codes: &[String],
    ) -> Result<impl Stream<Item = Result<FiguresView, HostError>> + use<'_>, HostError> {
        let products = self.known_products(codes).await?;
        let profile = self.settings().profile;
        let rows = self.store().figures(profile, &products).await?;
        Ok(rows.map(|row| row.map(view_of).map_err(HostError::from)))
    }

    /// Checks that every named product exists; nobody named means all.
    pub(crate) async fn known_products(&self, codes: &[String]) -> Result<Products, HostError> {
        if codes.is_empty() {
            return Ok(Products::All);
        }
        let codes: Vec<_> =
            codes.iter().map(|code| product_code(code)).collect::<Result<_, _>>()?;
        let unknown = self.store().unknown_products(&codes).await?;
        match unknown.first() {
            None => Ok(Products::Codes(codes)),
            Some(code) => Err(HostError::usage(format!(
                "no product has the code `{code}`; `trueup figures` lists the products there are"
            ))),
        }
    }
}

fn view_of(row: FiguresRow) -> FiguresView {
    view(row.product, row.figures, row.external)
}

/// A product's figures as a row.
pub(crate) fn view(
    product: Product,
    figures: Figures,
    external_stock: Option<Quantity>,
) -> FiguresView {
    FiguresView {
        product_code: product.code.into(),
        name: product.name,
        active: product.active,
        discontinued: product.discontinued,
        stock: figures.stock,
        on_orders: figures.on_orders,
        net: figures.net,
        available: figures.available,
        backordered: figures.backordered,
        incoming: product.incoming,
        next_available_on: product.next_available_on,
        external_stock,
    }
}
