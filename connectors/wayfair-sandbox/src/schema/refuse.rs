//! Takes parts of the schema away, as the modes say, by refusing the documents that use them.
//!
//! The schema itself is static; what a mode removes is still seen by introspection.

use std::sync::Arc;

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextParseQuery};
use async_graphql::parser::types::{
    ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql::{Pos, ServerError, ServerResult, Variables, async_trait};

use crate::modes::{NoId, Shapes};
use crate::world::Shared;

/// Makes the extension for each request.
pub(crate) struct Missing;

impl ExtensionFactory for Missing {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_trait::async_trait]
impl Extension for Missing {
    async fn parse_query(
        &self,
        context: &ExtensionContext<'_>,
        query: &str,
        variables: &Variables,
        next: NextParseQuery<'_>,
    ) -> ServerResult<ExecutableDocument> {
        let document = next.run(context, query, variables).await?;
        let shapes = match context.data_opt::<Shared>() {
            Some(world) => world.lock().modes.shapes.clone(),
            None => return Ok(document),
        };
        match first_missing(&document, &shapes) {
            Some((message, position)) => Err(ServerError::new(message, Some(position))),
            None => Ok(document),
        }
    }
}

const QUERY: &str = "Query";
const TRANSACTION: &str = "TransactionStatus";

type Found = Option<(String, Pos)>;

fn first_missing(document: &ExecutableDocument, shapes: &Shapes) -> Found {
    let operations = document.operations.iter().find_map(|(_, operation)| {
        let operation = &operation.node;
        let root = match operation.ty {
            OperationType::Query => QUERY,
            OperationType::Mutation | OperationType::Subscription => "",
        };
        loose_variable(operation, shapes)
            .or_else(|| missing_in(&operation.selection_set.node, root, shapes))
    });
    let mut fragments = document.fragments.values();
    operations.or_else(|| {
        fragments.find_map(|fragment| {
            let on = &fragment.node.type_condition.node.on.node;
            missing_in(&fragment.node.selection_set.node, on, shapes)
        })
    })
}

/// In the strict form a variable of nullable lines does not fit the argument.
fn loose_variable(operation: &OperationDefinition, shapes: &Shapes) -> Found {
    let loose = operation.variable_definitions.iter().find(|definition| {
        let written = definition.node.var_type.node.to_string();
        shapes.strict_lists && matches!(written.as_str(), "[inventoryInput]!" | "[inventoryInput]")
    })?;
    let message = format!(
        "Variable \"${}\" of type \"{}\" used in position expecting type \"[inventoryInput!]!\"",
        loose.node.name.node, loose.node.var_type.node
    );
    Some((message, loose.pos))
}

/// The first field, in a selection on this type or below it, that the modes take away.
fn missing_in(set: &SelectionSet, on: &str, shapes: &Shapes) -> Found {
    set.items.iter().find_map(|item| match &item.node {
        Selection::Field(field) => {
            missing(&field.node, on, shapes).map(|message| (message, field.pos)).or_else(|| {
                let below = type_of(on, &field.node.name.node);
                missing_in(&field.node.selection_set.node, below, shapes)
            })
        }
        Selection::InlineFragment(fragment) => {
            let condition = fragment.node.type_condition.as_ref();
            let on = condition.map_or(on, |condition| &condition.node.on.node);
            missing_in(&fragment.node.selection_set.node, on, shapes)
        }
        // Its definition is looked at by itself.
        Selection::FragmentSpread(_) => None,
    })
}

/// The type of a field, where it is one of those that modes change.
fn type_of(on: &str, field: &str) -> &'static str {
    match (on, field) {
        (_, "save") | (QUERY, "transactions") => TRANSACTION,
        _ => "",
    }
}

fn missing(field: &Field, on: &str, shapes: &Shapes) -> Option<String> {
    let name = field.name.node.as_str();
    let has_limit = field.get_argument("limit").is_some();
    match (on, name) {
        (QUERY, "transactions") if shapes.no_transactions => Some(unknown_field(name, on)),
        (QUERY, "inventory" | "productInventory") if shapes.no_inventory => {
            Some(unknown_field(name, on))
        }
        (TRANSACTION, "id") if shapes.no_id == NoId::UnknownField => Some(unknown_field(name, on)),
        (TRANSACTION, _) if shapes.no_limit_argument && has_limit => {
            Some(format!("Unknown argument \"limit\" on field \"{name}\" of type \"{on}\""))
        }
        _ => None,
    }
}

fn unknown_field(field: &str, on: &str) -> String {
    format!("Unknown field \"{field}\" on type \"{on}\"")
}
