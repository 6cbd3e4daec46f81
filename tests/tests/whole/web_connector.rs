//! A marketplace that calls us, by real HTTP: QuickBooks Desktop's Web Connector.

use std::time::{Duration, Instant};

use serde_json::Value;
use trueup_quickbooks_desktop_sandbox::Ending;
use trueup_testbed::{TestDatabase, on_each_database};
use trueup_tests::Company;

on_each_database!(
    the_first_session_delivers,
    a_program_killed_before_any_call_of_a_session_ends_right,
    a_wrong_password_is_refused_and_learns_nothing,
    a_web_connector_that_does_not_call_is_an_alarm,
);

const PATIENCE: Duration = Duration::from_secs(90);
/// One feed at the start, and none after it.
const ONCE: &str = "[schedule]\ndifferential = { every = \"20h\" }\n";
const OFTEN: &str = "[schedule]\ndifferential = { every = \"10s\" }\nfreshness = \"11s\"\n";

async fn the_first_session_delivers(database: TestDatabase) {
    let company = Company::open(&database.url, "", OFTEN).await;
    let mut runner = company.run().await;
    let visit = company.visit_until("C", "30").await;
    assert_eq!(visit.ending, Ending::Done, "{visit:#?}");
    assert_eq!(company.on_hand("A").as_deref(), Some("10"));
    assert_eq!(company.on_hand("B").as_deref(), Some("20"));
    assert_eq!(company.connector.state().adjustments.len(), 1, "one adjustment for all three");
    all_clean(&company).await;
    assert!(runner.terminate().success());
}

/// Whatever call comes next when the program dies, QuickBooks books the number once, and the program
/// learns of it after its restart.
async fn a_program_killed_before_any_call_of_a_session_ends_right(database: TestDatabase) {
    let company = Company::open(&database.url, "", ONCE).await;
    let mut runner = company.run().await;
    company.visit_until("C", "30").await;
    assert!(runner.terminate().success());
    for call in 0.. {
        let quantity = (100 + call).to_string();
        let booked = company.connector.state().adjustments.len();
        company.folder.import("stock", &format!("product_code,quantity\nA,{quantity}\n")).await;
        send(&company).await;
        let mut runner = company.run().await;
        let was_killed = company.visit_and_kill(&mut runner, call).await;
        if was_killed {
            runner = company.run().await;
            company.visit_until("A", &quantity).await;
        }
        assert!(runner.terminate().success());
        let state = company.connector.state();
        assert_eq!(state.on_hand("A"), Some(quantity.as_str()), "killed before call {call}");
        assert_eq!(state.adjustments.len(), booked + 1, "killed before call {call}: {state:#?}");
        if !was_killed {
            assert!(call >= 8, "a session has more than {call} calls");
            break;
        }
    }
    send(&company).await;
    all_clean(&company).await;
}

async fn a_wrong_password_is_refused_and_learns_nothing(database: TestDatabase) {
    let company = Company::open(&database.url, "", OFTEN).await;
    let mut runner = company.run().await;
    company.connector.set_mode("password=a-guess-of-somebody").expect("a password");
    let visit = company.connector.visit().await;
    assert_eq!(visit.ending, Ending::NotValidUser, "{visit:#?}");
    assert!(visit.requests.is_empty(), "{visit:#?}");
    assert_eq!(company.connector.visit().await.ending, Ending::Busy, "guessing takes its time");
    assert_eq!(company.connector.state().items.len(), 0);

    company.connector.set_mode("password=sandbox-password").expect("a password");
    let visit = company.visit_until("C", "30").await;
    assert_eq!(visit.ending, Ending::Done, "{visit:#?}");
    assert!(runner.terminate().success());
}

async fn a_web_connector_that_does_not_call_is_an_alarm(database: TestDatabase) {
    let alarms = database.folder.path().join("alarms").display().to_string();
    let command = format!("cat >> '{alarms}'; echo >> '{alarms}'");
    let alarm = format!("[alarm]\ncommand = [\"/bin/sh\", \"-c\", \"{command}\"]\n");
    let company = Company::open(&database.url, &alarm, OFTEN).await;
    let mut runner = company.run().await;
    let alarm = heard(&alarms, "missed").await;
    assert_eq!(alarm["channel"], "quickbooks", "{alarm:#}");
    let status = company.status().await;
    assert_eq!(status["freshness_missed"], true, "{status:#}");
    assert!(status["oldest_undelivered"].is_string(), "{status:#}");
    let shown = company.folder.run(&["status"], &[]).await.success().stdout;
    assert!(shown.contains("not fresh: quickbooks:"), "{shown}");
    assert!(shown.contains("waiting since"), "{shown}");

    company.visit_until("C", "30").await;
    heard(&alarms, "fresh").await;
    all_clean(&company).await;
    assert!(runner.terminate().success());
}

/// Runs a Differential, once the lease of a program that was killed has ended.
async fn send(company: &Company) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let sent = company.folder.run(&["send", "quickbooks"], &[]).await;
        if sent.code == Some(0) {
            return;
        }
        let waits = sent.stderr.contains("is being fed by") && Instant::now() < deadline;
        assert!(waits, "{sent:#?}");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// Waits until `trueup status` shows all three listings in order.
async fn all_clean(company: &Company) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let status = company.status().await;
        if status["clean"] == 3
            && status["unresolved"] == 0
            && status["oldest_undelivered"].is_null()
        {
            return;
        }
        assert!(Instant::now() < deadline, "{status:#}");
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

/// Waits for a notice to be written down by the alarm's command.
async fn heard(alarms: &str, notice: &str) -> Value {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let told = std::fs::read_to_string(alarms).unwrap_or_default();
        let told: Vec<Value> = told.lines().filter_map(|l| serde_json::from_str(l).ok()).collect();
        if let Some(alarm) = told.iter().find(|alarm| alarm["notice"] == notice) {
            return alarm.clone();
        }
        assert!(Instant::now() < deadline, "no `{notice}` among {told:#?}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
