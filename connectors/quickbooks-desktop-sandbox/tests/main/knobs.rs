//! Switches by name.

use trueup_marketplace::SandboxRegistration;
use trueup_quickbooks_desktop_sandbox::{DesktopSandbox, Options};

async fn refused(fault: &str) -> String {
    let started = DesktopSandbox::start(Options::default().with(fault)).await;
    started.err().map(|error| error.to_string()).unwrap_or_default()
}

#[tokio::test]
async fn what_is_not_known_or_does_not_fit_is_refused_with_what_to_write() {
    for (fault, words) in [
        ("colour", "no fault or mode of the quickbooks_desktop sandbox is called `colour`"),
        ("url=https://example.com/", "http://127.0.0.1:PORT/PATH"),
        ("url=http://192.0.2.1/x", "this machine only"),
        ("every=soon", "1s"),
        ("items=", ""),
        ("items=Lamp|a|b|c|d", "NAME|PART|BARCODE|QUANTITY"),
        ("items=Lamp|a|b|many", "NAME|PART|BARCODE|QUANTITY"),
        ("version=13", "13.0"),
        ("closing_date=tomorrow", "2026-12-31"),
        ("lost_answer=2", "a share from 0 to 1"),
        ("multi_user_answer=9", "write 3180 or 3176 or hresult"),
        ("company=", "write a text"),
    ] {
        let message = refused(fault).await;
        assert!(message.contains(words), "{fault}: {message}");
    }
}

#[tokio::test]
async fn a_password_is_not_repeated() {
    assert!(!refused("every=s3cr3t-canary").await.contains("s3cr3t-canary"));
}

#[test]
fn each_has_a_sentence_and_stands_in_the_readme() {
    let linked = SandboxRegistration::linked();
    let sandbox =
        linked.iter().find(|sandbox| sandbox.marketplace == "quickbooks_desktop").unwrap();
    let readme = include_str!("../../README.md");
    for (name, sentence) in sandbox.faults {
        assert!(sentence.len() > 15, "{name}");
        assert!(readme.contains(&format!("| `{name}` |")), "{name} is not in the README");
    }
}
