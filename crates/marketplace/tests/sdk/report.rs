//! A report proves what its stage, counters and names agree on, and nothing more.

use proptest::prelude::*;
use trueup_marketplace::{Answer, ErrorKind, LineKey, LineVerdict, Report, Stage, Ticket};

use crate::support::{exceptions, parts, refusal};

fn ticket() -> Ticket {
    Ticket("t-1".to_owned())
}

/// A complete report of so many lines, with these refused.
fn complete<'a>(lines: u64, names: &[&'a str]) -> Report<'a> {
    let refused = names.len() as u64;
    Report {
        counted: Some(lines),
        accepted: Some(lines - refused),
        refused: Some(refused),
        open: Some(0),
        named: names.iter().map(|name| (*name, refusal())).collect(),
        ..Report::of(Stage::Complete)
    }
}

fn why(receipt: &trueup_marketplace::Receipt, key: i64) -> &str {
    match &receipt.exceptions()[&LineKey(key)] {
        LineVerdict::Unknown(why) => why,
        other => panic!("line {key} is judged {other:?}"),
    }
}

#[test]
fn a_submission_is_pending_where_there_is_a_ticket() {
    let stages = [
        (Stage::UnderWay, true),
        (Stage::Complete, true),
        (Stage::Unclear("paused".to_owned()), true),
        // What has failed is not asked for again.
        (Stage::Failed("broken".to_owned()), false),
    ];
    for (stage, is_pending) in stages {
        let receipt = Report::of(stage.clone()).submitted(&parts(2), Some(ticket())).unwrap();
        let expected = if is_pending { Answer::Pending(ticket()) } else { Answer::Submitted };
        assert_eq!(receipt.answer(), &expected, "{stage:?}");
        let receipt = Report::of(stage.clone()).submitted(&parts(2), None).unwrap();
        assert_eq!(receipt.answer(), &Answer::Submitted, "{stage:?}");
    }
}

#[test]
fn a_stage_that_is_no_success_leaves_its_lines_in_doubt() {
    for stage in [Stage::Failed("broken".to_owned()), Stage::Unclear("broken".to_owned())] {
        let report = Report { stage, ..complete(3, &["P2"]) };
        let receipt = report.submitted(&parts(3), Some(ticket())).unwrap();
        assert_eq!(exceptions(&receipt), (vec![2], vec![1, 3]));
        assert_eq!(why(&receipt, 1), "broken");
    }
}

#[test]
fn a_name_nobody_sent_is_an_error_of_the_submission() {
    let unmatched = complete(3, &["P1", "ELSE"]).submitted(&parts(3), None).unwrap_err();
    assert_eq!(unmatched.0, "ELSE");
}

#[test]
fn a_final_report_with_such_a_name_leaves_the_batch_in_doubt() {
    let receipt = complete(3, &["P1", "ELSE"]).settled(&parts(3), &ticket()).unwrap();
    assert_eq!(exceptions(&receipt), (vec![], vec![1, 2, 3]));
    assert_eq!(receipt.handle(), Some("t-1"));
}

#[test]
fn applied_needs_completion_and_counters_for_every_line() {
    use Answer::{Applied, Submitted};
    let pending = || Answer::Pending(ticket());
    let good = || complete(3, &[]);
    for (report, expected) in [
        (good(), Applied),
        (Report { stage: Stage::UnderWay, ..good() }, pending()),
        (Report { stage: Stage::Failed("no".to_owned()), ..good() }, Submitted),
        (Report { open: Some(1), ..good() }, pending()),
        (Report { accepted: Some(2), ..good() }, pending()),
        (Report { accepted: Some(u64::MAX), refused: Some(1), ..good() }, pending()),
        (Report { counted: None, ..good() }, Submitted),
        (Report { accepted: None, ..good() }, Submitted),
        (Report { refused: None, ..good() }, Submitted),
        (Report { open: None, ..good() }, Submitted),
    ] {
        let receipt = report.clone().settled(&parts(3), &ticket()).unwrap();
        assert_eq!(receipt.answer(), &expected, "{report:?}");
        assert_eq!(receipt.handle(), Some("t-1"), "{report:?}");
    }
}

#[test]
fn a_stage_not_known_keeps_the_submission_pending() {
    let unclear = Report::of(Stage::Unclear("at stage `PAUSED`".to_owned()));
    let error = unclear.settled(&parts(1), &ticket()).unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (ErrorKind::Unreadable, "at stage `PAUSED`")
    );
}

#[test]
fn whatever_is_not_accounted_for_is_in_doubt() {
    for (report, words) in [
        (complete(9, &["P1"]), "the answer counts 9 lines where 3 were sent"),
        (
            Report { refused: Some(2), accepted: Some(1), ..complete(3, &["P1"]) },
            "the answer refuses 2 lines and names 1 of them",
        ),
        (
            Report { refused: Some(2), accepted: Some(1), ..complete(3, &["P1", "P1"]) },
            "the answer refuses 2 lines and names 1 of them",
        ),
        (
            Report { refused: None, named_max: Some(1), ..complete(3, &["P1"]) },
            "the answer names 1 refused lines, perhaps not all of them",
        ),
        (
            Report {
                refused: Some(0),
                accepted: Some(3),
                named_max: Some(1),
                ..complete(3, &["P1"])
            },
            "the answer names 1 refused lines, perhaps not all of them",
        ),
    ] {
        let receipt = report.settled(&parts(3), &ticket()).unwrap();
        assert_eq!(exceptions(&receipt), (vec![1], vec![2, 3]), "{words}");
        assert_eq!(why(&receipt, 2), words);
    }
    let exact = Report { named_max: Some(1), ..complete(3, &["P1"]) };
    let receipt = exact.settled(&parts(3), &ticket()).unwrap();
    assert_eq!(exceptions(&receipt), (vec![1], vec![]));
}

fn count() -> impl Strategy<Value = Option<u64>> {
    prop_oneof![Just(None), (0..6_u64).prop_map(Some), Just(Some(u64::MAX))]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn no_line_is_applied_without_evidence(
        counted in count(), accepted in count(), refused in count(), open in count(),
        named in prop::collection::vec("[pP][1-4]", 0..4), named_max in prop::option::of(0..4_usize),
    ) {
        let names = named.iter().map(|name| (name.as_str(), refusal())).collect();
        let stage = Stage::Complete;
        let report = Report { stage, counted, accepted, refused, open, named: names, named_max };
        let receipt = report.settled(&parts(4), &ticket()).unwrap();
        let (rejected, unknown) = exceptions(&receipt);
        let applied = 4 - rejected.len() - unknown.len();
        if *receipt.answer() == Answer::Applied && applied > 0 {
            prop_assert_eq!((counted, open), (Some(4), Some(0)));
            prop_assert!(accepted.unwrap() >= applied as u64);
            prop_assert!(refused.unwrap() <= rejected.len() as u64);
        }
        for name in named {
            let key = LineKey(name[1..].parse().unwrap());
            prop_assert!(matches!(receipt.answer(), Answer::Pending(_)) || receipt.exceptions().contains_key(&key));
        }
    }
}
