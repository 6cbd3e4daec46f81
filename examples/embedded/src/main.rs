//! trueup inside a program with tables and a web server of its own:
//! `trueup-embedded FOLDER ADDRESS`.
//!
//! The program keeps stock and sales in its own tables (`erp`). trueup pulls from them (`source`,
//! `program`), feeds the channels of `FOLDER` by their schedules, and answers marketplaces that poll
//! at `/polled/<channel>`, all in this process and on its web server (`routes`).

mod erp;
mod program;
mod routes;
mod source;

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

use futures::TryFutureExt;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use trueup_host::Host;
use trueup_quickbooks_desktop as _; // links the connectors, so that channel files may name them
use trueup_wayfair as _;

use crate::erp::Erp;
use crate::program::Program;

type Outcome<T> = Result<T, Box<dyn Error>>;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().unwrap_or_else(|| ".".to_owned());
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:8080".to_owned());

    let erp = Erp::open(&format!("sqlite://{folder}/erp.db?mode=rwc")).await?;
    let host = Host::builder().config_dir(&folder).open().await?;
    let program = Arc::new(Program { erp, host, changed: Notify::new() });

    let listener = TcpListener::bind(address).await?;
    tracing::info!("listening on {}", listener.local_addr()?);
    let serving = axum::serve(listener, routes::routes(&program))
        .with_graceful_shutdown(stop(Arc::clone(&program)))
        .into_future();
    let feeding = program.host.run_mounted(); // every schedule of every enabled channel
    tokio::select! {
        ended = futures::future::try_join(serving.err_into(), feeding.err_into()) => {
            ended.map(drop)
        }
        never = program.pull() => never,
    }
}

/// Waits until somebody asks the program to stop. What is under way then is finished: requests by
/// the web server, feeds by trueup.
async fn stop(program: Arc<Program>) {
    let asked = tokio::select! {
        asked = tokio::signal::ctrl_c() => asked,
        asked = terminated() => asked,
    };
    if let Err(error) = asked {
        tracing::error!(%error, "whoever asks to stop would not be heard; stopping at once");
    }
    program.host.stop();
}

/// An init system asks with SIGTERM.
#[cfg(unix)]
async fn terminated() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    signal(SignalKind::terminate())?.recv().await;
    Ok(())
}

#[cfg(not(unix))]
async fn terminated() -> std::io::Result<()> {
    std::future::pending().await
}
