//! Items as people write them: `NAME|PART|BARCODE|QUANTITY`.

use trueup_sandbox::value::{Read, parts_of};

use crate::amount::Amount;
use crate::company::Company;

/// An item to add to the company.
#[derive(Clone, Debug)]
pub(crate) struct Stocked {
    full_name: String,
    part_number: String,
    bar_code: String,
    on_hand: Amount,
}

impl Stocked {
    /// Several, with `;` between them.
    pub(crate) fn parse_all(text: Option<&str>) -> Read<Vec<Self>> {
        let form = || "write NAME|PART|BARCODE|QUANTITY with `;` between items".to_owned();
        parts_of(text.ok_or_else(form)?).map(|item| Self::parse(item).ok_or_else(form)).collect()
    }

    fn parse(item: &str) -> Option<Self> {
        let fields: Vec<&str> = item.split('|').map(str::trim).collect();
        let field = |index: usize| fields.get(index).copied().unwrap_or_default();
        let on_hand = match field(3) {
            "" => Amount::default(),
            quantity => Amount::parse(quantity)?,
        };
        let is_item = !field(0).is_empty() && fields.len() <= 4;
        is_item.then(|| Self {
            full_name: field(0).to_owned(),
            part_number: field(1).to_owned(),
            bar_code: field(2).to_owned(),
            on_hand,
        })
    }

    /// Adds it, or replaces what an item of this name is.
    pub(crate) fn put_into(self, company: &mut Company) {
        if let Some(index) = company.named(&self.full_name) {
            company.items.remove(index);
        }
        company.add(&self.full_name, &self.part_number, &self.bar_code, self.on_hand);
    }
}
