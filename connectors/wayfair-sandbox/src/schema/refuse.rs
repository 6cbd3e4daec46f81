//! Takes parts of the schema away, as the modes say, by refusing the documents that use them.
//!
//! The schema itself is static; what a mode removes is still seen by introspection.

use std::sync::Arc;

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextParseQuery};
use async_graphql::parser::types::{
    ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql::{Pos, Positioned, ServerError, ServerResult, Variables, async_trait};

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

type Found = Option<(String, Pos)>;

fn first_missing(document: &ExecutableDocument, shapes: &Shapes) -> Found {
    let fragments = document.fragments.values();
    let mut sets: Vec<&SelectionSet> = fragments.map(|f| &f.node.selection_set.node).collect();
    for (_, operation) in document.operations.iter() {
        let found =
            loose_variable(&operation.node, shapes).or_else(|| root(&operation.node, shapes));
        if found.is_some() {
            return found;
        }
        sets.push(&operation.node.selection_set.node);
    }
    while let Some(set) = sets.pop() {
        for field in fields(set) {
            if let Some(message) = missing_in_transaction(&field.node, shapes) {
                return Some((message, field.pos));
            }
        }
        sets.extend(set.items.iter().filter_map(|item| below(&item.node)));
    }
    None
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

fn root(operation: &OperationDefinition, shapes: &Shapes) -> Found {
    if operation.ty != OperationType::Query {
        return None;
    }
    let missing = |name: &str| match name {
        "transactions" => shapes.no_transactions,
        "inventory" | "productInventory" => shapes.no_inventory,
        _ => false,
    };
    let mut roots = fields(&operation.selection_set.node);
    let field = roots.find(|field| missing(&field.node.name.node))?;
    Some((unknown_field(&field.node.name.node, "Query"), field.pos))
}

/// `errors`, `completed` and `processing` with a limit occur nowhere but in a transaction, and
/// `id` beside them or a `handle` is that of the transaction.
fn missing_in_transaction(field: &Field, shapes: &Shapes) -> Option<String> {
    let name = field.name.node.as_str();
    let is_list = matches!(name, "errors" | "completed" | "processing");
    if shapes.no_limit_argument && is_list && field.get_argument("limit").is_some() {
        return Some(format!(
            "Unknown argument \"limit\" on field \"{name}\" of type \"TransactionStatus\""
        ));
    }
    let is_transaction = matches!(name, "save" | "transactions");
    let mut inner = fields(&field.selection_set.node);
    let has_id = is_transaction && inner.any(|field| field.node.name.node == "id");
    (shapes.no_id == NoId::UnknownField && has_id).then(|| unknown_field("id", "TransactionStatus"))
}

fn unknown_field(field: &str, of: &str) -> String {
    format!("Unknown field \"{field}\" on type \"{of}\"")
}

fn fields(set: &SelectionSet) -> impl Iterator<Item = &Positioned<Field>> {
    set.items.iter().filter_map(|item| match &item.node {
        Selection::Field(field) => Some(field),
        Selection::FragmentSpread(_) | Selection::InlineFragment(_) => None,
    })
}

fn below(selection: &Selection) -> Option<&SelectionSet> {
    match selection {
        Selection::Field(field) => Some(&field.node.selection_set.node),
        Selection::InlineFragment(fragment) => Some(&fragment.node.selection_set.node),
        Selection::FragmentSpread(_) => None,
    }
}
