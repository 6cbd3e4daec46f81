//! The schema, read from its own language.

use std::collections::HashMap;
use std::sync::LazyLock;

use async_graphql_parser::types::{
    BaseType, FieldDefinition, InputValueDefinition, Type, TypeDefinition, TypeKind,
    TypeSystemDefinition,
};
use async_graphql_parser::{Positioned, parse_schema};

/// The part of the Admin API that is served.
pub(crate) static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    Schema::parse(include_str!("../../schema.graphql"))
        .expect("schema.graphql is checked in and read by every test")
});

pub(crate) const QUERY: &str = "QueryRoot";
pub(crate) const MUTATION: &str = "Mutation";

/// Types by name.
#[derive(Debug)]
pub(crate) struct Schema(HashMap<String, TypeDefinition>);

impl Schema {
    fn parse(text: &str) -> Option<Self> {
        let definitions = parse_schema(text).ok()?.definitions.into_iter();
        let types = definitions.filter_map(|definition| match definition {
            TypeSystemDefinition::Type(type_) => {
                Some((type_.node.name.node.to_string(), type_.node))
            }
            TypeSystemDefinition::Schema(_) | TypeSystemDefinition::Directive(_) => None,
        });
        Some(Self(types.collect()))
    }

    pub(crate) fn kind(&self, name: &str) -> Option<&TypeKind> {
        self.0.get(name).map(|type_| &type_.kind)
    }

    /// A field of an object or interface.
    pub(crate) fn field(&self, on: &str, name: &str) -> Option<&FieldDefinition> {
        let fields: &[Positioned<FieldDefinition>] = match self.kind(on)? {
            TypeKind::Object(object) => &object.fields,
            TypeKind::Interface(interface) => &interface.fields,
            _ => return None,
        };
        fields.iter().map(|field| &field.node).find(|field| field.name.node == name)
    }

    /// The fields of an input object.
    pub(crate) fn inputs(&self, name: &str) -> Option<&[Positioned<InputValueDefinition>]> {
        match self.kind(name)? {
            TypeKind::InputObject(input) => Some(&input.fields),
            _ => None,
        }
    }

    /// Whether a field of this type has fields of its own.
    pub(crate) fn is_composite(&self, name: &str) -> bool {
        matches!(self.kind(name), Some(TypeKind::Object(_) | TypeKind::Interface(_)))
    }

    /// Whether a fragment on `narrow` can stand in a selection on `wide`.
    pub(crate) fn fits(&self, narrow: &str, wide: &str) -> bool {
        let implements = |object: &str| match self.kind(object) {
            Some(TypeKind::Object(object)) => {
                object.implements.iter().any(|interface| interface.node == wide)
            }
            _ => false,
        };
        narrow == wide || implements(narrow)
    }
}

/// The name inside lists and exclamation marks.
pub(crate) fn named(type_: &Type) -> &str {
    match &type_.base {
        BaseType::Named(name) => name.as_str(),
        BaseType::List(inner) => named(inner),
    }
}
