//! docs/reliability.md names tests; each of them must exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const PAGE: &str = "docs/reliability.md";
/// Where tests are.
const SOURCES: &[&str] = &["crates", "connectors", "tests"];

/// Checks that every test named in the page, as `module::name`, is a function or a module
/// somewhere in the sources.
pub fn check() -> Result<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = fs::read_to_string(root.join(PAGE)).map_err(|error| format!("{PAGE}: {error}"))?;
    let mut known = BTreeSet::new();
    for folder in SOURCES {
        gather(&root.join(folder), &mut known)?;
    }
    let named: BTreeSet<&str> = page.split('`').skip(1).step_by(2).filter_map(test_in).collect();
    let missing: Vec<&str> = named.iter().copied().filter(|name| !known.contains(*name)).collect();
    if missing.is_empty() {
        return Ok(format!("{PAGE} names {} tests, and all of them exist", named.len()));
    }
    Err(format!("{PAGE} names tests that do not exist: {}", missing.join(", ")))
}

/// The last part of `module::name`; nothing else in backticks has that form there.
fn test_in(code: &str) -> Option<&str> {
    let is_name = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let (module, name) = code.rsplit_once("::")?;
    (module.split("::").all(is_name) && is_name(name)).then_some(name)
}

fn gather(folder: &Path, known: &mut BTreeSet<String>) -> Result<(), String> {
    let unreadable = |error| format!("{}: {error}", folder.display());
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        paths.push(entry.map_err(unreadable)?.path());
    }
    for path in paths {
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
            gather(&path, known)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).map_err(unreadable)?;
            known.extend(text.lines().filter_map(definition).map(str::to_owned));
        }
    }
    Ok(())
}

/// The name that a line defines, where it defines a function or a module.
fn definition(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let line = line.strip_prefix("pub ").unwrap_or(line);
    let line = line.strip_prefix("async ").unwrap_or(line);
    let rest = line.strip_prefix("fn ").or_else(|| line.strip_prefix("mod "))?;
    rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next()
}

#[cfg(test)]
mod tests {
    use super::{definition, test_in};

    #[test]
    fn tests_are_told_from_other_code() {
        assert_eq!(test_in("kills::nothing_is_lost"), Some("nothing_is_lost"));
        assert_eq!(test_in("a::b::c"), Some("c"));
        assert_eq!(test_in("cargo test -p trueup-tests kills::"), None);
        assert_eq!(test_in("TESTBED_KILLS=20000"), None);
    }

    #[test]
    fn functions_and_modules_are_found() {
        assert_eq!(definition("    async fn told(shop: &Shop) {"), Some("told"));
        assert_eq!(definition("pub fn check() -> bool {"), Some("check"));
        assert_eq!(definition("mod kills;"), Some("kills"));
        assert_eq!(definition("let fn_like = 1;"), None);
    }
}
