//! Running the real program, to its end or until a test kills it.

use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// What a finished run left behind.
#[derive(Clone, Debug)]
pub struct Finished {
    /// The exit code; `None` where a signal ended it.
    pub code: Option<i32>,
    /// What it printed.
    pub stdout: String,
    /// What it printed on the side.
    pub stderr: String,
}

impl Finished {
    /// The printed JSON.
    ///
    /// # Panics
    /// Where it is none; the message shows what was printed.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The same, after making sure that the run ended with 0.
    ///
    /// # Panics
    /// Where it did not; the message shows what was printed.
    #[must_use]
    pub fn success(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self
    }
}

/// The program, ready to be run in a folder.
#[must_use]
pub fn command(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(program());
    command.arg("--config").arg(folder).args(arguments);
    command
        .env_remove("TRUEUP_CRASH_AT")
        .env_remove("TRUEUP_STOP_AT")
        .envs(variables.iter().copied());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Cargo builds the programs of a package before its tests, and puts them beside `deps`.
fn program() -> std::path::PathBuf {
    let test = std::env::current_exe().expect("a running test has a path");
    let folder = test.parent().and_then(Path::parent).expect("tests are in target/<profile>/deps");
    folder.join(format!("trueup-under-test{}", std::env::consts::EXE_SUFFIX))
}

/// Runs a command to its end.
///
/// # Panics
/// Where it cannot be started.
#[must_use]
pub fn finish(mut command: Command) -> Finished {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    Finished {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A run that goes on until it is killed, at the latest when the test ends.
#[derive(Debug)]
pub struct Started(Child);

impl Started {
    /// Starts a command in the background.
    ///
    /// # Panics
    /// Where it cannot be started.
    #[must_use]
    pub fn new(mut command: Command) -> Self {
        command.stdout(Stdio::null()).stderr(Stdio::null());
        Self(command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}")))
    }

    /// The same, with what it prints.
    pub(crate) fn with_output(mut command: Command) -> (Self, ChildStdout) {
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let stdout = child.stdout.take().expect("its output was piped");
        (Self(child), stdout)
    }

    /// Its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// How it ended, where it has.
    ///
    /// # Panics
    /// Never: a child of ours can be waited for.
    pub fn finished(&mut self) -> Option<ExitStatus> {
        self.0.try_wait().expect("a child of ours can be waited for")
    }

    /// Kills it as `kill -9` does.
    pub fn kill(&mut self) {
        let _gone_already = self.0.kill();
        let _status = self.0.wait();
    }

    /// Stops it where it is, as `kill -STOP` does.
    ///
    /// # Panics
    /// Where that fails.
    pub fn stop(&self) {
        self.signal("STOP");
    }

    /// Lets it go on.
    ///
    /// # Panics
    /// Where that fails.
    pub fn resume(&self) {
        self.signal("CONT");
    }

    /// Whether it is stopped.
    ///
    /// # Panics
    /// Where this system does not tell of its processes.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        let state = std::fs::read_to_string(format!("/proc/{}/stat", self.id()));
        let state = state.expect("a child that was not waited for is in /proc");
        state.rsplit(") ").next().is_some_and(|state| state.starts_with('T'))
    }

    fn signal(&self, name: &str) {
        let sent =
            Command::new("kill").args([&format!("-{name}"), &self.id().to_string()]).status();
        assert!(sent.is_ok_and(|status| status.success()), "kill -{name} failed");
    }

    /// Asks it to end, as an init system does, and waits.
    ///
    /// # Panics
    /// Where it does not end within half a minute.
    pub fn terminate(&mut self) -> ExitStatus {
        self.signal("TERM");
        let status = self.ends_within(Duration::from_secs(30));
        status.expect("the program ends within half a minute of SIGTERM")
    }

    /// How it ended, where it does so in time.
    pub fn ends_within(&mut self, patience: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + patience;
        while self.finished().is_none() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(5));
        }
        self.finished()
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        self.kill();
    }
}
