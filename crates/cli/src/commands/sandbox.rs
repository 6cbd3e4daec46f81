//! `trueup sandbox`: a simulated marketplace over real HTTP.

use std::io::{self, Write};

use trueup_marketplace::{Registry, RunningSandbox, SandboxOptions, SandboxRegistration};

use crate::arguments::Sandbox;
use crate::failure::Failure;
use crate::session::{Session, registry};
use crate::signals::Signals;

/// Runs a simulated marketplace until asked to stop.
pub async fn sandbox(session: Session<'_>, wanted: Sandbox) -> Result<(), Failure> {
    let registration = find(&wanted.marketplace)?;
    if wanted.faults.iter().any(|fault| fault == "list") {
        return Ok(print_faults(session.out, &registration)?);
    }
    let options =
        SandboxOptions { listen: wanted.listen, seed: wanted.seed, faults: wanted.faults };
    let running = start(&registration, options).await?;
    let mut signals = Signals::listen()?;
    print_how_to_use(session.out, &registry()?, &registration, &running)?;
    session.out.flush()?;
    Ok(signals.asked_to_stop().await?)
}

/// The simulator of a marketplace.
pub fn find(marketplace: &str) -> Result<SandboxRegistration, Failure> {
    let linked = SandboxRegistration::linked();
    let found = linked.iter().find(|sandbox| sandbox.marketplace == marketplace);
    found.copied().ok_or_else(|| {
        let names: Vec<&str> = linked.iter().map(|sandbox| sandbox.marketplace).collect();
        let names = names.join(", ");
        Failure::usage(format!("there is no simulated `{marketplace}`; there are: {names}"))
    })
}

/// Starts a simulator.
pub async fn start(
    registration: &SandboxRegistration,
    options: SandboxOptions,
) -> Result<RunningSandbox, Failure> {
    let marketplace = registration.marketplace;
    (registration.start)(options).await.map_err(|error| {
        Failure::usage(format!("the simulated {marketplace} cannot start: {error}"))
            .hint(format!("`trueup sandbox {marketplace} --faults list` shows faults and modes"))
    })
}

/// A channel file that points at a running simulator.
pub fn channel_file(
    registry: &Registry,
    registration: &SandboxRegistration,
    running: &RunningSandbox,
) -> String {
    let marketplace = registration.marketplace;
    let example = registry.get(marketplace).map(|found| found.example()).unwrap_or_default();
    let locations = section(example, "[locations]");
    let settings = &running.channel_settings;
    format!("marketplace = \"{marketplace}\"\nenabled = true\n\n{locations}{settings}")
}

/// A table of a TOML text, with its heading and without comments.
fn section(toml: &str, heading: &str) -> String {
    let from = toml.lines().skip_while(|line| line.trim() != heading);
    let is_other = |line: &&str| line.starts_with('[') && line.trim() != heading;
    let lines = from.take_while(|line| !is_other(line));
    let said = lines.filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    let table: String = said.map(|line| format!("{line}\n")).collect();
    if table.is_empty() { table } else { format!("{table}\n") }
}

fn print_faults(out: &mut dyn Write, registration: &SandboxRegistration) -> io::Result<()> {
    let names = registration.faults.iter().map(|(name, _)| name.chars().count());
    let width = names.max().unwrap_or_default();
    registration
        .faults
        .iter()
        .try_for_each(|(name, sentence)| writeln!(out, "{name:<width$}  {sentence}"))
}

fn print_how_to_use(
    out: &mut dyn Write,
    registry: &Registry,
    registration: &SandboxRegistration,
    running: &RunningSandbox,
) -> io::Result<()> {
    let marketplace = registration.marketplace;
    writeln!(out, "simulated {marketplace} on http://{}", running.address)?;
    writeln!(out, "\nchannels/{marketplace}_sandbox.toml:\n")?;
    let file = channel_file(registry, registration, running);
    file.lines().try_for_each(|line| match line {
        "" => writeln!(out),
        line => writeln!(out, "    {line}"),
    })?;
    writeln!(out, "\nwhat it holds: curl http://{}/state", running.address)?;
    writeln!(out, "runs until Ctrl-C")
}

#[cfg(test)]
mod tests {
    use super::section;

    #[test]
    fn the_locations_of_an_example_are_taken_alone() {
        let example = "# ours\n[locations]\nMAIN = \"81454\"\n# more\n\n[settings]\nkey = 1\n";
        assert_eq!(section(example, "[locations]"), "[locations]\nMAIN = \"81454\"\n\n");
        assert_eq!(section("[settings]\nkey = 1\n", "[locations]"), "");
    }
}
