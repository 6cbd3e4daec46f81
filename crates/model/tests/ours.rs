//! Our protocol holds.

use trueup_model::{Bounds, Desire, OneListing, Report, check};

fn checked(model: OneListing) -> Report {
    let report = check(model);
    println!("our protocol, {:?}, {:?}: {report}\n", model.bounds, model.desires);
    assert!(report.violations.is_empty(), "{report}");
    report
}

/// Set `TRUEUP_MODEL` for a longer check; see the README.
#[test]
fn no_order_of_events_breaks_an_invariant() {
    let bounds = Bounds::BROAD.or_from_environment();
    let report = checked(OneListing::new(bounds));
    if bounds == Bounds::BROAD {
        assert!(report.missing.is_empty(), "{report}");
        assert!(report.states >= 1_500_000, "the check has become smaller: {report}");
    }
}

#[test]
fn neither_do_several_faults_in_a_row() {
    let report = checked(OneListing::new(Bounds::DEEP));
    assert!(report.states >= 900_000, "the check has become smaller: {report}");
}

#[test]
fn nor_levels_that_differ_beside_the_quantity() {
    let bounds = Bounds { changes: 2, faults: 2, takeovers: 0, extras: 0 };
    for desires in [Desire::SAME_QUANTITY, Desire::ZEROS] {
        checked(OneListing { desires, ..OneListing::new(bounds) });
    }
}
