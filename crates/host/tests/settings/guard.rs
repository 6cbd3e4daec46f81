//! The table `[guard]`.

use jiff::SignedDuration;
use trueup_runner::{Guard, StaleInputs};

use crate::folder::{Folder, GOOD};

fn with(guard: &str) -> Folder {
    Folder::with_shop(&format!("{GOOD}[guard]\n{guard}\n"))
}

#[test]
fn without_the_table_the_defaults_hold() {
    let settings = Folder::with_shop(GOOD).settings();
    assert_eq!(settings.channel("shop").unwrap().guard, Guard::default());
}

#[test]
fn every_limit_arrives() {
    let settings = with(
        "zeroed_share_max = 1\nzeroed_listings_min = 5\nraised_share_max = 2.5\n\
        raised_units_min = 6\nshrunk_share_max = 0.1\nshrunk_rows_min = 7\n\
        inputs_age_max = \"26h\"\nstale_inputs = \"go_on\"",
    )
    .settings();
    let expected = Guard {
        zeroed_share_max: 1.0,
        zeroed_listings_min: 5,
        raised_share_max: 2.5,
        raised_units_min: 6,
        shrunk_share_max: 0.1,
        shrunk_rows_min: 7,
        inputs_age_max: Some(SignedDuration::from_hours(26)),
        stale_inputs: StaleInputs::GoOn,
    };
    assert_eq!(settings.channel("shop").unwrap().guard, expected);
}

#[test]
fn every_problem_is_said_at_once() {
    let shown = with(
        "zeroed_share_max = 25\nraised_share_max = -1\nzeroed_listings_min = 1.5\n\
        inputs_age_max = \"daily\"\nstale_inputs = \"zero\"\nzero_share_max = 1",
    )
    .problems();
    let at = |line: u8, rest: &str| format!("channels/shop.toml:{line}: guard.{rest}");
    assert_eq!(
        shown,
        [
            at(10, "zeroed_share_max: must be at most 1"),
            at(11, "raised_share_max: must be at least 0"),
            at(12, "zeroed_listings_min: expected a whole number, found a number"),
            at(
                13,
                "inputs_age_max: `daily` is not a duration; write hours and minutes, such as 26h \
                 or 90m"
            ),
            at(14, "stale_inputs: must be \"hold\" or \"go_on\"; found another text"),
            at(
                15,
                "zero_share_max: unknown key (a whole number); did you mean `zeroed_share_max`?"
            ),
        ]
    );
}

#[test]
fn an_age_is_more_than_nothing() {
    let [problem] = with("inputs_age_max = \"0s\"").problems().try_into().unwrap();
    assert!(problem.contains("`0s` is no age; write more than 0"), "{problem}");
}

#[test]
fn a_policy_for_old_inputs_needs_an_age() {
    let [problem] = with("stale_inputs = \"go_on\"").problems().try_into().unwrap();
    assert!(problem.contains("nothing says when they are old; add inputs_age_max"), "{problem}");
}
