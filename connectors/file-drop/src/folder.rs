//! Files that appear complete or not at all.

use std::fs::{self, File};
use std::io::{self, ErrorKind as Io, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use trueup_marketplace::{Error, ErrorKind, Retry};

/// How long a folder may take: a network share that hangs is not waited for.
const PATIENCE: Duration = Duration::from_secs(60);
/// The largest acknowledgement that is read.
const ACKNOWLEDGEMENT_BYTES_MAX: u64 = 64 << 20;

/// Puts a file of this name into a folder: written beside it under a hidden name, synced, and
/// renamed.
pub(crate) async fn put(folder: PathBuf, name: String, content: Vec<u8>) -> Result<(), Error> {
    let shown = folder.join(&name).display().to_string();
    let put = within(&shown, move || put_now(&folder, &name, &content)).await;
    put?.map_err(|error| {
        let message = format!("{shown} cannot be written: {error}");
        Error::not_applied(ErrorKind::Unavailable, Retry::Later, message)
    })
}

fn put_now(folder: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    let hidden = folder.join(format!(".{name}.part"));
    let mut file = File::create(&hidden)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&hidden, folder.join(name))?;
    // The content is safe and in place; not every system can make the name itself durable.
    drop(File::open(folder).and_then(|folder| folder.sync_all()));
    Ok(())
}

/// Reads a file, if it is there.
pub(crate) async fn read(path: PathBuf) -> Result<Option<Vec<u8>>, Error> {
    let shown = path.display().to_string();
    let read = within(&shown, move || read_now(&path)).await;
    read?.map_err(|error| Error::unreadable(format!("{shown} cannot be read: {error}")))
}

fn read_now(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match path.metadata() {
        Err(error) if error.kind() == Io::NotFound => Ok(None),
        Err(error) => Err(error),
        Ok(found) if found.len() > ACKNOWLEDGEMENT_BYTES_MAX => {
            Err(io::Error::new(Io::FileTooLarge, "it is larger than 64 MiB"))
        }
        Ok(_) => fs::read(path).map(Some),
    }
}

/// Tries whether files can be put into a folder, and leaves none.
pub(crate) async fn try_out(folder: PathBuf) -> Result<(), Error> {
    let shown = folder.display().to_string();
    let probe = folder.join(".trueup-check.part");
    let tried = within(&shown, move || File::create(&probe).and_then(|_| fs::remove_file(&probe)));
    tried.await?.map_err(|error| {
        let fix = "create the folder and allow this user to write there";
        let message = format!("{shown} cannot be written to: {error}; {fix}");
        Error::not_applied(ErrorKind::Unauthorised, Retry::Never, message)
    })
}

/// Runs blocking work aside. The outer error is that it did not come back: what it may still do is
/// not known.
async fn within<T: Send + 'static>(
    shown: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    let done = tokio::time::timeout(PATIENCE, tokio::task::spawn_blocking(work)).await;
    let hanging = || {
        let seconds = PATIENCE.as_secs();
        let message =
            format!("{shown} does not answer within {seconds} s; is it a share that hangs?");
        Error::unknown(ErrorKind::Timeout, message)
    };
    done.map_err(|_| hanging())?.map_err(|_| hanging())
}
