//! A small GraphQL engine, because this server's order of work is its own: between validation and
//! execution it counts what a document asks for, and may refuse it for its cost.
//!
//! Parse, [`plan`] against the schema, bind the variables, count the [`cost`], then let
//! [`answer`] pick what was asked for out of what resolvers give.

pub(crate) mod answer;
pub(crate) mod bind;
pub(crate) mod coerce;
pub(crate) mod cost;
pub(crate) mod error;
pub(crate) mod plan;
pub(crate) mod schema;
