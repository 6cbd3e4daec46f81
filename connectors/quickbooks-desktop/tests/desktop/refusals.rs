//! What QuickBooks' numbers mean for a line, and what people are told to do.

use trueup_marketplace::{Letter, Mailbox};
use trueup_quickbooks_desktop_sandbox::Ending;

use crate::loopback::start;
use crate::support::{Talk, batch, fates, line, words};

#[tokio::test]
async fn statuses_decide_between_the_line_and_the_world() {
    for (code, fate, told) in [
        (1000, "not_applied", "next session"),
        (1030, "not_applied", "too old"),
        (3000, "refused 3000", ""),
        (3040, "refused 3040", ""),
        (3070, "refused 3070", ""),
        (3100, "refused 3100", ""),
        (3110, "refused 3110", ""),
        (3120, "refused 3120", ""),
        (3140, "refused 3140", ""),
        (3150, "refused 3150", ""),
        (3170, "refused 3170", ""),
        (3171, "not_applied", "closing date"),
        (3175, "not_applied", "single-user mode"),
        (3176, "not_applied", "single-user mode"),
        (3180, "not_applied", "single-user mode"),
        (3210, "refused 3210", ""),
        (3220, "not_applied", "permission"),
        (3231, "not_applied", ""),
        (3250, "not_applied", "Items & Inventory"),
        (3260, "not_applied", "permission"),
        (3261, "not_applied", "permission"),
        (3264, "not_applied", "permission"),
        (3270, "refused 3270", ""),
        (3290, "refused 3290", ""),
        (9999, "refused 9999", ""),
    ] {
        let loopback = start("", &[&format!("adjust_status={code}")]).await;
        let feed = batch("b-1", vec![line(1, "Lamp", 5)]);
        let (visit, receipt) = loopback.deliver(&feed).await;
        assert_eq!(visit.ending, Ending::Done, "{code}");
        assert_eq!(fates(&receipt, &feed), [fate]);
        let why = words(&receipt, 1);
        assert!(why.contains(told) && why.contains(&format!("QuickBooks says {code}")), "{why}");
        assert_eq!(loopback.on_hand("Lamp"), "0");
    }
}

#[tokio::test]
async fn hresults_before_anything_was_done_are_told_plainly() {
    for (code, told) in [
        ("0x80040408", "start it"),
        ("0x8004040A", "another company file"),
        ("0x80040410", "multi-user mode"),
        ("0x80040414", "a dialog is open"),
        ("0x80040416", "not running"),
        ("0x80040418", "sign in as Admin"),
        ("0x8004041A", "Integrated Applications"),
        ("0x8004041B", "locked"),
        ("0x8004041D", "automatic login"),
        ("0x8004041E", "certificate"),
        ("0x8004041F", "edition"),
        ("0x80040420", "Integrated Applications"),
        ("0x80040422", "single-user mode is needed"),
        ("0x80040423", "too old"),
        ("0x80040427", "not registered"),
        ("0x8004042A", "Integrated Applications"),
        ("0x8004042c", "certificate"),
    ] {
        let talk = Talk::new("");
        let feed = batch("b-1", vec![line(1, "Lamp", 5)]);
        let (ticket, _) = talk.adjusting(&feed).await;
        assert_eq!(talk.fail(&ticket, code).await, -1, "{code}");
        assert!(talk.last_error(&ticket).await.contains(told), "{code}");
        let receipt = talk.settle(&feed).await.unwrap();
        assert_eq!(fates(&receipt, &feed), ["not_applied"]);
        assert!(words(&receipt, 1).contains(told) && words(&receipt, 1).contains(code));
    }
}

#[tokio::test]
async fn hresults_that_leave_it_open_leave_the_letter_without_an_answer() {
    for code in ["0x80040401", "0x80040402", "0x8004040D", "0x8004041C", "0x80040424", "nonsense"] {
        let talk = Talk::new("");
        let feed = batch("b-1", vec![line(1, "Lamp", 5)]);
        let (ticket, _) = talk.adjusting(&feed).await;
        assert_eq!(talk.fail(&ticket, code).await, -1, "{code}");
        assert_eq!(talk.mailbox.look(&feed.key).await.unwrap(), Letter::Fetched);
        assert!(talk.settle(&feed).await.unwrap_err().to_string().contains(code));
    }
}

#[tokio::test]
async fn the_same_hresults_to_a_question_applied_nothing_for_sure() {
    let talk = Talk::new("");
    let feed = batch("b-1", vec![line(1, "Lamp", 5)]);
    talk.post(&feed).await;
    let ticket = talk.sign_in().await;
    talk.request(&ticket).await;
    assert_eq!(talk.fail(&ticket, "0x80040402").await, -1);
    assert_eq!(fates(&talk.settle(&feed).await.unwrap(), &feed), ["not_applied"]);
}

#[tokio::test]
async fn an_open_dialog_ends_the_session_and_the_next_one_delivers() {
    let loopback = start("", &["not_taken=next"]).await;
    let feed = batch("b-1", vec![line(1, "Lamp", 5)]);
    let (visit, receipt) = loopback.deliver(&feed).await;
    assert!(matches!(&visit.ending, Ending::Stopped(why) if why.contains("a dialog is open")));
    assert_eq!(fates(&receipt, &feed), ["not_applied"]);
    let again = batch("b-2", vec![line(1, "Lamp", 5)]);
    let (visit, receipt) = loopback.deliver(&again).await;
    assert_eq!(visit.ending, Ending::Done);
    assert_eq!(fates(&receipt, &again), ["applied"]);
}
