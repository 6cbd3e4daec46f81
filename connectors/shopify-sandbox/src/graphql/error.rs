//! Errors at the top of an answer, in the server's forms.

use async_graphql_parser::Pos;
use serde_json::{Value, json};

/// One entry of `errors`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct GraphError {
    message: String,
    position: Option<Pos>,
    path: Vec<String>,
    extensions: Value,
}

impl GraphError {
    pub(crate) fn new(code: &str, message: impl Into<String>) -> Self {
        let extensions = json!({ "code": code });
        Self { message: message.into(), position: None, path: Vec::new(), extensions }
    }

    pub(crate) fn at(mut self, position: Pos) -> Self {
        self.position = Some(position);
        self
    }

    pub(crate) fn path(mut self, path: &[&str]) -> Self {
        self.path = path.iter().map(|step| (*step).to_owned()).collect();
        self
    }

    /// One more member of `extensions`.
    pub(crate) fn with(mut self, name: &str, value: Value) -> Self {
        self.extensions[name] = value;
        self
    }

    /// A field's scope is missing.
    pub(crate) fn access_denied(field: &str, scope: &str) -> Self {
        let required = format!("`{scope}` access scope.");
        let message = format!("Access denied for {field} field. Required access: {required}");
        Self::new("ACCESS_DENIED", message)
            .with("documentation", json!("https://shopify.dev/api/usage/access-scopes"))
            .with("requiredAccess", json!(required))
    }

    pub(crate) fn json(&self) -> Value {
        let mut error = json!({ "message": self.message, "extensions": self.extensions });
        if let Some(Pos { line, column }) = self.position {
            error["locations"] = json!([{ "line": line, "column": column }]);
        }
        if !self.path.is_empty() {
            error["path"] = json!(self.path);
        }
        error
    }
}
