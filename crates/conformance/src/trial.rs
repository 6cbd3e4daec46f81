//! The trials, each a promise of the contract.

use trueup_marketplace::{Capabilities, Contact, TrueUp};

use crate::bench::Bench;
use crate::leak;
use crate::trials::{faults, limits, resolving, settings, shelf};

/// One promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Trial {
    /// Every field of the settings is described.
    SettingsAreDocumented,
    /// A key that the settings do not know is refused.
    UnknownKeysAreRefused,
    /// What looks like a secret is typed as one.
    SecretsAreTyped,
    /// The example opens.
    ExampleOpens,
    /// Capabilities are constant, and their limits can be kept.
    CapabilitiesAreSound,
    /// A check against a sound marketplace succeeds and changes nothing.
    CheckChangesNothing,
    /// A differential changes what it names, and nothing else.
    DifferentialReachesTheShelf,
    /// A True-Up leaves exactly what it says on the shelf.
    TrueUpLeavesExactlyTheFeed,
    /// Sending the same again leaves the same shelf.
    RepetitionLeavesTheSameShelf,
    /// Preparing changes nothing.
    PrepareChangesNothing,
    /// The same batch gives the same bytes.
    SameBatchSameBytes,
    /// A line that is refused is told by its key, and holds up no other.
    RefusedLinesAreMatched,
    /// A dry run changes nothing.
    DryRunChangesNothing,
    /// A batch of as many lines as the capabilities allow arrives, within the marketplace's bytes.
    FullBatchArrives,
    /// A batch of more lines is refused before anything is sent.
    TooManyLinesAreNotSent,
    /// Zero and the largest quantity arrive as they are.
    ExtremeQuantitiesArrive,
    /// What became of a request whose answer was lost is found out, and nothing is done twice.
    LostAnswersAreResolved,
    /// Whatever befalls whichever request, nothing is claimed that the shelf does not show.
    FaultsLeadToNoFalseClaim,
    /// After any fault, telling again leaves exactly the feed on the shelf.
    FaultsAreOvercome,
    /// No secret shows in an event, an error or a `Debug`, in any encoding.
    SecretsStaySecret,
}

impl Trial {
    /// Every trial, in the order they run.
    pub const ALL: [Self; 20] = [
        Self::SettingsAreDocumented,
        Self::UnknownKeysAreRefused,
        Self::SecretsAreTyped,
        Self::ExampleOpens,
        Self::CapabilitiesAreSound,
        Self::CheckChangesNothing,
        Self::DifferentialReachesTheShelf,
        Self::TrueUpLeavesExactlyTheFeed,
        Self::RepetitionLeavesTheSameShelf,
        Self::PrepareChangesNothing,
        Self::SameBatchSameBytes,
        Self::RefusedLinesAreMatched,
        Self::DryRunChangesNothing,
        Self::FullBatchArrives,
        Self::TooManyLinesAreNotSent,
        Self::ExtremeQuantitiesArrive,
        Self::LostAnswersAreResolved,
        Self::FaultsLeadToNoFalseClaim,
        Self::FaultsAreOvercome,
        Self::SecretsStaySecret,
    ];

    /// Its name, as the specification cites it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SettingsAreDocumented => "settings_are_documented",
            Self::UnknownKeysAreRefused => "unknown_keys_are_refused",
            Self::SecretsAreTyped => "secrets_are_typed",
            Self::ExampleOpens => "example_opens",
            Self::CapabilitiesAreSound => "capabilities_are_sound",
            Self::CheckChangesNothing => "check_changes_nothing",
            Self::DifferentialReachesTheShelf => "differential_reaches_the_shelf",
            Self::TrueUpLeavesExactlyTheFeed => "true_up_leaves_exactly_the_feed",
            Self::RepetitionLeavesTheSameShelf => "repetition_leaves_the_same_shelf",
            Self::PrepareChangesNothing => "prepare_changes_nothing",
            Self::SameBatchSameBytes => "same_batch_same_bytes",
            Self::RefusedLinesAreMatched => "refused_lines_are_matched",
            Self::DryRunChangesNothing => "dry_run_changes_nothing",
            Self::FullBatchArrives => "full_batch_arrives",
            Self::TooManyLinesAreNotSent => "too_many_lines_are_not_sent",
            Self::ExtremeQuantitiesArrive => "extreme_quantities_arrive",
            Self::LostAnswersAreResolved => "lost_answers_are_resolved",
            Self::FaultsLeadToNoFalseClaim => "faults_lead_to_no_false_claim",
            Self::FaultsAreOvercome => "faults_are_overcome",
            Self::SecretsStaySecret => "secrets_stay_secret",
        }
    }

    /// Why it does not concern this connector, where it does not.
    pub(crate) fn is_moot<B: Bench>(self, bench: &B, can: &Capabilities) -> Option<&'static str> {
        let is_whole = matches!(can.true_up, TrueUp::Whole(_));
        match self {
            Self::DifferentialReachesTheShelf if !can.takes_differential => {
                Some("it takes no differential")
            }
            Self::RefusedLinesAreMatched if B::unknown_part().is_none() => {
                Some("the marketplace refuses no line by name")
            }
            Self::DryRunChangesNothing if !can.rehearses => Some("it cannot rehearse"),
            Self::FullBatchArrives | Self::TooManyLinesAreNotSent
                if can.lines_per_batch.0.is_none() || (is_whole && !can.takes_differential) =>
            {
                Some("no limit is known")
            }
            Self::LostAnswersAreResolved if !can.effect.keeps_request() => {
                Some("a number may be sent again at any time")
            }
            Self::FaultsLeadToNoFalseClaim | Self::FaultsAreOvercome
                if bench.upstream().is_none() && can.contact == Contact::WeCall =>
            {
                Some("it does not call over HTTP")
            }
            _ => None,
        }
    }

    pub(crate) async fn run<B: Bench>(self) -> Result<(), String> {
        match self {
            Self::SettingsAreDocumented => settings::are_documented::<B>(),
            Self::UnknownKeysAreRefused => settings::refuse_unknown_keys::<B>().await,
            Self::SecretsAreTyped => settings::type_secrets::<B>(),
            Self::ExampleOpens => settings::example_opens::<B>(),
            Self::CapabilitiesAreSound => limits::capabilities_are_sound::<B>().await,
            Self::CheckChangesNothing => shelf::check_changes_nothing::<B>().await,
            Self::DifferentialReachesTheShelf => shelf::differential::<B>().await,
            Self::TrueUpLeavesExactlyTheFeed => shelf::true_up::<B>().await,
            Self::RepetitionLeavesTheSameShelf => shelf::repetition::<B>().await,
            Self::PrepareChangesNothing => shelf::prepare_changes_nothing::<B>().await,
            Self::SameBatchSameBytes => limits::same_bytes::<B>().await,
            Self::RefusedLinesAreMatched => shelf::refused_lines::<B>().await,
            Self::DryRunChangesNothing => shelf::dry_run::<B>().await,
            Self::FullBatchArrives => limits::full_batch::<B>().await,
            Self::TooManyLinesAreNotSent => limits::too_many_lines::<B>().await,
            Self::ExtremeQuantitiesArrive => limits::extreme_quantities::<B>().await,
            Self::LostAnswersAreResolved => resolving::lost_answers::<B>().await,
            Self::FaultsLeadToNoFalseClaim => faults::no_false_claim::<B>().await,
            Self::FaultsAreOvercome => faults::overcome::<B>().await,
            Self::SecretsStaySecret => leak::found().map(drop),
        }
    }
}
