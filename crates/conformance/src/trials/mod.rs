//! How each promise is tried.

pub(crate) mod faults;
pub(crate) mod limits;
pub(crate) mod resolving;
pub(crate) mod settings;
pub(crate) mod shelf;

use trueup_marketplace::{Batch, Line};

use crate::bench::{Bench, Shelf};
use crate::channel::Channel;
use crate::fate::{Fate, Told};

/// That every line was told to be in force, or as much as the marketplace ever tells.
pub(crate) fn expect_told(batch: &Batch, told: &Told) -> Result<(), String> {
    for line in &batch.lines {
        match told.fates.get(&line.key) {
            Some(Fate::Applied | Fate::Submitted) => {}
            other => return Err(format!("{} is told to be {other:?}", name(line))),
        }
    }
    Ok(())
}

/// That the shelf shows each line's level.
pub(crate) fn expect_shown<B: Bench>(batch: &Batch, shelf: &Shelf) -> Result<(), String> {
    for line in &batch.lines {
        let (shown, wanted) = (Channel::<B>::shown(shelf, line), line.level.quantity);
        if shown != wanted {
            return Err(format!("the shelf shows {shown} of {}, not {wanted}", name(line)));
        }
    }
    Ok(())
}

/// That two shelves are the same; what is not there counts as 0.
pub(crate) fn expect_same(before: &Shelf, after: &Shelf) -> Result<(), String> {
    for key in before.keys().chain(after.keys()) {
        let shown = |shelf: &Shelf| shelf.get(key).copied().unwrap_or_default();
        if shown(before) != shown(after) {
            let (part, place) = key;
            let (before, after) = (shown(before), shown(after));
            return Err(format!("{part} at `{place}` went from {before} to {after}"));
        }
    }
    Ok(())
}

pub(crate) fn name(line: &Line) -> String {
    let place = line.location.as_ref().map_or(String::new(), |place| format!(" at {place}"));
    format!("{}{place}", line.part_number)
}
