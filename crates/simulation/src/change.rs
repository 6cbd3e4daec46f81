//! People at work: one random change of the inputs, made through the real store.

use jiff::Timestamp;
use trueup_stock::{
    ChannelName, ExternalStockRecord, LineQuantities, Numbered, OrderLineRecord, ProductCode,
    ProductRecord, Quantity, Standing, StockRecord,
};
use trueup_store::{BadRows, ImportReport, Products, Store, StoreError};

use crate::dice::Dice;
use crate::inputs::{Inputs, LOCATIONS, Product};
use crate::mix::Mix;

/// One change.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    Stock { product: usize, location: &'static str, quantity: i64 },
    Order { code: String, product: usize, quantity: i64, is_archived: bool },
    OptIn { product: usize, channel: usize, is_in: bool },
    Activity { product: usize, is_active: bool },
    Alias { product: usize, channel: usize, alias: Option<String> },
    External { product: usize, quantity: Option<i64> },
    New,
}

/// Products beyond which no new ones come.
const PRODUCTS_MAX: usize = 9;

impl Change {
    pub(crate) fn of(inputs: &Inputs, channels: usize, mix: &Mix, dice: &mut Dice) -> Self {
        let (product, channel) = (dice.index(inputs.products.len()), dice.index(channels));
        if mix.has_external && dice.happens(0.1) {
            let quantity = dice.happens(0.7).then(|| dice.number(0, 30));
            return Self::External { product, quantity };
        }
        if dice.happens(mix.faults.retire * 0.3) {
            let is_in = dice.happens(0.6);
            return match dice.happens(0.5) {
                true => Self::OptIn { product, channel, is_in },
                false => Self::Activity { product, is_active: is_in },
            };
        }
        if dice.happens(mix.faults.rename * 0.2) {
            let alias = dice.happens(0.7).then(|| format!("ALIAS-{}", dice.number(0, 4)));
            return Self::Alias { product, channel, alias };
        }
        if dice.happens(0.03) && inputs.products.len() < PRODUCTS_MAX {
            return Self::New;
        }
        if dice.happens(0.3) {
            let code = format!("SO-{}", dice.number(0, 11));
            let (quantity, is_archived) = (dice.number(1, 6), dice.happens(0.3));
            return Self::Order { code, product, quantity, is_archived };
        }
        let quantity = if dice.happens(0.25) { 0 } else { dice.number(0, 9) };
        Self::Stock { product, location: LOCATIONS[dice.index(LOCATIONS.len())], quantity }
    }

    /// A product that is not on a channel comes back to it, or a new one comes; with something to
    /// sell. Where there is none, one leaves.
    pub(crate) fn newcomer(inputs: &Inputs, channel: usize, dice: &mut Dice) -> Vec<Self> {
        let is_out = |product: &usize| {
            let of = &inputs.products[*product];
            !of.is_active || !of.channels.contains(&channel)
        };
        let out = (0..inputs.products.len()).find(is_out);
        let is_room = inputs.products.len() < PRODUCTS_MAX;
        let (product, mut changes) = match out {
            Some(product) => {
                let activity = Self::Activity { product, is_active: true };
                (product, vec![activity, Self::OptIn { product, channel, is_in: true }])
            }
            None if is_room => (inputs.products.len(), vec![Self::New]),
            None => {
                let product = dice.index(inputs.products.len());
                return vec![Self::OptIn { product, channel, is_in: false }];
            }
        };
        let stock = LOCATIONS.map(|location| {
            let quantity = dice.number(3, 12);
            Self::Stock { product, location, quantity }
        });
        changes.extend(stock);
        changes
    }

    /// Makes the change in our own notes.
    pub(crate) fn note(&self, inputs: &mut Inputs, channels: usize) {
        match self {
            Self::Stock { product, location, quantity } => {
                inputs.products[*product].stock.insert(location, *quantity);
            }
            Self::Order { code, product, quantity, is_archived } => {
                inputs.orders.remove(code);
                if !is_archived {
                    inputs.orders.insert(code.clone(), (*product, *quantity));
                }
            }
            Self::OptIn { product, channel, is_in: true } => {
                inputs.products[*product].channels.insert(*channel);
            }
            Self::OptIn { product, channel, is_in: false } => {
                inputs.products[*product].channels.remove(channel);
            }
            Self::Activity { product, is_active } => {
                inputs.products[*product].is_active = *is_active;
            }
            Self::Alias { product, channel, alias: Some(alias) } => {
                inputs.products[*product].aliases.insert(*channel, alias.clone());
            }
            Self::Alias { product, channel, alias: None } => {
                inputs.products[*product].aliases.remove(channel);
            }
            Self::External { product, quantity } => inputs.products[*product].external = *quantity,
            Self::New => {
                let code = format!("P-{}", inputs.products.len());
                let channels = (0..channels).collect();
                let new = Product { code, is_active: true, channels, ..Product::default() };
                inputs.products.push(new);
            }
        }
    }

    /// Makes it in the store, in one transaction; the report of an import, where it is one.
    pub(crate) async fn make(
        &self,
        store: &Store,
        inputs: &Inputs,
        channels: &[ChannelName],
        now: Timestamp,
    ) -> Result<Option<ImportReport>, StoreError> {
        let code = |product: &usize| code_of(&inputs.products[*product].code);
        let one = |product: &usize| Products::Codes(vec![code(product)]);
        match self {
            Self::Stock { product, location, quantity } => {
                let location = location.parse().expect("it is a plain word");
                let quantity = Quantity::units(*quantity);
                let record = StockRecord { product: code(product), location, quantity };
                let mut import = store.begin_import_stock("stock.csv").await?;
                import.stage(numbered(record)).await?;
                return import.finish(BadRows::Refuse, now).await.map(Some);
            }
            Self::Order { code: order, product, quantity, is_archived } => {
                let ordered = Quantity::units(*quantity);
                let record = OrderLineRecord {
                    order: order.parse().expect("it is a plain word"),
                    line: None,
                    product: code(product),
                    quantities: LineQuantities { ordered, ..LineQuantities::default() },
                    standing: Standing { archived: *is_archived, ..Standing::default() },
                };
                let mut import = store.begin_import_orders("orders.csv").await?;
                import.stage(numbered(record)).await?;
                return import.finish(BadRows::Refuse, now).await.map(Some);
            }
            Self::OptIn { product, channel, is_in } => {
                store.set_opt_in(&channels[*channel], one(product), *is_in, now).await?;
            }
            Self::Activity { product, is_active } => {
                let own = &inputs.products[*product];
                return put_product(store, &own.code, *is_active, None, now).await.map(Some);
            }
            Self::Alias { product, channel, alias: Some(alias) } => {
                let alias = alias.parse().expect("it is a plain word");
                store.set_aliases(&channels[*channel], vec![(code(product), alias)], now).await?;
            }
            Self::Alias { product, channel, alias: None } => {
                store.clear_aliases(&channels[*channel], one(product), now).await?;
            }
            Self::External { product, quantity: Some(quantity) } => {
                let quantity = Quantity::units(*quantity);
                let count = ExternalStockRecord { product: code(product), quantity };
                store.set_external_stock(vec![count], now).await?;
            }
            Self::External { product, quantity: None } => {
                store.clear_external_stock(one(product), now).await?;
            }
            Self::New => {
                let code = format!("P-{}", inputs.products.len());
                let channels = Some(channels.to_vec());
                return put_product(store, &code, true, channels, now).await.map(Some);
            }
        }
        Ok(None)
    }
}

async fn put_product(
    store: &Store,
    code: &str,
    active: bool,
    marketplaces: Option<Vec<ChannelName>>,
    now: Timestamp,
) -> Result<ImportReport, StoreError> {
    let record = ProductRecord {
        code: code_of(code),
        name: String::new(),
        active,
        discontinued: false,
        incoming: None,
        next_available_on: None,
        marketplaces,
    };
    let mut import = store.begin_import_products("products.csv").await?;
    import.stage(numbered(record)).await?;
    import.finish(BadRows::Refuse, now).await
}

pub(crate) fn code_of(code: &str) -> ProductCode {
    code.parse().expect("it is a plain word")
}

fn numbered<R>(record: R) -> Vec<Numbered<R>> {
    vec![Numbered { row: 2, record }]
}
