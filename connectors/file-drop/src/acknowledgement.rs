//! What the reader of a file says of it.

use std::collections::{HashMap, HashSet};

use trueup_marketplace::{Answer, Batch, Error, LineVerdict, Receipt, Refusal};

/// What the rows say, by part number; an empty one stands for the file as a whole.
#[derive(Debug, Default)]
struct Told {
    accepted: HashSet<String>,
    rejected: HashMap<String, String>,
}

/// Reads an acknowledgement into a receipt. Lines it does not tell of are unknown.
///
/// # Errors
/// Unreadable, where a row is neither `accepted` nor `rejected`: it may be half written, and is
/// looked at again.
pub(crate) fn read(content: &[u8], batch: &Batch) -> Result<Receipt, Error> {
    let told = told(content)?;
    let mut receipt = Receipt::new(Answer::Applied);
    let named = told.rejected.iter().filter(|(part, _)| !part.is_empty());
    let unmatched =
        receipt.refuse_all(batch, named.map(|(part, why)| (part.as_str(), refusal(why))));
    if let Err(unmatched) = unmatched {
        receipt.doubt_rest(batch, &unmatched.to_string());
        return Ok(receipt);
    }
    let rest = rest(&told);
    for line in &batch.lines {
        if let Some(verdict) = rest.clone()
            && !told.accepted.contains(line.part_number.as_str())
        {
            receipt.set(batch, line.key, verdict)?;
        }
    }
    Ok(receipt)
}

/// What holds of lines that no row names; nothing where the file as a whole was accepted.
fn rest(told: &Told) -> Option<LineVerdict> {
    match (told.rejected.get(""), told.accepted.contains("")) {
        (Some(why), _) => Some(LineVerdict::Rejected(refusal(why))),
        (None, true) => None,
        (None, false) => {
            Some(LineVerdict::Unknown("the acknowledgement does not tell of this line".to_owned()))
        }
    }
}

fn told(content: &[u8]) -> Result<Told, Error> {
    let mut told = Told::default();
    let mut rows = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(content);
    for (position, record) in rows.records().enumerate() {
        let record = record.unwrap_or_default();
        let field = |index| record.get(index).unwrap_or_default().to_owned();
        match field(0).to_lowercase().as_str() {
            "accepted" => drop(told.accepted.insert(field(1))),
            "rejected" => drop(told.rejected.insert(field(1), field(2))),
            _ => {
                let row = position + 1;
                return Err(Error::unreadable(format!(
                    "row {row} of the acknowledgement is neither `accepted` nor `rejected`"
                )));
            }
        }
    }
    if told.accepted.is_empty() && told.rejected.is_empty() {
        return Err(Error::unreadable("the acknowledgement is empty; write `accepted` into it"));
    }
    Ok(told)
}

fn refusal(reason: &str) -> Refusal {
    let message = match reason {
        "" => "refused without a reason",
        reason => reason,
    };
    Refusal::new("rejected", message)
}
