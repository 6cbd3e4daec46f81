//! The order and form of elements, as the schema of qbXML 13.0 has them for what is simulated.

use crate::amount::Amount;
use crate::xml::Element;

/// What stands inside an element, in this order. `?` may be absent, `*` may be absent or repeat, `+`
/// may repeat, `A|B` is one of the two.
const CONTENTS: &[(&str, &str)] = &[
    ("HostQueryRq", "IncludeRetElement*"),
    ("CompanyQueryRq", "IncludeRetElement* OwnerID*"),
    ("PreferencesQueryRq", "IncludeRetElement*"),
    ("ItemInventoryQueryRq by ListID", "ListID+ IncludeRetElement* OwnerID*"),
    ("ItemInventoryQueryRq by FullName", "FullName+ IncludeRetElement* OwnerID*"),
    (
        "ItemInventoryQueryRq",
        "MaxReturned? ActiveStatus? FromModifiedDate? ToModifiedDate? NameFilter|NameRangeFilter? \
         ClassFilter? IncludeRetElement* OwnerID*",
    ),
    ("NameFilter", "MatchCriterion Name"),
    ("InventoryAdjustmentAddRq", "InventoryAdjustmentAdd IncludeRetElement*"),
    (
        "InventoryAdjustmentAdd",
        "AccountRef TxnDate? RefNumber? InventorySiteRef? CustomerRef? ClassRef? Memo? \
         ExternalGUID? InventoryAdjustmentLineAdd+",
    ),
    ("InventoryAdjustmentLineAdd", "ItemRef QuantityAdjustment"),
    (
        "QuantityAdjustment",
        "NewQuantity|QuantityDifference SerialNumber|LotNumber? InventorySiteLocationRef?",
    ),
    ("AccountRef", "ListID? FullName?"),
    ("InventorySiteRef", "ListID? FullName?"),
    ("ItemRef", "ListID? FullName?"),
    (
        "InventoryAdjustmentQueryRq",
        "TxnID* RefNumber* RefNumberCaseSensitive* MaxReturned? IncludeLineItems? \
         IncludeRetElement* OwnerID*",
    ),
];

/// The form of texts, and their greatest length.
const FORMS: &[(&str, Form)] = &[
    ("FullName", Form::Text(159)),
    ("RefNumber", Form::Text(11)),
    ("Memo", Form::Text(4095)),
    ("IncludeRetElement", Form::Text(50)),
    ("TxnDate", Form::Date),
    ("NewQuantity", Form::Amount),
    ("QuantityDifference", Form::Amount),
    ("IncludeLineItems", Form::OneOf(&["true", "false", "1", "0"])),
    ("ActiveStatus", Form::OneOf(&["ActiveOnly", "InactiveOnly", "All"])),
    ("MatchCriterion", Form::OneOf(&["StartsWith", "Contains", "EndsWith"])),
    ("MaxReturned", Form::Number),
];

#[derive(Clone, Copy, Debug)]
enum Form {
    Text(usize),
    Date,
    Amount,
    Number,
    OneOf(&'static [&'static str]),
}

/// What is wrong with a request; nothing where the schema takes it.
pub(crate) fn fault(element: &Element) -> Option<String> {
    let name = element.name.as_str();
    if let Some((_, form)) = FORMS.iter().find(|(known, _)| *known == name) {
        let is_fit = element.children.is_empty() && form.takes(&element.text);
        return (!is_fit).then(|| format!("`{}` does not fit {name}", element.text));
    }
    match contents(element) {
        Some(contents) => {
            misplaced(element, contents).or_else(|| element.children.iter().find_map(fault))
        }
        None if name.ends_with("Rq") => Some(format!("the simulator knows no {name}")),
        None => None,
    }
}

fn contents(element: &Element) -> Option<&'static str> {
    let name = element.name.as_str();
    let first = element.children.first().map_or("", |child| child.name.as_str());
    let by = format!("{name} by {first}");
    let of = |wanted: &str| CONTENTS.iter().find(|(known, _)| *known == wanted);
    of(&by).or_else(|| of(name)).map(|(_, contents)| *contents)
}

/// Walks the children along the order.
fn misplaced(element: &Element, contents: &str) -> Option<String> {
    let mut children = element.children.iter().peekable();
    for part in contents.split_whitespace() {
        let names = part.trim_end_matches(['?', '*', '+']);
        let (may_lack, may_repeat) = match part.chars().last() {
            Some('?') => (true, false),
            Some('*') => (true, true),
            Some('+') => (false, true),
            _ => (false, false),
        };
        let mut count = 0;
        while (count == 0 || may_repeat)
            && children.next_if(|child| names.split('|').any(|name| name == child.name)).is_some()
        {
            count += 1;
        }
        if count == 0 && !may_lack {
            return Some(format!("{names} is missing in {}", element.name));
        }
    }
    children.next().map(|child| format!("{} is out of place in {}", child.name, element.name))
}

impl Form {
    fn takes(self, text: &str) -> bool {
        match self {
            Self::Text(most) => text.chars().count() <= most,
            Self::Date => text.parse::<jiff::civil::Date>().is_ok(),
            Self::Amount => text.is_empty() || Amount::parse(text).is_some(),
            Self::Number => text.parse::<u32>().is_ok(),
            Self::OneOf(words) => words.contains(&text),
        }
    }
}
