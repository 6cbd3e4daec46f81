//! The auditor's round: flags against values, then wanted levels against the inputs there are.

use jiff::SignedDuration;
use trueup_stock::{Basis, Candidate};
use trueup_store::Defects;

use crate::tenure::Tenure;
use crate::{Channel, RunError, Runner};

/// How often a channel is audited by schedule.
const EVERY: SignedDuration = SignedDuration::from_hours(1);
/// Products that are computed again per step.
const PRODUCTS_PER_STEP: usize = 2_000;

/// What an audit did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audited {
    /// Products whose levels were computed again.
    pub products: u64,
    /// What was found, and healed.
    pub defects: Defects,
}

impl Runner {
    /// Audits a channel now: whether every flag says what the values say, and whether every wanted
    /// level is what the engine computes. What is wrong is healed, and the next feed tells it.
    ///
    /// # Errors
    /// Where the channel is being fed by somebody else, or the database fails.
    pub async fn audit(&self, channel: &Channel) -> Result<Audited, RunError> {
        let tenure = Tenure::begin(self, channel).await?;
        let audited = self.audit_under(channel, &tenure).await;
        if matches!(audited, Err(RunError::LeaseLost(_))) {
            return audited;
        }
        tenure.end(&self.store).await?;
        audited
    }

    /// Audits a channel whose last audit is an hour ago. One that somebody feeds is audited by them.
    pub(crate) async fn audit_by_the_hour(&self, channel: &Channel) -> Result<(), RunError> {
        let audits = self.store.audits().await?;
        let last = audits.get(&channel.name).map(|audit| audit.at);
        let is_due = last.is_none_or(|last| self.clock.now().duration_since(last) >= EVERY);
        if !is_due {
            return Ok(());
        }
        match self.audit(channel).await {
            Ok(_) | Err(RunError::Busy { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn audit_under(&self, channel: &Channel, tenure: &Tenure) -> Result<Audited, RunError> {
        let mut audited = Audited::default();
        audited.defects.merge(self.store.audit_flags(tenure.lease(), self.clock.now()).await?);
        self.audit_levels(channel, tenure, &mut audited).await?;
        self.store.record_audit(tenure.lease(), &audited.defects, self.clock.now()).await?;
        for (defect, count) in &audited.defects.counts {
            let products = audited.defects.examples.get(defect).map(|codes| codes.join(", "));
            tracing::error!(channel = %channel.name, defect, count, products,
                "the audit found and healed a defect");
        }
        Ok(audited)
    }

    async fn audit_levels(
        &self,
        channel: &Channel,
        tenure: &Tenure,
        audited: &mut Audited,
    ) -> Result<(), RunError> {
        let real = |candidate: &Candidate| channel.plan(candidate, Basis::Real);
        let external = |candidate: &Candidate| channel.plan(candidate, Basis::External);
        let both: [&trueup_store::Planner<'_>; 2] = [&real, &external];
        let is_external = self.store.last_true_up_was(channel.id, Basis::External).await?;
        let planners = if is_external { &both[..] } else { &both[..1] };
        let mut after = None;
        loop {
            let step = self.store.audit_levels(
                tenure.lease(),
                after,
                PRODUCTS_PER_STEP,
                channel.profile,
                planners,
                self.clock.now(),
            );
            let step = step.await?;
            audited.products += step.products;
            audited.defects.merge(step.defects);
            after = step.next;
            if after.is_none() || self.stop.is_cancelled() {
                return Ok(());
            }
        }
    }
}
