//! Whether the daemon does its work.

use serde::Serialize;

/// Whether the daemon does its work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names are the words of the docs")]
pub struct HealthView {
    pub healthy: bool,
    /// What is not well; empty where all is.
    pub unwell: Vec<UnwellView>,
}

/// Something that is not well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names are the words of the docs")]
pub struct UnwellView {
    /// The channel; `None` for what concerns all.
    pub channel: Option<String>,
    pub reason: String,
}
