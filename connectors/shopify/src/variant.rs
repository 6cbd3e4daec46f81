//! Finding the variant a line is about, and judging whether its stock can be told.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Value, json};
use trueup_marketplace::graphql::Envelope;
use trueup_marketplace::{Error, Line, Refusal, json};

use crate::settings::{Products, Settings, WhenNotStocked, WhenNotTracked};
use crate::store::Store;

/// SKUs in one search. Their neighbours are found as well: the search goes by words.
const SKUS_PER_SEARCH: usize = 50;
/// Pages of 250 that a search may have; Shopify pages no deeper than 25,000.
const PAGES_MAX: usize = 100;

const VARIANT: &str = "id sku requiresComponents product { status } inventoryItem { id tracked \
    duplicateSkuCount inventoryLevel(locationId: $location, includeInactive: true) { isActive \
    quantities(names: $names) { quantity } } }";

/// A variant, with its level at one location.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Variant {
    pub(crate) id: String,
    sku: Option<String>,
    requires_components: bool,
    product: Product,
    pub(crate) inventory_item: Item,
}

#[derive(Clone, Debug, Deserialize)]
struct Product {
    status: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Item {
    pub(crate) id: String,
    pub(crate) tracked: bool,
    duplicate_sku_count: u64,
    inventory_level: Option<Level>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Level {
    is_active: bool,
    quantities: Vec<Held>,
}

#[derive(Clone, Debug, Deserialize)]
struct Held {
    quantity: i64,
}

impl Variant {
    /// The quantity Shopify holds, where the item was ever stocked.
    pub(crate) fn held(&self) -> Option<i64> {
        self.inventory_item.inventory_level.as_ref()?.quantities.first().map(|held| held.quantity)
    }

    /// Whether the item is stocked at the location.
    pub(crate) fn is_stocked(&self) -> bool {
        self.inventory_item.inventory_level.as_ref().is_some_and(|level| level.is_active)
    }

    fn is_active(&self) -> bool {
        self.product.status == "ACTIVE"
    }

    /// Whether the line can still be meant by what was remembered of it.
    fn is_still(&self, line: &Line) -> bool {
        let is_alone = self.inventory_item.duplicate_sku_count <= 1;
        is_alone && self.sku.as_deref() == Some(line.part_number.as_str())
    }

    /// Why its stock is not told, where the settings or Shopify forbid it.
    pub(crate) fn refusal(&self, settings: &Settings) -> Option<Refusal> {
        if self.requires_components {
            let message = "Shopify computes the stock of a bundle from its components";
            return Some(Refusal::new("bundle", message));
        }
        if settings.products == Products::Active && !self.is_active() {
            let status = self.product.status.to_lowercase();
            let message = format!(
                "the product is {status} at Shopify; make it active there, or set products = \"any\""
            );
            return Some(Refusal::new("product_not_active", message));
        }
        if settings.when_not_tracked == WhenNotTracked::Refuse && !self.inventory_item.tracked {
            let message = "Shopify does not track its quantity; switch tracking on there, or set \
                when_not_tracked = \"track\"";
            return Some(Refusal::new("not_tracked", message));
        }
        if settings.when_not_stocked == WhenNotStocked::Refuse && !self.is_stocked() {
            let message = "it is not stocked at the location; stock it there, or set \
                when_not_stocked = \"activate\"";
            return Some(Refusal::new("not_stocked", message));
        }
        None
    }
}

/// What the lines, all of one location, are about: for each its variant, or why there is none.
pub(crate) async fn find(
    store: &Store<'_>,
    location: &str,
    lines: &[&Line],
) -> Result<Vec<Result<Variant, Refusal>>, Error> {
    let ids: Vec<&str> = lines.iter().filter_map(|line| line.remote_id.as_deref()).collect();
    let mut remembered: HashMap<String, Variant> = HashMap::new();
    if !ids.is_empty() {
        let found = by_id(store, location, &ids).await?.into_iter().flatten();
        remembered.extend(found.map(|variant| (variant.id.clone(), variant)));
    }
    let known = |line: &Line| {
        let variant = remembered.get(line.remote_id.as_deref()?)?;
        variant.is_still(line).then(|| variant.clone())
    };
    let unknown = lines.iter().filter(|line| known(line).is_none());
    let unknown: Vec<&str> = unknown.map(|line| line.part_number.as_str()).collect();
    let mut by_sku: HashMap<String, Vec<Variant>> = HashMap::new();
    for skus in unknown.chunks(SKUS_PER_SEARCH) {
        for variant in search(store, location, skus).await? {
            by_sku.entry(variant.sku.clone().unwrap_or_default()).or_default().push(variant);
        }
    }
    let found = lines.iter().map(|line| match known(line) {
        Some(variant) => Ok(variant),
        None => only(by_sku.remove(line.part_number.as_str()).unwrap_or_default(), line),
    });
    Ok(found.collect())
}

/// The variants of these ids, none where there is no such variant any more.
pub(crate) async fn by_id(
    store: &Store<'_>,
    location: &str,
    ids: &[&str],
) -> Result<Vec<Option<Variant>>, Error> {
    let query = format!(
        "query TrueupReadVariants($ids: [ID!]!, $location: ID!, $names: [String!]!) {{ \
         nodes(ids: $ids) {{ ... on ProductVariant {{ {VARIANT} }} }} }}"
    );
    let variables = json!({ "ids": ids, "location": location, "names": [store.quantity()] });
    let answer = store.client.read("read stock", &query, &variables).await?;
    let nodes: Vec<Value> = answer.part("/nodes")?;
    if nodes.len() != ids.len() {
        return Err(Error::unreadable("the answer does not have a place for every id"));
    }
    Ok(nodes.into_iter().map(|node| json::take(node).ok()).collect())
}

async fn search(store: &Store<'_>, location: &str, skus: &[&str]) -> Result<Vec<Variant>, Error> {
    let query = format!(
        "query TrueupFindVariants($search: String!, $after: String, $location: ID!, $names: \
         [String!]!) {{ productVariants(first: 250, after: $after, query: $search, sortKey: ID) \
         {{ nodes {{ {VARIANT} }} pageInfo {{ hasNextPage endCursor }} }} }}"
    );
    let terms: Vec<String> = skus.iter().map(|sku| term(sku)).collect();
    let (mut found, mut after) = (Vec::new(), None);
    for _ in 0..PAGES_MAX {
        let variables = json!({
            "search": terms.join(" OR "), "after": after, "location": location,
            "names": [store.quantity()],
        });
        let answer: Envelope = store.client.read("look up SKUs", &query, &variables).await?;
        let page: Page = answer.part("/productVariants")?;
        found.extend(
            page.nodes
                .into_iter()
                .filter(|variant| skus.iter().any(|sku| variant.sku.as_deref() == Some(*sku))),
        );
        if !page.page_info.has_next_page {
            return Ok(found);
        }
        after = page.page_info.end_cursor;
    }
    Err(Error::unreadable("Shopify finds more than 25,000 variants for a search of few SKUs"))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    nodes: Vec<Variant>,
    page_info: PageInfo,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    has_next_page: bool,
    end_cursor: Option<String>,
}

/// A SKU as a phrase of the search language.
fn term(sku: &str) -> String {
    format!("sku:'{}'", sku.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// The one item of a SKU. Several variants may share it; then an active one speaks for it.
fn only(variants: Vec<Variant>, line: &Line) -> Result<Variant, Refusal> {
    let sku = &line.part_number;
    let item = variants.first().map(|variant| variant.inventory_item.id.clone());
    let others =
        variants.iter().filter(|variant| Some(&variant.inventory_item.id) != item.as_ref());
    if others.count() > 0 {
        let count = variants.len();
        let message =
            format!("{count} variants at Shopify have the SKU `{sku}`; give each its own");
        return Err(Refusal::new("ambiguous_sku", message));
    }
    let (active, others): (Vec<_>, Vec<_>) = variants.into_iter().partition(Variant::is_active);
    active.into_iter().chain(others).next().ok_or_else(|| {
        let message = format!("no variant at Shopify has the SKU `{sku}`; write it there as it is here, or give the channel an alias");
        Refusal::new("unknown_sku", message)
    })
}
