//! Each error of ours is found.

use trueup_model::{Bounds, Mutant, OneListing, refute};

/// Each mutant, and the invariant that tells it from us.
const MUTANTS: &[(Mutant, &str)] = &[
    (Mutant::DropsSuspectsEarly, "I3 belief"),
    (Mutant::DropsSuspectsOfSameQuantity, "I3 belief"),
    (Mutant::NeverReasserts, "I3 belief"),
    (Mutant::RetryForgetsSuspects, "I3 belief"),
    (Mutant::SettlesAtOnce, "I3 belief"),
    (Mutant::SettlesFromClaim, "I3 belief"),
    (Mutant::RecoveryForgetsDeadline, "I3 belief"),
    (Mutant::SkipsWhenEqual, "I3 belief"),
    (Mutant::IgnoresGeneration, "I3 belief"),
    (Mutant::AcknowledgesWanted, "I3 belief"),
    (Mutant::ForgetsRecovery, "I1 convergence"),
    (Mutant::RecoveryGuesses, "I3 belief"),
    (Mutant::ErrorIsNotApplied, "I3 belief"),
    (Mutant::TimeoutIsAccepted, "I3 belief"),
    (Mutant::RefusalIsAccepted, "I3 belief"),
    (Mutant::LateNewsCounts, "I5 one outcome"),
    (Mutant::NoEpochCheck, "I1 convergence"),
    (Mutant::NoEpochCheck, "I2 no going back"),
    (Mutant::ClaimsRelaxed, "I3 belief"),
    (Mutant::ClaimsTwice, "I2 no going back"),
    (Mutant::ClaimsTwice, "I5 one outcome"),
    (Mutant::ReassertsAcknowledged, "I2 no going back"),
    (Mutant::NeverUnparks, "I1 convergence"),
    (Mutant::LosesChangeInFlight, "I1 convergence"),
    (Mutant::RetiresAtOnce, "I3 belief"),
];

#[test]
fn every_mutant_is_killed() {
    let mut survivors = Vec::new();
    for (mutant, property) in MUTANTS {
        let model = OneListing { mutant: Some(*mutant), ..OneListing::new(Bounds::SMALL) };
        let report = refute(model, property);
        println!("{mutant:?}: {report}\n");
        if !report.violations.contains_key(property) {
            survivors.push((mutant, property));
        }
    }
    assert!(survivors.is_empty(), "not found out: {survivors:?}");
}
