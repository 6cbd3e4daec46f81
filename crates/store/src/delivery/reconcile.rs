//! From planned products to the rows of their listings.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;
use trueup_delivery::{Event, Listing, ListingId, mutant};
use trueup_stock::{Held, Level, PartNumber, Wanted};

use super::batch::location_text;
use super::refresh::Computing;
use super::row::Row;
use super::rows::{Change, insert, load, save};
use super::words::Work;
use crate::sql::json;
use crate::{ChannelId, StoreError};

/// What a channel should show of a product.
#[derive(Debug)]
pub(crate) struct Planned {
    pub(crate) product: i64,
    pub(crate) part_number: PartNumber,
    pub(crate) wanted: Result<Vec<Wanted>, Held>,
}

/// What a listing is called: part number and location.
type Name = (String, String);

/// An existing listing: key, product, part number, location.
type Known = (i64, i64, String, String);

/// Brings the listings of planned products to what is wanted of them; how many changed.
pub(crate) async fn reconcile(
    work: &Work<'_>,
    channel: ChannelId,
    planned: &[Planned],
    computing: Computing<'_>,
) -> Result<usize, StoreError> {
    let wanted = wanted(planned);
    let mut known = of_products(work, channel, planned).await?;
    known.extend(of_others(work, channel, &wanted, &known).await?);
    adopt(work, &wanted, &known).await?;
    let leaving = leaving(work, channel, planned, &wanted, &known).await?;
    hold(work, channel, &wanted, &leaving, &known).await?;
    let new = add(work, channel, &wanted, &known, computing).await?;
    let ids: Vec<i64> = known.iter().map(|(id, ..)| *id).collect();
    let names: HashMap<i64, Name> =
        known.into_iter().map(|(id, _, part, location)| (id, (part, location))).collect();
    let Computing { fingerprint, now, .. } = computing;
    let want = |level, is_last| Event::Want { level, is_last, fingerprint, now };
    let event = |row: &Row| match names.get(&row.id.0).and_then(|name| wanted.get(name)) {
        Some((_, level)) => Some(want(*level, false)),
        None => leaving.contains(&row.id.0).then(|| want(Level::LAST_ZERO, true)),
    };
    let moved = load(work, "listing_id IN {ids}", [json(&ids)]).await?.into_iter();
    let moved = moved.filter_map(|row| {
        let event = event(&row)?;
        Change::of(row, event, now)
    });
    let moved: Vec<Change> = moved.collect();
    save(work, &moved).await?;
    Ok(moved.len() + new)
}

/// Product and level of every wanted listing, by its name.
fn wanted(planned: &[Planned]) -> HashMap<Name, (i64, Level)> {
    let of_product = |planned: &Planned| -> Vec<(Name, (i64, Level))> {
        let lines = planned.wanted.iter().flatten();
        let named = lines.map(|wanted| {
            let location = location_text(wanted.location.as_ref()).to_owned();
            let name = (planned.part_number.as_str().to_owned(), location);
            (name, (planned.product, wanted.level))
        });
        named.collect()
    };
    planned.iter().flat_map(of_product).collect()
}

const KNOWN: &str =
    "SELECT CAST({collect}({array}(l.id, l.product_id, l.part_number, l.location)) AS TEXT)";

async fn of_products(
    work: &Work<'_>,
    channel: ChannelId,
    planned: &[Planned],
) -> Result<Vec<Known>, StoreError> {
    let products: Vec<i64> = planned.iter().map(|planned| planned.product).collect();
    let sql = format!("{KNOWN} FROM listing l WHERE l.channel_id = $2 AND l.product_id IN {{ids}}");
    work.collect(&sql, [json(&products), channel.0.into()]).await
}

/// Listings of wanted names that belonged to other products so far.
async fn of_others(
    work: &Work<'_>,
    channel: ChannelId,
    wanted: &HashMap<Name, (i64, Level)>,
    known: &[Known],
) -> Result<Vec<Known>, StoreError> {
    let known: HashSet<(&str, &str)> =
        known.iter().map(|(_, _, part, location)| (part.as_str(), location.as_str())).collect();
    let missing = wanted.keys().filter(|(part, at)| !known.contains(&(part.as_str(), at.as_str())));
    let missing: Vec<&Name> = missing.collect();
    if missing.is_empty() {
        return Ok(Vec::new());
    }
    // SQLite keeps the order of a cross join: each name is looked up, and no listing else.
    let sql = format!(
        "{KNOWN} FROM {{rows}} CROSS JOIN listing l WHERE l.channel_id = $2 \
         AND l.part_number = j.value ->> 0 AND l.location = j.value ->> 1"
    );
    work.collect(&sql, [json(&missing), channel.0.into()]).await
}

/// Gives listings to the products that now go by their names. What was told stays known.
async fn adopt(
    work: &Work<'_>,
    wanted: &HashMap<Name, (i64, Level)>,
    known: &[Known],
) -> Result<(), StoreError> {
    let adopted = known.iter().filter_map(|(id, product, part, location)| {
        let (owner, _) = wanted.get(&(part.clone(), location.clone()))?;
        (owner != product).then_some((*id, *owner))
    });
    let adopted: Vec<(i64, i64)> = adopted.collect();
    if adopted.is_empty() {
        return Ok(());
    }
    let sql = "UPDATE listing SET product_id = CAST(j.value ->> 1 AS BIGINT) FROM {rows} \
               WHERE listing.id = CAST(j.value ->> 0 AS BIGINT)";
    work.run(sql, [json(&adopted)]).await?;
    Ok(())
}

/// Listings that must not keep a number: their product left, or goes by another name or to other
/// locations now. A number that merely is not known at the moment stands.
async fn leaving(
    work: &Work<'_>,
    channel: ChannelId,
    planned: &[Planned],
    wanted: &HashMap<Name, (i64, Level)>,
    known: &[Known],
) -> Result<HashSet<i64>, StoreError> {
    let planned: HashMap<i64, &Planned> =
        planned.iter().map(|planned| (planned.product, planned)).collect();
    let is_unwanted = |known: &&Known| !wanted.contains_key(&(known.2.clone(), known.3.clone()));
    let mut locations: Option<Option<HashSet<String>>> = None;
    let mut leaving = HashSet::new();
    for (id, product, part, location) in known.iter().filter(is_unwanted) {
        let Some(planned) = planned.get(product) else { continue };
        let stands = match &planned.wanted {
            Ok(_) => false,
            Err(held) if held.is_leaving() => false,
            Err(_) if planned.part_number.as_str() != part => false,
            Err(_) => {
                if locations.is_none() {
                    locations = Some(offered(work, channel).await?);
                }
                let offered = locations.as_ref().and_then(Option::as_ref);
                offered.is_none_or(|offered| offered.contains(location))
            }
        };
        if !stands && !mutant!(DropsLastZero) {
            leaving.insert(*id);
        }
    }
    Ok(leaving)
}

/// Holds the listings whose number is not known at the moment: what stands there is neither
/// confirmed nor changed. Lets go of the others.
async fn hold(
    work: &Work<'_>,
    channel: ChannelId,
    wanted: &HashMap<Name, (i64, Level)>,
    leaving: &HashSet<i64>,
    known: &[Known],
) -> Result<(), StoreError> {
    let is_free = |(id, _, part, location): &&Known| {
        leaving.contains(id) || wanted.contains_key(&(part.clone(), location.clone()))
    };
    let (free, held): (Vec<&Known>, Vec<&Known>) = known.iter().partition(is_free);
    for (known, is_held, was_held) in [(free, 0, 1), (held, 1, 0)] {
        if known.is_empty() {
            continue;
        }
        let ids: Vec<i64> = known.iter().map(|(id, ..)| *id).collect();
        let sql = format!(
            "UPDATE delivery SET is_held = {is_held} WHERE channel_id = $2 \
             AND is_held = {was_held} AND listing_id IN {{ids}}"
        );
        work.run(&sql, [json(&ids), channel.0.into()]).await?;
    }
    Ok(())
}

/// The part of a channel's terms that names the marketplace's locations.
#[derive(Deserialize)]
struct Locations {
    pools: Vec<Location>,
}

#[derive(Deserialize)]
struct Location {
    remote: Option<String>,
}

/// The locations that a channel offers, as its terms say; `None` where they do not say it.
async fn offered(
    work: &Work<'_>,
    channel: ChannelId,
) -> Result<Option<HashSet<String>>, StoreError> {
    let sql = "SELECT terms FROM channel WHERE id = $1";
    let Some(row) = work.first(sql, [channel.0.into()]).await? else { return Ok(None) };
    let terms: String = row.try_get("", "terms")?;
    let locations: Option<Locations> = serde_json::from_str(&terms).ok();
    let names = |locations: Locations| {
        let pools = locations.pools.into_iter();
        pools.map(|pool| pool.remote.unwrap_or_default()).collect()
    };
    Ok(locations.map(names))
}

/// Adds the listings that are wanted for the first time; how many.
async fn add(
    work: &Work<'_>,
    channel: ChannelId,
    wanted: &HashMap<Name, (i64, Level)>,
    known: &[Known],
    computing: Computing<'_>,
) -> Result<usize, StoreError> {
    let known: HashSet<(&str, &str)> =
        known.iter().map(|(_, _, part, location)| (part.as_str(), location.as_str())).collect();
    let new = wanted
        .iter()
        .filter(|((part, location), _)| !known.contains(&(part.as_str(), location.as_str())));
    let mut new: Vec<(i64, &str, &str)> =
        new.map(|((part, at), (product, _))| (*product, part.as_str(), at.as_str())).collect();
    if new.is_empty() {
        return Ok(0);
    }
    // In the order of the products, so that walking listings reads pages one after the other.
    new.sort_unstable();
    let sql = "INSERT INTO listing (channel_id, product_id, part_number, location) \
               SELECT $2, CAST(j.value ->> 0 AS BIGINT), j.value ->> 1, j.value ->> 2 FROM {rows} \
               WHERE true ORDER BY j.at RETURNING id, part_number, location";
    let now = computing.now;
    let mut rows = Vec::with_capacity(new.len());
    for added in work.all(sql, [json(&new), channel.0.into()]).await? {
        let name: Name = (added.try_get_by_index(1)?, added.try_get_by_index(2)?);
        let Some((_, level)) = wanted.get(&name) else { continue };
        let (id, listing) = (ListingId(added.try_get_by_index(0)?), Listing::new(*level, now));
        rows.push(Row { id, listing, due_since: Some(now) });
    }
    insert(work, channel, &rows).await?;
    Ok(rows.len())
}
