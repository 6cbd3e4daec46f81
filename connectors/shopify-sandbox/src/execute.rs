//! One GraphQL request: parse, check, count, execute, in the server's order.

use async_graphql_parser::parse_query;
use async_graphql_parser::types::{ExecutableDocument, OperationDefinition};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::activate::{activate, update};
use crate::graphql::answer::picked;
use crate::graphql::bind::{Bound, bind};
use crate::graphql::coerce::{is_input, too_long, variables};
use crate::graphql::cost::{COST_MAX, actual, requested};
use crate::graphql::error::GraphError;
use crate::graphql::plan::plan;
use crate::graphql::schema::MUTATION;
use crate::read;
use crate::set::set;
use crate::world::{Visit, World};

/// What a client sends.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Asked {
    query: String,
    #[serde(default)]
    variables: Value,
    operation_name: Option<String>,
}

/// How a request is answered.
#[derive(Debug, PartialEq)]
pub(crate) enum Answered {
    Body(Value),
    /// The points are not there; the body as GraphQL says it.
    Throttled(Value),
}

/// A request that may be executed, and what it asks for.
struct Ready {
    root: &'static str,
    picks: Vec<Bound>,
    cost: u32,
    /// What of it the modes add.
    surcharge: u32,
}

/// Executes a request.
pub(crate) fn execute(world: &mut World, asked: &Asked, visit: Visit) -> Answered {
    let ready = match prepare(world, asked) {
        Ok(ready) => ready,
        Err(error) => return Answered::Body(json!({ "errors": [error.json()] })),
    };
    if let Some(error) = beyond_limits(&ready) {
        let cost = cost(world, ready.cost, None, visit);
        return Answered::Body(json!({ "errors": [error.json()], "extensions": { "cost": cost } }));
    }
    let points = f64::from(ready.cost);
    if world.bucket.take(points, world.modes.access.bucket, visit.now).is_err() {
        world.calls.throttled += 1;
        return Answered::Throttled(throttled(world, ready.cost, visit));
    }
    Answered::Body(carried_out(world, &ready, visit))
}

/// The answer to a request for which there are not enough points.
pub(crate) fn throttled(world: &mut World, requested: u32, visit: Visit) -> Value {
    let error = GraphError::new("THROTTLED", "Throttled")
        .with("documentation", json!("https://shopify.dev/api/usage/rate-limits"));
    let cost = cost(world, requested, None, visit);
    json!({ "errors": [error.json()], "extensions": { "cost": cost } })
}

fn prepare(world: &World, asked: &Asked) -> Result<Ready, GraphError> {
    let document = parse_query(&asked.query)
        .map_err(|error| GraphError::new("PARSE_ERROR", error.to_string()))?;
    let operation = operation(&document, asked.operation_name.as_deref())?;
    for definition in &operation.variable_definitions {
        let type_ = &definition.node.var_type.node;
        if !is_input(type_) {
            let message = format!("{type_} isn't a defined input type");
            return Err(GraphError::new("variableRequiresValidType", message).at(definition.pos));
        }
    }
    let (root, picks) = plan(&document, operation)?;
    let picks = bind(picks, &variables(operation, &asked.variables)?);
    let dearer = world.modes.sets.cost.saturating_sub(crate::graphql::cost::MUTATION_COST);
    let sets = picks.iter().filter(|pick| pick.name == "inventorySetQuantities").count();
    let ids = picks.iter().filter(|pick| pick.name == "nodes");
    let ids = ids.map(|pick| pick.arguments["ids"].as_array().map_or(0, Vec::len)).sum::<usize>();
    let ids = if world.modes.searches.nodes_cost_per_id { ids } else { 0 };
    let surcharge = dearer.saturating_mul(count(sets)).saturating_add(count(ids));
    let cost = requested(root, &picks).saturating_add(surcharge);
    Ok(Ready { root, picks, cost, surcharge })
}

fn count(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}

fn operation<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> Result<&'a OperationDefinition, GraphError> {
    let mut operations = document.operations.iter();
    let found = match name {
        None => operations.next().filter(|_| document.operations.iter().count() == 1),
        Some(name) => operations.find(|(given, _)| given.is_some_and(|given| given == name)),
    };
    let message = "An operation name is required";
    found
        .map(|(_, operation)| &operation.node)
        .ok_or_else(|| GraphError::new("BAD_REQUEST", message))
}

fn beyond_limits(ready: &Ready) -> Option<GraphError> {
    for pick in &ready.picks {
        let mut path = vec![pick.key.clone()];
        if let Some(length) = too_long(&pick.arguments, &mut path) {
            let message = format!(
                "The input array size of {length} is greater than the maximum allowed of 250."
            );
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            let error = GraphError::new("MAX_INPUT_SIZE_EXCEEDED", message);
            return Some(error.at(pick.position).path(&path));
        }
    }
    let cost = ready.cost;
    let message = format!(
        "Query cost is {cost}, which exceeds the single query max cost limit ({COST_MAX})."
    );
    (cost > COST_MAX).then(|| {
        GraphError::new("MAX_COST_EXCEEDED", message)
            .with("cost", json!(cost))
            .with("maxCost", json!(COST_MAX))
            .with("documentation", json!("https://shopify.dev/api/usage/limits#rate-limits"))
    })
}

fn carried_out(world: &mut World, ready: &Ready, visit: Visit) -> Value {
    let (mut data, mut errors, mut searches) = (Map::new(), Vec::new(), Vec::new());
    for pick in &ready.picks {
        let (value, search) = match field(world, ready.root, pick, visit) {
            Ok(found) => found,
            Err(error) => {
                errors.push(error.json());
                (Value::Null, None)
            }
        };
        let counts_itself = world.modes.searches.counts_itself;
        let below =
            |object: &Value, pick: &Bound| read::below(&world.store, counts_itself, object, pick);
        data.insert(pick.key.clone(), picked(&value, &pick.picks, &below));
        searches.extend(search);
    }
    let data = Value::Object(data);
    let used = actual(ready.root, &ready.picks, &data).saturating_add(ready.surcharge);
    let given = used.min(ready.cost);
    world.bucket.give_back(f64::from(ready.cost - given));
    let mut extensions = json!({ "cost": cost(world, ready.cost, Some(given), visit) });
    if !searches.is_empty() {
        extensions["search"] = json!(searches);
    }
    match errors.is_empty() {
        true => json!({ "data": data, "extensions": extensions }),
        false => json!({ "errors": errors, "data": data, "extensions": extensions }),
    }
}

type Found = (Value, Option<Value>);

fn field(world: &mut World, root: &str, pick: &Bound, visit: Visit) -> Result<Found, GraphError> {
    let scope = read::scope(&pick.name);
    if let Some(scope) = scope.filter(|scope| world.modes.access.missing_scopes.contains(*scope)) {
        let error = GraphError::access_denied(&pick.name, scope);
        return Err(error.at(pick.position).path(&[&pick.key]));
    }
    if root != MUTATION {
        return Ok(read::root(world, pick, visit.now));
    }
    let payload = match pick.name.as_str() {
        "inventorySetQuantities" => set(world, pick, visit)?,
        "inventoryActivate" => activate(world, pick)?,
        "inventoryItemUpdate" => update(world, pick),
        _ => json!("Mutation"),
    };
    Ok((payload, None))
}

fn cost(world: &mut World, requested: u32, actual: Option<u32>, visit: Visit) -> Value {
    let rate = world.modes.access.bucket;
    json!({
        "requestedQueryCost": requested,
        "actualQueryCost": actual,
        "throttleStatus": {
            "maximumAvailable": f64::from(rate.capacity),
            "currentlyAvailable": world.bucket.left(rate, visit.now).floor(),
            "restoreRate": rate.per_second,
        },
    })
}
