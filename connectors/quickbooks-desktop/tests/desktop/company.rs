//! Which company file is touched, and in which state.

use trueup_marketplace::{Letter, Mailbox};
use trueup_quickbooks_desktop_sandbox::Ending;

use crate::loopback::start;
use crate::support::{Talk, batch, fates, line, line_at, words};

/// How a visit to a company in this state ends, and whether the letter was left alone.
async fn visited(settings: &str, faults: &[&str]) -> String {
    let loopback = start(settings, faults).await;
    let feed = batch("b-1", vec![line(1, "Lamp", 5)]);
    loopback.talk.post(&feed).await;
    let visit = loopback.sandbox.visit().await;
    let letter = loopback.talk.mailbox.look(&feed.key).await.unwrap();
    match visit.ending {
        Ending::Stopped(why) => {
            assert_eq!(letter, Letter::Waiting, "{why}");
            assert!(visit.requests.is_empty());
            why
        }
        ending => format!("{ending:?}"),
    }
}

#[tokio::test]
async fn only_the_expected_company_is_touched() {
    let guid = "6f3a1b0e-52d7-4c7e-9c1e-0a6d7f2b1c01";
    let own = format!("file_id = \"{{{guid}}}\"");
    for (settings, faults, told) in [
        ("company_name = \"Acme Lamps\"", vec![], "Done"),
        ("company_name = \"acme lamps\"", vec![], "Done"),
        ("company_name = \"Acme Lamps\"", vec!["company=Other"], "QuickBooks has `Other`"),
        ("company_file = 'C:\\USERS\\Public\\Acme.qbw'", vec![], "Done"),
        ("company_file = 'C:\\Other.qbw'", vec![], "0x8004040A"),
        (&own, vec![], "Done"),
        (&own, vec!["file_id={6F3A1B0E-52D7-4C7E-9C1E-0A6D7F2B1C01}"], "Done"),
        (&own, vec!["file_id={00000000-52D7-4C7E-9C1E-0A6D7F2B1C01}"], "another FileID"),
        ("", vec!["inventory=off"], "Items & Inventory"),
        ("", vec!["version=4.0"], "speaks qbXML 4.0"),
        ("match_by = \"bar_code\"", vec!["version=11.0"], "need 12.0"),
    ] {
        let ending = visited(settings, &faults).await;
        assert!(ending.contains(told), "{settings} {faults:?}: {ending}");
    }
}

#[tokio::test]
async fn a_company_that_cannot_be_verified_is_not_touched() {
    let talk = Talk::new("company_name = \"Acme Lamps\"");
    talk.post(&batch("b-1", vec![line(1, "Lamp", 5)])).await;
    let ticket = talk.sign_in().await;
    for answers in ["", "<broken", "<QBXML><QBXMLMsgsRs/></QBXML>"] {
        assert_eq!(talk.request_with(&ticket, answers).await, "");
        assert!(talk.last_error(&ticket).await.contains("not the company of this channel"));
    }
}

#[tokio::test]
async fn requests_are_written_in_a_version_that_quickbooks_knows() {
    for (version, written) in [("16.0", "13.0"), ("13.0", "13.0"), ("8.0", "8.0")] {
        let loopback = start("", &[&format!("version={version}")]).await;
        let feed = batch("b-1", vec![line(1, "Lamp", 5)]);
        let (visit, receipt) = loopback.deliver(&feed).await;
        assert_eq!(fates(&receipt, &feed), ["applied"]);
        let instruction = format!("<?qbxml version=\"{written}\"?>");
        assert!(visit.requests.iter().all(|request| request.contains(&instruction)));
    }
}

#[tokio::test]
async fn multi_user_mode_outside_enterprise_is_told_in_each_of_its_ways() {
    for answer in ["3180", "3176", "hresult"] {
        let answer = format!("multi_user_answer={answer}");
        let loopback = start("", &["enterprise=off", "multi_user", &answer]).await;
        let feed = batch("b-1", vec![line(1, "Lamp", 5)]);
        let (_, receipt) = loopback.deliver(&feed).await;
        assert_eq!(fates(&receipt, &feed), ["not_applied"]);
        let why = words(&receipt, 1);
        assert!(why.contains("Switch to Single-user Mode"), "{why}");
    }
    let loopback = start("", &["multi_user"]).await;
    let feed = batch("b-1", vec![line(1, "Lamp", 5)]);
    let (_, receipt) = loopback.deliver(&feed).await;
    assert_eq!(fates(&receipt, &feed), ["applied"], "Enterprise can");
}

#[tokio::test]
async fn sites_and_locations_must_go_together() {
    let loopback = start("", &["sites=East"]).await;
    let feed = batch("b-1", vec![line(1, "Lamp", 5)]);
    let (_, receipt) = loopback.deliver(&feed).await;
    assert_eq!(fates(&receipt, &feed), ["not_applied"]);
    assert!(words(&receipt, 1).contains("add [locations]"));

    let loopback = start("", &[]).await;
    let feed = batch("b-1", vec![line_at(1, "East", "Lamp", 5)]);
    let (_, receipt) = loopback.deliver(&feed).await;
    assert_eq!(fates(&receipt, &feed), ["not_applied"]);
    assert!(words(&receipt, 1).contains("take [locations] out"));
}

#[tokio::test]
async fn a_closed_period_is_told() {
    let loopback = start("", &["closing_date=2026-12-31"]).await;
    let feed = batch("b-1", vec![line(1, "Lamp", 5)]);
    let (_, receipt) = loopback.deliver(&feed).await;
    assert_eq!(fates(&receipt, &feed), ["not_applied"]);
    assert!(words(&receipt, 1).contains("closing date"));
}

#[tokio::test]
async fn quickbooks_that_cannot_be_opened_is_told_where_the_feed_waits() {
    let loopback = start("", &["cannot_open=next", "cannot_open_code=0x80040418"]).await;
    let feed = batch("b-1", vec![line(1, "Lamp", 5)]);
    loopback.talk.post(&feed).await;
    assert_eq!(loopback.sandbox.visit().await.ending, Ending::Stopped("0x80040418".into()));
    let why = loopback.talk.settle(&feed).await.unwrap_err().to_string();
    assert!(why.contains("sign in as Admin"), "{why}");
    assert_eq!(loopback.sandbox.visit().await.ending, Ending::Done);
    assert_eq!(fates(&loopback.talk.settle(&feed).await.unwrap(), &feed), ["applied"]);
}
