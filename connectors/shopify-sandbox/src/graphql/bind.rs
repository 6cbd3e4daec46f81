//! A plan whose variables have their values.

use async_graphql_parser::Pos;
use async_graphql_value::{ConstValue, Name, Value as Written};
use serde_json::{Map, Value};

use crate::graphql::plan::Pick;

/// One field of a selection, with the values of its arguments.
#[derive(Clone, Debug)]
pub(crate) struct Bound {
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) position: Pos,
    pub(crate) on: String,
    pub(crate) type_: String,
    /// Absent arguments are absent here; a default is the resolver's.
    pub(crate) arguments: Value,
    pub(crate) idempotent: Option<Value>,
    pub(crate) picks: Vec<Bound>,
}

/// Puts the values of the variables in.
pub(crate) fn bind(picks: Vec<Pick>, variables: &Map<String, Value>) -> Vec<Bound> {
    let one = |pick: Pick| Bound {
        key: pick.key,
        name: pick.name,
        position: pick.position,
        on: pick.on,
        type_: pick.type_,
        arguments: arguments(pick.arguments, variables),
        idempotent: pick.idempotent.and_then(|key| value(key, variables)),
        picks: bind(pick.picks, variables),
    };
    picks.into_iter().map(one).collect()
}

fn arguments(written: Vec<(String, Written)>, variables: &Map<String, Value>) -> Value {
    let given = written.into_iter();
    given.filter_map(|(name, written)| Some((name, value(written, variables)?))).collect()
}

/// None where a variable was not given: the argument is then absent.
fn value(written: Written, variables: &Map<String, Value>) -> Option<Value> {
    let of_variable = |name: Name| -> Result<ConstValue, ()> {
        let value = variables.get(name.as_str()).ok_or(())?;
        ConstValue::from_json(value.clone()).map_err(drop)
    };
    written.into_const_with(of_variable).ok()?.into_json().ok()
}
