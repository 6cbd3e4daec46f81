//! A folder of settings, and the program run in it.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::conversation::Conversation;
use crate::program::{Finished, Started, command, finish};

/// A folder of settings that belongs to one test.
#[derive(Debug)]
pub struct Folder {
    place: TempDir,
    /// Environment variables of every run.
    variables: Vec<(String, String)>,
}

impl Default for Folder {
    fn default() -> Self {
        let place = tempfile::tempdir().expect("a temporary folder");
        Self { place, variables: Vec::new() }
    }
}

impl Folder {
    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.place.path()
    }

    /// Gives every later run an environment variable.
    pub fn set(&mut self, name: &str, value: impl ToString) {
        self.variables.push((name.to_owned(), value.to_string()));
    }

    /// Writes a file of the folder.
    ///
    /// # Panics
    /// Where that fails.
    pub fn write(&self, name: &str, text: &str) -> String {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder");
        fs::write(&path, text).expect("a file can be written");
        path.display().to_string()
    }

    /// Runs the program to its end, with more environment variables.
    ///
    /// # Panics
    /// Where it cannot be started.
    pub async fn run(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Finished {
        let command = command(self.path(), arguments, &self.with(variables));
        tokio::task::spawn_blocking(move || finish(command)).await.expect("waiting cannot fail")
    }

    /// Runs the program in the background, with more environment variables.
    #[must_use]
    pub fn start(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Started {
        Started::new(command(self.path(), arguments, &self.with(variables)))
    }

    /// Runs the program in the background and listens to it.
    #[must_use]
    pub fn talk(&self, arguments: &[&str]) -> Conversation {
        Conversation::begin(command(self.path(), arguments, &self.with(&[])))
    }

    /// The program, for a test that runs it in a way of its own.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> Command {
        command(self.path(), arguments, &self.with(&[]))
    }

    /// What a command prints as JSON.
    pub async fn json(&self, arguments: &[&str]) -> Value {
        let arguments = [arguments, &["--format", "json"]].concat();
        self.run(&arguments, &[]).await.success().json()
    }

    /// Imports a table; it must be taken.
    pub async fn import(&self, what: &str, table: &str) -> Value {
        let file = self.write(&format!("{what}.csv"), table);
        self.json(&["import", what, &file]).await
    }

    /// Every row of `trueup status`.
    ///
    /// # Panics
    /// Where it prints no array.
    pub async fn status(&self) -> Vec<Value> {
        let rows = self.json(&["status"]).await;
        rows.as_array().expect("status prints an array").clone()
    }

    fn with<'a>(&'a self, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let own = self.variables.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        own.chain(more.iter().copied()).collect()
    }
}
