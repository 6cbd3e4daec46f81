//! Variables, held against their declared types.

use async_graphql_parser::types::{BaseType, OperationDefinition, Type, TypeKind};
use serde_json::{Map, Value, json};

use crate::graphql::error::GraphError;
use crate::graphql::schema::{SCHEMA, named};

/// Elements an input list may have.
pub(crate) const LIST_MAX: usize = 250;

/// A value that does not fit, where, and why.
struct Misfit(Vec<String>, String);

/// The variables of an operation, with defaults, as far as they are declared.
pub(crate) fn variables(
    operation: &OperationDefinition,
    given: &Value,
) -> Result<Map<String, Value>, GraphError> {
    let mut bound = Map::new();
    for definition in &operation.variable_definitions {
        let name = definition.node.name.node.as_str();
        let type_ = &definition.node.var_type.node;
        let default = definition.node.default_value.as_ref();
        let default = default.and_then(|value| value.node.clone().into_json().ok());
        let Some(value) = given.get(name).cloned().or(default) else {
            if !type_.nullable {
                let misfit = Misfit(Vec::new(), "Expected value to not be null".to_owned());
                return Err(invalid(name, type_, &Value::Null, &misfit).at(definition.pos));
            }
            continue;
        };
        let fits = check(type_, &value, &mut Vec::new());
        fits.map_err(|misfit| invalid(name, type_, &value, &misfit).at(definition.pos))?;
        bound.insert(name.to_owned(), value);
    }
    Ok(bound)
}

fn invalid(name: &str, type_: &Type, value: &Value, misfit: &Misfit) -> GraphError {
    let Misfit(path, why) = misfit;
    let place = match path.as_slice() {
        [] => String::new(),
        path => format!(" for {}", path.join(".")),
    };
    let message =
        format!("Variable ${name} of type {type_} was provided invalid value{place} ({why})");
    GraphError::new("INVALID_VARIABLE", message)
        .with("value", value.clone())
        .with("problems", json!([{ "path": path, "explanation": why }]))
}

fn check(type_: &Type, value: &Value, path: &mut Vec<String>) -> Result<(), Misfit> {
    let misfit = |why: String| Err(Misfit(path.clone(), why));
    match (&type_.base, value) {
        (_, Value::Null) if type_.nullable => Ok(()),
        (_, Value::Null) => misfit("Expected value to not be null".to_owned()),
        (BaseType::List(inner), Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                path.push(index.to_string());
                check(inner, item, path)?;
                path.pop();
            }
            Ok(())
        }
        (BaseType::List(inner), single) => check(inner, single, path),
        (BaseType::Named(name), value) => check_named(name.as_str(), value, path),
    }
}

fn check_named(name: &str, value: &Value, path: &mut Vec<String>) -> Result<(), Misfit> {
    let fits = match name {
        "ID" => match value.as_str() {
            Some(id) if !id.starts_with("gid://shopify/") => {
                return Err(Misfit(path.clone(), format!("Invalid global id '{id}'")));
            }
            text => text.is_some(),
        },
        "Int" => value.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
        "Boolean" => value.is_boolean(),
        "String" | "DateTime" => value.is_string(),
        other => return check_ours(other, value, path),
    };
    let why = || format!("Could not coerce value {value} to {name}");
    if fits { Ok(()) } else { Err(Misfit(path.clone(), why())) }
}

fn check_ours(name: &str, value: &Value, path: &mut Vec<String>) -> Result<(), Misfit> {
    if let Some(TypeKind::Enum(known)) = SCHEMA.kind(name) {
        let fits =
            known.values.iter().any(|known| Some(known.node.value.node.as_str()) == value.as_str());
        let why = || format!("Expected {value} to be one of the values of {name}");
        return if fits { Ok(()) } else { Err(Misfit(path.clone(), why())) };
    }
    let (Some(inputs), Some(members)) = (SCHEMA.inputs(name), value.as_object()) else {
        return Err(Misfit(path.clone(), format!("Expected {value} to be of type {name}")));
    };
    for member in members.keys() {
        if !inputs.iter().any(|known| known.node.name.node.as_str() == member) {
            path.push(member.clone());
            return Err(Misfit(path.clone(), format!("Field is not defined on {name}")));
        }
    }
    for known in inputs {
        let field = known.node.name.node.as_str();
        path.push(field.to_owned());
        match members.get(field) {
            Some(value) => check(&known.node.ty.node, value, path)?,
            None if known.node.ty.node.nullable => {}
            None => return Err(Misfit(path.clone(), "Expected value to not be null".to_owned())),
        }
        path.pop();
    }
    Ok(())
}

/// Where a list in an argument is longer than lists may be: the path to it, and its length.
pub(crate) fn too_long(value: &Value, path: &mut Vec<String>) -> Option<usize> {
    match value {
        Value::Array(items) if items.len() > LIST_MAX => Some(items.len()),
        Value::Array(items) => items.iter().find_map(|item| too_long(item, path)),
        Value::Object(members) => members.iter().find_map(|(name, value)| {
            path.push(name.clone());
            too_long(value, path).or_else(|| {
                path.pop();
                None
            })
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// The declared type of a variable must be one the schema knows as an input.
pub(crate) fn is_input(type_: &Type) -> bool {
    let name = named(type_);
    let is_scalar = matches!(name, "ID" | "Int" | "Boolean" | "String");
    is_scalar
        || matches!(
            SCHEMA.kind(name),
            Some(TypeKind::Enum(_) | TypeKind::InputObject(_) | TypeKind::Scalar)
        )
}
