//! The files of a settings directory.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use trueup_stock::ChannelName;

use super::document::Document;
use super::problem::{Place, Problem};

/// The file that is not a channel's.
pub(super) const MAIN_FILE: &str = "trueup.toml";
/// The folder of the channels' files.
pub(super) const CHANNELS_DIR: &str = "channels";

/// Everything a settings directory holds.
#[derive(Default)]
pub(super) struct Sources {
    pub(super) main: Option<Document>,
    pub(super) channels: BTreeMap<ChannelName, Document>,
    /// Channels whose files could not be read; nothing more is said about them.
    pub(super) unread: BTreeSet<ChannelName>,
    pub(super) problems: Vec<Problem>,
    pub(super) notes: Vec<Problem>,
}

impl Sources {
    pub(super) fn read(dir: &Path) -> Self {
        let mut sources = Self::default();
        if dir.is_dir() {
            sources.read_main(dir);
            sources.read_channels(dir);
            return sources;
        }
        let message = "there is no such directory; `trueup init` followed by its name makes it";
        sources.problems.push(about(dir.to_owned(), message));
        sources
    }

    fn read_main(&mut self, dir: &Path) {
        let file = PathBuf::from(MAIN_FILE);
        if !dir.join(&file).exists() {
            let message = "there is no such file, so defaults are used; `trueup init` writes one";
            self.notes.push(about(file, message));
            return;
        }
        match Document::read(dir, file) {
            Ok(document) => self.main = Some(self.without_channels(document)),
            Err(problems) => self.problems.extend(problems),
        }
    }

    /// A channel has one home; two could say different things.
    fn without_channels(&mut self, mut document: Document) -> Document {
        if document.values.remove(CHANNELS_DIR).is_some() {
            let key = super::key_path::KeyPath::of([CHANNELS_DIR]);
            self.problems.push(Problem {
                place: Place::File(document.file.clone()),
                line: document.line(&key),
                key: key.to_string(),
                message: "channels do not stand here; give each a file of its own, \
                    channels/<name>.toml"
                    .to_owned(),
            });
        }
        document
    }

    fn read_channels(&mut self, dir: &Path) {
        let folder = dir.join(CHANNELS_DIR);
        if !folder.exists() {
            let message = "there is no such folder, so no channel comes from a file; `trueup init` \
                writes one for each marketplace";
            self.notes.push(about(PathBuf::from(CHANNELS_DIR), message));
            return;
        }
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                let message = format!("cannot be listed: {error}");
                self.problems.push(about(PathBuf::from(CHANNELS_DIR), message));
                return;
            }
        };
        let names = entries.filter_map(|entry| Some(entry.ok()?.file_name()));
        let names: BTreeSet<String> = names.map(|name| name.to_string_lossy().into()).collect();
        for name in names.iter().filter(|name| !name.starts_with('.')) {
            self.read_channel(dir, name);
        }
    }

    fn read_channel(&mut self, dir: &Path, file_name: &str) {
        let file = Path::new(CHANNELS_DIR).join(file_name);
        let Some(stem) = file_name.strip_suffix(".toml") else {
            let message = "is not read; the file of a channel ends in .toml";
            self.notes.push(about(file, message));
            return;
        };
        let name: ChannelName = match stem.parse() {
            Ok(name) => name,
            Err(error) => {
                let message = format!("{error}; rename the file");
                self.problems.push(about(file, message));
                return;
            }
        };
        match Document::read(dir, file) {
            Ok(document) => {
                self.channels.insert(name, document);
            }
            Err(problems) => {
                self.problems.extend(problems);
                self.unread.insert(name);
            }
        }
    }
}

pub(super) fn about(file: PathBuf, message: impl Into<String>) -> Problem {
    let (line, key) = (None, String::new());
    Problem { place: Place::File(file), line, key, message: message.into() }
}
