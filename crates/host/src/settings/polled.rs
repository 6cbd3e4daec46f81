//! Where marketplaces that poll reach us.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::form::PolledForm;
use super::key_path::KeyPath;
use super::report::Report;

/// Where marketplaces that poll reach us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolledSettings {
    /// The address listened at.
    pub listen: SocketAddr,
    /// What the marketplace calls, without a slash at the end.
    pub public_url: String,
    /// For TLS; without it `listen` is an address of this machine alone.
    pub certificate: Option<Certificate>,
}

/// The files of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The certificate and those up to its authority, PEM.
    pub chain: PathBuf,
    /// Its private key, PEM.
    pub private_key: PathBuf,
}

/// Judges the table; `None` where that cannot be used, which is reported.
pub(super) fn read(
    report: &mut Report<'_>,
    form: &PolledForm,
    dir: &Path,
) -> Option<PolledSettings> {
    let mut problem = |key: &str, message: &str| {
        report.problem(&KeyPath::of(["polled", key]), message);
        None
    };
    let Ok(listen) = form.listen.parse::<SocketAddr>() else {
        return problem("listen", "must be an address and a port, such as 127.0.0.1:8085");
    };
    let certificate = match (&form.certificate, &form.private_key_file) {
        (None, None) => None,
        (Some(chain), Some(key)) => {
            Some(Certificate { chain: dir.join(chain), private_key: dir.join(key) })
        }
        (Some(_), None) => {
            return problem("private_key_file", "is missing; a certificate needs its private key");
        }
        (None, Some(_)) => {
            return problem("certificate", "is missing; a private key needs its certificate");
        }
    };
    if certificate.is_none() && !listen.ip().is_loopback() {
        return problem(
            "listen",
            "is beyond this machine, where passwords must not travel in the clear; set certificate \
             and private_key_file, or listen at 127.0.0.1 behind a reverse proxy with TLS",
        );
    }
    let scheme = if certificate.is_some() { "https" } else { "http" };
    let public_url = form.public_url.clone().unwrap_or_else(|| format!("{scheme}://{listen}"));
    if let Err(why) = judge_url(&public_url) {
        return problem("public_url", why);
    }
    let public_url = public_url.trim_end_matches('/').to_owned();
    Some(PolledSettings { listen, public_url, certificate })
}

/// Whether a marketplace may be told to call this address, or to lead a browser to it.
pub(crate) fn judge_url(url: &str) -> Result<(), &'static str> {
    let beyond = "must begin with https://; http:// is for this machine alone";
    let (is_plain, rest) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => (false, rest),
        (None, Some(rest)) => (true, rest),
        (None, None) => return Err(beyond),
    };
    let authority = rest.split('/').next().unwrap_or_default();
    let is_here = authority.parse::<SocketAddr>().is_ok_and(|address| address.ip().is_loopback())
        || authority.split(':').next() == Some("localhost")
        || authority.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    if is_plain && !is_here {
        return Err(beyond);
    }
    match authority.is_empty() || rest.contains(['?', '#', ' ', '@']) {
        true => Err("must be a host, perhaps a port and a path, and nothing else"),
        false => Ok(()),
    }
}
