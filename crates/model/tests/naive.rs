//! What people write first goes wrong, and why ours is not that.

use trueup_model::naive::{Naive, Protocol};
use trueup_model::{Report, check, refute};

const CONVERGENCE: &str = "I1 convergence";

fn refuted(protocol: Protocol, changes: u8) -> Report {
    let report = refute(Naive { protocol, changes, faults: 1 }, CONVERGENCE);
    println!("{protocol:?}: {report}\n");
    report
}

#[test]
fn trusting_the_acknowledgement_fails_after_one_timeout() {
    let report = refuted(Protocol::TrustTheAck, 2);
    assert!(report.violations.contains_key(CONVERGENCE), "{report}");
}

#[test]
fn comparing_the_value_fails_when_a_value_comes_back() {
    let report = refuted(Protocol::CompareValue, 2);
    assert!(report.violations.contains_key(CONVERGENCE), "{report}");
}

#[test]
fn comparing_the_version_holds() {
    let naive = Naive { protocol: Protocol::CompareVersion, changes: 4, faults: 3 };
    let report = check(naive);
    println!("{naive:?}: {report}\n");
    assert!(report.is_proof(), "{report}");
}
