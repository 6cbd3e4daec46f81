//! A program that says something and waits.

use std::io::{BufRead, BufReader, Lines};
use std::process::{ChildStdout, Command, ExitStatus};
use std::time::Duration;

use tokio::task::block_in_place;

use crate::program::Started;

/// How long a program may take to end.
const PATIENCE: Duration = Duration::from_secs(60);

/// A run whose words are listened to.
#[derive(Debug)]
pub struct Conversation {
    program: Started,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Conversation {
    /// Starts a command in the background.
    #[must_use]
    pub(crate) fn begin(command: Command) -> Self {
        let (program, stdout) = Started::with_output(command);
        Self { program, lines: BufReader::new(stdout).lines() }
    }

    /// The next line that contains some words.
    ///
    /// # Panics
    /// Where the program ends without one.
    pub fn said(&mut self, words: &str) -> String {
        let mut lines = self.lines.by_ref().map_while(Result::ok);
        let said = block_in_place(|| lines.find(|line| line.contains(words)));
        said.unwrap_or_else(|| panic!("it ended and never said `{words}`"))
    }

    /// How it ended.
    ///
    /// # Panics
    /// Where it does not.
    pub fn ended(&mut self) -> ExitStatus {
        block_in_place(|| self.program.ends_within(PATIENCE)).expect("the program ends")
    }
}
