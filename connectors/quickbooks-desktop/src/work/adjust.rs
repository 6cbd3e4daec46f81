//! The adjustments: one for each site and chunk of lines. QuickBooks refuses an adjustment as a
//! whole, so a refused chunk is halved until the line that is wrong stands alone.

use std::collections::BTreeMap;

use trueup_polled::Fate;
use trueup_soap::xml::{Element, Writer};

use super::{Lost, Stage, Work};
use crate::names;
use crate::qbxml::{self, Answers, Sets};
use crate::status::Status;

/// Lines of one adjustment. QuickBooks publishes no limit.
const LINES_PER_ADJUSTMENT: usize = 50;
/// Adjustments of one message; QuickBooks publishes no limit.
const ADJUSTMENTS_PER_MESSAGE: usize = 25;

/// Lines of one adjustment.
#[derive(Clone, Debug)]
pub(super) struct Chunk {
    lines: Vec<usize>,
    /// It travels in a message of its own, because the message it was in could not be read.
    is_alone: bool,
    /// QuickBooks passed over it once already.
    is_second: bool,
}

impl Chunk {
    fn of(lines: &[usize]) -> Self {
        Self { lines: lines.to_vec(), is_alone: false, is_second: false }
    }

    /// Its two halves; nothing where there is one line.
    fn halves(&self) -> Option<[Self; 2]> {
        let (first, second) = self.lines.split_at(self.lines.len() / 2);
        let half = |lines| Self { is_alone: self.is_alone, ..Self::of(lines) };
        (!first.is_empty()).then(|| [half(first), half(second)])
    }
}

impl Work {
    /// The open lines, in chunks of one site each.
    pub(super) fn chunks(&self) -> Vec<Chunk> {
        let mut by_site: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
        for (at, wanted, _) in self.open() {
            by_site.entry(wanted.site.as_deref()).or_default().push(at);
        }
        by_site
            .values()
            .flat_map(|lines| lines.chunks(LINES_PER_ADJUSTMENT))
            .map(Chunk::of)
            .collect()
    }

    /// The next message of adjustments.
    pub(super) fn adjustments(&mut self) -> Option<String> {
        let Stage::Adjust { queue, sent } = &mut self.stage else { return None };
        let is_alone = queue.first()?.is_alone;
        let together = if is_alone { 1 } else { ADJUSTMENTS_PER_MESSAGE };
        let fit =
            queue.iter().take(together).take_while(|chunk| chunk.is_alone == is_alone).count();
        *sent = queue.drain(..fit).collect();
        let chunks = sent.clone();
        let mut out = Writer::default();
        for (index, chunk) in chunks.iter().enumerate() {
            self.adjustment(&mut out, index, chunk);
        }
        let requests = out.finish();
        let set = names::message_set(&self.key, &requests);
        let sets = Sets { new: Some(&set), old: None };
        let request = qbxml::request(self.terms.host.version, sets, &requests);
        self.sets.push(set);
        Some(request)
    }

    fn adjustment(&self, out: &mut Writer, index: usize, chunk: &Chunk) {
        let lines = || {
            chunk.lines.iter().filter_map(|at| self.message.lines.get(*at).zip(self.lines.get(*at)))
        };
        let site = lines().find_map(|(wanted, _)| wanted.site.as_deref());
        out.element(&format!("InventoryAdjustmentAddRq requestID=\"a{index}\""), |out| {
            out.element("InventoryAdjustmentAdd", |out| {
                out.element("AccountRef", |out| out.leaf("FullName", &self.terms.account));
                out.leaf("TxnDate", &self.message.date.to_string());
                out.leaf("RefNumber", &names::ref_number(&self.key));
                if let Some(site) = site {
                    out.element("InventorySiteRef", |out| out.leaf("FullName", site));
                }
                if !self.terms.memo.is_empty() {
                    out.leaf("Memo", &self.terms.memo);
                }
                for (wanted, line) in lines() {
                    let list_id = line.item.as_ref().map_or("", |item| item.list_id.as_str());
                    out.element("InventoryAdjustmentLineAdd", |out| {
                        out.element("ItemRef", |out| out.leaf("ListID", list_id));
                        out.element("QuantityAdjustment", |out| {
                            out.leaf("NewQuantity", &wanted.quantity.to_string());
                        });
                    });
                }
            });
        });
    }

    /// Reads what became of each adjustment of the message sent last.
    pub(super) fn take_adjustments(&mut self, answers: &Answers) -> Result<(), Lost> {
        let set_status = answers.set_status();
        let silent = || {
            Lost(match set_status {
                0 => "QuickBooks left an adjustment unanswered".to_owned(),
                code => format!(
                    "QuickBooks left an adjustment unanswered, with message set status {code}"
                ),
            })
        };
        for (index, chunk) in self.sent().into_iter().enumerate() {
            let answer = answers.to(&format!("a{index}")).ok_or_else(silent)?;
            let status = Status::of(answer).ok_or_else(silent)?;
            self.take_adjustment(&chunk, answer, &status);
        }
        Ok(())
    }

    fn take_adjustment(&mut self, chunk: &Chunk, answer: &Element, status: &Status) {
        if !status.is_error {
            let is_booked = !answer.text_at(&["InventoryAdjustmentRet", "TxnID"]).is_empty();
            let booked = is_booked.then_some(Fate::Applied);
            return self.decide_all(chunk, &booked.unwrap_or_else(|| Fate::Unknown(status.said())));
        }
        if status.is_not_processed() && !chunk.is_second {
            return self.queue([Chunk { is_second: true, ..chunk.clone() }]);
        }
        match chunk.halves().filter(|_| status.is_about_lines()) {
            Some(halves) => self.queue(halves),
            None => self.decide_all(chunk, &status.fate()),
        }
    }

    /// The last message could not be read, so nothing of it was done: its adjustments are sent one
    /// by one, and one that fails alone is halved.
    pub(super) fn narrow_down(&mut self, why: &str) {
        let sent = self.sent();
        let is_one = sent.len() == 1;
        for chunk in sent {
            let chunk = Chunk { is_alone: true, ..chunk };
            match chunk.halves() {
                _ if !is_one => self.queue([chunk]),
                Some(halves) => self.queue(halves),
                None => self.decide_all(&chunk, &Fate::refused("unreadable", why)),
            }
        }
    }

    fn sent(&mut self) -> Vec<Chunk> {
        match &mut self.stage {
            Stage::Adjust { sent, .. } => std::mem::take(sent),
            Stage::Known | Stage::Named | Stage::Scan { .. } | Stage::Recall => Vec::new(),
        }
    }

    fn queue(&mut self, chunks: impl IntoIterator<Item = Chunk>) {
        if let Stage::Adjust { queue, .. } = &mut self.stage {
            queue.extend(chunks);
        }
    }

    fn decide_all(&mut self, chunk: &Chunk, fate: &Fate) {
        chunk.lines.iter().for_each(|at| self.decide(*at, fate.clone()));
    }
}
