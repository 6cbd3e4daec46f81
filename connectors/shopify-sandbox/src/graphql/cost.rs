//! What a document costs, as the recorded costs of the real service can be reproduced: a connection
//! 2 and, for each step of twice the logarithm of its size, what one of its nodes costs; an object 1;
//! a mutation 10 and what lies below the objects of its payload.

use serde_json::Value;

use crate::graphql::bind::Bound;
use crate::graphql::schema::{MUTATION, SCHEMA};

/// The most that one document may ask for.
pub(crate) const COST_MAX: u32 = 1_000;

/// What a mutation costs.
pub(crate) const MUTATION_COST: u32 = 10;

/// What is asked for.
pub(crate) fn requested(root: &str, picks: &[Bound]) -> u32 {
    picks.iter().map(|pick| of_root(root, pick, asked_size(pick))).sum()
}

/// What was really given: nodes that were not found cost nothing.
pub(crate) fn actual(root: &str, picks: &[Bound], data: &Value) -> u32 {
    let size = |pick: &Bound| data[&pick.key]["nodes"].as_array().map_or(0, Vec::len);
    picks.iter().map(|pick| of_root(root, pick, size(pick))).sum()
}

fn asked_size(pick: &Bound) -> usize {
    let first = pick.arguments["first"].as_u64().unwrap_or(50);
    usize::try_from(first).unwrap_or(usize::MAX)
}

fn of_root(root: &str, pick: &Bound, size: usize) -> u32 {
    if root == MUTATION {
        let below = pick.picks.iter().filter(|part| part.name != "userErrors");
        return MUTATION_COST + below.map(|part| choices(&part.picks)).sum::<u32>();
    }
    if !pick.type_.ends_with("Connection") {
        return object(pick);
    }
    let nodes = pick.picks.iter().filter(|part| part.name == "nodes");
    let node: u32 = nodes.map(|part| choices(&part.picks)).sum();
    2 + steps(size) * (1 + node)
}

/// How often a connection of this size counts its node.
fn steps(size: usize) -> u32 {
    let size = u32::try_from(size).unwrap_or(u32::MAX);
    let steps = (1..).take_while(|step| f64::from(*step) <= 2.0 * f64::from(size).ln());
    let steps = steps.last().unwrap_or(1);
    if size == 0 { 0 } else { steps }
}

fn object(pick: &Bound) -> u32 {
    u32::from(SCHEMA.is_composite(&pick.type_)) + choices(&pick.picks)
}

/// Of fragments on different types the dearest counts.
fn choices(picks: &[Bound]) -> u32 {
    let of = |on: &str| -> u32 { picks.iter().filter(|pick| pick.on == on).map(object).sum() };
    picks.iter().map(|pick| of(&pick.on)).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_those_of_the_recorded_sizes() {
        let recorded = [
            (0, 0),
            (1, 1),
            (2, 1),
            (3, 2),
            (5, 3),
            (10, 4),
            (20, 5),
            (50, 7),
            (100, 9),
            (250, 11),
        ];
        for (size, expected) in recorded {
            assert_eq!(steps(size), expected, "{size}");
        }
    }
}
