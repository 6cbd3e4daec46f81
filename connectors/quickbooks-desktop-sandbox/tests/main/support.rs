//! Messages, and a company that takes them.

use trueup_quickbooks_desktop_sandbox::{DesktopSandbox, Options};

pub async fn company(faults: &[&str]) -> DesktopSandbox {
    let options = Options::default().with("items=Lamp|AB-1|400|3;Parent:Chair|AB-2||7.5");
    let options = faults.iter().fold(options, |options, fault| options.with(fault));
    DesktopSandbox::start(options).await.unwrap()
}

pub fn message(attributes: &str, requests: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><?qbxml version=\"13.0\"?>\
         <QBXML><QBXMLMsgsRq {attributes}>{requests}</QBXMLMsgsRq></QBXML>"
    )
}

pub const ON: &str = "onError=\"continueOnError\"";

/// An adjustment of one item; `quantity` is an element.
pub fn adjust(id: &str, item: &str, quantity: &str) -> String {
    adjust_in(
        id,
        "<AccountRef><FullName>Inventory Adjustments</FullName></AccountRef>",
        item,
        quantity,
    )
}

pub fn adjust_in(id: &str, head: &str, item: &str, quantity: &str) -> String {
    format!(
        "<InventoryAdjustmentAddRq requestID=\"{id}\"><InventoryAdjustmentAdd>{head}\
         <InventoryAdjustmentLineAdd><ItemRef><FullName>{item}</FullName></ItemRef>\
         <QuantityAdjustment>{quantity}</QuantityAdjustment></InventoryAdjustmentLineAdd>\
         </InventoryAdjustmentAdd></InventoryAdjustmentAddRq>"
    )
}

pub fn new_quantity(quantity: &str) -> String {
    format!("<NewQuantity>{quantity}</NewQuantity>")
}

/// The status of each answer.
pub fn statuses(answer: &str) -> Vec<u32> {
    let parts = answer.split("statusCode=\"").skip(1);
    parts.map(|part| part.split('"').next().unwrap().parse().unwrap()).collect()
}
