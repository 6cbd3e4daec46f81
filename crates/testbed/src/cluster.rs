//! A PostgreSQL server of this test program's own.
//!
//! The server runs under a shell that waits for its standard input to end. The other end of that
//! pipe is in this program, so that it ends with the program, however that ends: the shell then
//! stops the server and removes its folder. A line on the pipe asks for a restart.

use std::io::{BufRead, BufReader, Lines, Write};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

/// Set to `required`, it makes a missing PostgreSQL a failure.
const REQUIREMENT: &str = "TESTBED_POSTGRES";

/// The server's people compare texts by language, as most installations do, so that a query that
/// relies on another order fails here and not there.
const INITDB: &str = "--username=trueup --auth-host=trust --auth-local=reject --encoding=UTF8 \
    --locale=C.UTF-8 --locale-provider=icu --icu-locale=en-US --no-sync --no-instructions";

/// What only costs time in a test, and a room of connections for many tests at once.
const SETTINGS: &str = "-c listen_addresses=127.0.0.1 -c unix_socket_directories= \
    -c fsync=off -c full_page_writes=off -c max_connections=400 -c shared_buffers=64MB \
    -c max_wal_size=4GB";

const SUPERVISOR: &str = r#"
exec 2>&1
folder=$(mktemp -d "${TMPDIR:-/tmp}/trueup-postgres-XXXXXX") || exit 1
cd "$folder" || exit 1
trap 'rm -rf "$folder"' EXIT
"$BIN/initdb" -D "$folder/data" $INITDB >"$folder/log" || { tail -n 5 "$folder/log"; exit 1; }
start() {
  "$BIN/postgres" -D "$folder/data" -p "$PORT" $SETTINGS >>"$folder/log" 2>&1 </dev/null &
  server=$!
  tries=0
  until "$BIN/pg_isready" -q -h 127.0.0.1 -p "$PORT" -d postgres; do
    tries=$((tries + 1))
    if [ "$tries" -gt 600 ] || ! kill -0 "$server"; then tail -n 5 "$folder/log"; break; fi
    sleep 0.1
  done
  echo ready
}
start
while read -r _restart; do
  kill -QUIT "$server"
  wait "$server"
  start
done
exec >/dev/null
kill -QUIT "$server"
wait "$server"
"#;

/// The running server.
pub(crate) struct Cluster {
    programs: PathBuf,
    port: u16,
    databases: AtomicU32,
    supervisor: Mutex<Supervisor>,
}

/// The shell; see the module's comment.
struct Supervisor {
    lifeline: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Supervisor {
    /// Waits until the server takes connections.
    fn ready(&mut self) -> Result<(), String> {
        let lines = self.output.by_ref().map_while(Result::ok);
        let said: Vec<String> = lines.take_while(|line| line != "ready").collect();
        if said.is_empty() {
            return Ok(());
        }
        Err(format!("PostgreSQL did not start: {}", said.join("; ")))
    }
}

impl Cluster {
    /// This test program's server, started by the first call.
    pub(crate) fn shared() -> Option<&'static Self> {
        static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
        CLUSTER.get_or_init(Self::start).as_ref()
    }

    /// A server that is nobody else's; it ends when this is dropped.
    pub(crate) fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            report_missing();
            return None;
        };
        let started = (0..3).find_map(|_| Self::try_start(&programs).ok());
        started.or_else(|| panic!("{}", Self::try_start(&programs).err().unwrap_or_default()))
    }

    /// Fails where the port was taken in between, or where PostgreSQL does not work here.
    fn try_start(programs: &Path) -> Result<Self, String> {
        let port = free_port();
        let mut supervisor = unprivileged_shell();
        supervisor
            .args(["-c", SUPERVISOR])
            .env("BIN", programs)
            .env("INITDB", INITDB)
            .env("SETTINGS", SETTINGS)
            .env("PORT", port.to_string())
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Ctrl-C in a terminal reaches this program alone, whose end is then noticed.
            .process_group(0);
        let mut child = supervisor.spawn().map_err(|error| error.to_string())?;
        let (Some(lifeline), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("the pipes to the PostgreSQL server are missing".to_owned());
        };
        let mut supervisor = Supervisor { lifeline, output: BufReader::new(output).lines() };
        supervisor.ready()?;
        Ok(Self {
            programs: programs.to_owned(),
            port,
            databases: AtomicU32::new(0),
            supervisor: Mutex::new(supervisor),
        })
    }

    /// Kills the server, as `pg_ctl --mode=immediate` does, and starts it again. Returns when it
    /// takes connections.
    pub(crate) fn restart(&self) {
        let mut supervisor = self.supervisor.lock().unwrap_or_else(PoisonError::into_inner);
        supervisor.lifeline.write_all(b"restart\n").expect("the server's shell is there");
        supervisor.ready().expect("the server starts again");
    }

    /// Creates an empty database and returns its address.
    pub(crate) fn create_database(&self) -> String {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{number}");
        let created = Command::new(self.programs.join("createdb"))
            .args(["-h", "127.0.0.1", "-p", &self.port.to_string()])
            .args(["-U", "trueup", "-w", &name])
            .output();
        let created = created.expect("createdb runs where initdb ran");
        let complaint = String::from_utf8_lossy(&created.stderr);
        assert!(created.status.success(), "createdb failed: {complaint}");
        format!("postgres://trueup@127.0.0.1:{}/{name}", self.port)
    }
}

/// The folder of the newest installed PostgreSQL's programs.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter();
    let installed = versions.flatten().flatten().map(|version| version.path());
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = installed.map(|version| version.join("bin")).collect();
    folders.sort_by_key(|folder| version_of(folder));
    std::env::split_paths(&on_path)
        .chain(folders)
        .filter(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
        .last()
}

fn version_of(programs: &Path) -> Option<u32> {
    let version = programs.parent()?.file_name()?;
    version.to_str()?.parse().ok()
}

/// Written past the test runner, which shows what a test prints only where the test fails.
fn report_missing() {
    let required = std::env::var_os(REQUIREMENT).is_some_and(|value| value == "required");
    let missing = "PostgreSQL is not installed (no `initdb` in /usr/lib/postgresql/*/bin or PATH)";
    assert!(!required, "{missing}, and {REQUIREMENT} says it must be");
    let report = format!("\n!!! {missing}: its tests are LEFT OUT\n\n");
    let _ = std::io::stderr().write_all(report.as_bytes());
}

/// The server refuses to run as root.
fn unprivileged_shell() -> Command {
    if !is_root() {
        return Command::new("sh");
    }
    let mut shell = Command::new("setpriv");
    // `nobody` and its group, whose names differ.
    shell.args(["--reuid=65534", "--regid=65534", "--clear-groups", "sh"]);
    shell
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0));
    let address = listener.and_then(|listener| listener.local_addr());
    address.expect("a free loopback port").port()
}
