//! `trueup connect`: somebody allows us, in a browser, to act for them.

use std::process::{Command, Stdio};
use std::time::Duration;

use crate::arguments::Connect;
use crate::failure::Failure;
use crate::session::Session;

/// Leads somebody through the consent of a channel's marketplace, and keeps what comes of it.
pub async fn connect(session: Session<'_>, connect: Connect) -> Result<(), Failure> {
    let host = session.open().await?;
    let redirect = connect.redirect.as_deref();
    let desk = host.consent_desk(&connect.channel, connect.port, redirect).await?;
    writeln!(session.out, "allow trueup to act for you; open this address in a browser:")?;
    writeln!(session.out, "\n  {}\n", desk.url())?;
    writeln!(
        session.out,
        "the marketplace then leads to {}, which must be registered there",
        desk.redirect()
    )?;
    if redirect.is_some() {
        writeln!(session.out, "that page must lead on to {} with the same query", desk.page())?;
    }
    session.out.flush()?;
    if !connect.no_browser {
        open_browser(desk.url());
    }
    let consent = desk.wait(Duration::from_secs(connect.timeout)).await?;
    let connected = host.connect(&connect.channel, consent).await?;
    writeln!(session.out, "connected {}", connect.channel)?;
    for (name, value) in &connected.told {
        writeln!(session.out, "  {name}: {value}")?;
    }
    let kept = match connected.is_kept {
        true => "the refresh token is kept in the vault, encrypted",
        false => "the marketplace gave no refresh token; nothing is kept",
    };
    writeln!(session.out, "{kept}")?;
    Ok(())
}

/// Where there is no browser, the address that was printed has to do.
fn open_browser(url: &str) {
    let program = match std::env::consts::OS {
        "macos" => "open",
        "windows" => "explorer",
        _ => "xdg-open",
    };
    let mut command = Command::new(program);
    let _ =
        command.arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
}
