//! Picks what was asked for out of what resolvers give.

use serde_json::{Map, Value};

use crate::graphql::bind::Bound;

/// Gives the value of a field that depends on its arguments; none where the object holds it.
pub(crate) type Resolve<'a> = &'a dyn Fn(&Value, &Bound) -> Option<Value>;

/// The picked part of a value: of each element of a list, of an object, or all of a plain one.
pub(crate) fn picked(value: &Value, picks: &[Bound], resolve: Resolve<'_>) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| picked(item, picks, resolve)).collect(),
        Value::Object(_) if !picks.is_empty() => object(value, picks, resolve),
        plain => plain.clone(),
    }
}

fn object(object: &Value, picks: &[Bound], resolve: Resolve<'_>) -> Value {
    let type_ = object["__typename"].as_str();
    // An object without a type stands where the schema leaves no choice.
    let fits = |pick: &&Bound| pick.on == "Node" || type_.is_none_or(|type_| pick.on == type_);
    let fields = picks.iter().filter(fits).map(|pick| {
        let value = resolve(object, pick).unwrap_or_else(|| object[&pick.name].clone());
        (pick.key.clone(), picked(&value, &pick.picks, resolve))
    });
    Value::Object(fields.collect::<Map<String, Value>>())
}
