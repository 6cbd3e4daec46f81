//! Queries: items, adjustments, and what QuickBooks is.

use std::collections::VecDeque;

use crate::amount::Amount;
use crate::company::{Company, Iterator as Page};
use crate::modes::Modes;
use crate::parts::{self, Status, answer};
use crate::xml::{Element, leaf};

fn nothing_found() -> Status {
    Status::of(1, "A query request did not find a matching object in QuickBooks")
}

/// `ItemInventoryQueryRq`.
pub(crate) fn items(company: &mut Company, modes: &Modes, request: &Element) -> (Status, String) {
    mark_inactive(company, modes);
    let wanted: Vec<&str> =
        request.all("IncludeRetElement").map(|name| name.text.as_str()).collect();
    let by_name: Vec<&str> = request.all("FullName").map(|name| name.text.as_str()).collect();
    let by_id: Vec<&str> = request.all("ListID").map(|id| id.text.as_str()).collect();
    if by_name.is_empty() && by_id.is_empty() {
        return scan(company, request, &wanted);
    }
    for name in by_name.iter().filter(|_| modes.company.any_item) {
        if company.named(name).is_none() {
            company.add(name, "", "", Amount::default());
        }
    }
    let names = by_name.iter().map(|name| company.named(name));
    let found: Vec<Option<usize>> =
        names.chain(by_id.iter().map(|id| company.with_id(id))).collect();
    let shown = found.iter().flatten().filter_map(|index| company.items.get(*index));
    let shown: String = shown.map(|item| parts::item(item, &wanted)).collect();
    let status = match found.iter().any(Option::is_none) {
        false => Status::ok(),
        true => Status::of(
            modes.answers.some_missing,
            "One or more objects cannot be found based on the query criteria specified",
        ),
    };
    let text = answer(request, &status, "", &shown);
    (status, text)
}

fn mark_inactive(company: &mut Company, modes: &Modes) {
    for item in &mut company.items {
        item.is_active = !modes.company.inactive.contains(&item.full_name);
    }
}

/// All active items, page by page.
fn scan(company: &mut Company, request: &Element, wanted: &[&str]) -> (Status, String) {
    let most: usize = request.text_of("MaxReturned").parse().unwrap_or(usize::MAX);
    let (id, mut left) = match request.attribute("iterator") {
        Some("Continue") => {
            let id = request.attribute("iteratorID").unwrap_or_default();
            let page = company.iterators.iter().position(|page| page.id == id);
            let Some(page) = page.map(|index| company.iterators.remove(index)) else {
                let status = Status::of(3120, "Object specified in the request cannot be found.");
                let text = answer(request, &status, "", "");
                return (status, text);
            };
            (page.id, page.left)
        }
        _ => {
            let active = company.items.iter().filter(|item| item.is_active);
            let left: VecDeque<String> = active.map(|item| item.list_id.clone()).collect();
            (format!("{{eb05f701-e727-472f-8ade-{:012x}}}", company.next()), left)
        }
    };
    let page: Vec<String> = left.drain(..most.min(left.len())).collect();
    let shown = page.iter().filter_map(|id| company.items.get(company.with_id(id)?));
    let shown: String = shown.map(|item| parts::item(item, wanted)).collect();
    let extra = match request.attribute("iterator") {
        Some(_) => format!(" iteratorRemainingCount=\"{}\" iteratorID=\"{id}\"", left.len()),
        None => String::new(),
    };
    company.iterators.push(Page { id, left });
    let status = if page.is_empty() { nothing_found() } else { Status::ok() };
    let text = answer(request, &status, &extra, &shown);
    (status, text)
}

/// `InventoryAdjustmentQueryRq` by RefNumber or TxnID.
pub(crate) fn adjustments(company: &Company, request: &Element) -> (Status, String) {
    let is = |name: &str, value: &str| request.all(name).any(|wanted| wanted.text == value);
    let found = company.adjustments.iter().filter(|adjustment| {
        is("RefNumber", &adjustment.ref_number) || is("TxnID", &adjustment.txn_id)
    });
    let with_lines = ["true", "1"].contains(&request.text_of("IncludeLineItems"));
    let shown: String = found.map(|found| parts::adjustment(found, with_lines)).collect();
    let status = if shown.is_empty() { nothing_found() } else { Status::ok() };
    let text = answer(request, &status, "", &shown);
    (status, text)
}

/// `HostQueryRq`, `CompanyQueryRq` and `PreferencesQueryRq`.
pub(crate) fn host(modes: &Modes, request: &Element) -> (Status, String) {
    let kind = &modes.company;
    let inside = match request.name.as_str() {
        "HostQueryRq" => {
            let product = match kind.is_enterprise {
                true => "QuickBooks Enterprise Solutions 24.0",
                false => "QuickBooks Premier 2024",
            };
            let mode = if kind.is_multi_user { "MultiUser" } else { "SingleUser" };
            let versions: String = (1..=kind.version.0)
                .map(|major| {
                    let minor = if major == kind.version.0 { kind.version.1 } else { 0 };
                    leaf("SupportedQBXMLVersion", &format!("{major}.{minor}"))
                })
                .collect();
            let product = leaf("ProductName", product);
            format!(
                "<HostRet>{product}<MajorVersion>34</MajorVersion><MinorVersion>0</MinorVersion><Country>US</Country>{versions}<IsAutomaticLogin>false</IsAutomaticLogin>{}</HostRet>",
                leaf("QBFileMode", mode)
            )
        }
        "CompanyQueryRq" => {
            let id = kind.file_id.as_ref().map_or(String::new(), |id| {
                let value = leaf("DataExtValue", id);
                format!("<DataExtRet><OwnerID>{{9d0b1c6e-5a55-4f0e-8f0e-2d6a7b1f4c31}}</OwnerID><DataExtName>FileID</DataExtName><DataExtType>STR255TYPE</DataExtType>{value}</DataExtRet>")
            });
            let name = leaf("CompanyName", &kind.name);
            format!("<CompanyRet><IsSampleCompany>false</IsSampleCompany>{name}{id}</CompanyRet>")
        }
        _ => {
            let inventory = leaf("IsUsingInventory", &kind.is_using_inventory.to_string());
            let sites =
                leaf("IsMultiLocationInventoryEnabled", &(!kind.sites.is_empty()).to_string());
            format!(
                "<PreferencesRet><PurchasesAndVendorsPreferences>{inventory}</PurchasesAndVendorsPreferences><MultiLocationInventoryPreferences>{sites}</MultiLocationInventoryPreferences></PreferencesRet>"
            )
        }
    };
    let status = Status::ok();
    let text = answer(request, &status, "", &inside);
    (status, text)
}
