//! The GraphQL surface, with the names of the real one, odd capitals included.

mod answer;
mod filter;
mod input;
mod mutation;
mod query;
mod refuse;
mod transaction;

use async_graphql::{EmptySubscription, Schema};

use crate::world::Shared;

pub(crate) use answer::shaped;

/// The whole schema.
pub(crate) type Wayfair = Schema<query::Query, mutation::Mutation, EmptySubscription>;

/// What a resolver must know of the request it serves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visit {
    /// A save is applied only so many milliseconds later.
    pub(crate) late_ms: Option<u64>,
}

/// Builds the schema over what the server holds.
pub(crate) fn schema(world: Shared) -> Wayfair {
    Schema::build(query::Query, mutation::Mutation, EmptySubscription)
        .data(world)
        .extension(refuse::Missing)
        .finish()
}
