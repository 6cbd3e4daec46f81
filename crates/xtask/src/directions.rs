//! Which crate may depend on which: the arrows of docs/architecture.md.

use std::process::Command;

use serde_json::Value;

/// For each workspace crate outside `connectors/`, the workspace crates it may depend on. Anything
/// else is refused, and so is a crate that stands in no row.
const MAY_USE: &[(&str, &[&str])] = &[
    ("trueup-stock", &[]),
    ("trueup-delivery", &["trueup-stock"]),
    ("trueup-marketplace", &["trueup-stock"]),
    ("trueup-import", &["trueup-stock"]),
    ("trueup-exchange", &["trueup-stock", "trueup-marketplace"]),
    ("trueup-store", &["trueup-stock", "trueup-delivery", "trueup-marketplace"]),
    ("trueup-runner", &["trueup-stock", "trueup-delivery", "trueup-marketplace", "trueup-store"]),
    (
        "trueup-host",
        &[
            "trueup-stock",
            "trueup-delivery",
            "trueup-marketplace",
            "trueup-import",
            "trueup-exchange",
            "trueup-store",
            "trueup-runner",
        ],
    ),
    ("trueup-polled", &["trueup-marketplace"]),
    ("trueup-soap", &["trueup-marketplace"]),
    ("trueup-sandbox", &["trueup-marketplace"]),
    ("trueup-conformance", &["trueup-marketplace", "trueup-exchange"]),
    ("trueup-testbed", &[]),
    ("trueup-model", &["trueup-stock", "trueup-delivery"]),
    ("trueup-xtask", &[]),
];

/// Binaries and examples stand at the end of every arrow and may use anything.
const ENDS: &[&str] =
    &["trueup-cli", "trueup-benches", "trueup-fuzzing", "trueup-tests", "trueup-simulation"];

/// What a connector may use: the contract, what its kind of marketplace shares, and nothing else of
/// ours.
const CONNECTORS_MAY_USE: &[&str] = &["trueup-marketplace", "trueup-polled", "trueup-soap"];

/// What a simulated marketplace, a crate named `…-sandbox` beside its connector, may use.
const SANDBOXES_MAY_USE: &[&str] = &["trueup-marketplace", "trueup-sandbox"];

/// Checks every normal and build dependency between workspace crates; dev-dependencies are free.
pub fn check() -> Result<String, String> {
    let metadata = metadata()?;
    let packages = metadata["packages"].as_array().ok_or("cargo metadata lists no packages")?;
    let wrong: Vec<String> = packages.iter().flat_map(wrong_edges).collect();
    if wrong.is_empty() {
        return Ok(format!("dependency directions hold for {} crates", packages.len()));
    }
    Err(format!("dependencies in a forbidden direction:\n{}", wrong.join("\n")))
}

fn metadata() -> Result<Value, String> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--locked"])
        .output()
        .map_err(|error| format!("cargo metadata cannot be run: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("cargo metadata: {error}"))
}

fn wrong_edges(package: &Value) -> Vec<String> {
    let name = package["name"].as_str().unwrap_or_default();
    let place = package["manifest_path"].as_str().unwrap_or_default();
    let used = package["dependencies"].as_array().into_iter().flatten().filter(|dependency| {
        dependency["kind"].as_str() != Some("dev") && dependency["path"].is_string()
    });
    let used: Vec<&str> = used.filter_map(|dependency| dependency["name"].as_str()).collect();
    let is_connector = place.contains("/connectors/");
    let allowed: &[&str] = if is_connector && name.ends_with("-sandbox") {
        SANDBOXES_MAY_USE
    } else if is_connector {
        CONNECTORS_MAY_USE
    } else if ENDS.contains(&name) || place.contains("/examples/") {
        return Vec::new();
    } else if let Some((_, allowed)) = MAY_USE.iter().find(|(crate_name, _)| *crate_name == name) {
        allowed
    } else {
        return vec![format!("  {name} stands in no row of crates/xtask/src/directions.rs")];
    };
    let wrong = used.into_iter().filter(|used| !allowed.contains(used));
    wrong.map(|used| format!("  {name} may not depend on {used}")).collect()
}
