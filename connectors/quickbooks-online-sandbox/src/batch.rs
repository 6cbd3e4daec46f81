//! Batches: elements one after the other, without a transaction, once per request id.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use trueup_sandbox::Dice;

use crate::fault::{self, Fault, TIME};
use crate::query;
use crate::world::World;

/// Elements in a batch.
const ELEMENTS_MAX: usize = 30;

/// A batch as it was sent.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    /// The id under which it is carried out once.
    pub(crate) request_id: Option<String>,
    pub(crate) body: Value,
}

/// Carries a batch out, or repeats what was answered under its id.
pub(crate) fn answer(world: &mut World, sent: &Sent, now: Timestamp) -> Result<Value, Fault> {
    let life = SignedDuration::from_secs(world.modes.request_id_seconds);
    let known = sent.request_id.as_ref().and_then(|id| world.answered.get(id));
    if let Some((_, answer)) = known.filter(|(at, _)| now.duration_since(*at) < life) {
        let answer = answer.clone();
        world.calls.repeats += 1;
        return Ok(answer);
    }
    let elements = sent.body["BatchItemRequest"].as_array().cloned().unwrap_or_default();
    if elements.len() > ELEMENTS_MAX {
        return Err(Fault::new(1040, "Batch too large", "at most 30 elements"));
    }
    world.calls.batches += 1;
    let mut answers: Vec<Value> = Vec::new();
    for (position, element) in elements.iter().enumerate() {
        let dice = Dice { seed: world.seed, request: world.calls.api * 64 + position as u64 };
        let answer = one(world, element, dice);
        if !world.modes.element_missing.strikes(dice.draw("element_missing")) {
            answers.push(answer);
        }
    }
    if !world.modes.in_order {
        answers.reverse();
    }
    let answer = json!({ "BatchItemResponse": answers, "time": TIME });
    if let Some(id) = &sent.request_id {
        world.answered.insert(id.clone(), (now, answer.clone()));
    }
    Ok(answer)
}

fn one(world: &mut World, element: &Value, dice: Dice) -> Value {
    let id = &element["bId"];
    let told = |name: &str, value: Value| json!({ "bId": id, name: value });
    if let Some(statement) = element["Query"].as_str() {
        let found = query::answer(&mut world.company, world.modes.is_open, statement);
        return match found {
            Ok(found) => told("QueryResponse", found["QueryResponse"].clone()),
            Err(fault) => told("Fault", fault.json()),
        };
    }
    if !world.modes.is_supported {
        let fault = Fault::new(5030, "Feature Not Supported Error", "Feature Not Supported Error");
        return told("Fault", fault.json());
    }
    let booked = world.company.adjust(&element["InventoryAdjustment"]);
    match booked {
        Ok(_) if world.modes.element_fails.strikes(dice.draw("element_fails")) => {
            told("Fault", fault::system().json())
        }
        Ok(booked) => told("InventoryAdjustment", booked),
        Err(fault) => told("Fault", fault.json()),
    }
}
