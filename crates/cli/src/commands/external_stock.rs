//! `trueup external-stock`: fixed counts that a feed may carry in place of the figures.

use super::products::changed;
use crate::arguments::ExternalStock;
use crate::failure::Failure;
use crate::session::Session;

/// Sets or clears fixed counts.
pub async fn change(session: Session<'_>, action: ExternalStock) -> Result<(), Failure> {
    let host = session.open().await?;
    let (view, what) = match action {
        ExternalStock::Set(pairs) => {
            (host.set_external_stock(pairs.try_into()?).await?, "given external stock")
        }
        ExternalStock::Clear { products } => {
            (host.clear_external_stock(products.into()).await?, "left without external stock")
        }
    };
    writeln!(session.out, "{}", changed(view, what))?;
    Ok(())
}
