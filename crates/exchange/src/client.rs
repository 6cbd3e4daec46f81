//! The HTTP client of one exchange: its own pool, its own TLS, nothing taken from the process.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, Proxy, redirect, retry};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use rustls_platform_verifier::BuilderVerifierExt;
use trueup_marketplace::{Error, ErrorKind, Retry};

use crate::Options;
use crate::resolver::Resolver;

/// Marketplaces close idle connections after a minute or so. A request that meets the closing ends
/// as unknown, so ours are dropped well before.
const POOL_IDLE: Duration = Duration::from_secs(15);

/// Opens a client. Redirects are off (they would carry credentials elsewhere), and so are reqwest's
/// own retries and the environment's proxies.
pub(crate) fn open(options: &Options) -> Result<Client, Error> {
    let tls = tls().map_err(|error| cannot("set up TLS").caused_by(error))?;
    let builder = Client::builder()
        .tls_backend_preconfigured(tls)
        .user_agent(&options.user_agent)
        .connect_timeout(options.connect_timeout)
        .pool_idle_timeout(POOL_IDLE)
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .no_proxy()
        .dns_resolver(Resolver::new(options));
    let builder = match &options.https_proxy {
        Some(url) => builder.proxy(proxy(url)?),
        None => builder,
    };
    let client = builder.build();
    client.map_err(|error| cannot("open an HTTP client").caused_by(error.without_url()))
}

fn proxy(url: &str) -> Result<Proxy, Error> {
    // The cause may quote the URL, and that may hold a password.
    Proxy::https(url).map_err(|_| cannot("read the URL of the https proxy"))
}

fn cannot(what: &str) -> Error {
    let message = format!("the exchange cannot {what}");
    Error::not_applied(ErrorKind::Unsupported, Retry::Never, message)
}

/// TLS 1.2 and later, checked by the platform; where that has no certificates at all (a bare
/// container), by Mozilla's list.
fn tls() -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(ring::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let checked = match builder.clone().with_platform_verifier() {
        Ok(checked) => checked,
        Err(_) => builder.with_root_certificates(mozilla()),
    };
    let mut config = checked.with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn mozilla() -> RootCertStore {
    webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect()
}
