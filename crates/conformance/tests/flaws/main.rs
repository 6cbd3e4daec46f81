//! The suite can fail: for each trial a connector with one flaw, which that trial catches.

#![expect(clippy::unwrap_used, reason = "tests")]

mod acme;
mod pager;
mod shop;
mod specification;
mod till;
mod variant;

use trueup_conformance::{Bench, Trial, run, run_only};

use crate::acme::Subject;
use crate::till::Till;
use crate::variant::{
    AddsFromMemory, BadExample, BelievesAnything, ChecksByWriting, ClaimsWhole, FirstLineOnly,
    HidesRefusals, IgnoresDryRun, KeysWithoutLife, Lax, NeverTheSame, NoLateRequests,
    OverfullBatches, PlainToken, PreparesByWriting, Sound, Talkative, Unbounded, Undocumented,
    Variant, ZeroIsOne,
};

/// The trial fails for this variant, and passes for the sound one.
fn catches<V: Variant>(trial: Trial) {
    let report = run_only::<shop::Shop<V>>(&[trial]);
    assert_eq!(report.failures().count(), 1, "{} was not caught:\n{report}", V::NAME);
}

/// The trial fails for a connector that keeps the default `resolve` where there are no keys, with
/// these words, and passes for one that asks.
fn catches_blind_resolving(trial: Trial, words: &str) {
    let report = run_only::<Till<false>>(&[trial]);
    assert!(report.failures().any(|(_, why)| why.contains(words)), "{report}");
    assert_eq!(run_only::<Till<true>>(&[trial]).passed(), 1);
}

#[test]
fn a_sound_connector_passes_every_trial() {
    let report = run::<shop::Shop<Sound>>();
    // It writes absolute numbers, which can be sent again at any time.
    assert_eq!(report.passed(), Trial::ALL.len() - 1, "{report}");
    assert_eq!(report.failures().count(), 0, "{report}");
}

#[test]
fn a_sound_connector_to_a_shop_that_polls_passes_every_trial_that_concerns_it() {
    let report = run::<pager::Shop<{ pager::SOUND }>>();
    assert_eq!(report.failures().count(), 0, "{report}");
    let polled = [Trial::FaultsLeadToNoFalseClaim, Trial::FaultsAreOvercome];
    assert_eq!(run_only::<pager::Shop<{ pager::SOUND }>>(&polled).passed(), 2);
}

/// A fault at a call of the shop brings it to light.
fn catches_at_a_call<B: Bench>(trial: Trial) {
    let report = run_only::<B>(&[trial]);
    assert!(report.failures().any(|(_, why)| why.contains(" at call ")), "{report}");
}

#[test]
fn flaws_in_answering_a_shop_that_polls_are_caught() {
    catches_at_a_call::<pager::Shop<{ pager::TRUSTS_THE_WIRE }>>(Trial::FaultsLeadToNoFalseClaim);
    catches_at_a_call::<pager::Shop<{ pager::BELIEVES_ANY_CALL }>>(Trial::FaultsLeadToNoFalseClaim);
    catches_at_a_call::<pager::Shop<{ pager::ADDS_AGAIN }>>(Trial::FaultsAreOvercome);
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
    catches::<KeysWithoutLife>(Trial::CapabilitiesAreSound);
    catches_blind_resolving(Trial::LostAnswersAreResolved, "`resolve` may only ask");
    catches::<BelievesAnything>(Trial::FaultsLeadToNoFalseClaim);
    catches::<AddsFromMemory>(Trial::FaultsAreOvercome);
    catches::<Talkative>(Trial::SecretsStaySecret);
}

#[test]
fn every_trial_is_proved_to_be_able_to_fail() {
    let this = include_str!("main.rs");
    for trial in Trial::ALL {
        let proof = format!("(Trial::{trial:?}");
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
