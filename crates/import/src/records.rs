//! The stream that readers hand out: records, rejections and at most one final error.

use std::collections::VecDeque;
use std::fmt;

use trueup_stock::{Numbered, Rejection};

use crate::decode::{Decoder, Role};
use crate::error::{FileError, FileErrorKind};
use crate::input::{Input, Progress};
use crate::row::{Refusal, Row, Source};
use crate::source;

/// What one step of reading gives: a record, or a row that cannot be taken.
pub type Taken<T> = Result<Numbered<T>, Rejection>;

/// Records of one or more files, read as they are asked for.
///
/// Each item is a record, a row that cannot be taken (the rest goes on), or the error that ends
/// the stream. It blocks while it reads; run it where blocking is allowed. Dropping it stops the
/// reading. Memory does not grow with the file, except for workbooks and for the orders of a
/// mapping with two files (see the crate's documentation).
pub struct Records<T> {
    waiting: VecDeque<(Role, Input)>,
    open: Option<(Role, Box<dyn Source>)>,
    decoder: Box<dyn Decoder<Record = T>>,
    row: Row,
    file: String,
    progress: Progress,
}

impl<T> Records<T> {
    pub(crate) fn new(
        inputs: Vec<(Role, Input)>,
        decoder: impl Decoder<Record = T> + 'static,
    ) -> Result<Self, FileError> {
        let Some((_, first)) = inputs.first() else {
            let message = "no file was named; name at least one";
            return Err(FileError::new(FileErrorKind::Usage, "import", message));
        };
        let file = first.name().to_owned();
        let sizes: Result<Vec<u64>, FileError> =
            inputs.iter().map(|(_, input)| input.inspect()).collect();
        Ok(Self {
            waiting: inputs.into(),
            open: None,
            decoder: Box::new(decoder),
            row: Row::default(),
            file,
            progress: Progress::new(sizes?.iter().sum()),
        })
    }

    /// The file that the last item came from, as the person named it.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// How much has been read, for a progress bar; the clone may go to another thread.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }

    /// Puts the next row in place and tells what its file is for.
    fn advance(&mut self) -> Result<Option<Role>, FileError> {
        loop {
            if let Some((role, source)) = &mut self.open {
                if source.next_row(&mut self.row)? {
                    return Ok(Some(*role));
                }
                self.open = None;
            }
            let Some((role, input)) = self.waiting.pop_front() else {
                return Ok(None);
            };
            input.name().clone_into(&mut self.file);
            let opened = input.open(&self.progress)?;
            self.open = Some((role, source::open(opened, self.decoder.layout(role))?));
        }
    }

    /// What the row in place gives; `None` where it only says something about later ones.
    fn take(&mut self, role: Role) -> Option<Taken<T>> {
        let decoded = match self.row.fault.take() {
            Some(fault) => Err(fault),
            None => self.decoder.decode(role, &self.row),
        };
        match decoded {
            Ok(record) => record.map(|record| Ok(Numbered { row: self.row.number, record })),
            Err(refusal) => Some(Err(self.reject(role, refusal))),
        }
    }

    fn reject(&mut self, role: Role, refusal: Refusal) -> Rejection {
        let order = self.decoder.order_of(role, &self.row);
        self.decoder.refused(role, order.as_ref());
        Rejection {
            file: self.file.clone(),
            row: self.row.number,
            column: refusal.column,
            reason: refusal.reason,
            order,
        }
    }
}

impl<T> Iterator for Records<T> {
    type Item = Result<Taken<T>, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.advance() {
                Ok(Some(role)) => {
                    if let Some(taken) = self.take(role) {
                        return Some(Ok(taken));
                    }
                }
                Ok(None) => return None,
                Err(error) => {
                    self.open = None;
                    self.waiting.clear();
                    return Some(Err(error));
                }
            }
        }
    }
}

impl<T> std::iter::FusedIterator for Records<T> {}

impl<T> fmt::Debug for Records<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Records")
            .field("file", &self.file)
            .field("row", &self.row.number)
            .finish_non_exhaustive()
    }
}
