//! How a schedule is written in settings, and what is wrong with one that cannot be read.

use std::fmt;

use jiff::{SignedDuration, civil::Time, tz::TimeZone};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Schedule;

/// When a feed runs: `at` times of day, or `every` so often. Leave the whole schedule out to switch
/// the feed off.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Schedule")]
pub(super) struct Form {
    /// Times of day, for example ["13:30", "18:30"].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<Vec<String>>,
    /// The IANA name of the zone in which `at` is meant, for example "America/New_York".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    time_zone: Option<String>,
    /// Elapsed time between two runs, at least 10 seconds, for example "30m" or "1h 30m".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    every: Option<String>,
}

/// Why something is not a schedule. The message names every value that is wrong and the fix.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScheduleError {
    /// Neither `at` nor `every`, or both.
    Shape,
    /// `at` without a time.
    NoTimes,
    /// Texts that are no times of day, or a zone that does not exist, or both; a message for each.
    At(Vec<String>),
    /// A zone where none is used.
    ZoneOfInterval,
    /// A text that is no interval.
    Interval(String),
    /// An interval below [`Schedule::INTERVAL_MIN`].
    TooShort(String),
    /// An interval above [`Schedule::INTERVAL_MAX`].
    TooLong(String),
    /// A name that is not in the time zone database.
    Zone(String),
}

impl fmt::Display for ScheduleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape => f.write_str(
                "a schedule has either `at` or `every`; write { at = [\"13:30\"], \
                time_zone = \"UTC\" } or { every = \"30m\" }",
            ),
            Self::NoTimes => f.write_str(
                "`at` names no time; write at = [\"13:30\"], or leave the schedule out to switch \
                it off",
            ),
            Self::At(wrong) => f.write_str(&wrong.join("; ")),
            Self::ZoneOfInterval => f.write_str(
                "`time_zone` belongs to `at`; `every` counts elapsed time, which has no zone",
            ),
            Self::Interval(text) => write!(
                f,
                "`{text}` is not an interval; write hours, minutes and seconds, such as 30m, 90s \
                or 1h 30m"
            ),
            Self::TooShort(text) => {
                write!(f, "an interval of `{text}` is too short; the shortest is 10s")
            }
            Self::TooLong(text) => write!(
                f,
                "an interval of `{text}` is too long; the longest is 8784h, which is 366 days"
            ),
            Self::Zone(name) => write!(
                f,
                "`{name}` is not a time zone; write an IANA name such as UTC or America/New_York"
            ),
        }
    }
}

impl std::error::Error for ScheduleError {}

impl TryFrom<Form> for Schedule {
    type Error = ScheduleError;

    fn try_from(form: Form) -> Result<Self, ScheduleError> {
        match (form.at, form.every) {
            (Some(at), None) => daily(&at, form.time_zone.as_deref().unwrap_or("UTC")),
            (None, Some(_)) if form.time_zone.is_some() => Err(ScheduleError::ZoneOfInterval),
            (None, Some(every)) => interval(&every).map(Schedule::Every),
            (None, None) | (Some(_), Some(_)) => Err(ScheduleError::Shape),
        }
    }
}

fn daily(at: &[String], zone_name: &str) -> Result<Schedule, ScheduleError> {
    if at.is_empty() {
        return Err(ScheduleError::NoTimes);
    }
    let (mut times, mut wrong) = (Vec::new(), Vec::new());
    for text in at {
        match time(text) {
            Some(time) => times.push(time),
            None => wrong.push(format!(
                "`{}` is not a time of day; write hours and minutes such as 13:30",
                shown(text)
            )),
        }
    }
    let time_zone = zone(zone_name).map_err(|error| wrong.push(error.to_string()));
    let (Ok(time_zone), []) = (time_zone, &*wrong) else {
        return Err(ScheduleError::At(wrong));
    };
    times.sort_unstable();
    times.dedup();
    Ok(Schedule::At { times, time_zone })
}

fn time(text: &str) -> Option<Time> {
    let is_plain = text.chars().all(|c| c.is_ascii_digit() || c == ':');
    let parse = |format| Time::strptime(format, text).ok();
    is_plain.then(|| parse("%H:%M").or_else(|| parse("%H:%M:%S")))?
}

pub(super) fn zone(name: &str) -> Result<TimeZone, ScheduleError> {
    let known = TimeZone::get(name).ok().filter(|zone| !zone.is_unknown());
    known.ok_or_else(|| ScheduleError::Zone(shown(name)))
}

pub(super) fn interval(text: &str) -> Result<SignedDuration, ScheduleError> {
    let interval: SignedDuration =
        text.parse().map_err(|_| ScheduleError::Interval(shown(text)))?;
    if interval < Schedule::INTERVAL_MIN {
        return Err(ScheduleError::TooShort(shown(text)));
    }
    if interval > Schedule::INTERVAL_MAX {
        return Err(ScheduleError::TooLong(shown(text)));
    }
    Ok(interval)
}

/// A text as a message shows it: one line, and not all of it where it is long.
fn shown(text: &str) -> String {
    const CHARS_MAX: usize = 40;
    let visible: String = text.chars().flat_map(char::escape_debug).take(CHARS_MAX + 1).collect();
    match visible.char_indices().nth(CHARS_MAX) {
        Some((end, _)) => format!("{}…", &visible[..end]),
        None => visible,
    }
}

impl From<Schedule> for Form {
    fn from(schedule: Schedule) -> Self {
        match schedule {
            Schedule::At { times, time_zone } => Self {
                at: Some(times.iter().map(written).collect()),
                time_zone: Some(time_zone.iana_name().unwrap_or("UTC").to_owned()),
                every: None,
            },
            Schedule::Every(interval) => {
                Self { every: Some(format!("{interval:#}")), ..Self::default() }
            }
        }
    }
}

fn written(time: &Time) -> String {
    let form = if time.second() == 0 { "%H:%M" } else { "%H:%M:%S" };
    time.strftime(form).to_string()
}
