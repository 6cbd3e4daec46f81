//! The `trueup` binary as a library, so that tests can build it with the features they need.

mod arguments;
mod commands;
#[cfg(feature = "failpoints")]
mod crash;
mod demo;
mod failure;
mod logging;
mod render;
mod session;
mod signals;

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use clap::Parser;
use trueup_file_drop as _;
use trueup_quickbooks_desktop as _;
use trueup_quickbooks_desktop_sandbox as _;
use trueup_quickbooks_online as _;
use trueup_quickbooks_online_sandbox as _;
use trueup_shopify as _;
use trueup_shopify_sandbox as _;
use trueup_wayfair as _;
use trueup_wayfair_sandbox as _;

use crate::arguments::{Arguments, Command};
use crate::failure::Failure;
use crate::render::Ink;
use crate::session::Session;

/// Runs the program with the process's own arguments.
#[must_use]
pub fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    let is_daemon = matches!(arguments.command, Command::Run);
    logging::start(if is_daemon { "info" } else { "warn" })?;
    #[cfg(feature = "failpoints")]
    crash::arm()?;

    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::work("no threads can be started").caused_by(&error))?;
    let stdout = io::stdout();
    let mut out = BufWriter::new(stdout.lock());
    let session = Session { config: arguments.config, out: &mut out, ink: Ink::of(&io::stdout()) };
    let done = runtime.block_on(commands::execute(session, arguments.command));
    // What was printed before a failure stands before the failure.
    let flushed = out.flush().map_err(Failure::from);
    done.and(flushed)
}
