//! A marketplace's report of a submission, and the receipt it justifies.

use crate::{Answer, Batch, Error, Receipt, Refusal, Ticket, UnmatchedKey};

/// What a marketplace reports of a whole submission: how far it is, how many lines it counted, and
/// which of the refused it names by part number.
///
/// A counter that is not told is `None`. Counters and names may contradict each other, and a list
/// of names may be cut off; lines are then in doubt rather than taken for received.
///
/// ```
/// use trueup_marketplace::{
///     Batch, BatchKey, FeedKind, Level, Line, LineKey, LineVerdict, Refusal, Report, Stage, Ticket,
/// };
///
/// let line = |key, part: &str| Line {
///     key: LineKey(key),
///     part_number: part.parse().unwrap(),
///     location: None,
///     remote_id: None,
///     level: Level::default(),
/// };
/// let lines = vec![line(1, "OAK-1"), line(2, "OAK-2"), line(3, "OAK-3")];
/// let (key, kind) = (BatchKey("b-1".to_owned()), FeedKind::Differential);
/// let batch = Batch { key, kind, is_dry_run: false, lines };
///
/// let refusal = Refusal::new("unknown_part", "no such part");
/// let named = vec![("OAK-1", refusal)];
/// let report = Report { refused: Some(2), named, ..Report::of(Stage::Complete) };
/// let receipt = report.settled(&batch, &Ticket("t-1".to_owned()))?;
///
/// // Two are refused, and only one is named: the other may be any.
/// assert!(matches!(receipt.exceptions()[&LineKey(1)], LineVerdict::Rejected(_)));
/// assert!(matches!(receipt.exceptions()[&LineKey(2)], LineVerdict::Unknown(_)));
/// assert!(matches!(receipt.exceptions()[&LineKey(3)], LineVerdict::Unknown(_)));
/// # Ok::<(), trueup_marketplace::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report<'a> {
    /// How far the submission is.
    pub stage: Stage,
    /// Lines it counted.
    pub counted: Option<u64>,
    /// Lines it took over.
    pub accepted: Option<u64>,
    /// Lines it refused.
    pub refused: Option<u64>,
    /// Lines it has not judged yet.
    pub open: Option<u64>,
    /// The part numbers of refused lines, each with why.
    pub named: Vec<(&'a str, Refusal)>,
    /// The most it can name, where there is such a limit.
    pub named_max: Option<usize>,
}

/// How far a submission is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Not final yet, or not said.
    UnderWay,
    /// Final.
    Complete,
    /// Final, without having been carried out; in words for people.
    Failed(String),
    /// At a stage the connector does not know; in words for people.
    Unclear(String),
}

impl Report<'_> {
    /// A report that tells nothing but the stage.
    #[must_use]
    pub const fn of(stage: Stage) -> Self {
        let (counted, accepted, refused, open) = (None, None, None, None);
        Self { stage, counted, accepted, refused, open, named: Vec::new(), named_max: None }
    }

    /// The receipt where the report answers the submission itself: pending where there is a ticket
    /// to ask with later, and submitted otherwise.
    ///
    /// # Errors
    /// [`UnmatchedKey`] where it names a line that the batch does not hold.
    pub fn submitted(self, batch: &Batch, ticket: Option<Ticket>) -> Result<Receipt, UnmatchedKey> {
        let answer = match self.stage {
            Stage::Failed(_) => Answer::Submitted,
            Stage::UnderWay | Stage::Complete | Stage::Unclear(_) => {
                ticket.map_or(Answer::Submitted, Answer::Pending)
            }
        };
        self.receipt(batch, answer)
    }

    /// The receipt where the report answers the question what became of a ticket. Lines are applied
    /// only where the report is complete and its counters account for every line; a complete one
    /// without counters leaves them submitted.
    ///
    /// # Errors
    /// Unreadable at a stage the connector does not know; the submission stays pending.
    pub fn settled(self, batch: &Batch, ticket: &Ticket) -> Result<Receipt, Error> {
        let answer = match (&self.stage, self.accounts_for_all()) {
            (Stage::Unclear(words), _) => return Err(Error::unreadable(words)),
            (Stage::UnderWay, _) | (Stage::Complete, Some(false)) => {
                return Ok(Receipt::pending(ticket));
            }
            (Stage::Complete, Some(true)) => Answer::Applied,
            (Stage::Complete, None) | (Stage::Failed(_), _) => Answer::Submitted,
        };
        let receipt = self.receipt(batch, answer.clone()).unwrap_or_else(|unmatched| {
            // The report is final: what cannot be placed now cannot be placed later either.
            let mut receipt = Receipt::new(answer);
            receipt.doubt_rest(batch, &unmatched.to_string());
            receipt
        });
        Ok(receipt.with_handle(&ticket.0))
    }

    /// Whether every line it counted is judged, where it tells.
    fn accounts_for_all(&self) -> Option<bool> {
        let judged = self.refused?.checked_add(self.accepted?);
        Some(self.open? == 0 && judged == Some(self.counted?))
    }

    fn receipt(self, batch: &Batch, answer: Answer) -> Result<Receipt, UnmatchedKey> {
        let named = self.named.len();
        let mut receipt = Receipt::new(answer);
        receipt.refuse_all(batch, self.named)?;
        // A line named twice is one line.
        let told = named.min(receipt.exceptions().len()) as u64;
        let is_full = self.named_max.is_some_and(|most| named >= most);
        let sent = batch.lines.len() as u64;
        let counted = self.counted.filter(|_| *receipt.answer() == Answer::Applied);
        let doubt = match (self.stage, self.refused, counted) {
            (Stage::Failed(words) | Stage::Unclear(words), _, _) => words,
            (_, Some(refused), _) if refused > told => {
                format!("the answer refuses {refused} lines and names {told} of them")
            }
            (_, refused, _) if is_full && refused != Some(told) => {
                format!("the answer names {told} refused lines, perhaps not all of them")
            }
            (_, _, Some(counted)) if counted != sent => {
                format!("the answer counts {counted} lines where {sent} were sent")
            }
            (Stage::UnderWay | Stage::Complete, _, _) => return Ok(receipt),
        };
        receipt.doubt_rest(batch, &doubt);
        Ok(receipt)
    }
}
