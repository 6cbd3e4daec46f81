//! Setting what was prepared. Shopify sets all rows of a call or none, so a row it refuses is left
//! out and the others are sent again, under another key.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use serde_json::json;
use trueup_marketplace::{
    Answer, Batch, Error, ErrorKind, LineVerdict, Receipt, Refusal, Retry, one_line,
};

use crate::plan::{Plan, Row};
use crate::settings::Confirm;
use crate::store::Store;
use crate::variant::{Variant, by_id};

/// How often a batch is sent, each time without the rows that stood in the way before.
const ROUNDS: usize = 5;

const SET: &str = "mutation TrueupSetQuantities($input: InventorySetQuantitiesInput!, $key: \
    String!) { inventorySetQuantities(input: $input) @idempotent(key: $key) { \
    inventoryAdjustmentGroup { id } userErrors { field message code } } }";

const ACTIVATE: &str = "mutation TrueupActivate($item: ID!, $location: ID!, $key: String!) { \
    inventoryActivate(inventoryItemId: $item, locationId: $location) @idempotent(key: $key) { \
    inventoryLevel { isActive } userErrors { field message } } }";

const TRACK: &str = "mutation TrueupTrack($item: ID!) { inventoryItemUpdate(id: $item, input: \
    { tracked: true }) { inventoryItem { tracked } userErrors { field message } } }";

/// The payload of a set. The group is null where everything was so already.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    inventory_adjustment_group: Option<Group>,
    user_errors: Vec<UserError>,
}

#[derive(Deserialize)]
struct Group {
    id: String,
}

/// The payload of a mutation whose errors have no code.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Done {
    user_errors: Vec<UserError>,
}

#[derive(Debug, Deserialize)]
struct UserError {
    field: Option<Vec<String>>,
    message: String,
    code: Option<String>,
}

impl UserError {
    /// The row it is about; a stale comparison is about all, as Shopify does not reliably say.
    fn row(&self) -> Option<usize> {
        let [input, rows, index, ..] = self.field.as_deref()? else { return None };
        let is_row =
            input == "input" && rows == "quantities" && !self.is("CHANGE_FROM_QUANTITY_STALE");
        index.parse().ok().filter(|_| is_row)
    }

    fn is(&self, code: &str) -> bool {
        self.code.as_deref() == Some(code)
    }

    fn refusal(&self) -> Refusal {
        let code = self.code.as_deref().unwrap_or("refused").to_lowercase();
        let advice = match code.as_str() {
            "invalid_location" => "; check the channel's [locations]",
            _ => "",
        };
        Refusal::new(code, one_line(&self.message) + advice)
    }
}

/// What one call did.
enum Call {
    /// The rows are in force.
    InForce(Option<String>),
    /// Nothing was set: these rows are refused.
    Refused(BTreeMap<usize, Refusal>),
    /// Nothing was set: a quantity is not what it was.
    Stale,
    /// Nothing was set under this key, and nothing ever will be.
    KeySpent,
}

/// One batch on its way.
pub(crate) struct Telling<'a> {
    store: Store<'a>,
    batch: &'a Batch,
    plan: &'a Plan,
    receipt: Receipt,
}

impl<'a> Telling<'a> {
    pub(crate) fn new(store: Store<'a>, batch: &'a Batch, plan: &'a Plan) -> Self {
        let mut receipt = Receipt::new(Answer::Applied);
        for row in &plan.rows {
            receipt.remember(row.line, row.variant.clone());
        }
        Self { store, batch, plan, receipt }
    }

    /// Sends the rows until each is in force or told apart.
    pub(crate) async fn tell(mut self) -> Result<Receipt, Error> {
        let mut open = self.make_ready().await?;
        for round in 0..ROUNDS {
            if open.is_empty() {
                return Ok(self.receipt);
            }
            open = match self.set(&open, round).await? {
                Call::InForce(group) => return self.proven(&open, group).await,
                Call::Refused(refused) => self.without(&open, refused)?,
                Call::Stale => self.compared_again(&open).await?,
                Call::KeySpent => open,
            };
        }
        let why = "quantities at Shopify kept changing while they were to be set";
        open.iter().try_for_each(|row| self.mark(row, LineVerdict::NotApplied(why.to_owned())))?;
        Ok(self.receipt)
    }

    /// Tracks and stocks what must be, and gives the rows that can be set.
    async fn make_ready(&mut self) -> Result<Vec<&'a Row>, Error> {
        let mut open = Vec::with_capacity(self.plan.rows.len());
        for (index, row) in self.plan.rows.iter().enumerate() {
            let mut errors = Vec::new();
            if row.track {
                let item = json!({ "item": row.item });
                let done = self.store.client.write("track stock", TRACK, &item).await?;
                errors = done.part::<Done>("/inventoryItemUpdate")?.user_errors;
            }
            if row.activate && errors.is_empty() {
                let key = format!("{}-activate-{index}", self.batch.key);
                let place = json!({ "item": row.item, "location": row.location, "key": key });
                let done = self.store.client.write("stock at location", ACTIVATE, &place).await?;
                errors = done.part::<Done>("/inventoryActivate")?.user_errors;
            }
            match errors.first() {
                None => open.push(row),
                Some(error) => {
                    let refused = Refusal::new("not_stocked", one_line(&error.message));
                    self.mark(row, LineVerdict::Rejected(refused))?;
                }
            }
        }
        Ok(open)
    }

    async fn set(&self, open: &[&Row], round: usize) -> Result<Call, Error> {
        let variables = self.plan.variables(self.batch, open, round);
        let answer = self.store.client.write("set quantities", SET, &variables).await?;
        let payload: Payload = answer.part("/inventorySetQuantities")?;
        let Some(first) = payload.user_errors.first() else {
            return Ok(Call::InForce(payload.inventory_adjustment_group.map(|group| group.id)));
        };
        if payload.inventory_adjustment_group.is_some() {
            return Err(Error::unreadable("the answer both sets quantities and refuses them"));
        }
        let errors = payload.user_errors.iter();
        let rows = errors.filter_map(|error| Some((error.row()?, error.refusal())));
        let rows: BTreeMap<usize, Refusal> = rows.collect();
        match rows.is_empty() {
            false => Ok(Call::Refused(rows)),
            true => whole(first),
        }
    }

    /// The rows that are left once some are refused.
    fn without(
        &mut self,
        open: &[&'a Row],
        mut refused: BTreeMap<usize, Refusal>,
    ) -> Result<Vec<&'a Row>, Error> {
        let mut left = Vec::with_capacity(open.len());
        for (place, row) in open.iter().enumerate() {
            match refused.remove(&place) {
                Some(refusal) => self.mark(row, LineVerdict::Rejected(refusal))?,
                None => left.push(*row),
            }
        }
        match refused.into_keys().next() {
            None => Ok(left),
            Some(place) => Err(Error::unreadable(format!(
                "the answer refuses row {place}, which was not sent"
            ))),
        }
    }

    /// After a stale comparison: what is in force meanwhile is done, what somebody changed is
    /// planned anew, and the rest is sent again.
    async fn compared_again(&mut self, open: &[&'a Row]) -> Result<Vec<&'a Row>, Error> {
        let held = self.read(open).await?;
        let mut left = Vec::with_capacity(open.len());
        for row in open {
            let now = held.get(row.variant.as_str()).and_then(Variant::held);
            let seen = row.seen.unwrap_or(0);
            match now {
                Some(now) if now == row.quantity => {}
                Some(now) if now == seen => left.push(*row),
                Some(now) => {
                    let why = format!("changed from {seen} to {now} at Shopify meanwhile");
                    self.mark(row, LineVerdict::NotApplied(why))?;
                }
                None => {
                    let why = "is no longer stocked at Shopify's location".to_owned();
                    self.mark(row, LineVerdict::NotApplied(why))?;
                }
            }
        }
        Ok(left)
    }

    /// The receipt of rows that Shopify says are in force, read again where the settings ask for it.
    async fn proven(mut self, open: &[&Row], group: Option<String>) -> Result<Receipt, Error> {
        if self.store.settings.confirm == Confirm::ReadBack {
            match self.read(open).await {
                Ok(held) => self.hold_against(open, &held)?,
                Err(error) => {
                    let why = format!("set, and not confirmed by reading it back: {error}");
                    let doubt = |row: &&Row| self.mark(row, LineVerdict::Unknown(why.clone()));
                    open.iter().try_for_each(doubt)?;
                }
            }
        }
        Ok(group.into_iter().fold(self.receipt, Receipt::with_handle))
    }

    /// A row that still shows what it showed before was not set, whatever the answer said. One that
    /// shows a third number was set and has been sold from since.
    fn hold_against(
        &mut self,
        open: &[&Row],
        held: &HashMap<String, Variant>,
    ) -> Result<(), Error> {
        for row in open {
            let variant = held.get(row.variant.as_str()).filter(|variant| variant.is_stocked());
            let now = variant.and_then(Variant::held);
            if now.is_none() || (now != Some(row.quantity) && now == row.seen) {
                let shown = now.map_or("nothing".to_owned(), |now| now.to_string());
                let why = format!("Shopify says it is set and still shows {shown}");
                self.mark(row, LineVerdict::NotApplied(why))?;
            }
        }
        Ok(())
    }

    /// The variants of some rows, each at the location of its row, by their ids.
    async fn read(&self, open: &[&Row]) -> Result<HashMap<String, Variant>, Error> {
        let mut by_location: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for row in open {
            by_location.entry(&row.location).or_default().push(&row.variant);
        }
        let mut held = HashMap::with_capacity(open.len());
        for (location, ids) in by_location {
            let found = by_id(&self.store, location, &ids).await?.into_iter().flatten();
            held.extend(found.map(|variant| (variant.id.clone(), variant)));
        }
        Ok(held)
    }

    fn mark(&mut self, row: &Row, verdict: LineVerdict) -> Result<(), Error> {
        Ok(self.receipt.set(self.batch, row.line, verdict)?)
    }
}

/// An error that names no row.
fn whole(error: &UserError) -> Result<Call, Error> {
    let words = one_line(&error.message);
    let code = error.code.as_deref().unwrap_or("no code");
    let refused = || {
        let message = format!("Shopify refused the request: {words} ({code})");
        Err(Error::not_applied(ErrorKind::Refused, Retry::Never, message))
    };
    match code {
        "CHANGE_FROM_QUANTITY_STALE" => Ok(Call::Stale),
        "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED" => Ok(Call::KeySpent),
        "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"
        | "INVALID_NAME"
        | "INVALID_REASON"
        | "INVALID_REFERENCE_DOCUMENT" => refused(),
        _ => {
            let message = format!("Shopify does not say what was set: {words} ({code})");
            Err(Error::unknown(ErrorKind::Unavailable, message))
        }
    }
}
