//! What goes and what is held, as a table.

use jiff::{SignedDuration, Timestamp};
use trueup_marketplace::FeedKind;
use trueup_stock::ChannelName;
use trueup_store::{Change, Completeness, FeedId, Hold, Impact, Shown, Shrunk, Waiting};

use super::{Guard, Judgement, Reason, StaleInputs, Verdict};

fn at(hours: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours)
}

const NOW: i64 = 1_000;

/// 1,000 listings with 10 units each, of which so many are zeroed and so much is added.
fn impact(zeroed: u64, raised: i64) -> Impact {
    Impact {
        is_first: false,
        covered: Change::default(),
        other: Change { zeroed, raised },
        shown: Some(Shown { listings: 1_000, units: 10_000, counted_at: at(NOW) }),
        shrunk: Vec::new(),
        newest: vec![("orders".to_owned(), at(NOW - 5)), ("stock".to_owned(), at(NOW - 30))],
        hold: None,
    }
}

fn shrunk(rows: u64, rows_before: u64) -> Impact {
    let (kind, file) = ("stock".to_owned(), "stock.csv".to_owned());
    Impact { shrunk: vec![Shrunk { kind, file, rows, rows_before }], ..impact(0, 0) }
}

/// The same, of which a hold covers all; approved until then, or not.
fn held(impact: Impact, approved: &[Reason], until: Option<i64>) -> Impact {
    let name: ChannelName = "shop".parse().expect("a name");
    let hold = Hold {
        feed: FeedId(12),
        channel: name,
        reasons: serde_json::to_string(approved).expect("JSON"),
        waiting: Waiting { zeros_until: Some(at(900)), raises_until: Some(at(900)) },
        held_at: at(900),
        shown_at: at(900),
        approved_at: until.map(|_| at(901)),
        approved_until: until.map(at),
    };
    let (covered, other) = (impact.other, Change::default());
    Impact { covered, other, hold: Some(hold), ..impact }
}

fn reasons(guard: &Guard, impact: &Impact) -> Vec<&'static str> {
    let Judgement::Held(verdict) = guard.judge(impact, None, at(NOW)) else { return Vec::new() };
    let name = |reason: &Reason| match reason {
        Reason::Zeroed { .. } => "zeroed",
        Reason::Raised { .. } => "raised",
        Reason::Shrunk { .. } => "shrunk",
        Reason::Stale { .. } => "stale",
        Reason::Fewer { .. } => "fewer",
    };
    verdict.reasons.iter().map(name).collect()
}

fn verdict(impact: &Impact) -> Verdict {
    match Guard::default().judge(impact, None, at(NOW)) {
        Judgement::Held(verdict) => verdict,
        goes @ Judgement::Goes { .. } => panic!("{goes:?}"),
    }
}

#[test]
fn what_is_held_and_what_goes() {
    let aged = |stale_inputs| Guard {
        inputs_age_max: Some(SignedDuration::from_hours(26)),
        stale_inputs,
        ..Guard::default()
    };
    let usual = Guard::default;
    let first = |impact| Impact { is_first: true, shown: None, ..impact };
    let few = |listings, units, zeroed, raised| Impact {
        shown: Some(Shown { listings, units, counted_at: at(NOW) }),
        ..impact(zeroed, raised)
    };
    let table: Vec<(Guard, Impact, &[&str])> = vec![
        (usual(), impact(0, 0), &[]),
        (usual(), impact(250, 5_000), &[]),
        (usual(), impact(251, 0), &["zeroed"]),
        (usual(), impact(0, 5_001), &["raised"]),
        (usual(), impact(1_000, 9_000), &["zeroed", "raised"]),
        // Small shops change by large shares.
        (usual(), few(19, 190, 19, 999), &[]),
        (usual(), few(20, 190, 20, 1_000), &["zeroed", "raised"]),
        // Everything was sold out, and a little, or a lot, comes in.
        (usual(), few(0, 0, 0, 999), &[]),
        (usual(), few(0, 0, 0, 1_000), &["raised"]),
        (usual(), shrunk(500, 1_000), &[]),
        (usual(), shrunk(499, 1_000), &["shrunk"]),
        (usual(), shrunk(0, 99), &[]),
        (usual(), shrunk(0, 100), &["shrunk"]),
        (Guard { shrunk_share_max: 1.0, ..usual() }, shrunk(0, 100), &[]),
        (Guard { zeroed_share_max: 1.0, ..usual() }, impact(1_000, 0), &[]),
        (aged(StaleInputs::Hold), impact(0, 0), &["stale"]),
        (aged(StaleInputs::GoOn), impact(0, 0), &[]),
        // Nothing was ever told: there is nothing to damage.
        (usual(), first(impact(0, 1_000_000)), &[]),
        (aged(StaleInputs::Hold), first(impact(0, 0)), &[]),
    ];
    for (number, (guard, impact, expected)) in table.iter().enumerate() {
        assert_eq!(reasons(guard, impact), *expected, "row {number}: {impact:?}");
    }
}

#[test]
fn a_whole_true_up_of_half_a_catalogue_is_held() {
    let complete =
        |lines, lines_last_time| Completeness { lines, lines_last_time, ..Completeness::default() };
    let guard = Guard::default();
    let judge = |completeness| guard.judge(&impact(0, 0), Some(&completeness), at(NOW));
    assert!(matches!(judge(complete(499, Some(1_000))), Judgement::Held(_)));
    assert!(matches!(judge(complete(500, Some(1_000))), Judgement::Goes { .. }));
    assert!(matches!(judge(complete(1, None)), Judgement::Goes { .. }));
}

#[test]
fn zeros_wait_for_zeros_and_raises_for_all_else() {
    let (all, none) = (Some(Timestamp::MAX), None);
    let zeros = verdict(&impact(500, 0));
    assert_eq!(zeros.waiting, Waiting { zeros_until: all, raises_until: none });
    assert_eq!(zeros.covered.zeros_until, Some(at(NOW)));
    assert!(zeros.confirms);
    let raises = verdict(&impact(0, 9_000));
    assert_eq!(raises.waiting, Waiting { zeros_until: none, raises_until: all });
    assert!(raises.confirms);
    let inputs = verdict(&shrunk(1, 1_000));
    assert_eq!(inputs.waiting, Waiting { zeros_until: none, raises_until: all });
    assert!(!inputs.confirms, "old numbers are not said again");
}

#[test]
fn what_changes_after_a_hold_is_judged_by_itself() {
    let covered = held(impact(500, 0), &[], None);
    let few = Impact { other: Change { zeroed: 3, raised: 9 }, ..covered.clone() };
    assert_eq!(verdict(&few).waiting.zeros_until, Some(at(900)), "3 more zeros go");
    let many = Impact { other: Change { zeroed: 300, raised: 0 }, ..covered.clone() };
    assert_eq!(verdict(&many).waiting.zeros_until, Some(Timestamp::MAX), "300 more do not");
    let mended = Impact { covered: Change { zeroed: 4, raised: 0 }, ..covered };
    let judged = Guard::default().judge(&mended, None, at(NOW));
    assert_eq!(judged, Judgement::Goes { releases: true });
}

#[test]
fn an_approval_is_for_what_was_shown_and_for_a_while() {
    let shown = [Reason::Zeroed { listings: 500, of: 1_000 }];
    let table = [
        ("as shown", held(impact(500, 0), &shown, Some(NOW + 1)), true),
        ("fewer", held(impact(300, 0), &shown, Some(NOW + 1)), true),
        ("a little more", held(impact(525, 0), &shown, Some(NOW + 1)), true),
        ("more", held(impact(526, 0), &shown, Some(NOW + 1)), false),
        ("something else as well", held(impact(500, 9_000), &shown, Some(NOW + 1)), false),
        ("too late", held(impact(500, 0), &shown, Some(NOW)), false),
        ("not approved", held(impact(500, 0), &shown, None), false),
    ];
    for (what, impact, goes) in table {
        let judged = Guard::default().judge(&impact, None, at(NOW));
        assert_eq!(matches!(judged, Judgement::Goes { .. }), goes, "{what}: {judged:?}");
    }
    let more = Impact {
        other: Change { zeroed: 300, raised: 0 },
        ..held(impact(500, 0), &shown, Some(NOW + 1))
    };
    assert_eq!(reasons(&Guard::default(), &more), ["zeroed"], "a second mass was not approved");
}

#[test]
fn leave_to_use_old_inputs_lasts() {
    let age_max = Some(SignedDuration::from_hours(26));
    let guard = Guard { inputs_age_max: age_max, ..Guard::default() };
    let shown = [Reason::Stale { input: "stock".to_owned(), imported_at: at(NOW - 30) }];
    let approved = held(impact(0, 0), &shown, Some(NOW + 1));
    assert_eq!(guard.judge(&approved, None, at(NOW)), Judgement::Goes { releases: false });
}

#[test]
fn a_small_differential_counts_nothing() {
    let guard = Guard::default();
    let counts = |impact: &Impact, kind| guard.needs_count(impact, kind, at(NOW));
    let differential = FeedKind::Differential;
    assert!(!counts(&impact(19, 999), differential), "below every floor");
    assert!(!counts(&impact(100, 2_000), differential), "far from every limit");
    assert!(counts(&impact(130, 0), differential), "half-way to a limit");
    assert!(counts(&impact(100, 2_000), FeedKind::TrueUp));
    assert!(counts(&Impact { shown: None, ..impact(20, 0) }, differential));
    let old = Some(Shown { listings: 1_000, units: 10_000, counted_at: at(NOW - 25) });
    assert!(counts(&Impact { shown: old, ..impact(20, 0) }, differential));
    assert!(counts(&held(impact(1, 0), &[], None), differential));
}
