//! A new connector: a copy of the template under another name, within this workspace or as a crate
//! of one's own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What of the template is copied.
const FILES: &[&str] = &[
    "Cargo.toml",
    "README.md",
    "example.toml",
    "src/answer.rs",
    "src/lib.rs",
    "src/settings.rs",
    "src/template.rs",
    "tests/connector/main.rs",
    "tests/connector/simulator.rs",
];

/// A connector's name in its four spellings.
struct Name {
    kebab: String,
    snake: String,
    camel: String,
    title: String,
}

/// Makes a connector called `name`, in `folder` or in this workspace's `connectors/`.
pub fn make(name: Option<String>, folder: Option<String>) -> Result<String, String> {
    let usage = "usage: cargo xtask new-connector NAME [FOLDER]; NAME like `corner-shop`";
    let name = Name::parse(&name.ok_or(usage)?)?;
    let inside = root().join("connectors").join(&name.kebab);
    let target = folder.as_ref().map_or(inside, PathBuf::from);
    if target.exists() {
        return Err(format!(
            "{} is there already; choose another name or folder",
            target.display()
        ));
    }
    for file in FILES {
        copy(file, &target, &name)?;
    }
    if folder.is_some() {
        stand_alone(&target)?;
    }
    let Name { kebab, snake, .. } = &name;
    let target = target.display();
    Ok(format!(
        "{target} holds a connector that conforms. What to do next:\n  \
         1. cargo test -p trueup-{kebab} (in its folder, if it is outside this workspace)\n  \
         2. put what you know of the marketplace's answers into its simulator, then into src/\n  \
         3. link it into a host: a dependency on trueup-{kebab}, and `use trueup_{snake} as _;`\n\
         docs/writing-a-connector.md goes through it step by step."
    ))
}

impl Name {
    fn parse(text: &str) -> Result<Self, String> {
        let kebab = text.to_lowercase().replace('_', "-");
        let words: Vec<&str> = kebab.split('-').collect();
        let is_word = |word: &&str| {
            word.starts_with(|first: char| first.is_ascii_lowercase())
                && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        };
        if !words.iter().all(is_word) || kebab == "template" {
            return Err(format!(
                "`{text}` is no name for a connector; take one like `corner-shop`"
            ));
        }
        let capitals: Vec<String> = words.iter().map(|word| capitalised(word)).collect();
        let (snake, camel, title) = (words.join("_"), capitals.concat(), capitals.join(" "));
        Ok(Self { snake, camel, title, kebab })
    }

    /// The template's text with this name in place of its own.
    fn put_into(&self, text: &str) -> String {
        let quoted = text
            .replace("\"Template\"", &format!("\"{}\"", self.title))
            .replace("\"template\"", &format!("\"{}\"", self.snake))
            .replace("the Template shop", &self.title)
            .replace("Template shop", &self.title)
            .replace("TEMPLATE_", &format!("{}_", self.snake.to_uppercase()))
            .replace("trueup-template", &format!("trueup-{}", self.kebab))
            .replace("template.example", &format!("{}.example", self.kebab));
        quoted.replace("Template", &self.camel).replace("template", &self.snake)
    }
}

fn capitalised(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_uppercase() + rest
}

fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().unwrap_or(root)
}

fn copy(file: &str, target: &Path, name: &Name) -> Result<(), String> {
    let from = root().join("connectors/template").join(file);
    let to = target.join(file.replace("template", &name.snake));
    let text = fs::read_to_string(&from).map_err(|error| said(&from, &error))?;
    write(&to, &name.put_into(&text))?;
    if to.extension().is_some_and(|ending| ending == "rs") {
        format(&to);
    }
    Ok(())
}

/// Another name makes other lines. Where there is no rustfmt, they stay as they are.
fn format(file: &Path) {
    let mut rustfmt = Command::new("rustfmt");
    rustfmt.args(["--edition", "2024", "--config", "skip_children=true", "--config-path"]);
    let _ = rustfmt.arg(root()).arg(file).output();
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(|error| said(folder, &error))?;
    fs::write(path, text).map_err(|error| said(path, &error))
}

fn said(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}

/// Makes a copy independent of this workspace: what it inherits is written out, with the versions
/// that this workspace has locked.
fn stand_alone(target: &Path) -> Result<(), String> {
    let manifest = target.join("Cargo.toml");
    let own = fs::read_to_string(&manifest).map_err(|error| said(&manifest, &error))?;
    let workspace = root().join("Cargo.toml");
    let shared = fs::read_to_string(&workspace).map_err(|error| said(&workspace, &error))?;
    let lines: Vec<String> = own.lines().map(|line| written_out(line, &shared)).collect();
    let lints = "[lints.rust]\nunsafe_code = \"forbid\"\nmissing_docs = \"warn\"";
    let text = lines.join("\n").replace("[lints]\nworkspace = true", lints);
    // It is a workspace of its own, whatever folder it stands in.
    write(&manifest, &format!("{text}\n\n[workspace]\n"))?;
    for shared in ["Cargo.lock", "rustfmt.toml"] {
        let from = root().join(shared);
        fs::copy(&from, target.join(shared)).map_err(|error| said(&from, &error))?;
    }
    Ok(())
}

/// A line of a manifest, with what it inherits written out.
fn written_out(line: &str, shared: &str) -> String {
    let Some((key, rest)) = line.split_once(".workspace = true") else {
        return line.to_owned();
    };
    let found = shared.lines().find_map(|shared| {
        shared
            .strip_prefix(key)?
            .trim_start()
            .strip_prefix('=')
            .map(|value| value.trim().to_owned())
    });
    format!("{key} = {}{rest}", absolute(&found.unwrap_or_else(|| "\"*\"".to_owned())))
}

/// Paths of this workspace as they are from anywhere.
fn absolute(value: &str) -> String {
    value.replace("path = \"", &format!("path = \"{}/", root().display()))
}
