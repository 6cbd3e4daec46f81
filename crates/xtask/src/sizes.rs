//! How long files may get: 300 lines of code, then they are split by concept.

use std::fs;
use std::path::{Path, PathBuf};

const LINES_MAX: usize = 300;

/// Checks every Rust file of the repository.
pub fn check() -> Result<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    for folder in ["crates", "connectors", "examples", "tests"] {
        collect(&root.join(folder), &mut files)?;
    }
    let mut wrong = Vec::new();
    for file in &files {
        let text =
            fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
        let lines = text.lines().count();
        if lines > LINES_MAX {
            wrong.push(format!("  {} has {lines} lines", file.display()));
        }
    }
    if wrong.is_empty() {
        return Ok(format!("{} files, none over {LINES_MAX} lines", files.len()));
    }
    Err(format!("files over {LINES_MAX} lines, to be split by concept:\n{}", wrong.join("\n")))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let path = entry.map_err(|error| error.to_string())?.path();
        let is_built = path.file_name().is_some_and(|name| name == "target");
        if path.is_dir() && !is_built {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}
