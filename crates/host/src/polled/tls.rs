//! TLS of the front, from files.

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use crate::HostError;
use crate::settings::Certificate;

/// Reads a certificate. A renewed one counts from the next start.
pub(super) fn acceptor(files: &Certificate) -> Result<TlsAcceptor, HostError> {
    let unreadable = |what: &str, path: &std::path::Path, why: String| {
        let shown = path.display();
        HostError::work(format!("the {what} in {shown} cannot be used: {why}"))
    };
    let broken = |error: rustls::pki_types::pem::Error| {
        unreadable("certificate", &files.chain, error.to_string())
    };
    let chain = CertificateDer::pem_file_iter(&files.chain).map_err(broken)?;
    let chain: Vec<_> = chain.collect::<Result<_, _>>().map_err(broken)?;
    let key = PrivateKeyDer::from_pem_file(&files.private_key);
    let key =
        key.map_err(|error| unreadable("private key", &files.private_key, error.to_string()))?;
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions();
    let config =
        builder.and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key));
    let config =
        config.map_err(|error| unreadable("certificate", &files.chain, error.to_string()))?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}
