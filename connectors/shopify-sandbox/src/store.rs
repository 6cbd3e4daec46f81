//! What the shop holds: variants with one inventory item each, locations, and levels.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::search::tokens;

/// Locations that are there without saying so.
pub(crate) const LOCATIONS: [(u64, &str); 2] =
    [(70_000_000_001, "Main Warehouse"), (70_000_000_002, "Overflow")];

const VARIANT: u64 = 40_000_000_000_000;
const ITEM: u64 = 50_000_000_000_000;
const PRODUCT: u64 = 80_000_000_000;

/// Which variant; its inventory item and product bear the same number.
pub(crate) type Number = usize;

/// A variant, its product and its inventory item.
#[derive(Clone, Debug)]
pub(crate) struct Variant {
    pub(crate) sku: String,
    pub(crate) status: &'static str,
    pub(crate) is_tracked: bool,
    /// The parent of a bundle, whose stock cannot be set.
    pub(crate) is_bundle: bool,
    /// Deleted: reads by search still find it, as an index that lags does.
    pub(crate) is_gone: bool,
    /// From when on a search finds it.
    pub(crate) indexed_at: Timestamp,
}

/// The stock of one item at one location.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Level {
    pub(crate) available: i64,
    pub(crate) committed: i64,
    pub(crate) is_active: bool,
}

impl Level {
    pub(crate) const fn new(is_active: bool) -> Self {
        Self { available: 0, committed: 0, is_active }
    }

    /// One of its quantities; the others of the real service are 0 here.
    pub(crate) fn quantity(&self, name: &str) -> i64 {
        match name {
            "available" => self.available,
            "committed" => self.committed,
            "on_hand" => self.available + self.committed,
            _ => 0,
        }
    }

    /// Sets `available` or `on_hand`; the other moves by the same difference.
    pub(crate) fn set(&mut self, name: &str, quantity: i64) {
        self.available += quantity - self.quantity(name);
    }
}

/// Everything the shop holds.
#[derive(Debug)]
pub(crate) struct Store {
    pub(crate) locations: BTreeMap<u64, String>,
    variants: Vec<Variant>,
    levels: BTreeMap<(Number, u64), Level>,
    by_token: HashMap<String, Vec<Number>>,
    by_sku: HashMap<String, Vec<Number>>,
}

impl Default for Store {
    fn default() -> Self {
        let locations = LOCATIONS.iter().map(|(id, name)| (*id, (*name).to_owned()));
        Self {
            locations: locations.collect(),
            variants: Vec::new(),
            levels: BTreeMap::new(),
            by_token: HashMap::new(),
            by_sku: HashMap::new(),
        }
    }
}

impl Store {
    /// Makes an active product with one tracked variant, stocked with 0 at the first location.
    pub(crate) fn add(&mut self, sku: &str, indexed_at: Timestamp) -> Number {
        let number = self.variants.len();
        for token in tokens(sku) {
            self.by_token.entry(token).or_default().push(number);
        }
        self.by_sku.entry(sku.to_owned()).or_default().push(number);
        self.variants.push(Variant {
            sku: sku.to_owned(),
            status: "ACTIVE",
            is_tracked: true,
            is_bundle: false,
            is_gone: false,
            indexed_at,
        });
        if let Some(first) = self.locations.keys().next() {
            self.levels.insert((number, *first), Level::new(true));
        }
        number
    }

    /// The variants of a SKU, one made where there is none.
    pub(crate) fn named(&mut self, sku: &str, now: Timestamp) -> Vec<Number> {
        if !self.by_sku.contains_key(sku) {
            self.add(sku, now);
        }
        self.with_sku(sku).to_vec()
    }

    pub(crate) fn with_sku(&self, sku: &str) -> &[Number] {
        self.by_sku.get(sku).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn with_token(&self, token: &str) -> &[Number] {
        self.by_token.get(token).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn variant(&self, number: Number) -> Option<&Variant> {
        self.variants.get(number)
    }

    pub(crate) fn variant_mut(&mut self, number: Number) -> Option<&mut Variant> {
        self.variants.get_mut(number)
    }

    pub(crate) fn numbers(&self) -> std::ops::Range<Number> {
        0..self.variants.len()
    }

    pub(crate) fn level(&self, number: Number, location: u64) -> Option<&Level> {
        self.levels.get(&(number, location))
    }

    /// The level to write to; none is made.
    pub(crate) fn level_mut(&mut self, number: Number, location: u64) -> Option<&mut Level> {
        self.levels.get_mut(&(number, location))
    }

    pub(crate) fn put_level(&mut self, number: Number, location: u64, level: Level) {
        self.levels.insert((number, location), level);
    }

    pub(crate) fn remove_level(&mut self, number: Number, location: u64) {
        self.levels.remove(&(number, location));
    }

    pub(crate) fn levels(&self) -> impl Iterator<Item = (&(Number, u64), &Level)> {
        self.levels.iter()
    }

    /// The item of a global id, where there is one.
    pub(crate) fn item(&self, id: &str) -> Option<Number> {
        self.numbered(id, "InventoryItem", ITEM)
    }

    /// The location of a global id, where there is one.
    pub(crate) fn location(&self, id: &str) -> Option<u64> {
        let number = id.strip_prefix("gid://shopify/Location/")?.parse().ok()?;
        self.locations.contains_key(&number).then_some(number)
    }

    fn numbered(&self, id: &str, type_: &str, base: u64) -> Option<Number> {
        let id = id.strip_prefix("gid://shopify/")?.strip_prefix(type_)?.strip_prefix('/')?;
        let number = Number::try_from(id.parse::<u64>().ok()?.checked_sub(base)?).ok()?;
        let variant = self.variant(number)?;
        (!variant.is_gone).then_some(number)
    }

    /// Whatever a global id names.
    pub(crate) fn node(&self, id: &str) -> Value {
        let variant = self.numbered(id, "ProductVariant", VARIANT);
        let node = variant.map(|number| self.variant_json(number));
        let item = || self.item(id).map(|number| self.item_json(number));
        let location = || self.location(id).map(|location| self.location_json(location));
        node.or_else(item).or_else(location).unwrap_or_default()
    }

    pub(crate) fn variant_json(&self, number: Number) -> Value {
        let Some(variant) = self.variant(number) else { return Value::Null };
        let title = format!("Product {}", variant.sku);
        json!({
            "__typename": "ProductVariant",
            "id": gid("ProductVariant", VARIANT, number),
            "sku": variant.sku,
            "title": "Default Title",
            "inventoryPolicy": "DENY",
            "requiresComponents": variant.is_bundle,
            "inventoryQuantity": self.active_quantity(number),
            "product": {
                "__typename": "Product", "id": gid("Product", PRODUCT, number),
                "title": title, "status": variant.status,
            },
            "inventoryItem": self.item_json(number),
        })
    }

    /// Counts active levels only.
    fn active_quantity(&self, number: Number) -> i64 {
        let levels = self.levels.range((number, 0)..=(number, u64::MAX));
        levels.filter(|(_, level)| level.is_active).map(|(_, level)| level.available).sum()
    }

    pub(crate) fn item_json(&self, number: Number) -> Value {
        let Some(variant) = self.variant(number) else { return Value::Null };
        json!({
            "__typename": "InventoryItem",
            "id": gid("InventoryItem", ITEM, number),
            "sku": variant.sku,
            "tracked": variant.is_tracked,
            "duplicateSkuCount": self.with_sku(&variant.sku).len(),
        })
    }

    pub(crate) fn location_json(&self, location: u64) -> Value {
        json!({
            "__typename": "Location",
            "id": format!("gid://shopify/Location/{location}"),
            "name": self.locations.get(&location),
            "isActive": true,
            "fulfillsOnlineOrders": true,
            "isFulfillmentService": false,
            "shipsInventory": true,
        })
    }

    pub(crate) fn level_json(&self, number: Number, location: u64) -> Value {
        let Some(level) = self.level(number, location) else { return Value::Null };
        let item = ITEM + number as u64;
        let quantities: Vec<Value> = ["available", "committed", "on_hand"]
            .iter()
            .map(|name| json!({ "name": name, "quantity": level.quantity(name) }))
            .collect();
        json!({
            "__typename": "InventoryLevel",
            "id": format!("gid://shopify/InventoryLevel/{location}?inventory_item_id={item}"),
            "isActive": level.is_active,
            "location": self.location_json(location),
            "quantities": quantities,
        })
    }
}

/// The global id of an item, as the state view shows it.
pub(crate) fn item_id(number: Number) -> String {
    gid("InventoryItem", ITEM, number)
}

/// The global id of a variant.
pub(crate) fn variant_id(number: Number) -> String {
    gid("ProductVariant", VARIANT, number)
}

fn gid(type_: &str, base: u64, number: Number) -> String {
    format!("gid://shopify/{type_}/{}", base + number as u64)
}
