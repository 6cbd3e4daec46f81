//! Which addresses may be talked to, decided on the URL before anything is looked up or opened.

use std::fmt;
use std::net::IpAddr;

use reqwest::Url;

/// An address that passed.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// Where the request goes.
    pub(crate) url: Url,
    /// Its host, the only part that messages and events name.
    pub(crate) host: String,
}

/// Why an address is refused. Shows the host at most: paths and queries can hold secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum UrlProblem {
    /// It cannot be read, or names no host.
    Unreadable,
    /// It is neither `https` nor `http`.
    Scheme,
    /// It carries a user name or a password, which proxies and logs would see.
    Credentials,
    /// It is plain `http` to another machine.
    Plain(String),
}

impl fmt::Display for UrlProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable => f.write_str("the URL is not an absolute URL with a host"),
            Self::Scheme => f.write_str("the URL starts neither with https:// nor with http://"),
            Self::Credentials => f.write_str(
                "the URL holds a user name or password; credentials belong in the settings",
            ),
            Self::Plain(host) => write!(
                f,
                "plain http to {host} would show every secret on the way; use https \
                (http is for this machine only)"
            ),
        }
    }
}

/// Lets `https` pass to anywhere and `http` to this machine.
pub(crate) fn check(text: &str) -> Result<Target, UrlProblem> {
    let url = Url::parse(text).map_err(|_| UrlProblem::Unreadable)?;
    let host = url.host_str().ok_or(UrlProblem::Unreadable)?.to_owned();
    if !url.username().is_empty() || url.password().is_some() {
        return Err(UrlProblem::Credentials);
    }
    match url.scheme() {
        "https" => Ok(Target { url, host }),
        "http" if is_loopback(&host) => Ok(Target { url, host }),
        "http" => Err(UrlProblem::Plain(host)),
        _ => Err(UrlProblem::Scheme),
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
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
            assert_eq!(refused, Err(UrlProblem::Plain(host.to_owned())));
        }
    }

    #[test]
    fn everything_else_is_refused() {
        let refused = [
            ("", UrlProblem::Unreadable),
            ("/v1/graphql", UrlProblem::Unreadable),
            ("https://", UrlProblem::Unreadable),
            ("file:///etc/passwd", UrlProblem::Unreadable),
            ("ftp://example.com/", UrlProblem::Scheme),
            ("https://user:pass@example.com/", UrlProblem::Credentials),
            ("http://127.0.0.1@example.com/", UrlProblem::Credentials),
        ];
        for (text, problem) in refused {
            assert_eq!(check(text).map(|target| target.host), Err(problem), "{text}");
        }
    }
}
