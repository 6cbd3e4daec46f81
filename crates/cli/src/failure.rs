//! How a command ends that did not do what was asked.

use std::error::Error as StdError;
use std::io::{self, Write};
use std::process::ExitCode;

use trueup_host::{HostError, HostErrorKind};

use crate::render::Ink;

/// Why a command failed: its exit code, and what stands on stderr.
#[derive(Debug)]
pub struct Failure {
    code: Code,
    message: String,
    causes: Vec<String>,
    hint: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Code {
    /// Nobody reads any more: `trueup figures | head`.
    ReaderGone,
    /// The work itself failed.
    Work,
    /// Wrong usage or settings.
    Usage,
}

impl Failure {
    fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), causes: Vec::new(), hint: None }
    }

    /// The work itself failed.
    pub fn work(message: impl Into<String>) -> Self {
        Self::new(Code::Work, message)
    }

    /// The command was not used as it can be.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Code::Usage, message)
    }

    /// The same with what caused it.
    pub fn caused_by(mut self, error: &dyn StdError) -> Self {
        let mut next = Some(error);
        while let Some(error) = next {
            self.causes.push(error.to_string());
            next = error.source();
        }
        self
    }

    /// The same with what would help.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Says on stderr what failed, and gives the exit code.
    pub fn report(self) -> ExitCode {
        if self.code == Code::ReaderGone {
            return ExitCode::SUCCESS;
        }
        // Without a stderr there is nobody to tell.
        let _ = self.write(&mut io::stderr().lock(), Ink::of(&io::stderr()));
        ExitCode::from(if self.code == Code::Usage { 2 } else { 1 })
    }

    fn write(&self, out: &mut dyn Write, ink: Ink) -> io::Result<()> {
        writeln!(out, "{} {}", ink.red("error:"), self.message)?;
        // A message that already says its cause does not say it twice.
        let news = self.causes.iter().filter(|cause| !self.message.contains(cause.as_str()));
        for cause in news {
            writeln!(out, "  because: {cause}")?;
        }
        if let Some(hint) = &self.hint {
            writeln!(out, "{} {hint}", ink.bold("hint:"))?;
        }
        Ok(())
    }
}

impl From<HostError> for Failure {
    fn from(error: HostError) -> Self {
        let code = match error.kind() {
            HostErrorKind::Usage | HostErrorKind::Settings => Code::Usage,
            _ => Code::Work,
        };
        let failure = Self::new(code, error.to_string());
        match StdError::source(&error) {
            Some(source) => failure.caused_by(source),
            None => failure,
        }
    }
}

/// Output that cannot be written.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::new(Code::ReaderGone, "");
        }
        Self::work("the output cannot be written").caused_by(&error)
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::{Code, Failure};
    use crate::render::Ink;

    fn written(failure: &Failure) -> String {
        let mut out = Vec::new();
        failure.write(&mut out, Ink::default()).expect("memory takes it");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn a_failure_says_what_why_and_what_helps() {
        let error = io::Error::other("the disk is full");
        let failure =
            Failure::work("the report cannot be kept").caused_by(&error).hint("make room");
        let expected =
            "error: the report cannot be kept\n  because: the disk is full\nhint: make room\n";
        assert_eq!(written(&failure), expected);
    }

    #[test]
    fn a_cause_that_was_told_is_not_told_again() {
        let error = io::Error::other("the disk is full");
        let failure = Failure::work("cannot write: the disk is full").caused_by(&error);
        assert_eq!(written(&failure), "error: cannot write: the disk is full\n");
    }

    #[test]
    fn a_reader_that_went_away_is_no_failure() {
        let error = io::Error::from(io::ErrorKind::BrokenPipe);
        assert_eq!(Failure::from(error).code, Code::ReaderGone);
    }
}
