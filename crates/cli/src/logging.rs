//! What the program says of its own doing, on stderr.

use std::io;

use tracing_subscriber::EnvFilter;

use crate::failure::Failure;

/// What to log, such as `debug` or `trueup_runner=debug`.
pub const FILTER: &str = "TRUEUP_LOG";
/// `json` writes an object per line.
pub const FORMAT: &str = "TRUEUP_LOG_FORMAT";

/// Starts logging. `usual` is how much, where the environment does not say.
pub fn start(usual: &str) -> Result<(), Failure> {
    let wanted = std::env::var(FILTER).unwrap_or_else(|_| usual.to_owned());
    let filter = EnvFilter::try_new(&wanted).map_err(|error| {
        Failure::usage(format!("{FILTER} is not a log filter"))
            .caused_by(&error)
            .hint("use warn, info or debug, or one per crate: trueup_runner=debug,info")
    })?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_target(false)
        .with_ansi(crate::render::Ink::of(&io::stderr()).is_on());
    match std::env::var(FORMAT).ok().as_deref() {
        None | Some("" | "text") => builder.init(),
        Some("json") => builder.json().with_target(true).init(),
        Some(other) => {
            return Err(Failure::usage(format!("{FORMAT} is `{other}`; it can be text or json")));
        }
    }
    Ok(())
}
