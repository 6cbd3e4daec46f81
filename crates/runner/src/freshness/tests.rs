use jiff::civil::time;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

fn at(minutes: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + MINUTE * i32::try_from(minutes).unwrap_or(i32::MAX)
}

fn daily(hours: &[i8]) -> Schedule {
    let times = hours.iter().map(|hour| time(*hour, 0, 0, 0)).collect();
    Schedule::At { times, time_zone: TimeZone::UTC }
}

#[test]
fn default_is_twice_the_pause_of_the_schedule_that_runs_most_often() {
    let hours = SignedDuration::from_hours;
    let cases = [
        (None, None, None),
        (None, Some(Schedule::Every(30 * MINUTE)), Some(hours(1))),
        (Some(daily(&[13, 16, 18, 23])), Some(Schedule::Every(30 * MINUTE)), Some(hours(1))),
        (Some(daily(&[13, 16, 18, 23])), None, Some(hours(28))),
        (Some(daily(&[6])), None, Some(hours(48))),
    ];
    for (true_up, differential, objective) in cases {
        let schedules = Schedules { true_up, differential, external_true_up: None };
        assert_eq!(Objective::of(&schedules), objective.map(Objective), "{schedules:?}");
    }
}

#[test]
fn age_is_that_of_the_oldest_change_or_of_the_last_success() {
    let age = |oldest_undelivered: Option<i64>, last_success: Option<i64>, since: Option<i64>| {
        let [oldest_undelivered, last_success, since] =
            [oldest_undelivered, last_success, since].map(|minutes| minutes.map(at));
        let age = Traces { oldest_undelivered, last_success, since }.age(at(100));
        age.map(|age| age.as_mins())
    };
    assert_eq!(age(None, None, None), None);
    assert_eq!(age(None, None, Some(30)), Some(70), "never fed since it was watched");
    assert_eq!(age(None, Some(90), Some(30)), Some(10));
    assert_eq!(age(Some(20), Some(90), None), Some(80), "feeds succeed, and a change waits");
    assert_eq!(age(Some(95), Some(40), None), Some(60), "nothing succeeds any more");
    assert_eq!(age(None, Some(150), None), Some(0), "the clock was set back");
}

#[test]
fn miss_is_said_once_per_objective_and_its_end_once() {
    let (mut watch, objective) = (Watch::default(), Objective(60 * MINUTE));
    let mut said = Vec::new();
    for minute in 0..300 {
        // All is well until minute 30 and from minute 250 on.
        let age = if (30..250).contains(&minute) { minute - 30 } else { 0 };
        if let Some(notice) = watch.look(objective, Some(MINUTE * age), MINUTE * minute) {
            said.push((minute, notice));
        }
    }
    let missed = [91, 151, 211].map(|minute| (minute, Notice::Missed));
    assert_eq!(said[..3], missed);
    assert_eq!(said[3..], [(250, Notice::Fresh)]);
}

proptest! {
    #[test]
    fn whoever_looks_every_minute_hears_of_a_miss_within_one_objective(
        objective in 1..500_i32,
        ages in prop::collection::vec(0..2_000_i32, 1..200),
    ) {
        let (mut watch, objective) = (Watch::default(), Objective(MINUTE * objective));
        let mut said_at = None;
        for (minute, age) in (0_i32..).zip(ages) {
            let (age, elapsed) = (Some(MINUTE * age), MINUTE * minute);
            match watch.look(objective, age, elapsed) {
                Some(Notice::Missed) => {
                    prop_assert!(objective.is_missed_by(age));
                    prop_assert!(said_at.is_none_or(|at| elapsed - at >= objective.0));
                    said_at = Some(elapsed);
                }
                Some(Notice::Fresh) => said_at = None,
                None => {}
            }
            if objective.is_missed_by(age) {
                prop_assert!(said_at.is_some_and(|at| elapsed - at < objective.0));
            }
        }
    }
}
