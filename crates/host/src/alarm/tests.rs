use super::*;

fn seconds(seconds: i64) -> SignedDuration {
    SignedDuration::from_secs(seconds)
}

/// A channel with an objective of a minute.
fn channel(name: &str, age: Option<i64>) -> StatusView {
    StatusView {
        channel: name.to_owned(),
        marketplace: "acme".to_owned(),
        enabled: true,
        paused: false,
        owner: None,
        listings: 0,
        clean: 0,
        due: 0,
        in_flight: 0,
        parked: 0,
        parked_by: Vec::new(),
        unresolved: 0,
        exposure: 0,
        dirty: 0,
        oldest_undelivered: None,
        last_success: None,
        last_true_up: None,
        last_differential: None,
        covered: 0,
        missed: 0,
        freshness_objective_seconds: Some(60),
        freshness_seconds: age,
        freshness_missed: false,
        next: Vec::new(),
        last_audit: None,
        defects: 0,
        journal: None,
        held_feeds: Vec::new(),
        problem: None,
    }
}

fn heard(lookout: &mut Lookout, at: i64) -> Vec<(Notice, String)> {
    let notices = lookout.notices(seconds(at));
    notices.into_iter().map(|(notice, status)| (notice, status.channel)).collect()
}

#[test]
fn each_channel_is_said_for_itself() {
    let mut lookout = Lookout::default();
    lookout.see(vec![channel("old", Some(61)), channel("young", Some(60))], seconds(0));
    assert_eq!(heard(&mut lookout, 0), [(Notice::Missed, "old".to_owned())]);
    lookout.see(vec![channel("old", Some(3)), channel("young", Some(60))], seconds(10));
    assert_eq!(heard(&mut lookout, 10), [(Notice::Fresh, "old".to_owned())]);
}

#[test]
fn channels_age_while_the_database_does_not_answer() {
    let mut lookout = Lookout::default();
    lookout.see(vec![channel("shop", Some(30))], seconds(0));
    assert!(heard(&mut lookout, 30).is_empty());
    let notices = lookout.notices(seconds(31));
    assert_eq!(notices[0].0, Notice::Missed);
    assert_eq!(notices[0].1.freshness_seconds, Some(61));
    assert!(notices[0].1.freshness_missed);
}

#[test]
fn channel_that_was_never_fed_is_as_old_as_the_watch() {
    let mut lookout = Lookout::default();
    for (at, is_heard) in [(0, false), (60, false), (61, true), (120, false), (121, true)] {
        lookout.see(vec![channel("shop", None)], seconds(at));
        assert_eq!(!heard(&mut lookout, at).is_empty(), is_heard, "{at}");
    }
}

#[test]
fn channel_without_an_objective_is_never_said() {
    let mut lookout = Lookout::default();
    let aimless = StatusView { freshness_objective_seconds: None, ..channel("shop", Some(9_999)) };
    lookout.see(vec![aimless], seconds(0));
    assert!(heard(&mut lookout, 9_999).is_empty());
}
