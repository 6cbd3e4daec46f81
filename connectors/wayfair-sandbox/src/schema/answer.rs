//! Brings answers into the form of this host: an error leaves no data and has a category.

use async_graphql::{ErrorExtensionValues, Response, ServerError, Value};

use crate::state::Refusal;

/// Why a whole call fails.
#[derive(Clone, Debug)]
pub(crate) struct Trouble {
    pub(crate) message: String,
    pub(crate) category: &'static str,
}

impl Trouble {
    /// A null line where the strict form of the schema allows none.
    pub(crate) fn null_line() -> Self {
        Self {
            message: "Expected type \"inventoryInput!\", found null".to_owned(),
            category: BAD_REQUEST,
        }
    }
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        let (message, category) = match refusal {
            Refusal::PermissionDenied => ("Access denied", "PERMISSION_DENIED"),
            Refusal::DifferentialInSandbox => {
                ("Feed kind DIFFERENTIAL is not supported in the sandbox environment", BAD_REQUEST)
            }
            Refusal::SecondTrueUp => {
                ("Only one TRUE_UP feed is permitted within 24 hours", BAD_REQUEST)
            }
        };
        Self { message: message.to_owned(), category }
    }
}

impl From<Trouble> for async_graphql::Error {
    fn from(trouble: Trouble) -> Self {
        let mut error = Self::new(trouble.message);
        let extensions = error.extensions.get_or_insert_default();
        extensions.set(CATEGORY, trouble.category);
        error
    }
}

const CATEGORY: &str = "category";
const BAD_REQUEST: &str = "BAD_REQUEST";

/// The answer as it goes out. Any error makes the data null: nothing of such a call is applied.
pub(crate) fn shaped(mut response: Response) -> Response {
    if !response.errors.is_empty() {
        response.data = Value::Null;
        response.errors.iter_mut().for_each(categorise);
    }
    response
}

fn categorise(error: &mut ServerError) {
    let extensions = error.extensions.get_or_insert_with(ErrorExtensionValues::default);
    if extensions.get(CATEGORY).is_none() {
        extensions.set(CATEGORY, BAD_REQUEST);
    }
}
