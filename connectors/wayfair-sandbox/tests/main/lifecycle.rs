//! Starting, finding, steering and stopping.

use tokio::net::TcpStream;
use trueup_marketplace::{SandboxOptions, SandboxRegistration};
use trueup_wayfair_sandbox::{CLIENT_ID, Options, WayfairSandbox};

use crate::client::{Visitor, line, send};

const README: &str = include_str!("../../README.md");

fn registration() -> SandboxRegistration {
    let linked = SandboxRegistration::linked();
    linked.into_iter().find(|sandbox| sandbox.marketplace == "wayfair").unwrap()
}

#[tokio::test]
async fn the_command_line_finds_it_and_dropping_the_guard_stops_it() {
    let options = SandboxOptions {
        listen: Options::default().listen,
        seed: 1,
        faults: vec!["slow=1@0".to_owned()],
    };
    let running = (registration().start)(options).await.unwrap();
    let address = running.address;
    assert!(running.channel_settings.contains(&address.to_string()));
    assert_eq!(send(address, "GET /state HTTP/1.1", b"").await.unwrap().status, 200);
    drop(running);
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_channel_settings_point_here() {
    let visitor = Visitor::with(&["environment=sandbox"]).await;
    let address = visitor.sandbox.address();
    let settings = visitor.sandbox.channel_settings();
    let expected = format!(
        "[settings]\nenvironment = \"sandbox\"\nclient_id = \"{CLIENT_ID}\"\n\
         client_secret = \"sandbox-client-secret\"\n\
         api_url = \"http://{address}/v1/graphql\"\nauth_url = \"http://{address}/oauth/token\"\n"
    );
    assert_eq!(settings, expected);
}

#[tokio::test]
async fn one_that_listens_everywhere_is_called_on_loopback() {
    let options = Options { listen: "0.0.0.0:0".parse().unwrap(), ..Options::default() };
    let sandbox = WayfairSandbox::start(options).await.unwrap();
    assert!(sandbox.channel_settings().contains("http://127.0.0.1:"));
    sandbox.stop().await;
}

#[tokio::test]
async fn stopping_frees_the_address() {
    let visitor = Visitor::with(&[]).await;
    let address = visitor.sandbox.address();
    visitor.sandbox.stop().await;
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn an_address_in_use_is_named() {
    let visitor = Visitor::with(&[]).await;
    let options = Options { listen: visitor.sandbox.address(), ..Options::default() };
    let error = WayfairSandbox::start(options).await.unwrap_err();
    assert!(error.0.contains(&visitor.sandbox.address().to_string()), "{error}");
}

#[tokio::test]
async fn an_unknown_fault_lists_the_known_ones() {
    let error = WayfairSandbox::start(Options::default().with("lost_anwser")).await.unwrap_err();
    assert!(error.0.contains("`lost_anwser`"), "{error}");
    for (name, _) in registration().faults {
        assert!(error.0.contains(name), "{name} in {error}");
    }
}

#[tokio::test]
async fn a_wrong_value_is_named_with_what_to_write() {
    let visitor = Visitor::with(&[]).await;
    let cases = [
        ("lost_answer=2", "`2`; write a share from 0 to 1"),
        ("slow", "no value; write milliseconds"),
        ("late=x@0.1", "`x@0.1`; write milliseconds"),
        ("any_supplier=maybe", "`maybe`; write nothing, `on` or `off`"),
        ("suppliers=A", "`A`; write supplier ids"),
        ("throttle_form=", "``; write header or no_header or ok_200"),
        ("bad_token_status=200", "`200`; write an HTTP status"),
        ("expires_in=-1", "`-1`; write a whole number"),
    ];
    for (fault, expected) in cases {
        let error = visitor.sandbox.set_mode(fault).unwrap_err();
        assert!(error.0.contains(expected), "{fault}: {error}");
    }
}

#[tokio::test]
async fn resetting_ends_the_faults_and_keeps_what_is_stored() {
    let visitor = Visitor::with(&["lost_answer", "no_id"]).await;
    let lines = [line(81454, "A", 1)];
    assert!(visitor.try_save("DIFFERENTIAL", &lines).await.is_none());
    visitor.sandbox.reset_modes();
    assert!(visitor.save("DIFFERENTIAL", &lines).await["id"].is_string());
    assert_eq!(visitor.sandbox.state().feeds.len(), 2);
}

#[test]
fn every_fault_has_a_sentence_and_a_line_in_the_readme() {
    for (name, sentence) in registration().faults {
        assert!(!sentence.is_empty(), "{name}");
        let is_told = [format!("| `{name}`"), format!("| `{name}=")];
        assert!(is_told.iter().any(|told| README.contains(told)), "{name}");
    }
}

#[test]
fn handles_may_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<WayfairSandbox>();
}
