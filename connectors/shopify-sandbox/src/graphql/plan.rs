//! A document, checked against the schema and with its fragments unfolded.

use async_graphql_parser::Positioned;
use async_graphql_parser::types::{
    Directive, ExecutableDocument, Field, FieldDefinition, OperationDefinition, OperationType,
    Selection, SelectionSet,
};
use async_graphql_value::Value as Written;

use crate::graphql::error::GraphError;
use crate::graphql::schema::{MUTATION, QUERY, SCHEMA, named};

/// One field of a selection.
#[derive(Clone, Debug)]
pub(crate) struct Pick {
    /// Its name in the answer.
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) position: async_graphql_parser::Pos,
    /// The type it is picked on: that of the fragment it stands in.
    pub(crate) on: String,
    /// The type of its value, without lists.
    pub(crate) type_: String,
    pub(crate) arguments: Vec<(String, Written)>,
    /// The key of `@idempotent`.
    pub(crate) idempotent: Option<Written>,
    pub(crate) picks: Vec<Pick>,
}

/// The root type of an operation, and what it picks there.
pub(crate) fn plan<'a>(
    document: &'a ExecutableDocument,
    operation: &'a OperationDefinition,
) -> Result<(&'static str, Vec<Pick>), GraphError> {
    let (root, label) = match operation.ty {
        OperationType::Query => (QUERY, "queries"),
        OperationType::Mutation => (MUTATION, "mutations"),
        OperationType::Subscription => {
            return Err(GraphError::new(
                "BAD_REQUEST",
                "Schema is not configured for subscriptions",
            ));
        }
    };
    if let Some(directive) = operation.directives.first() {
        return Err(misplaced(directive, label));
    }
    Ok((root, picks(document, &operation.selection_set.node, root)?))
}

fn picks(
    document: &ExecutableDocument,
    set: &SelectionSet,
    on: &str,
) -> Result<Vec<Pick>, GraphError> {
    let mut found = Vec::new();
    for item in &set.items {
        match &item.node {
            Selection::Field(field) => found.push(pick(document, field, on)?),
            Selection::InlineFragment(fragment) => {
                let condition = fragment.node.type_condition.as_ref();
                let narrow = condition.map_or(on, |condition| condition.node.on.node.as_str());
                found.extend(narrowed(document, &fragment.node.selection_set.node, narrow, on)?);
            }
            Selection::FragmentSpread(spread) => {
                let name = &spread.node.fragment_name.node;
                let Some(fragment) = document.fragments.get(name) else {
                    let message = format!("Fragment {name} was used, but not defined");
                    return Err(GraphError::new("useAndDefineFragment", message));
                };
                let narrow = fragment.node.type_condition.node.on.node.as_str();
                found.extend(narrowed(document, &fragment.node.selection_set.node, narrow, on)?);
            }
        }
    }
    Ok(found)
}

fn narrowed(
    document: &ExecutableDocument,
    set: &SelectionSet,
    narrow: &str,
    on: &str,
) -> Result<Vec<Pick>, GraphError> {
    if !SCHEMA.fits(narrow, on) {
        let message = format!("Fragment on {narrow} can't be spread inside {on}");
        return Err(GraphError::new("cannotSpreadFragment", message));
    }
    picks(document, set, narrow)
}

fn pick(
    document: &ExecutableDocument,
    field: &Positioned<Field>,
    on: &str,
) -> Result<Pick, GraphError> {
    let (position, field) = (field.pos, &field.node);
    let name = field.name.node.to_string();
    let (type_, arguments) = match SCHEMA.field(on, &name) {
        None if name == "__typename" => ("String".to_owned(), Vec::new()),
        None => {
            let message = format!("Field '{name}' doesn't exist on type '{on}'");
            return Err(GraphError::new("undefinedField", message).at(position));
        }
        Some(definition) => (
            named(&definition.ty.node).to_owned(),
            arguments(field, definition).map_err(|error| error.at(position))?,
        ),
    };
    let below = picks(document, &field.selection_set.node, &type_)?;
    if SCHEMA.is_composite(&type_) && below.is_empty() {
        let message = format!(
            "Field must have selections (field '{name}' returns {type_} but has \
            no selections. Did you mean '{name} {{ ... }}'?)"
        );
        return Err(GraphError::new("selectionMismatch", message).at(position));
    }
    let key = field.response_key().node.to_string();
    let (on, idempotent) = (on.to_owned(), idempotent(field)?);
    Ok(Pick { key, name, position, on, type_, arguments, idempotent, picks: below })
}

fn arguments(
    field: &Field,
    definition: &FieldDefinition,
) -> Result<Vec<(String, Written)>, GraphError> {
    let name = &field.name.node;
    for (given, _) in &field.arguments {
        if !definition.arguments.iter().any(|known| known.node.name.node == given.node) {
            let message =
                format!("Field '{name}' doesn't accept argument '{given}'", given = given.node);
            return Err(GraphError::new("argumentNotAccepted", message));
        }
    }
    for known in &definition.arguments {
        let needed = !known.node.ty.node.nullable && known.node.default_value.is_none();
        if needed && field.get_argument(&known.node.name.node).is_none() {
            let argument = &known.node.name.node;
            let message = format!("Field '{name}' is missing required arguments: {argument}");
            return Err(GraphError::new("missingRequiredArguments", message));
        }
    }
    let given = field.arguments.iter();
    Ok(given.map(|(name, value)| (name.node.to_string(), value.node.clone())).collect())
}

fn idempotent(field: &Field) -> Result<Option<Written>, GraphError> {
    let mut key = None;
    for directive in &field.directives {
        if directive.node.name.node != "idempotent" {
            let message = format!("Directive @{} is not defined", directive.node.name.node);
            return Err(GraphError::new("undefinedDirective", message).at(directive.pos));
        }
        let Some(given) = directive.node.get_argument("key") else {
            let message = "Directive 'idempotent' is missing required arguments: key";
            return Err(GraphError::new("missingRequiredArguments", message).at(directive.pos));
        };
        key = Some(given.node.clone());
    }
    Ok(key)
}

fn misplaced(directive: &Positioned<Directive>, label: &str) -> GraphError {
    let name = &directive.node.name.node;
    let message = format!("'@{name}' can't be applied to {label} (allowed: fields)");
    GraphError::new("directiveCannotBeApplied", message).at(directive.pos)
}
