//! What holds for every schedule, in every zone, whatever the clock does.

use std::collections::BTreeSet;

use jiff::civil::{Date, Time, date, time};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{SignedDuration, Timestamp, ToSpan};
use proptest::prelude::*;
use trueup_runner::{Due, Schedule};

use crate::{daily, zone};

#[test]
fn the_end_of_time_is_no_panic_and_no_endless_loop() {
    for schedule in [
        Schedule::Every(SignedDuration::ZERO),
        Schedule::Every(SignedDuration::MAX),
        daily(&[time(13, 30, 0, 0)], &zone("Pacific/Kiritimati")),
        daily(&[], &TimeZone::UTC),
    ] {
        for edge in [Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::MAX] {
            assert!(schedule.upcoming(edge, 3).len() <= 3);
            let _ = schedule.due(Some(edge), Timestamp::MAX);
            let _ = schedule.due(Some(Timestamp::MAX), edge);
        }
    }
}

/// Zones with something odd about them, and every so-many-th of the rest.
fn sample_of_zones() -> Vec<String> {
    let odd = [
        "UTC",
        "America/New_York",
        "Europe/Dublin",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
        "Asia/Kolkata",
        "America/St_Johns",
        "Pacific/Chatham",
        "Pacific/Apia",
        "Pacific/Fakaofo",
        "Pacific/Kiritimati",
        "America/Nuuk",
        "America/Scoresbysund",
        "Africa/Casablanca",
        "Africa/El_Aaiun",
        "Asia/Gaza",
        "Asia/Tehran",
        "Asia/Pyongyang",
        "America/Caracas",
        "America/Sao_Paulo",
        "America/Havana",
        "Asia/Amman",
        "Asia/Beirut",
        "Antarctica/Troll",
        "Antarctica/Casey",
        "Africa/Cairo",
        "Europe/Moscow",
        "Europe/Volgograd",
    ];
    let all = TimeZoneDatabase::bundled();
    let some = all.available().map(|name| name.to_string()).step_by(19);
    let zones: BTreeSet<String> = odd.into_iter().map(str::to_owned).chain(some).collect();
    assert!(zones.len() >= 40, "only {} zones", zones.len());
    zones.into_iter().collect()
}

/// The dates a zone's calendar has, found by looking at its clock four times a day.
fn dates_that_exist(zone: &TimeZone, first: Date, last: Date) -> Vec<Date> {
    let start = first.to_zoned(TimeZone::UTC).unwrap().timestamp() - SignedDuration::from_hours(48);
    let quarter_days = (0_i64..).map(|step| start + SignedDuration::from_hours(6 * step));
    let dates = quarter_days.map(|at| zone.to_datetime(at).date());
    let within = dates.take_while(|date| *date <= last).filter(|date| *date >= first);
    within.collect::<BTreeSet<_>>().into_iter().collect()
}

#[test]
fn a_daily_time_runs_once_on_every_date_of_thirty_years_in_every_kind_of_zone() {
    let (first, last) = (date(1994, 6, 1), date(2024, 12, 1));
    let times = [time(2, 15, 0, 0), time(0, 0, 0, 0), time(23, 30, 0, 0), time(12, 0, 0, 0)];
    for (index, name) in sample_of_zones().iter().enumerate() {
        let zone = zone(name);
        let at = times[index % times.len()];
        let dates = dates_that_exist(&zone, first, last);
        let before = first.yesterday().unwrap().to_datetime(time(23, 45, 0, 0));
        let mut fired = zone.to_timestamp(before).unwrap();
        let schedule = daily(&[at], &zone);
        for date in dates {
            let next = schedule.next_after(fired);
            assert!(next > fired, "{name} {date}");
            fired = next;
            assert_is_the_run_of(date, at, fired, &zone);
        }
    }
}

fn assert_is_the_run_of(date: Date, at: Time, fired: Timestamp, zone: &TimeZone) {
    let meant = date.to_datetime(at);
    let (shown, just_before) =
        (zone.to_datetime(fired), zone.to_datetime(fired - SignedDuration::from_nanos(1)));
    let is_after_gap = just_before < meant && meant < shown;
    assert!(shown == meant || is_after_gap, "{zone:?} {meant}: fired at {shown}");
    for minutes in [30, 60, 120, 1_440] {
        let earlier = zone.to_datetime(fired - SignedDuration::from_mins(minutes));
        assert_ne!(earlier, meant, "{zone:?}: the first of two is the one that runs");
    }
}

fn any_schedule() -> impl Strategy<Value = Schedule> {
    let zones = prop::sample::select(sample_of_zones());
    let times = prop::collection::vec((0_i8..24, 0_i8..60), 1..6);
    let at = (times, zones).prop_map(|(times, name)| {
        let times: BTreeSet<Time> = times.into_iter().map(|(h, m)| time(h, m, 0, 0)).collect();
        daily(&times.into_iter().collect::<Vec<_>>(), &zone(&name))
    });
    let every = (10_i64..200_000).prop_map(|s| Schedule::Every(SignedDuration::from_secs(s)));
    prop_oneof![at, every]
}

/// 1990 to 2040.
fn any_instant() -> impl Strategy<Value = Timestamp> {
    (631_152_000_i64..2_208_988_800).prop_map(|second| Timestamp::from_second(second).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn upcoming_instants_only_grow(schedule in any_schedule(), now in any_instant()) {
        let upcoming = schedule.upcoming(now, 20);
        prop_assert_eq!(upcoming.len(), 20);
        prop_assert!(upcoming[0] > now);
        prop_assert!(upcoming.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn a_clock_that_jumps_repeats_nothing_and_catches_up_once(
        schedule in any_schedule(),
        start in any_instant(),
        jumps in prop::collection::vec(-86_400_i64..86_400, 1..40),
    ) {
        let mut last = start;
        let mut now = start;
        for jump in jumps {
            now += SignedDuration::from_secs(jump);
            match schedule.due(Some(last), now) {
                Due::NotYet { next } => prop_assert!(next > now && next > last),
                Due::Now { planned, .. } => {
                    prop_assert!(last < planned && planned <= now);
                    last = planned;
                    let again = schedule.due(Some(last), now);
                    prop_assert!(matches!(again, Due::NotYet { .. }), "one jump, two runs");
                }
            }
        }
    }

    #[test]
    fn missed_counts_every_instant_that_had_no_run(
        schedule in any_schedule(),
        last in any_instant(),
        hours in 1_i64..300,
    ) {
        let now = last + hours.hours();
        let all = schedule.upcoming(last, 2_001).into_iter().take_while(|at| *at <= now);
        let all: Vec<_> = all.take(2_000).collect();
        prop_assume!(all.len() < 2_000);
        match (schedule.due(Some(last), now), all.last()) {
            (Due::NotYet { next }, None) => prop_assert!(next > now),
            (Due::Now { planned, missed }, Some(latest)) => {
                prop_assert_eq!(planned, *latest);
                prop_assert_eq!(missed, all.len() as u64 - 1);
            }
            (due, latest) => prop_assert!(false, "{:?} but {:?}", due, latest),
        }
    }
}
