//! `InventoryAdjustmentAddRq`: booked whole, or refused whole.

use jiff::civil::Date;

use crate::amount::Amount;
use crate::company::{Adjustment, AdjustmentLine, Company};
use crate::modes::{Modes, MultiUser};
use crate::parts::{self, Status, answer};
use crate::xml::Element;

/// Books an adjustment.
pub(crate) fn add(
    company: &mut Company,
    modes: &mut Modes,
    request: &Element,
    draw: &dyn Fn(&str) -> f64,
) -> (Status, String) {
    let booked = struck(modes, draw).map_or_else(|| book(company, modes, request), Err);
    match booked {
        Ok(adjustment) => {
            let text = answer(request, &Status::ok(), "", &parts::adjustment(&adjustment, true));
            company.adjustments.push(adjustment);
            (Status::ok(), text)
        }
        Err(status) => {
            let text = answer(request, &status, "", "");
            (status, text)
        }
    }
}

/// A fault that refuses it before it is looked at.
fn struck(modes: &mut Modes, draw: &dyn Fn(&str) -> f64) -> Option<Status> {
    let faults = &mut modes.faults;
    if let Some(code) = faults.adjust_status {
        return Some(Status::of(code, "The simulator was told to refuse it."));
    }
    if faults.not_processed.strikes(draw("not_processed")) {
        return Some(Status::of(3231, "The request has not been processed."));
    }
    let is_locked = faults.locked.strikes(draw("locked"));
    let needs_single_user = !modes.company.is_enterprise && modes.company.is_multi_user;
    match modes.answers.multi_user {
        MultiUser::Status(code) if needs_single_user => {
            Some(Status::of(code, "There was an error when saving an Inventory Adjustment."))
        }
        MultiUser::Status(_) | MultiUser::Hresult => is_locked.then(|| {
            Status::of(
                3176,
                "There was an error when saving an Inventory Adjustment. QuickBooks failed to \
                 acquire the lock for this object.",
            )
        }),
    }
}

fn book(company: &mut Company, modes: &Modes, request: &Element) -> Result<Adjustment, Status> {
    let missing = || Status::of(3150, "There is a missing element.");
    let add = request.child("InventoryAdjustmentAdd").ok_or_else(missing)?;
    let account = add.child("AccountRef").ok_or_else(missing)?.text_of("FullName").to_owned();
    let is_account = |known: &String| known.to_lowercase() == account.to_lowercase();
    if !modes.company.accounts.iter().any(is_account) {
        return Err(invalid("Account", &account, "the Inventory Adjustment"));
    }
    let date: Option<Date> = add.text_of("TxnDate").parse().ok();
    if date.is_some_and(|date| Some(date) <= modes.company.closing_date) {
        return Err(Status::of(3171, "An attempt was made to modify a closed period."));
    }
    let site = site(add, modes)?;
    let mut changes = Vec::new();
    for line in add.all("InventoryAdjustmentLineAdd") {
        changes.push(change(company, modes, line, &site)?);
    }
    let mut lines = Vec::new();
    for (index, after) in changes {
        let item = company.items.get_mut(index).ok_or_else(missing)?;
        let difference = after.minus(item.at(&site));
        item.on_hand.insert(site.clone(), after);
        let (list_id, full_name) = (item.list_id.clone(), item.full_name.clone());
        lines.push(AdjustmentLine { list_id, full_name, difference });
    }
    let number = company.next();
    Ok(Adjustment {
        txn_id: format!("{number:X}-{}", 1_763_888_523 + number),
        number,
        date,
        ref_number: add.text_of("RefNumber").to_owned(),
        account,
        site,
        memo: add.text_of("Memo").to_owned(),
        lines,
    })
}

fn site(add: &Element, modes: &Modes) -> Result<String, Status> {
    let given = add.child("InventorySiteRef").map(|site| site.text_of("FullName"));
    let sites = &modes.company.sites;
    match given {
        None if sites.is_empty() => Ok(String::new()),
        None => Err(Status::of(modes.answers.site_missing, "There is no inventory site.")),
        Some(_) if sites.is_empty() => {
            Err(Status::of(3250, "This feature is not enabled or not available."))
        }
        Some(given) => {
            let found = sites.iter().find(|site| site.to_lowercase() == given.to_lowercase());
            found
                .cloned()
                .ok_or_else(|| invalid("InventorySite", given, "the Inventory Adjustment"))
        }
    }
}

/// Which item a line is about, and what it shows afterwards.
fn change(
    company: &Company,
    modes: &Modes,
    line: &Element,
    site: &str,
) -> Result<(usize, Amount), Status> {
    let reference = line.child("ItemRef");
    let (index, name) = found(company, reference);
    let item = index.and_then(|index| company.items.get(index));
    let item = item.filter(|item| {
        let name = &item.full_name;
        !modes.company.inactive.contains(name) && !modes.faults.reject_item.contains(name)
    });
    let (Some(index), Some(item)) = (index, item) else {
        return Err(invalid("Item", &name, "the Inventory Adjustment line"));
    };
    let adjustment = line.child("QuantityAdjustment");
    let amount = |name| adjustment.and_then(|adjustment| Amount::parse(adjustment.text_of(name)));
    let after = match (amount("NewQuantity"), amount("QuantityDifference")) {
        (Some(new), _) => new,
        (None, Some(difference)) => item.at(site).plus(difference),
        (None, None) => return Err(Status::of(3150, "There is a missing element.")),
    };
    if modes.answers.refuses_negative && after.to_string().starts_with('-') {
        return Err(Status::of(3210, "The quantity is not valid."));
    }
    Ok((index, after))
}

fn found(company: &Company, reference: Option<&Element>) -> (Option<usize>, String) {
    let text = |name| reference.map_or("", |reference| reference.text_of(name));
    match (text("ListID"), text("FullName")) {
        ("", name) => (company.named(name), name.to_owned()),
        (id, _) => {
            let index = company.with_id(id);
            let item = index.and_then(|index| company.items.get(index));
            (index, item.map_or(id, |item| item.full_name.as_str()).to_owned())
        }
    }
}

fn invalid(kind: &str, name: &str, place: &str) -> Status {
    let message = format!(
        "There is an invalid reference to QuickBooks {kind} \"{name}\" in {place}. QuickBooks error \
         message: Invalid argument. The specified record does not exist in the list."
    );
    Status::of(3140, message)
}

/// Whether the message holds an item that makes it unreadable.
pub(crate) fn is_unparsable(messages: &Element, company: &Company, modes: &Modes) -> bool {
    let adjustments = messages.children.iter().filter_map(|rq| rq.child("InventoryAdjustmentAdd"));
    let mut lines = adjustments.flat_map(|add| add.all("InventoryAdjustmentLineAdd"));
    lines.any(|line| {
        let (_, name) = found(company, line.child("ItemRef"));
        modes.faults.unparsable_item.contains(&name)
    })
}
