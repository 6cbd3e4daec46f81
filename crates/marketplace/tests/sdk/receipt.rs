//! Every line has one verdict, and a name that fits no line is an error.

use trueup_marketplace::{
    Answer, Arrival, Error, LineKey, LineVerdict, Receipt, Ticket, UnmatchedKey,
};

use crate::support::{batch, exceptions, line, parts, refusal};

fn submitted() -> Receipt {
    Receipt::new(Answer::Submitted)
}

#[test]
fn a_new_receipt_singles_out_nothing() {
    let receipt = submitted();
    assert_eq!(receipt.answer(), &Answer::Submitted);
    assert!(receipt.exceptions().is_empty() && receipt.remote_ids().is_empty());
    assert_eq!(receipt.handle(), None);
    let pending = Receipt::pending(&Ticket("t-1".to_owned()));
    assert_eq!(pending.answer(), &Answer::Pending(Ticket("t-1".to_owned())));
    assert_eq!(pending.handle(), Some("t-1"));
}

#[test]
fn what_a_look_up_found_is_remembered() {
    let mut receipt = submitted().with_handle("h-1");
    receipt.remember(LineKey(1), "gid-7");
    assert_eq!(receipt.remote_ids(), [(LineKey(1), "gid-7".to_owned())]);
    assert_eq!(receipt.handle(), Some("h-1"));
}

#[test]
fn a_line_keeps_the_first_verdict_it_was_given() {
    let (batch, mut receipt) = (parts(2), submitted());
    let unknown = || LineVerdict::Unknown("lost".to_owned());
    receipt.set(&batch, LineKey(1), unknown()).unwrap();
    receipt.set(&batch, LineKey(1), LineVerdict::Rejected(refusal())).unwrap();
    receipt.refuse(&batch, "P1", None, refusal()).unwrap();
    receipt.doubt_rest(&batch, "late");
    assert_eq!(receipt.exceptions()[&LineKey(1)], unknown());
    assert_eq!(receipt.exceptions()[&LineKey(2)], LineVerdict::Unknown("late".to_owned()));
}

#[test]
fn a_line_the_batch_does_not_hold_has_no_verdict() {
    let mut receipt = submitted();
    let set = receipt.set(&parts(2), LineKey(3), LineVerdict::Rejected(refusal()));
    assert_eq!(set, Err(UnmatchedKey("3".to_owned())));
    let refused = receipt.refuse(&parts(2), "P3", None, refusal());
    assert_eq!(refused, Err(UnmatchedKey("P3".to_owned())));
    let elsewhere = "EAST".parse().unwrap();
    assert!(receipt.refuse(&parts(2), "P1", Some(&elsewhere), refusal()).is_err());
    assert!(receipt.refuse_all(&parts(2), [("P3", refusal())]).is_err());
    assert!(receipt.exceptions().is_empty());
}

#[test]
fn a_name_is_matched_exactly_and_else_without_regard_to_case() {
    let batch = batch(vec![line(1, "oak", None), line(2, "OAK", None), line(3, "Ölk", None)]);
    for (name, rejected, unknown) in [
        ("oak", vec![1], vec![]),
        ("OAK", vec![2], vec![]),
        ("ÖLK", vec![3], vec![]),
        // Neither of the two is meant exactly, so it may be either.
        ("Oak", vec![], vec![1, 2]),
    ] {
        let mut one = submitted();
        one.refuse(&batch, name, None, refusal()).unwrap();
        assert_eq!(exceptions(&one), (rejected, unknown), "{name}");
        let mut all = submitted();
        all.refuse_all(&batch, [(name, refusal())]).unwrap();
        assert_eq!(all, one, "{name}: both ways of refusing agree");
    }
}

#[test]
fn a_name_that_fits_several_locations_leaves_each_unknown() {
    let batch = batch(vec![
        line(1, "A", Some("EAST")),
        line(2, "A", Some("WEST")),
        line(3, "B", Some("EAST")),
    ]);
    let mut receipt = submitted();
    receipt.refuse(&batch, "A", None, refusal()).unwrap();
    assert_eq!(exceptions(&receipt), (vec![], vec![1, 2]));
    let LineVerdict::Unknown(why) = &receipt.exceptions()[&LineKey(1)] else {
        panic!("not unknown");
    };
    assert!(why.contains("one of 2 locations") && why.contains("not sold here"), "{why}");

    let mut receipt = submitted();
    let east = "EAST".parse().unwrap();
    receipt.refuse(&batch, "a", Some(&east), refusal()).unwrap();
    assert_eq!(exceptions(&receipt), (vec![1], vec![]));
}

#[test]
fn doubt_covers_every_line_that_is_left() {
    let (batch, mut receipt) = (parts(3), submitted());
    receipt.refuse_all(&batch, [("P2", refusal())]).unwrap();
    receipt.doubt_rest(&batch, "cut off");
    assert_eq!(exceptions(&receipt), (vec![2], vec![1, 3]));
}

#[test]
fn an_unmatched_name_is_an_error_of_unknown_arrival() {
    for (name, words) in [
        ("P9", "the answer refuses `P9`, which was not sent"),
        ("a\nb", "the answer refuses `a b`, which was not sent"),
        ("", "the answer refuses a line without naming it"),
    ] {
        let error = Error::from(UnmatchedKey(name.to_owned()));
        assert_eq!(error.to_string(), words);
        assert_eq!(error.arrival(), Arrival::Unknown);
    }
}
