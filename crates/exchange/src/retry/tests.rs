use super::*;

fn unclear(rest: Option<Duration>) -> Failure {
    Failure::Unclear { words: String::new(), status: http::StatusCode::SERVICE_UNAVAILABLE, rest }
}

fn after(attempts: u32) -> Progress {
    Progress { attempts, ..Progress::default() }
}

fn wait(failure: &Failure, progress: Progress, random: f64) -> Option<Duration> {
    match Retries::default().decide(failure, progress, false, random) {
        Decision::Repeat { wait, .. } => Some(wait),
        Decision::GiveUp => None,
    }
}

#[test]
fn write_that_may_have_been_applied_is_never_repeated() {
    for failure in [unclear(None), Failure::Late] {
        assert_eq!(wait(&failure, after(1), 0.5), None);
    }
}

#[test]
fn read_is_repeated_whatever_became_of_it() {
    for failure in [unclear(None), Failure::Late] {
        let decision = Retries::default().decide(&failure, after(1), true, 0.5);
        let wait = Duration::from_millis(500);
        assert_eq!(decision, Decision::Repeat { wait, cost: 14 });
    }
}

#[test]
fn refusal_and_oversize_are_final_even_for_reads() {
    for failure in [Failure::Refused(String::new()), Failure::TooLarge] {
        let decision = Retries::default().decide(&failure, after(1), true, 0.5);
        assert_eq!(decision, Decision::GiveUp);
    }
}

#[test]
fn attempts_end() {
    let throttled = Failure::Throttled(None);
    assert!(wait(&throttled, after(2), 0.5).is_some());
    assert!(wait(&throttled, after(3), 0.5).is_none());
}

#[test]
fn rest_is_kept_in_full_up_to_a_quarter_of_an_hour() {
    for (asked, kept) in [(0, 0), (7, 7), (900, 900), (86_400, 900)] {
        let throttled = Failure::Throttled(Some(Duration::from_secs(asked)));
        let kept = Duration::from_secs(kept);
        assert_eq!(wait(&throttled, after(1), 0.0), Some(kept));
        let advice = Retries::default().advice(&throttled, after(3));
        assert_eq!(advice, Retry::After(kept));
    }
}

#[test]
fn back_off_holds_where_the_rest_is_shorter() {
    let throttled = Failure::Throttled(Some(Duration::ZERO));
    let backoff = Duration::from_secs(1);
    assert_eq!(wait(&throttled, after(2), 0.5), Some(backoff));
}

#[test]
fn refused_token_is_repeated_once_and_at_once() {
    let first = wait(&Failure::TokenRefused, after(1), 0.9);
    assert_eq!(first, Some(Duration::ZERO));
    let spent = Progress { is_login_spent: true, ..after(2) };
    assert_eq!(wait(&Failure::TokenRefused, spent, 0.9), None);
    let advice = Retries::default().advice(&Failure::TokenRefused, spent);
    assert_eq!(advice, Retry::Never);
}
