//! What must be so, kept outside the program: on disk before each change is tried.

use std::collections::BTreeMap;
use std::fs::{File, rename};
use std::io::Write;
use std::path::PathBuf;

use serde::Serialize;

/// What the company says of one product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Said {
    /// How many there are.
    pub stock: i64,
    /// Whether it is on the channel.
    pub is_offered: bool,
}

/// What each product's buyers may be told in the end.
pub type Inputs = BTreeMap<String, Said>;

/// The inputs that were accepted, and the change that is being tried.
///
/// Both are written to a file, durably, before the program is asked for the change, so that whoever
/// looks after a crash of anything knows what must be there.
#[derive(Debug)]
pub struct Ledger {
    file: PathBuf,
    pages: Pages,
}

#[derive(Debug, Serialize)]
struct Pages {
    accepted: Inputs,
    tried: Option<Inputs>,
}

impl Ledger {
    /// A ledger in a file of its own, of inputs that are there already.
    #[must_use]
    pub fn open(file: PathBuf, accepted: Inputs) -> Self {
        let ledger = Self { file, pages: Pages { accepted, tried: None } };
        ledger.keep();
        ledger
    }

    /// The inputs that are there.
    #[must_use]
    pub fn accepted(&self) -> &Inputs {
        &self.pages.accepted
    }

    /// Notes a change before it is tried.
    pub fn try_change(&mut self, change: impl IntoIterator<Item = (String, Said)>) {
        let mut tried = self.pages.accepted.clone();
        tried.extend(change);
        self.pages.tried = Some(tried);
        self.keep();
    }

    /// Notes that the program took the change.
    pub fn accept(&mut self) {
        if let Some(tried) = self.pages.tried.take() {
            self.pages.accepted = tried;
        }
        self.keep();
    }

    /// Compares with what is found: what was accepted, or what was being tried, whole.
    ///
    /// # Panics
    /// Where it is neither.
    pub fn check(&mut self, found: &Inputs) {
        let is_old = *found == self.pages.accepted;
        let is_new = self.pages.tried.as_ref() == Some(found);
        assert!(is_old || is_new, "lost or half applied: {found:#?}; expected {:#?}", self.pages);
        found.clone_into(&mut self.pages.accepted);
        self.pages.tried = None;
        self.keep();
    }

    fn keep(&self) {
        let text = serde_json::to_vec_pretty(&self.pages).expect("plain data is JSON");
        let draft = self.file.with_extension("draft");
        let kept = File::create(&draft).and_then(|mut file| {
            file.write_all(&text)?;
            file.sync_all()?;
            rename(&draft, &self.file)
        });
        kept.unwrap_or_else(|error| panic!("{}: {error}", self.file.display()));
    }
}

#[cfg(test)]
mod tests {
    use super::{Inputs, Ledger, Said};

    fn said(stock: i64) -> Said {
        Said { stock, is_offered: true }
    }

    fn two(a: i64, b: i64) -> Inputs {
        Inputs::from([("A".to_owned(), said(a)), ("B".to_owned(), said(b))])
    }

    fn trying() -> (tempfile::TempDir, Ledger) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut ledger = Ledger::open(folder.path().join("ledger.json"), two(1, 2));
        ledger.try_change(two(3, 4));
        (folder, ledger)
    }

    #[test]
    fn either_side_of_a_tried_change_is_right() {
        for found in [two(1, 2), two(3, 4)] {
            let (_folder, mut ledger) = trying();
            ledger.check(&found);
            assert_eq!(ledger.accepted(), &found);
        }
    }

    #[test]
    #[should_panic(expected = "half applied")]
    fn half_a_change_is_wrong() {
        trying().1.check(&two(3, 2));
    }

    #[test]
    #[should_panic(expected = "lost")]
    fn an_accepted_change_cannot_be_undone() {
        let (_folder, mut ledger) = trying();
        ledger.accept();
        ledger.check(&two(1, 2));
    }

    #[test]
    fn the_file_tells_what_is_tried() {
        let (folder, _ledger) = trying();
        let text = std::fs::read_to_string(folder.path().join("ledger.json"));
        let text = text.expect("it is kept");
        assert!(text.contains("tried") && text.contains('3'), "{text}");
    }
}
