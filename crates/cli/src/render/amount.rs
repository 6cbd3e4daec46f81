//! Numbers and moments in sentences.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A moment to the second, in UTC and without the zone, which the heading names.
pub fn instant(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// `1 product`, `3 products`.
pub fn counted(count: u64, thing: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{plural}")
}

#[cfg(test)]
mod tests {
    use super::{counted, instant};

    #[test]
    fn moments_are_shown_to_the_second_in_utc() {
        let at: jiff::Timestamp = "2026-11-23T05:46:11.123456Z".parse().expect("a timestamp");
        assert_eq!(instant(at), "2026-11-23 05:46:11");
    }

    #[test]
    fn one_thing_is_singular() {
        assert_eq!(counted(1, "line"), "1 line");
        assert_eq!(counted(0, "line"), "0 lines");
    }
}
