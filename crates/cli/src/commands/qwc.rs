//! `trueup qwc`: the file with which a marketplace learns to poll a channel.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::session::Session;

/// Writes a channel's invitation, by its own name into this folder or where `out` says. A file that
/// says something else is not written over.
pub async fn qwc(session: Session<'_>, channel: &str, out: Option<PathBuf>) -> Result<(), Failure> {
    let invitation = session.open().await?.invitation(channel)?;
    let path = out.unwrap_or_else(|| PathBuf::from(&invitation.file_name));
    refuse_other(&path, &invitation.content)?;
    fs::write(&path, &invitation.content).map_err(|error| {
        Failure::work(format!("{} cannot be written", path.display())).caused_by(&error)
    })?;
    writeln!(session.out, "wrote {}", path.display())?;
    writeln!(session.out, "{}", invitation.advice)?;
    Ok(())
}

fn refuse_other(path: &Path, content: &str) -> Result<(), Failure> {
    match fs::read(path) {
        Ok(there) if there != content.as_bytes() => {
            let message = format!("{} is there and says something else", path.display());
            Err(Failure::usage(message).hint("move it away, or name another file with --out"))
        }
        Ok(_) | Err(_) => Ok(()),
    }
}
