//! Parts of answers.

use crate::company::{Adjustment, Item};
use crate::xml::{Element, escaped, leaf};

/// What QuickBooks says of one request.
#[derive(Clone, Debug)]
pub(crate) struct Status {
    pub code: u32,
    message: String,
}

impl Status {
    pub(crate) fn ok() -> Self {
        Self { code: 0, message: "Status OK".to_owned() }
    }

    pub(crate) fn of(code: u32, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    pub(crate) const fn is_error(&self) -> bool {
        self.code >= 1000
    }

    const fn severity(&self) -> &'static str {
        match self.code {
            0..500 => "Info",
            500..1000 => "Warn",
            _ => "Error",
        }
    }
}

/// An answer to a request: `extra` are further attributes, `inside` what was found.
pub(crate) fn answer(request: &Element, status: &Status, extra: &str, inside: &str) -> String {
    let name = request.name.strip_suffix("Rq").unwrap_or(&request.name);
    let id = escaped(request.attribute("requestID").unwrap_or_default());
    let Status { code, message } = status;
    let (severity, message) = (status.severity(), escaped(&windows_1252(message)));
    format!(
        "<{name}Rs requestID=\"{id}\" statusCode=\"{code}\" statusSeverity=\"{severity}\" \
         statusMessage=\"{message}\"{extra}>{inside}</{name}Rs>"
    )
}

/// An item with the elements that were asked for; all of them where none were.
pub(crate) fn item(item: &Item, wanted: &[&str]) -> String {
    let all = [
        ("ListID", item.list_id.clone()),
        ("Name", item.name().to_owned()),
        ("FullName", item.full_name.clone()),
        ("BarCodeValue", item.bar_code.clone()),
        ("IsActive", item.is_active.to_string()),
        ("ManufacturerPartNumber", item.part_number.clone()),
        ("QuantityOnHand", item.total().to_string()),
    ];
    let shown = all
        .iter()
        .filter(|(name, value)| !value.is_empty() && (wanted.is_empty() || wanted.contains(name)));
    let inside: String = shown.map(|(name, value)| leaf(name, &windows_1252(value))).collect();
    format!("<ItemInventoryRet>{inside}</ItemInventoryRet>")
}

/// An adjustment, with its lines where they were asked for.
pub(crate) fn adjustment(adjustment: &Adjustment, with_lines: bool) -> String {
    let reference = |name: &str, full_name: &str| match full_name {
        "" => String::new(),
        full_name => format!("<{name}>{}</{name}>", leaf("FullName", full_name)),
    };
    let lines = adjustment.lines.iter().enumerate().filter(|_| with_lines).map(|(index, line)| {
        let (id, name) =
            (leaf("ListID", &line.list_id), leaf("FullName", &windows_1252(&line.full_name)));
        let line_id = leaf("TxnLineID", &format!("{}-{}", index + 1, adjustment.txn_id));
        let difference = leaf("QuantityDifference", &line.difference.to_string());
        format!(
            "<InventoryAdjustmentLineRet>{line_id}<ItemRef>{id}{name}</ItemRef>{difference}\
             <ValueDifference>0.00</ValueDifference></InventoryAdjustmentLineRet>"
        )
    });
    let lines: String = lines.collect();
    let date = adjustment.date.map_or(String::new(), |date| leaf("TxnDate", &date.to_string()));
    format!(
        "<InventoryAdjustmentRet>{}{}{}{}{date}{}{}{lines}</InventoryAdjustmentRet>",
        leaf("TxnID", &adjustment.txn_id),
        leaf("TxnNumber", &adjustment.number.to_string()),
        reference("AccountRef", &adjustment.account),
        reference("InventorySiteRef", &adjustment.site),
        leaf("RefNumber", &adjustment.ref_number),
        leaf("Memo", &windows_1252(&adjustment.memo)),
    )
}

/// QuickBooks keeps Windows-1252; what is not in it becomes a question mark.
fn windows_1252(text: &str) -> String {
    const BEYOND_LATIN: &str = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ";
    let kept = |c: char| u32::from(c) < 256 || BEYOND_LATIN.contains(c);
    text.chars().map(|c| if kept(c) { c } else { '?' }).collect()
}
