//! docs/connectors.md: what each connector can do and which promises it keeps, measured.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const HEAD: &str = "# Connectors

Written by `cargo xtask connectors --write`, which runs the conformance suite of each; CI fails where this page and the suite disagree.

- *Code lines* are those of `src/` without comments and blank lines. A connector with more than 350 says why in its README, under *Size*.
- *Files elsewhere* counts source files of the framework (`crates/*/src`) whose code names it: a new connector edits none. Left out are hosts (the `trueup`
  binary), which choose their connectors, and crates that only test or measure (benches, fuzzing, simulation, testbed).
- *Trials* are those of docs/writing-a-connector.md: passed of those that concern the connector.
";

/// Beyond so many code lines a connector is not an afternoon's work.
const LINES_MAX: usize = 350;
/// Hosts, and crates that only test or measure: they may name connectors, and none has to.
const NOT_FRAMEWORK: [&str; 5] = ["benches", "cli", "fuzzing", "simulation", "testbed"];

/// Runs every connector's suite and compares the page, or writes it.
pub fn check(writes: bool) -> Result<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let reports = root.join("target/conformance");
    let connectors = with_suite(&root.join("connectors"))?;
    let mut page = format!(
        "{HEAD}\n| connector | marketplace | code lines | files elsewhere | trials |\n|---|---|---|---|---|\n"
    );
    let mut sections = String::new();
    for folder in &connectors {
        let report = report_of(folder, &reports)?;
        let (id, title) = (text(&report, "marketplace"), text(&report, "title"));
        let (lines, elsewhere) = (code_lines(&folder.join("src"))?, mentions(&root, folder)?);
        explained(folder, lines)?;
        let name = file_name(folder);
        let _ = writeln!(
            page,
            "| [{name}](../connectors/{name}) | {title} (`{id}`) | {lines} | {elsewhere} | {} |",
            score(&report)
        );
        sections.push_str(&section(&report));
    }
    compare(&root.join("docs/connectors.md"), &(page + &sections), writes)
}

fn compare(path: &Path, page: &str, writes: bool) -> Result<String, String> {
    if writes {
        fs::write(path, page).map_err(|error| format!("{}: {error}", path.display()))?;
        return Ok("docs/connectors.md is written".to_owned());
    }
    let kept = fs::read_to_string(path).unwrap_or_default();
    match kept == page {
        true => Ok("docs/connectors.md tells what is so".to_owned()),
        false => {
            Err("docs/connectors.md is out of date; `cargo xtask connectors --write`".to_owned())
        }
    }
}

/// The connectors that run the suite, sorted.
fn with_suite(connectors: &Path) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(connectors).map_err(|error| error.to_string())? {
        let folder = entry.map_err(|error| error.to_string())?.path();
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
        if manifest.contains("trueup-conformance") {
            found.push(folder);
        }
    }
    found.sort();
    Ok(found)
}

/// Runs a connector's suite, and gives back what it reports.
fn report_of(folder: &Path, reports: &Path) -> Result<Value, String> {
    let name = file_name(folder);
    fs::create_dir_all(reports).map_err(|error| error.to_string())?;
    let package = format!("trueup-{name}");
    let ran = Command::new(env!("CARGO"))
        .args(["test", "--quiet", "--locked", "--package", &package, "it_conforms"])
        .env("CONFORMANCE_DIR", reports)
        .output()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    if !ran.status.success() {
        return Err(format!("{package}: {}", String::from_utf8_lossy(&ran.stdout)));
    }
    let path = reports.join(format!("{}.json", name.replace('-', "_")));
    let text = fs::read_to_string(&path).map_err(|error| {
        format!("{}: {error}; {package} has no test `it_conforms`", path.display())
    })?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

fn score(report: &Value) -> String {
    let trials = report["trials"].as_object().cloned().unwrap_or_default();
    let passed = trials.values().filter(|outcome| *outcome == "passed").count();
    let moot = trials.values().filter(|outcome| outcome["moot"].is_string()).count();
    format!("{passed} of {}", trials.len() - moot)
}

/// A connector's passport, and the trials that do not concern it.
fn section(report: &Value) -> String {
    let mut section = format!("\n## {}\n\n", text(report, "title"));
    let can = &report["passport"]["capabilities"];
    let _ = writeln!(
        section,
        "A quantity is {}.\n\n| capability | value |\n|---|---|",
        text(report, "quantity")
    );
    for (key, value) in can.as_object().into_iter().flatten() {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let _ = writeln!(section, "| {key} | `{value}` |");
    }
    let trials = report["trials"].as_object().cloned().unwrap_or_default();
    let moot = trials.iter().filter_map(|(name, outcome)| Some((name, outcome["moot"].as_str()?)));
    let moot: Vec<String> = moot.map(|(name, why)| format!("`{name}` ({why})")).collect();
    if !moot.is_empty() {
        let _ = writeln!(section, "\nTrials that do not concern it: {}.", moot.join(", "));
    }
    section
}

fn text(report: &Value, key: &str) -> String {
    report["passport"][key].as_str().unwrap_or_default().to_owned()
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or(String::new(), |name| name.to_string_lossy().into_owned())
}

fn code_lines(folder: &Path) -> Result<usize, String> {
    let mut lines = 0;
    for file in rust_files(folder) {
        let text = fs::read_to_string(&file).map_err(|error| error.to_string())?;
        let code = text.lines().map(str::trim);
        lines += code.filter(|line| !line.is_empty() && !line.starts_with("//")).count();
    }
    Ok(lines)
}

/// Refuses a large connector that does not say why it is.
fn explained(folder: &Path, lines: usize) -> Result<(), String> {
    let readme = fs::read_to_string(folder.join("README.md")).unwrap_or_default();
    if lines <= LINES_MAX || readme.contains("\n## Size\n") {
        return Ok(());
    }
    let name = file_name(folder);
    Err(format!(
        "connectors/{name} has {lines} code lines; bring it below {LINES_MAX}, or say in its README \
         under `## Size` why it must be larger"
    ))
}

/// Source files of the framework whose code names the connector's crate.
fn mentions(root: &Path, folder: &Path) -> Result<usize, String> {
    let name = format!("trueup_{}", file_name(folder).replace('-', "_"));
    let crates = fs::read_dir(root.join("crates")).map_err(|error| error.to_string())?;
    let is_framework =
        |entry: &fs::DirEntry| NOT_FRAMEWORK.iter().all(|name| entry.file_name() != *name);
    let framework = crates.filter_map(Result::ok).filter(is_framework);
    let files = framework.flat_map(|entry| rust_files(&entry.path().join("src")));
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    let in_code = |text: String| text.lines().filter(is_code).any(|line| line.contains(&name));
    let names = |file: &PathBuf| fs::read_to_string(file).is_ok_and(in_code);
    Ok(files.filter(names).count())
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.filter_map(Result::ok).map(|entry| entry.path());
    paths
        .flat_map(|path| match path.is_dir() {
            true => rust_files(&path),
            false if path.extension().is_some_and(|ending| ending == "rs") => vec![path],
            false => Vec::new(),
        })
        .collect()
}
