use proptest::prelude::*;

use super::*;

const FLOOR: Pace = Pace { requests: 1, per: Duration::from_secs(2), burst: 1 };
const MILLISECOND: Duration = Duration::from_millis(1);

fn pace(requests: u32, per_ms: u64, burst: u32) -> Pace {
    Pace { requests, per: Duration::from_millis(per_ms), burst }
}

fn far(now: Instant) -> Instant {
    now + Duration::from_secs(86_400)
}

/// The moments granted to requests that arrive after these pauses, in ms from the start.
fn granted(pace: Pace, pauses_ms: &[u64]) -> Vec<(Duration, Duration)> {
    let (start, mut pacer) = (Instant::now(), Pacer::new(pace, FLOOR));
    let mut now = start;
    let mut grant = |pause: &u64| {
        now += Duration::from_millis(*pause);
        let at = pacer.grant(now, far(now)).unwrap_or(now);
        (now - start, at - start)
    };
    pauses_ms.iter().map(&mut grant).collect()
}

fn moments_ms(pace: Pace, count: usize) -> Vec<u128> {
    let granted = granted(pace, &vec![0; count]);
    granted.iter().map(|(_, at)| at.as_millis()).collect()
}

#[test]
fn burst_goes_at_once_and_the_rest_is_spaced() {
    assert_eq!(moments_ms(pace(10, 1_000, 3), 6), [0, 0, 0, 100, 200, 300]);
}

#[test]
fn full_burst_is_followed_by_a_whole_window() {
    let moments = moments_ms(pace(3, 1_000, 3), 7);
    assert_eq!(moments, [0, 0, 0, 1_000, 1_000, 1_000, 2_000]);
}

#[test]
fn zeros_are_read_as_one() {
    assert_eq!(moments_ms(pace(0, 100, 0), 3), [0, 100, 200]);
}

#[test]
fn wait_beyond_the_deadline_grants_nothing() {
    let (now, mut pacer) = (Instant::now(), Pacer::new(pace(1, 1_000, 1), FLOOR));
    assert_eq!(pacer.grant(now, now), Ok(now));
    let until = now + Duration::from_millis(999);
    assert_eq!(pacer.grant(now, until), Err(Duration::from_secs(1)));
    let later = now + Duration::from_secs(1);
    assert_eq!(pacer.grant(now, later), Ok(later), "the refused one took no place");
}

#[test]
fn rest_is_kept_and_never_shortened() {
    let (now, mut pacer) = (Instant::now(), Pacer::new(pace(100, 1_000, 100), FLOOR));
    let rest_ends = now + Duration::from_secs(30);
    pacer.hold_until(rest_ends);
    pacer.hold_until(now + Duration::from_secs(1));
    assert!(pacer.is_held(now));
    assert!(!pacer.is_held(rest_ends));
    assert_eq!(pacer.grant(now, far(now)), Ok(rest_ends));
}

proptest! {
    #[test]
    fn no_window_holds_more_than_allowed(
        requests in 1..12_u32,
        per_ms in 1..400_u64,
        burst in 1..16_u32,
        pauses_ms in prop::collection::vec(prop_oneof![Just(0), 0..50_u64, 0..2_000_u64], 1..120),
    ) {
        let allowed = pace(requests, per_ms, burst);
        let moments: Vec<_> = granted(allowed, &pauses_ms).into_iter().map(|(_, at)| at).collect();
        for (index, first) in moments.iter().enumerate() {
            let window = moments[index..].iter().filter(|at| **at < *first + allowed.per).count();
            prop_assert!(window <= requests as usize, "{window} in one window");
            let at_once = moments[index..].iter().filter(|at| *at == first).count();
            prop_assert!(at_once <= burst as usize, "{at_once} at once");
        }
    }

    #[test]
    fn nobody_is_sent_early_or_out_of_turn(
        requests in 1..12_u32,
        burst in 1..16_u32,
        pauses_ms in prop::collection::vec(0..300_u64, 1..80),
    ) {
        let granted = granted(pace(requests, 200, burst), &pauses_ms);
        prop_assert!(granted.iter().all(|(arrived, at)| at >= arrived));
        prop_assert!(granted.is_sorted_by_key(|(_, at)| *at));
    }

    #[test]
    fn whoever_keeps_the_pace_never_waits(requests in 1..12_u32, burst in 1..16_u32) {
        let allowed = pace(requests, 300, burst);
        let pause = (allowed.per / requests + MILLISECOND).as_millis();
        let pauses = vec![u64::try_from(pause)?; 40];
        prop_assert!(granted(allowed, &pauses).iter().all(|(arrived, at)| at == arrived));
    }
}

/// The moments granted to requests that always want to go, each throttled or not.
fn learning(pacer: &mut Pacer, start: Instant, throttled: &[bool]) -> Vec<Instant> {
    let mut now = start;
    let mut moments = Vec::new();
    for is_throttled in throttled {
        now = pacer.grant(now, far(now)).unwrap_or(now);
        moments.push(now);
        if *is_throttled {
            pacer.slow_down(now, now);
        }
    }
    moments
}

#[test]
fn throttled_channel_goes_at_seven_tenths_and_recovers() {
    let (start, mut pacer) = (Instant::now(), Pacer::new(pace(10, 1_000, 1), FLOOR));
    let moments = learning(&mut pacer, start, &[true, false, false]);
    let gap = moments[2] - moments[1];
    assert!((140..=143).contains(&gap.as_millis()), "{gap:?}");
    let later = start + Duration::from_secs(600);
    assert_eq!(pacer.grant(later, far(later)), Ok(later));
    assert_eq!(pacer.grant(later, far(later)), Ok(later + 100 * MILLISECOND));
}

#[test]
fn however_often_it_is_throttled_the_floor_holds() {
    let (start, mut pacer) = (Instant::now(), Pacer::new(pace(10, 1_000, 10), FLOOR));
    let moments = learning(&mut pacer, start, &[true; 60]);
    let gaps = moments.windows(2).map(|two| two[1] - two[0]);
    let longest = gaps.max().unwrap_or_default();
    // Between two requests the share grows a little again.
    assert!(longest <= FLOOR.per && longest > FLOOR.per.mul_f64(0.9), "{longest:?}");
}

#[test]
fn pace_below_the_floor_is_not_changed() {
    let (start, mut pacer) = (Instant::now(), Pacer::new(pace(1, 10_000, 1), FLOOR));
    let moments = learning(&mut pacer, start, &[true; 4]);
    assert!(moments.windows(2).all(|two| two[1] - two[0] == Duration::from_secs(10)));
}

proptest! {
    #[test]
    fn no_window_holds_more_than_published_whatever_was_learned(
        requests in 1..12_u32,
        per_ms in 1..5_000_u64,
        burst in 1..16_u32,
        throttled in prop::collection::vec(prop::bool::weighted(0.2), 1..150),
    ) {
        let published = pace(requests, per_ms, burst);
        let mut pacer = Pacer::new(published, FLOOR);
        let moments = learning(&mut pacer, Instant::now(), &throttled);
        for (index, first) in moments.iter().enumerate() {
            let window = moments[index..].iter().filter(|at| **at < *first + published.per).count();
            prop_assert!(window <= requests as usize, "{window} in one window");
        }
    }

    #[test]
    fn whoever_is_always_throttled_slows_down_to_the_floor(
        requests in 2..50_u32,
        burst in 1..16_u32,
    ) {
        let mut pacer = Pacer::new(pace(requests, 1_000, burst), FLOOR);
        let moments = learning(&mut pacer, Instant::now(), &[true; 40]);
        let last = moments[39] - moments[38];
        prop_assert!(last <= FLOOR.per && last > FLOOR.per.mul_f64(0.7), "{last:?}");
    }
}
