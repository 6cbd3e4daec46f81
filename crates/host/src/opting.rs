//! Changes of many products at once: opt-ins, fixed counts, aliases.

use std::path::PathBuf;

use jiff::Timestamp;
use trueup_stock::{ExternalStockRecord, PartNumber, ProductCode, Quantity};
use trueup_store::{Products, SelectionReport};

use crate::views::SelectionView;
use crate::{Host, HostError, importing};

/// Which products.
#[derive(Clone, Debug)]
pub enum Selection {
    /// All there are.
    All,
    /// Those of a file with a `product_code` column.
    File(PathBuf),
    /// These.
    Codes(Vec<String>),
}

/// Product codes and what belongs to each.
#[derive(Clone, Debug)]
pub enum Pairs {
    /// Those of a file.
    File(PathBuf),
    /// These.
    List(Vec<(String, String)>),
}

impl Host {
    /// Puts products on a channel, or takes them off.
    ///
    /// # Errors
    /// An unknown channel or product; nothing is changed then.
    pub async fn opt(
        &self,
        channel: &str,
        selection: Selection,
        is_in: bool,
    ) -> Result<SelectionView, HostError> {
        let channel = self.channel(channel)?.name.clone();
        let products = products(selection)?;
        let report = self.store().set_opt_in(&channel, products, is_in, Timestamp::now()).await?;
        view(report)
    }

    /// Sets fixed counts.
    ///
    /// # Errors
    /// A bad pair or an unknown product; nothing is changed then.
    pub async fn set_external_stock(&self, pairs: Pairs) -> Result<SelectionView, HostError> {
        let records = match pairs {
            Pairs::File(file) => importing::external_stock(&file)?,
            Pairs::List(pairs) => pairs.iter().map(external).collect::<Result<_, _>>()?,
        };
        view(self.store().set_external_stock(records, Timestamp::now()).await?)
    }

    /// Removes fixed counts.
    ///
    /// # Errors
    /// An unknown product; nothing is changed then.
    pub async fn clear_external_stock(
        &self,
        selection: Selection,
    ) -> Result<SelectionView, HostError> {
        let products = products(selection)?;
        view(self.store().clear_external_stock(products, Timestamp::now()).await?)
    }

    /// Sets what a channel calls products.
    ///
    /// # Errors
    /// An unknown channel or product, or a bad pair; nothing is changed then.
    pub async fn set_aliases(
        &self,
        channel: &str,
        pairs: Pairs,
    ) -> Result<SelectionView, HostError> {
        let channel = self.channel(channel)?.name.clone();
        let aliases = match pairs {
            Pairs::File(file) => importing::aliases(&file)?,
            Pairs::List(pairs) => pairs.iter().map(alias).collect::<Result<_, _>>()?,
        };
        view(self.store().set_aliases(&channel, aliases, Timestamp::now()).await?)
    }

    /// Lets a channel call products by their codes again.
    ///
    /// # Errors
    /// An unknown channel or product; nothing is changed then.
    pub async fn clear_aliases(
        &self,
        channel: &str,
        selection: Selection,
    ) -> Result<SelectionView, HostError> {
        let channel = self.channel(channel)?.name.clone();
        let products = products(selection)?;
        view(self.store().clear_aliases(&channel, products, Timestamp::now()).await?)
    }
}

/// Checked product codes, or all products.
pub(crate) fn products(selection: Selection) -> Result<Products, HostError> {
    match selection {
        Selection::All => Ok(Products::All),
        Selection::File(file) => Ok(Products::Codes(importing::codes(&file)?)),
        Selection::Codes(codes) => {
            let codes = codes.iter().map(|code| product_code(code)).collect::<Result<_, _>>()?;
            Ok(Products::Codes(codes))
        }
    }
}

/// One product code, checked.
pub(crate) fn product_code(code: &str) -> Result<ProductCode, HostError> {
    code.parse().map_err(|error| HostError::usage(format!("{error}")))
}

fn external((code, quantity): &(String, String)) -> Result<ExternalStockRecord, HostError> {
    let product = product_code(code)?;
    let quantity: Quantity = quantity
        .parse()
        .map_err(|error| HostError::usage(format!("external stock of `{product}`: {error}")))?;
    if quantity.is_negative() {
        let why = format!("external stock of `{product}`: `{quantity}` is below zero");
        return Err(HostError::usage(why));
    }
    Ok(ExternalStockRecord { product, quantity })
}

fn alias((code, part_number): &(String, String)) -> Result<(ProductCode, PartNumber), HostError> {
    let product = product_code(code)?;
    let part_number = part_number
        .parse()
        .map_err(|error| HostError::usage(format!("alias of `{product}`: {error}")))?;
    Ok((product, part_number))
}

fn view(report: SelectionReport) -> Result<SelectionView, HostError> {
    const SHOWN: usize = 10;
    if report.unknown.is_empty() {
        return Ok(SelectionView { changed: report.changed, unchanged: report.unchanged });
    }
    let shown: Vec<String> =
        report.unknown.iter().take(SHOWN).map(|code| format!("`{code}`")).collect();
    let more = match report.unknown.len() - shown.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Err(HostError::work(format!(
        "no product has the code {}{more}; nothing was changed. `trueup figures` lists the products there are",
        shown.join(", ")
    )))
}
