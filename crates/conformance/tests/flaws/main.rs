//! The suite can fail: for each trial a connector with one flaw, which that trial catches.

#![expect(clippy::unwrap_used, reason = "tests")]

mod acme;
mod shop;
mod specification;
mod variant;

use trueup_conformance::{Trial, run, run_only};

use crate::acme::Subject;
use crate::variant::{
    AddsFromMemory, BadExample, BelievesAnything, ChecksByWriting, ClaimsWhole, FirstLineOnly,
    HidesRefusals, IgnoresDryRun, Lax, NeverTheSame, NoLateRequests, OverfullBatches, PlainToken,
    PreparesByWriting, Sound, Talkative, Unbounded, Undocumented, Variant, ZeroIsOne,
};

/// The trial fails for this variant, and passes for the sound one.
fn catches<V: Variant>(trial: Trial) {
    let report = run_only::<shop::Shop<V>>(&[trial]);
    assert_eq!(report.failures().count(), 1, "{} was not caught:\n{report}", V::NAME);
}

#[test]
fn a_sound_connector_passes_every_trial() {
    let report = run::<shop::Shop<Sound>>();
    assert_eq!(report.passed(), Trial::ALL.len(), "{report}");
}

#[test]
fn each_flaw_is_caught_by_its_trial() {
    catches::<Undocumented>(Trial::SettingsAreDocumented);
    catches::<Lax>(Trial::UnknownKeysAreRefused);
    catches::<PlainToken>(Trial::SecretsAreTyped);
    catches::<BadExample>(Trial::ExampleOpens);
    catches::<NoLateRequests>(Trial::CapabilitiesAreSound);
    catches::<ChecksByWriting>(Trial::CheckChangesNothing);
    catches::<FirstLineOnly>(Trial::DifferentialReachesTheShelf);
    catches::<ClaimsWhole>(Trial::TrueUpLeavesExactlyTheFeed);
    catches::<AddsFromMemory>(Trial::RepetitionLeavesTheSameShelf);
    catches::<PreparesByWriting>(Trial::PrepareChangesNothing);
    catches::<NeverTheSame>(Trial::SameBatchSameBytes);
    catches::<HidesRefusals>(Trial::RefusedLinesAreMatched);
    catches::<IgnoresDryRun>(Trial::DryRunChangesNothing);
    catches::<OverfullBatches>(Trial::FullBatchArrives);
    catches::<Unbounded>(Trial::TooManyLinesAreNotSent);
    catches::<ZeroIsOne>(Trial::ExtremeQuantitiesArrive);
    catches::<BelievesAnything>(Trial::FaultsLeadToNoFalseClaim);
    catches::<AddsFromMemory>(Trial::FaultsAreOvercome);
    catches::<Talkative>(Trial::SecretsStaySecret);
}

#[test]
fn every_trial_is_proved_to_be_able_to_fail() {
    let this = include_str!("main.rs");
    for trial in Trial::ALL {
        let proof = format!(">(Trial::{trial:?});");
        assert!(this.contains(&proof), "no flaw is caught by {trial:?}");
    }
}

#[test]
fn a_report_names_what_failed() {
    let report = run_only::<shop::Shop<Lax>>(&[Trial::UnknownKeysAreRefused]);
    let text = report.to_string();
    assert!(text.contains("| `unknown_keys_are_refused` | **failed**: a key that"), "{text}");
    assert!(std::panic::catch_unwind(|| report.expect_conformance()).is_err());
    let _ = Subject::<Sound>::describe();
}
