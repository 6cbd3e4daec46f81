//! What an interrupted session booked already: its adjustments are found by their RefNumber.

use std::collections::HashSet;

use trueup_polled::Fate;
use trueup_soap::xml::Writer;

use super::{Lost, Work};
use crate::names;
use crate::qbxml::Answers;
use crate::status::Status;

impl Work {
    /// The query for the adjustments of a letter that was handed over before.
    pub(super) fn recalled(&self) -> Option<String> {
        self.open().next().filter(|_| self.is_repeat)?;
        let mut out = Writer::default();
        out.element("InventoryAdjustmentQueryRq requestID=\"r0\"", |out| {
            out.leaf("RefNumber", &names::ref_number(&self.key));
            out.leaf("IncludeLineItems", "true");
        });
        Some(out.finish())
    }

    /// Lines that were booked are done. The others are sent again: as the identical request under
    /// the same message-set id, which QuickBooks answers from memory if it carried it out.
    pub(super) fn take_recalled(&mut self, answers: &Answers) -> Result<(), Lost> {
        let answer = answers.to("r0").and_then(|answer| Some((answer, Status::of(answer)?)));
        let (answer, status) = answer.ok_or_else(|| {
            Lost("QuickBooks left the question for earlier adjustments unanswered".to_owned())
        })?;
        if !status.is_answer() {
            return Err(Lost(status.said()));
        }
        let mut booked = HashSet::new();
        for adjustment in answer.all("InventoryAdjustmentRet") {
            let site = adjustment.text_at(&["InventorySiteRef", "FullName"]).to_lowercase();
            for line in adjustment.all("InventoryAdjustmentLineRet") {
                booked.insert((line.text_at(&["ItemRef", "ListID"]), site.clone()));
            }
        }
        let done: Vec<usize> = self
            .open()
            .filter(|(_, wanted, line)| {
                let site = wanted.site.as_deref().unwrap_or_default().to_lowercase();
                line.item
                    .as_ref()
                    .is_some_and(|item| booked.contains(&(item.list_id.as_str(), site)))
            })
            .map(|(at, ..)| at)
            .collect();
        done.into_iter().for_each(|at| self.decide(at, Fate::Applied));
        Ok(())
    }
}
