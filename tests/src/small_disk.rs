//! A disk with little room: a file system in memory, mounted for one command alone.
//!
//! It needs Linux and the right to mount in a name space of one's own, which root has, and which
//! most kernels give to everyone.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Shop;
use crate::database::execute;
use crate::program::{Finished, command, finish};

const ROOT: &[&str] = &["--mount"];
const ANYBODY: &[&str] = &["--mount", "--map-root-user"];

/// Puts the small disk where the database is, runs the program, and brings back what it left.
const SCRIPT: &str = r#"
before=$1; disk=$2; after=$3; kib=$4; shift 4
mount -t tmpfs -o "size=${kib}k" tmpfs "$disk" || exit 99
cp "$before"/* "$disk"/ || exit 98
"$@"
code=$?
cp "$disk"/* "$after"/ || exit 97
exit "$code"
"#;

/// A SQLite database, and room for copies of it.
#[derive(Debug)]
pub struct SmallDisk {
    unshare: &'static [&'static str],
    room: PathBuf,
    copies: usize,
}

impl SmallDisk {
    /// `None` where this machine lets nobody mount anything.
    #[must_use]
    pub fn available(room: &Path) -> Option<Self> {
        let mounts = |unshare: &&'static [&'static str]| {
            let tried = Command::new("unshare")
                .args(*unshare)
                .args(["sh", "-c", "mount -t tmpfs tmpfs /mnt"])
                .output();
            tried.is_ok_and(|tried| tried.status.success())
        };
        let unshare = [ROOT, ANYBODY].into_iter().find(mounts)?;
        Some(Self { unshare, room: room.to_owned(), copies: 0 })
    }

    /// How much room the files of a folder take, in KiB.
    ///
    /// # Panics
    /// Where it cannot be read.
    #[must_use]
    pub fn kib_of(folder: &Path) -> u64 {
        let files = fs::read_dir(folder).expect("a folder");
        let bytes = files.flatten().filter_map(|file| file.metadata().ok()).map(|file| {
            // A file takes whole pages.
            file.len().div_ceil(4096) * 4
        });
        bytes.sum()
    }

    /// Runs the program with the database of a folder on a disk of so many KiB. Gives back what it
    /// printed, and the folder with what it left, whose database has room again.
    ///
    /// # Panics
    /// Where the disk cannot be made.
    pub async fn run(
        &mut self,
        shop: &Shop,
        before: &Path,
        kib: u64,
        arguments: &[&str],
    ) -> (Finished, PathBuf) {
        let [disk, after] = ["disk", "after"].map(|name| self.folder(name));
        let address = address_in(&disk);
        let small = disk.display().to_string();
        // What SQLite sorts and keeps for a while goes to the same disk.
        let variables = [("TRUEUP_DATABASE", address.as_str()), ("SQLITE_TMPDIR", &small)];
        let program = command(shop.folder(), arguments, &variables);
        let mut wrapped = Command::new("unshare");
        wrapped.args(self.unshare).args(["sh", "-c", SCRIPT, "sh"]);
        wrapped.args([before, &disk, &after]).arg(kib.to_string());
        wrapped.arg(program.get_program()).args(program.get_args());
        wrapped.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let finished = tokio::task::spawn_blocking(move || finish(wrapped)).await;
        let finished = finished.expect("waiting cannot fail");
        assert!(!matches!(finished.code, Some(97..=99)), "{finished:#?}");
        carried_over(&after).await;
        (finished, after)
    }

    fn folder(&mut self, name: &str) -> PathBuf {
        self.copies += 1;
        let folder = self.room.join(format!("{name}-{}", self.copies));
        fs::create_dir_all(&folder).expect("a folder");
        folder
    }
}

/// Copying from disk to disk stands for one disk that is the same all the time: the database is not
/// to take itself for a copy.
async fn carried_over(folder: &Path) {
    execute(&address_in(folder), "DELETE FROM instance").await;
    for file in fs::read_dir(folder).expect("a folder").flatten() {
        if file.file_name().to_string_lossy().contains(".db.instance") {
            fs::remove_file(file.path()).expect("a file of ours");
        }
    }
}

/// The address of the database in a folder.
#[must_use]
pub fn address_in(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("trueup.db").display())
}
