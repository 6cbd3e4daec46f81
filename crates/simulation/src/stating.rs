//! People state something, through the real store; and state it twice.

use trueup_store::{ImportReport, StoreError};

use crate::actor::{Act, Driven, die_before_statement, drive};
use crate::change::Change;
use crate::inputs::Inputs;
use crate::kept;
use crate::scenario::{STATEMENTS, Scenario};

/// Of so many changes one is stated twice.
const REPEATED: u64 = 5;

impl Scenario {
    /// A change of the inputs, which may be cut short; whether it was made.
    pub(crate) async fn change(&mut self, change: Change) -> bool {
        let dies = self.dice.happens(self.mix.faults.crash_at_statement * 0.2);
        let statements = self.dice.number(0, STATEMENTS).unsigned_abs();
        let mut act = self.making(&change, self.company.inputs.clone());
        die_before_statement(dies.then_some(statements));
        let made = drive(&self.stage, &mut act, false).await;
        drop(act);
        let report = match made {
            Driven::Ended(Ok(report)) => report,
            Driven::Ended(Err(error)) => {
                self.stage.props().accuse("the database works", error.to_string());
                return self.looked(false).await;
            }
            Driven::Waits(_) | Driven::Died => {
                self.stage.say(|| format!("dies in the middle of {change:?}"));
                return self.looked(false).await;
            }
        };
        self.stage.say(|| format!("{change:?}"));
        let channels = self.company.names.len();
        let before = self.company.inputs.clone();
        change.note(&mut self.company.inputs, channels);
        self.accuse_import(report.as_ref().and_then(kept::miscounted));
        self.looked(true).await;
        self.changes += 1;
        if report.is_some() && self.changes.is_multiple_of(REPEATED) {
            self.state_again(&change, before).await;
        }
        true
    }

    fn making(
        &self,
        change: &Change,
        inputs: Inputs,
    ) -> Act<Result<Option<ImportReport>, StoreError>> {
        let now = self.stage.props().calendar();
        let (store, names) = (self.company.store.clone(), self.company.names.clone());
        let made = change.clone();
        Box::pin(async move { made.make(&store, &inputs, &names, now).await })
    }

    async fn looked(&mut self, is_made: bool) -> bool {
        self.look().await;
        let kept = kept::kept(&self.company.peephole).await.expect("the database can be read");
        self.accuse_import(kept::difference(&kept, &self.company.inputs));
        is_made
    }

    /// I6: the same file again changes nothing, and says so.
    async fn state_again(&mut self, change: &Change, inputs: Inputs) {
        let before = self.ledger.last.clone();
        let mut act = self.making(change, inputs);
        let again = drive(&self.stage, &mut act, false).await;
        drop(act);
        self.looked(true).await;
        let is_unchanged =
            matches!(&again, Driven::Ended(Ok(Some(report))) if report.unchanged == report.read);
        if !is_unchanged || !self.ledger.last.agrees_with(&before) {
            self.accuse_import(Some(format!("{change:?} again: {again:?}")));
        }
    }

    fn accuse_import(&self, what: Option<String>) {
        if let Some(what) = what {
            self.stage.props().accuse("I6 import conservation", what);
        }
    }
}
