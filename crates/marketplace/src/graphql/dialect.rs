//! How one server speaks GraphQL, and what is said to it.

use bytes::Bytes;
use serde::Serialize;

/// The codes by which a server says what became of a request.
///
/// A code is looked for in the `extensions` of an error, under `code`, `category`, `errorType`,
/// `classification` and `classification.type`. Codes in no table are no evidence of anything.
///
/// ```
/// use trueup_marketplace::graphql::Dialect;
///
/// static DIALECT: Dialect = Dialect {
///     server: "Acme",
///     not_executed: &["BAD_REQUEST", "INVALID_VARIABLE"],
///     unauthorised: &["ACCESS_DENIED"],
///     throttled: &["THROTTLED"],
/// };
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Dialect {
    /// Whose words messages repeat: "Acme".
    pub server: &'static str,
    /// The request is wrong; nothing was executed.
    pub not_executed: &'static [&'static str],
    /// A permission is missing; nothing was executed.
    pub unauthorised: &'static [&'static str],
    /// Slow down; nothing was executed.
    pub throttled: &'static [&'static str],
}

/// The JSON body that asks a server for a document with its variables. The same ones give the same
/// bytes, so it is what a connector prepares.
#[must_use]
pub fn body(query: &str, variables: &impl Serialize) -> Bytes {
    #[derive(Serialize)]
    struct Body<'a, V> {
        query: &'a str,
        variables: &'a V,
    }
    let bytes = serde_json::to_vec(&Body { query, variables })
        .expect("variables are structs with text keys, which always serialise");
    bytes.into()
}
