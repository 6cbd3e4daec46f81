//! Sessions that break in the middle.

use trueup_marketplace::{Letter, Mailbox};
use trueup_quickbooks_desktop_sandbox::Ending;

use crate::loopback::start;
use crate::support::{Talk, answers, batch, fates, line, words};

#[tokio::test]
async fn what_was_booked_before_the_session_broke_is_not_booked_again() {
    let loopback = start("", &["lost_adjustment=next"]).await;
    let feed = batch("b-1", vec![line(1, "Lamp", 5), line(2, "Chair", 6)]);
    loopback.talk.post(&feed).await;
    assert_eq!(loopback.sandbox.visit().await.ending, Ending::Lost);
    // Two lamps are sold in QuickBooks meanwhile: setting 5 again would undo that.
    loopback.sandbox.count("Lamp", "3").unwrap();
    let second = loopback.sandbox.visit().await;
    assert_eq!(second.ending, Ending::Done);
    assert!(second.requests[1].contains("<InventoryAdjustmentQueryRq"));
    assert_eq!(second.requests.len(), 2, "nothing is sent again");
    assert_eq!(fates(&loopback.talk.settle(&feed).await.unwrap(), &feed), ["applied", "applied"]);
    assert_eq!(loopback.sandbox.state().adjustments.len(), 1);
    assert_eq!(loopback.on_hand("Lamp"), "3");
}

#[tokio::test]
async fn what_was_not_booked_is_sent_again_under_the_same_message_set() {
    let talk = Talk::new("");
    let feed = batch("b-1", vec![line(1, "Lamp", 5)]);
    let (_, first) = talk.adjusting(&feed).await;
    // The session breaks; the next one looks up the item, asks what was booked, and sends again.
    let ticket = talk.sign_in().await;
    talk.request(&ticket).await;
    let items = crate::support::found("n0", &crate::support::item("ID-1", "Lamp", "0"));
    assert!(talk.respond(&ticket, &items).await < 100);
    let recall = talk.request(&ticket).await;
    assert!(
        recall.contains("<InventoryAdjustmentQueryRq requestID=\"r0\"><RefNumber>"),
        "{recall}"
    );
    let nothing = answers(
        "<InventoryAdjustmentQueryRs requestID=\"r0\" statusCode=\"1\" statusSeverity=\"Info\" \
         statusMessage=\"nothing\"/>",
    );
    assert!(talk.respond(&ticket, &nothing).await < 100);
    assert_eq!(talk.request(&ticket).await, first, "the identical bytes");
}

#[tokio::test]
async fn quickbooks_answers_a_repeated_message_set_from_memory() {
    let loopback = start("", &["items=Lamp|||0"]).await;
    let talk = Talk::new("");
    let feed = batch("b-1", vec![line(1, "Lamp", 5)]);
    let list_id = loopback.sandbox.state().items[0].list_id.clone();
    talk.post(&feed).await;
    let ticket = talk.sign_in().await;
    talk.request(&ticket).await;
    talk.respond(
        &ticket,
        &crate::support::found("n0", &crate::support::item(&list_id, "Lamp", "0")),
    )
    .await;
    let request = talk.request(&ticket).await;
    let first = loopback.sandbox.process(&request).unwrap();
    loopback.sandbox.count("Lamp", "3").unwrap();
    assert_eq!(loopback.sandbox.process(&request).unwrap(), first);
    assert_eq!(
        (loopback.sandbox.state().adjustments.len(), loopback.on_hand("Lamp")),
        (1, "3".into())
    );
    let changed = request.replace("<NewQuantity>5<", "<NewQuantity>6<");
    let refused = loopback.sandbox.process(&changed).unwrap();
    assert!(refused.contains("messageSetStatusCode=\"9001\""), "{refused}");
    assert_eq!(talk.respond(&ticket, &refused).await, -1);
}

#[tokio::test]
async fn breaks_at_every_point_end_with_the_right_numbers_and_each_line_booked_once() {
    for fault in ["lost_request", "lost_answer", "lost_adjustment", "error_applied", "truncated"] {
        for before in 0..3 {
            let loopback = start("", &[]).await;
            let feed = batch("b-1", vec![line(1, "Lamp", 5), line(2, "Chair", 6)]);
            loopback.talk.post(&feed).await;
            let mut visits = 0;
            loopback.sandbox.set_mode(&format!("{fault}=next:{before}")).unwrap();
            while loopback.talk.waits().await {
                loopback.sandbox.visit().await;
                visits += 1;
                assert!(visits < 6, "{fault} {before}");
            }
            let receipt = loopback.talk.settle(&feed).await.unwrap();
            let fates = fates(&receipt, &feed);
            assert_eq!(fates, ["applied", "applied"], "{fault} {before}");
            let on_hand = (loopback.on_hand("Lamp"), loopback.on_hand("Chair"));
            assert_eq!(on_hand, ("5".into(), "6".into()), "{fault} {before}");
            assert_eq!(loopback.sandbox.state().adjustments.len(), 1, "{fault} {before}");
        }
    }
}

#[tokio::test]
async fn without_message_sets_the_ref_number_alone_prevents_a_second_booking() {
    let loopback = start("", &["sets_max=0", "error_applied=next:2"]).await;
    let feed = batch("b-1", vec![line(1, "Lamp", 5)]);
    loopback.talk.post(&feed).await;
    let first = loopback.sandbox.visit().await;
    assert!(matches!(first.ending, Ending::Stopped(_)));
    loopback.sandbox.count("Lamp", "4").unwrap();
    assert_eq!(loopback.sandbox.visit().await.ending, Ending::Done);
    assert_eq!(loopback.sandbox.state().adjustments.len(), 1);
    assert_eq!(fates(&loopback.talk.settle(&feed).await.unwrap(), &feed), ["applied"]);
}

#[tokio::test]
async fn a_letter_that_breaks_every_session_stands_in_nobodys_way_for_ever() {
    let loopback = start("", &["items=Lamp|||0;Chair|||0", "lost_request"]).await;
    let (first, second) =
        (batch("b-1", vec![line(1, "Lamp", 5)]), batch("b-2", vec![line(2, "Chair", 6)]));
    loopback.talk.post(&first).await;
    loopback.talk.post(&second).await;
    for _ in 0..5 {
        assert_eq!(loopback.sandbox.visit().await.ending, Ending::Lost);
    }
    loopback.sandbox.reset_faults();
    assert_eq!(loopback.sandbox.visit().await.ending, Ending::Done);
    let receipt = loopback.talk.settle(&first).await.unwrap();
    assert_eq!(fates(&receipt, &first), ["unknown"]);
    assert!(words(&receipt, 1).contains("5 sessions"));
    assert_eq!(fates(&loopback.talk.settle(&second).await.unwrap(), &second), ["applied"]);
}

#[tokio::test]
async fn message_sets_of_answered_letters_are_freed() {
    let loopback = start("", &[]).await;
    for n in 1..=5 {
        let feed = batch(&format!("b-{n}"), vec![line(1, "Lamp", n)]);
        let (_, receipt) = loopback.deliver(&feed).await;
        assert_eq!(fates(&receipt, &feed), ["applied"]);
    }
    assert_eq!(loopback.sandbox.state().message_sets.len(), 1, "the last one's alone");
}

#[tokio::test]
async fn a_message_set_that_is_gone_already_does_not_stop_the_next_letter() {
    let loopback = start("", &["sets_max=0"]).await;
    for n in 1..=2 {
        let feed = batch(&format!("b-{n}"), vec![line(1, "Lamp", n)]);
        let (visit, receipt) = loopback.deliver(&feed).await;
        assert_eq!(visit.ending, Ending::Done);
        assert_eq!(fates(&receipt, &feed), ["applied"]);
    }
    assert_eq!(loopback.on_hand("Lamp"), "2");
}

#[tokio::test]
async fn a_recall_that_fails_leaves_the_letter_alone() {
    let talk = Talk::new("");
    let feed = batch("b-1", vec![line(1, "Lamp", 5)]);
    talk.adjusting(&feed).await;
    let ticket = talk.sign_in().await;
    talk.request(&ticket).await;
    let items = crate::support::found("n0", &crate::support::item("ID-1", "Lamp", "0"));
    talk.respond(&ticket, &items).await;
    talk.request(&ticket).await;
    let failed = answers(
        "<InventoryAdjustmentQueryRs requestID=\"r0\" statusCode=\"1000\" statusSeverity=\"Error\" \
         statusMessage=\"internal\"/>",
    );
    assert_eq!(talk.respond(&ticket, &failed).await, -1);
    assert_eq!(talk.mailbox.look(&feed.key).await.unwrap(), Letter::Fetched);
}
