//! Somebody in front of a browser, and free ports to lead it to.

use std::net::{SocketAddr, TcpListener};

use trueup_sandbox::raw;

/// Redirects that are followed; a consent takes one.
const REDIRECTS_MAX: usize = 5;

/// An address of loopback at which nobody listens.
///
/// # Panics
/// Where there is none.
#[must_use]
pub fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    listener.local_addr().expect("a listener has an address")
}

/// Opens an address of this machine as a browser does, and shows the page to which it leads.
///
/// # Panics
/// Where it leads to none.
pub async fn browse(url: &str) -> String {
    let mut url = url.to_owned();
    for _ in 0..REDIRECTS_MAX {
        let (address, path) = parts(&url).unwrap_or_else(|| panic!("`{url}` leads elsewhere"));
        let answer = raw::send(address, &format!("GET {path} HTTP/1.1"), b"").await;
        let answer = answer.ok().flatten().unwrap_or_else(|| panic!("{url} does not answer"));
        match answer.header("location") {
            Some(next) => next.clone_into(&mut url),
            None => return answer.text(),
        }
    }
    panic!("{url} leads in a circle")
}

fn parts(url: &str) -> Option<(SocketAddr, &str)> {
    let (authority, _) = url.strip_prefix("http://")?.split_once('/')?;
    let path = url.strip_prefix("http://")?.strip_prefix(authority)?;
    Some((authority.replace("localhost", "127.0.0.1").parse().ok()?, path))
}
