//! Which addresses may be talked to, decided on the URL before anything is looked up or opened.

use reqwest::Url;
use trueup_marketplace::{Endpoint, EndpointProblem};

/// An address that passed.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// Where the request goes.
    pub(crate) url: Url,
    /// Its host, the only part that messages and events name.
    pub(crate) host: String,
}

/// Lets `https` pass to anywhere and `http` to this machine: [`Endpoint::permit`], asked of the very
/// URL that will be connected to.
pub(crate) fn check(text: &str) -> Result<Target, EndpointProblem> {
    let url = Url::parse(text).map_err(|_| EndpointProblem::NotAbsolute)?;
    let host = url.host_str().ok_or(EndpointProblem::NotAbsolute)?.to_owned();
    let has_login = !url.username().is_empty() || url.password().is_some();
    Endpoint::permit(url.scheme(), &host, has_login)?;
    Ok(Target { url, host })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_anywhere_and_http_to_this_machine_pass() {
        let passing = [
            ("https://api.wayfair.com/v1/graphql", "api.wayfair.com"),
            ("https://10.0.0.7:8443/", "10.0.0.7"),
            ("HTTPS://Api.Example.com/x?y=z", "api.example.com"),
            ("http://localhost:8080/v1", "localhost"),
            ("http://127.0.0.1:1/", "127.0.0.1"),
            ("http://127.8.9.1/", "127.8.9.1"),
            ("http://[::1]:9/", "[::1]"),
        ];
        for (text, host) in passing {
            assert_eq!(check(text).map(|target| target.host), Ok(host.to_owned()));
        }
    }

    #[test]
    fn plain_http_to_another_machine_is_refused() {
        let hosts = [
            "example.com",
            "10.0.0.7",
            "169.254.169.254",
            "0.0.0.0",
            "localhost.example.com",
            "127.0.0.1.example.com",
        ];
        for host in hosts {
            let refused = check(&format!("http://{host}/latest?token=1")).map(|target| target.host);
            assert_eq!(refused, Err(EndpointProblem::ClearText(host.to_owned())));
        }
    }

    #[test]
    fn everything_else_is_refused() {
        let refused = [
            ("", EndpointProblem::NotAbsolute),
            ("/v1/graphql", EndpointProblem::NotAbsolute),
            ("https://", EndpointProblem::NotAbsolute),
            ("file:///etc/passwd", EndpointProblem::NotAbsolute),
            ("ftp://example.com/", EndpointProblem::Scheme),
            ("https://user:pass@example.com/", EndpointProblem::Credentials),
            ("http://127.0.0.1@example.com/", EndpointProblem::Credentials),
        ];
        for (text, problem) in refused {
            assert_eq!(check(text).map(|target| target.host), Err(problem), "{text}");
        }
    }
}
