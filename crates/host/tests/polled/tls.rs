//! Calls over TLS, with a certificate from files.

use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::pager::{folder, free_port, host};

/// Signed by itself for `localhost`, until the next century; good for nothing but this.
const CERTIFICATE: &[u8] = include_bytes!("certificate.pem");
const PRIVATE_KEY: &[u8] = include_bytes!("key.pem");

fn trusting() -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(CERTIFICATE).unwrap()).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    let config = builder.with_root_certificates(roots).with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

fn main_file(port: u16) -> String {
    format!(
        "[polled]\nlisten = \"127.0.0.1:{port}\"\npublic_url = \"https://localhost:{port}\"\n\
         certificate = \"certificate.pem\"\nprivate_key_file = \"key.pem\"\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_over_tls_is_answered_and_one_in_the_clear_is_not() {
    let port = free_port();
    let dir = folder(&main_file(port));
    std::fs::write(dir.path().join("certificate.pem"), CERTIFICATE).unwrap();
    std::fs::write(dir.path().join("key.pem"), PRIVATE_KEY).unwrap();
    let host = Arc::new(host(&dir).await);
    let run = Arc::clone(&host);
    let running = tokio::spawn(async move { run.run().await.unwrap() });
    let mut clear = loop {
        match TcpStream::connect(("127.0.0.1", port)).await {
            Ok(stream) => break stream,
            Err(_) => {
                assert!(!running.is_finished(), "it could not listen");
                tokio::task::yield_now().await;
            }
        }
    };
    let request = b"GET /polled/desk HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = trusting().connect(name, stream).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    clear.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    let _ = clear.read_to_end(&mut answer).await;
    assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
    host.stop();
    running.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_cannot_be_used_is_named() {
    let dir = folder(&main_file(free_port()));
    let error = host(&dir).await.run().await.unwrap_err();
    assert!(error.to_string().contains("certificate.pem cannot be used"), "{error}");
    std::fs::write(dir.path().join("certificate.pem"), CERTIFICATE).unwrap();
    std::fs::write(dir.path().join("key.pem"), "nothing").unwrap();
    let error = host(&dir).await.run().await.unwrap_err();
    assert!(error.to_string().contains("key.pem cannot be used"), "{error}");
}
