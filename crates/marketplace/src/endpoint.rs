//! Where a marketplace is reached, if not at its usual address: a setting that cannot leak.

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use http::Uri;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};

use crate::wording::quiet_text;

/// An absolute URL that secrets may be sent to: `https` anywhere, `http` to this machine only, and
/// no user name or password in it.
///
/// As a setting it is typed once and checked while the settings are read; no message repeats it.
/// The exchange holds every request to the same policy, [`Endpoint::permit`].
///
/// ```
/// use trueup_marketplace::Endpoint;
///
/// let proxy: Endpoint = "http://127.0.0.1:8080".parse()?;
/// assert_eq!(proxy.or_path("/v1/graphql"), "http://127.0.0.1:8080/v1/graphql");
///
/// let refused = "http://proxy.example.com".parse::<Endpoint>().unwrap_err();
/// assert!(refused.to_string().contains("use https"));
/// # Ok::<(), trueup_marketplace::EndpointProblem>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    url: String,
    host: String,
    has_path: bool,
}

/// Why a URL is refused. Names its host at most: paths and queries can hold secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndpointProblem {
    /// It cannot be read, or names no host.
    NotAbsolute,
    /// It is neither `https` nor `http`.
    Scheme,
    /// It carries a user name or a password, which proxies and logs would see.
    Credentials,
    /// It is plain `http` to another machine.
    ClearText(String),
}

impl Endpoint {
    /// The policy on the parts of a URL, for whoever has parsed it already.
    ///
    /// # Errors
    /// What is against it.
    pub fn permit(scheme: &str, host: &str, has_login: bool) -> Result<(), EndpointProblem> {
        if has_login {
            return Err(EndpointProblem::Credentials);
        }
        match scheme {
            "https" => Ok(()),
            "http" if is_this_machine(host) => Ok(()),
            "http" => Err(EndpointProblem::ClearText(host.to_owned())),
            _ => Err(EndpointProblem::Scheme),
        }
    }

    /// The URL, as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.url
    }

    /// Its host, which may be shown.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The URL of `path` at the endpoint that settings give, as [`or_path`](Self::or_path), or else
    /// at the marketplace's own `root`.
    #[must_use]
    pub fn url_of(given: Option<&Self>, root: &str, path: &str) -> String {
        given.map_or_else(|| format!("{root}{path}"), |given| given.or_path(path))
    }

    /// The URL, with `path` (which starts with `/`) where it has neither path nor query.
    #[must_use]
    pub fn or_path(&self, path: &str) -> String {
        if self.has_path {
            return self.url.clone();
        }
        format!("{}{path}", self.url.trim_end_matches('/'))
    }
}

fn is_this_machine(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let is_loopback = bare.parse().is_ok_and(|address: IpAddr| address.is_loopback());
    is_loopback || host.eq_ignore_ascii_case("localhost")
}

impl FromStr for Endpoint {
    type Err = EndpointProblem;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let uri: Uri = text.parse().map_err(|_| EndpointProblem::NotAbsolute)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(EndpointProblem::NotAbsolute);
        };
        let host = authority.host().to_owned();
        if host.is_empty() {
            return Err(EndpointProblem::NotAbsolute);
        }
        Self::permit(scheme, &host, authority.as_str().contains('@'))?;
        let has_path = !matches!(uri.path(), "" | "/") || uri.query().is_some();
        Ok(Self { url: text.to_owned(), host, has_path })
    }
}

/// Shows the host alone.
impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint").field("host", &self.host).finish_non_exhaustive()
    }
}

impl fmt::Display for EndpointProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAbsolute => f.write_str(
                "the URL is not an absolute URL with a host, such as https://proxy.example.com",
            ),
            Self::Scheme => f.write_str("the URL starts neither with https:// nor with http://"),
            Self::Credentials => f.write_str(
                "the URL holds a user name or password; credentials have settings of their own",
            ),
            Self::ClearText(host) => write!(
                f,
                "plain http to {host} would show every secret on the way; use https (http is for \
                 this machine only)"
            ),
        }
    }
}

impl std::error::Error for EndpointProblem {}

impl<'de> Deserialize<'de> for Endpoint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = quiet_text(deserializer, "a URL must be a text")?;
        text.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Endpoint {
    fn schema_name() -> Cow<'static, str> {
        "Endpoint".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "uri", "minLength": 1 })
    }
}
