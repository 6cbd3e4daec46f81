//! Schedules: how they are written, and when they are due.
#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "schedule/laws.rs"]
mod laws;

use jiff::civil::{Time, time};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{SignedDuration, Timestamp};
use trueup_runner::{Due, Schedule};

fn parse(toml: &str) -> Result<Schedule, String> {
    #[derive(Debug, serde::Deserialize)]
    struct Entry {
        schedule: Schedule,
    }
    let entry: Result<Entry, _> = toml::from_str(&format!("schedule = {toml}"));
    entry.map(|entry| entry.schedule).map_err(|error| error.message().to_owned())
}

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn daily(times: &[Time], zone: &TimeZone) -> Schedule {
    Schedule::At { times: times.to_vec(), time_zone: zone.clone() }
}

fn zone(name: &str) -> TimeZone {
    TimeZoneDatabase::bundled().get(name).unwrap()
}

#[test]
fn forms_that_people_write_are_read() {
    let at = |times: &[Time], name: &str| daily(times, &TimeZone::get(name).unwrap());
    let every = |seconds| Schedule::Every(SignedDuration::from_secs(seconds));
    let table = [
        (r#"{ at = ["13:30"], time_zone = "UTC" }"#, at(&[time(13, 30, 0, 0)], "UTC")),
        (r#"{ at = ["13:30"] }"#, at(&[time(13, 30, 0, 0)], "UTC")),
        (
            r#"{ at = ["18:30", "06:00:05", "18:30"], time_zone = "america/new_york" }"#,
            at(&[time(6, 0, 5, 0), time(18, 30, 0, 0)], "America/New_York"),
        ),
        (r#"{ every = "30m" }"#, every(1_800)),
        (r#"{ every = "1h" }"#, every(3_600)),
        (r#"{ every = "90s" }"#, every(90)),
        (r#"{ every = "1h 30m" }"#, every(5_400)),
        (r#"{ every = "10s" }"#, every(10)),
        (r#"{ every = "8784h" }"#, every(8_784 * 3_600)),
    ];
    for (toml, expected) in table {
        assert_eq!(parse(toml), Ok(expected), "{toml}");
    }
}

#[test]
fn what_is_no_schedule_says_so_and_names_the_fix() {
    let shape = "a schedule has either `at` or `every`; write { at = [\"13:30\"], \
        time_zone = \"UTC\" } or { every = \"30m\" }";
    let interval = |text: &str| {
        format!(
            "`{text}` is not an interval; write hours, minutes and seconds, such as 30m, 90s or \
            1h 30m"
        )
    };
    let no_time = |text: &str| {
        format!("`{text}` is not a time of day; write hours and minutes such as 13:30")
    };
    let no_zone = "`Mars/Base` is not a time zone; write an IANA name such as UTC or \
        America/New_York";
    let table = [
        ("{}", shape.to_owned()),
        (r#"{ time_zone = "UTC" }"#, shape.to_owned()),
        (r#"{ at = ["13:30"], every = "30m" }"#, shape.to_owned()),
        (
            "{ at = [] }",
            "`at` names no time; write at = [\"13:30\"], or leave the schedule out to switch it off"
                .to_owned(),
        ),
        (
            r#"{ at = ["25:00", "7pm", "12:00"], time_zone = "Mars/Base" }"#,
            format!("{}; {}; {no_zone}", no_time("25:00"), no_time("7pm")),
        ),
        (r#"{ at = ["24:00"] }"#, no_time("24:00")),
        (r#"{ at = [""] }"#, no_time("")),
        (r#"{ at = ["12:30 "] }"#, no_time("12:30 ")),
        (r#"{ at = ["2026-01-01T12:30"] }"#, no_time("2026-01-01T12:30")),
        (
            r#"{ every = "30m", time_zone = "UTC" }"#,
            "`time_zone` belongs to `at`; `every` counts elapsed time, which has no zone".to_owned(),
        ),
        (r#"{ every = "soon" }"#, interval("soon")),
        (r#"{ every = "" }"#, interval("")),
        (r#"{ every = "30" }"#, interval("30")),
        (r#"{ every = "1 day" }"#, interval("1 day")),
        (r#"{ every = "1\n2" }"#, interval("1\\n2")),
        (
            r#"{ every = "9s" }"#,
            "an interval of `9s` is too short; the shortest is 10s".to_owned(),
        ),
        (
            r#"{ every = "-30m" }"#,
            "an interval of `-30m` is too short; the shortest is 10s".to_owned(),
        ),
        (
            r#"{ every = "8785h" }"#,
            "an interval of `8785h` is too long; the longest is 8784h, which is 366 days".to_owned(),
        ),
    ];
    for (toml, expected) in table {
        assert_eq!(parse(toml), Err(expected), "{toml}");
    }
    assert!(parse(r#"{ evry = "30m" }"#).unwrap_err().contains("unknown field `evry`"));
    assert!(parse(&format!(r#"{{ every = "{}" }}"#, "x".repeat(5_000))).unwrap_err().len() < 200);
}

#[test]
fn a_schedule_survives_being_written_and_read() {
    for toml in [
        r#"{ at = ["06:00:05", "18:30"], time_zone = "America/New_York" }"#,
        r#"{ at = ["00:00"] }"#,
        r#"{ every = "1h 30m" }"#,
    ] {
        let schedule = parse(toml).unwrap();
        let written = serde_json::to_string(&schedule).unwrap();
        assert_eq!(serde_json::from_str::<Schedule>(&written).unwrap(), schedule, "{written}");
    }
}

#[test]
fn a_time_in_a_gap_runs_right_after_it_and_a_repeated_time_runs_first() {
    let new_york = zone("America/New_York");
    let table = [
        // 02:30 does not exist on 10 March 2024; the gap ends at 07:00 UTC.
        (new_york.clone(), time(2, 30, 0, 0), "2024-03-09T12:00:00Z", "2024-03-10T07:00:00Z"),
        // 01:30 exists twice on 3 November 2024, first in summer time.
        (new_york, time(1, 30, 0, 0), "2024-11-02T12:00:00Z", "2024-11-03T05:30:00Z"),
        // A gap of half an hour.
        (
            zone("Australia/Lord_Howe"),
            time(2, 15, 0, 0),
            "2024-10-05T00:00:00Z",
            "2024-10-05T15:30:00Z",
        ),
        // A gap over midnight: 23:30 on 30 March 2024 becomes the first instant of 31 March.
        (zone("America/Nuuk"), time(23, 30, 0, 0), "2024-03-30T12:00:00Z", "2024-03-31T01:00:00Z"),
        // 30 December 2011 does not exist in Samoa, so it has no run.
        (zone("Pacific/Apia"), time(13, 30, 0, 0), "2011-12-30T00:00:00Z", "2011-12-30T23:30:00Z"),
    ];
    for (zone, at, after, expected) in table {
        let schedule = daily(&[at], &zone);
        assert_eq!(schedule.next_after(instant(after)), instant(expected), "{zone:?} {at}");
    }
}

#[test]
fn times_that_one_gap_swallows_run_once_together() {
    let times = [time(2, 0, 0, 0), time(2, 30, 0, 0), time(3, 0, 0, 0)];
    let schedule = daily(&times, &zone("America/New_York"));
    let upcoming = schedule.upcoming(instant("2024-03-10T06:00:00Z"), 2);
    assert_eq!(upcoming, [instant("2024-03-10T07:00:00Z"), instant("2024-03-11T06:00:00Z")]);
}

#[test]
fn the_first_look_starts_intervals_and_waits_for_times_of_day() {
    let now = instant("2026-05-01T13:30:00Z");
    let half_hourly = Schedule::Every(SignedDuration::from_mins(30));
    assert_eq!(half_hourly.due(None, now), Due::Now { planned: now, missed: 0 });
    let daily = daily(&[time(13, 30, 0, 0)], &TimeZone::UTC);
    let next = instant("2026-05-02T13:30:00Z");
    assert_eq!(daily.due(None, now), Due::NotYet { next });
}

#[test]
fn an_interval_stays_on_its_grid_and_counts_what_it_missed() {
    let every = Schedule::Every(SignedDuration::from_mins(30));
    let last = instant("2026-05-01T12:00:00Z");
    let due = |now| every.due(Some(last), instant(now));
    let planned = |at, missed| Due::Now { planned: instant(at), missed };
    let next = instant("2026-05-01T12:30:00Z");
    assert_eq!(due("2026-05-01T12:29:59Z"), Due::NotYet { next });
    assert_eq!(due("2026-05-01T12:30:00Z"), planned("2026-05-01T12:30:00Z", 0));
    assert_eq!(due("2026-05-01T12:47:00Z"), planned("2026-05-01T12:30:00Z", 0));
    assert_eq!(due("2026-05-01T14:05:00Z"), planned("2026-05-01T14:00:00Z", 3));
    assert_eq!(due("2026-05-01T11:00:00Z"), Due::NotYet { next });
}

#[test]
fn missed_times_of_day_become_one_run_for_the_latest() {
    let times = [time(13, 30, 0, 0), time(16, 30, 0, 0), time(18, 30, 0, 0), time(23, 30, 0, 0)];
    let schedule = daily(&times, &TimeZone::UTC);
    let last = instant("2026-05-01T13:30:00Z");
    let due = schedule.due(Some(last), instant("2026-05-02T17:00:00Z"));
    let planned = instant("2026-05-02T16:30:00Z");
    assert_eq!(due, Due::Now { planned, missed: 4 });
}

#[test]
fn an_ancient_last_run_costs_no_more_than_the_count_is_worth() {
    let schedule = daily(&[time(13, 30, 0, 0)], &TimeZone::UTC);
    let now = instant("2026-05-02T17:00:00Z");
    let planned = instant("2026-05-02T13:30:00Z");
    let missed = Schedule::MISSED_MAX;
    assert_eq!(schedule.due(Some(Timestamp::MIN), now), Due::Now { planned, missed });
    let every = Schedule::Every(SignedDuration::from_secs(10));
    let Due::Now { planned, missed } = every.due(Some(Timestamp::MIN), now) else {
        panic!("an interval of ten seconds is over after ten thousand years");
    };
    assert!(planned <= now && now.duration_since(planned) < SignedDuration::from_secs(10));
    assert_eq!(missed, Schedule::MISSED_MAX);
}
