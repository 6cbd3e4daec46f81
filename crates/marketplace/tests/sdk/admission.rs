//! What a marketplace can do, and what it is not sent.

use std::time::Duration;

use serde_json::to_value;
use trueup_marketplace::{
    Acknowledges, Arrival, Batch, BatchScope, Capabilities, Contact, Effect, ErrorKind, FeedKind,
    Fields, Limit, Locations, Retry, TrueUp,
};

use crate::support::{batch, line, parts};

#[test]
fn the_least_promises_nothing() {
    let least = Capabilities::least();
    assert_eq!(least.effect, Effect::Absolute);
    assert_eq!(least.acknowledges, Acknowledges::Submission);
    assert_eq!(least.true_up, TrueUp::Chunked);
    assert!(least.takes_differential && !least.rehearses);
    assert_eq!((least.batch_scope, least.lines_per_batch), (BatchScope::Mixed, Limit::lines(1)));
    assert_eq!((least.locations, least.contact), (Locations::None, Contact::WeCall));
    assert_eq!(least.fields, Fields::default());
    assert_eq!((least.quantity_max, least.settle), (2_147_483_647, Duration::from_secs(600)));
    assert_eq!((least.pace.requests, least.pace.per.as_secs(), least.pace.burst), (1, 1, 1));
}

#[test]
fn capabilities_are_shown_in_snake_case_and_seconds() {
    let shown = to_value(Capabilities::least()).unwrap();
    assert_eq!(shown["acknowledges"], "submission");
    assert_eq!((&shown["settle"], &shown["lines_per_batch"]), (&600.into(), &1.into()));
    let whole = to_value(TrueUp::Whole(Limit::NONE)).unwrap();
    assert_eq!(whole, serde_json::json!({ "whole": null }));
}

#[test]
fn only_absolute_writes_need_no_kept_request() {
    use Effect::{Absolute, Difference, IfValue, IfVersion, KeyedDifference};
    for (effect, keeps) in [
        (Absolute, false),
        (IfValue, true),
        (IfVersion, true),
        (KeyedDifference, true),
        (Difference, true),
    ] {
        assert_eq!(effect.keeps_request(), keeps, "{effect:?}");
    }
}

#[test]
fn limits_bound_and_combine() {
    assert!(Limit::NONE.allows(usize::MAX));
    assert!(Limit::lines(2).allows(2) && !Limit::lines(2).allows(3));
    assert_eq!(Limit::lines(0), Limit::lines(1));
    assert_eq!(Limit::NONE.and(Limit::lines(5)), Limit::lines(5));
    assert_eq!(Limit::lines(3).and(Limit::lines(5)), Limit::lines(3));
    assert_eq!(Limit::NONE.and(Limit::NONE), Limit::NONE);
}

fn true_up(count: i64) -> Batch {
    Batch { kind: FeedKind::TrueUp, ..parts(count) }
}

#[test]
fn what_fits_is_admitted() {
    let chunks = Capabilities { lines_per_batch: Limit::lines(3), ..Capabilities::least() };
    let whole = Capabilities { true_up: TrueUp::Whole(Limit::NONE), ..chunks.clone() };
    assert!(chunks.admit(&parts(3)).is_ok() && chunks.admit(&true_up(3)).is_ok());
    assert!(whole.admit(&true_up(5000)).is_ok());
    let two_places = batch(vec![line(1, "A", Some("EAST")), line(2, "A", Some("WEST"))]);
    assert_eq!(two_places.repeated(), None);
    assert!(chunks.admit(&two_places).is_ok());
}

#[test]
fn what_does_not_fit_is_refused_in_words() {
    use ErrorKind::{BeyondLimits, Unsupported};
    let chunks = Capabilities { lines_per_batch: Limit::lines(3), ..Capabilities::least() };
    let whole = Capabilities { true_up: TrueUp::Whole(Limit::lines(4)), ..chunks.clone() };
    let complete_only = Capabilities { takes_differential: false, ..whole.clone() };
    let placed = Capabilities { locations: Locations::Required, ..chunks.clone() };
    let twice = batch(vec![line(1, "A", Some("EAST")), line(2, "A", Some("EAST"))]);
    let everywhere = batch(vec![line(1, "A", None), line(2, "A", None)]);
    for (capabilities, batch, kind, words) in [
        (
            &chunks,
            parts(4),
            BeyondLimits,
            "the differential feed has 4 lines, and this channel takes at most 3",
        ),
        (
            &chunks,
            true_up(4),
            BeyondLimits,
            "the true_up feed has 4 lines, and this channel takes at most 3",
        ),
        (&whole, true_up(5), BeyondLimits, "takes at most 4 in one request"),
        (&complete_only, parts(1), Unsupported, "takes no differential feed; send a true_up"),
        (&placed, parts(1), BeyondLimits, "part number `P1` has no location; add [locations]"),
        (&chunks, twice, BeyondLimits, "part number `A` occurs twice at EAST"),
        (&chunks, everywhere, BeyondLimits, "part number `A` occurs twice; give"),
    ] {
        let error = capabilities.admit(&batch).unwrap_err();
        assert_eq!((error.kind(), error.retry()), (kind, Retry::Never), "{error}");
        assert_eq!(error.arrival(), Arrival::NotApplied);
        assert!(error.to_string().contains(words), "{error}");
    }
}
