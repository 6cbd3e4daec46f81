//! The connector against a simulated shop over real HTTP.

#![expect(clippy::unwrap_used, reason = "tests")]

mod simulator;

/// The one line that runs the suite.
#[test]
fn it_conforms() {
    trueup_conformance::run::<simulator::Shop>().expect_conformance();
}
