//! The assumption carries the proof: without it there is none.

use trueup_model::{Bounds, Flaw, OneListing, refute};

#[test]
fn a_world_worse_than_assumed_breaks_the_proof() {
    for flaw in [Flaw::LandsAfterSettle, Flaw::LandsAfterAnswer, Flaw::Lies] {
        let model = OneListing { flaw: Some(flaw), ..OneListing::new(Bounds::SMALL) };
        let report = refute(model, "I3 belief");
        println!("{flaw:?}: {report}\n");
        assert!(report.violations.contains_key("I3 belief"), "{flaw:?} does no harm: {report}");
    }
}
