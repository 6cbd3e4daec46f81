//! Where secrets may travel.

use proptest::prelude::*;
use schemars::JsonSchema;
use serde_json::json;
use trueup_marketplace::{Endpoint, EndpointProblem};

use EndpointProblem::{ClearText, Credentials, NotAbsolute, Scheme};

#[test]
fn https_anywhere_and_http_to_this_machine_pass() {
    for (text, host) in [
        ("https://proxy.example.com", "proxy.example.com"),
        ("HTTPS://proxy.example.com:8443/x?y=z", "proxy.example.com"),
        ("https://10.0.0.7/", "10.0.0.7"),
        ("http://localhost:80", "localhost"),
        ("http://LOCALHOST", "LOCALHOST"),
        ("http://127.8.9.1/", "127.8.9.1"),
        ("http://[::1]:9", "[::1]"),
    ] {
        let endpoint: Endpoint = text.parse().unwrap();
        assert_eq!((endpoint.host(), endpoint.as_str()), (host, text));
    }
}

#[test]
fn everything_else_is_refused() {
    let clear = |host: &str| ClearText(host.to_owned());
    for (text, problem) in [
        ("", NotAbsolute),
        ("proxy", NotAbsolute),
        ("proxy.example.com/x", NotAbsolute),
        ("/v1/graphql", NotAbsolute),
        ("https://", NotAbsolute),
        ("https:///path", NotAbsolute),
        ("https://a b/", NotAbsolute),
        ("ftp://127.0.0.1", Scheme),
        ("https://us:pass@proxy.example.com", Credentials),
        ("http://127.0.0.1@proxy.example.com/", Credentials),
        ("http://proxy.example.com/", clear("proxy.example.com")),
        ("http://127.0.0.1.example.com/", clear("127.0.0.1.example.com")),
        ("http://localhost.example.com/", clear("localhost.example.com")),
        ("http://0.0.0.0/", clear("0.0.0.0")),
        ("http://169.254.169.254/", clear("169.254.169.254")),
        ("http://[::]/", clear("[::]")),
    ] {
        assert_eq!(text.parse::<Endpoint>(), Err(problem), "{text}");
    }
}

#[test]
fn a_path_is_added_where_there_is_none() {
    for (text, url) in [
        ("https://x.example", "https://x.example/v1"),
        ("https://x.example/", "https://x.example/v1"),
        ("https://x.example/proxy", "https://x.example/proxy"),
        ("https://x.example/proxy/", "https://x.example/proxy/"),
        ("https://x.example/?key=1", "https://x.example/?key=1"),
    ] {
        let endpoint: Endpoint = text.parse().unwrap();
        assert_eq!(endpoint.or_path("/v1"), url);
        assert_eq!(Endpoint::url_of(Some(&endpoint), "https://home.example", "/v1"), url);
    }
    let home = Endpoint::url_of(None, "https://home.example", "/v1");
    assert_eq!(home, "https://home.example/v1");
}

#[test]
fn as_a_setting_it_is_a_text_that_passes() {
    let read = |value| serde_json::from_value::<Endpoint>(value).map_err(|error| error.to_string());
    assert_eq!(read(json!("https://x.example")).unwrap().host(), "x.example");
    assert_eq!(read(json!(7)), Err("a URL must be a text".to_owned()));
    let refused = read(json!("https://us:s3cr3t@x.example")).unwrap_err();
    assert!(refused.contains("user name or password") && !refused.contains("s3cr3t"), "{refused}");
    let schema = schemars::SchemaGenerator::default().into_root_schema_for::<Endpoint>().to_value();
    assert_eq!((&schema["type"], &schema["format"]), (&json!("string"), &json!("uri")));
    assert!(Endpoint::inline_schema());
}

#[test]
fn debug_shows_the_host_alone() {
    let endpoint: Endpoint = "https://x.example/hook/s3cr3t?k=s3cr3t".parse().unwrap();
    assert_eq!(format!("{endpoint:?}"), "Endpoint { host: \"x.example\", .. }");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_breaks_it_and_no_message_repeats_one(text in "\\PC{0,12}(://)?[a-z0-9@:/.\\[\\]?#-]{0,30}") {
        if let Err(problem) = text.parse::<Endpoint>() {
            let words = problem.to_string();
            prop_assert!(text.len() < 12 || !words.contains(&text), "{words}");
        }
    }
}
