//! `trueup init`: a first set of commented settings.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::session::{Session, registry};

/// Mappings of a foreign database, to copy from.
const MAPPINGS: [(&str, &str); 3] = [
    ("mappings/products.toml", include_str!("../../../../examples/northwind/products.toml")),
    ("mappings/stock.toml", include_str!("../../../../examples/northwind/stock.toml")),
    ("mappings/orders.toml", include_str!("../../../../examples/northwind/orders.toml")),
];

/// Writes the files of a new folder; never over files that are there.
pub fn init(session: Session<'_>, dir: &Path) -> Result<(), Failure> {
    let settings = trueup_host::init_files(&registry()?).into_iter();
    let mappings = MAPPINGS.map(|(path, text)| (PathBuf::from(path), text.to_owned()));
    let files: Vec<(PathBuf, String)> =
        settings.chain(mappings).map(|(path, text)| (dir.join(path), text)).collect();
    refuse_existing(&files)?;
    for (path, text) in &files {
        write_new(path, text).map_err(|error| {
            Failure::work(format!("{} cannot be written", path.display())).caused_by(&error)
        })?;
        writeln!(session.out, "wrote {}", path.display())?;
    }
    Ok(session.out.write_all(next_steps(dir).as_bytes())?)
}

fn refuse_existing(files: &[(PathBuf, String)]) -> Result<(), Failure> {
    let existing: Vec<String> = files
        .iter()
        .filter(|(path, _)| path.symlink_metadata().is_ok())
        .map(|(path, _)| path.display().to_string())
        .collect();
    if existing.is_empty() {
        return Ok(());
    }
    let message = format!("already there, nothing was written: {}", existing.join(", "));
    Err(Failure::usage(message).hint("choose another folder, or move these files away"))
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())
}

fn next_steps(dir: &Path) -> String {
    let config = match dir == Path::new(".") {
        true => String::new(),
        false => format!(" --config {}", dir.display()),
    };
    format!(
        "
What to do next:
  1. fill in a file under {channels} and set `enabled = true` in it
  2. trueup{config} check --online
  3. trueup{config} import products FILE, then stock and orders
  4. trueup{config} opt-in CHANNEL --all
  5. trueup{config} preview CHANNEL --feed true_up
  6. trueup{config} send CHANNEL --feed true_up, and from then on trueup{config} run
",
        channels = dir.join("channels").display()
    )
}
