//! What the schema takes, and what is refused as a whole.

use crate::support::{ON, adjust, adjust_in, company, message, new_quantity};

const ACCOUNT: &str = "<AccountRef><FullName>Inventory Adjustments</FullName></AccountRef>";

#[tokio::test]
async fn a_message_that_is_wrong_anywhere_does_nothing_at_all() {
    let ten = new_quantity("10");
    let good = adjust("a1", "Lamp", &ten);
    let query = |inside: &str| {
        format!("<ItemInventoryQueryRq requestID=\"q\">{inside}</ItemInventoryQueryRq>")
    };
    let head = |rest: &str| adjust_in("a", &format!("{ACCOUNT}{rest}"), "Lamp", &ten);
    for wrong in [
        message(ON, &query("<FullName>Lamp</FullName><MaxReturned>5</MaxReturned>")),
        message(ON, &query("<IncludeRetElement>ListID</IncludeRetElement><FullName>L</FullName>")),
        message(ON, &query("<ActiveStatus>ActiveOnly</ActiveStatus><MaxReturned>5</MaxReturned>")),
        message(ON, &query("<ActiveStatus>Sometimes</ActiveStatus>")),
        message(ON, &query("<Sku>Lamp</Sku>")),
        message(ON, &adjust_in("a", "<Memo>m</Memo>", "Lamp", &ten)),
        message(ON, &head("<RefNumber>R</RefNumber><TxnDate>2026-11-23</TxnDate>")),
        message(ON, &head("<TxnDate>23.11.2026</TxnDate>")),
        message(ON, &head("<RefNumber>123456789012</RefNumber>")),
        message(ON, &adjust("a", "Lamp", &new_quantity("12345678901"))),
        message(ON, &adjust("a", "Lamp", &new_quantity("1.234567"))),
        message(ON, &adjust("a", "Lamp", "")),
        message(ON, &adjust("a", &"x".repeat(160), &ten)),
        message(ON, "<NoSuchRq/>"),
        message("onError=\"rollbackOnError\"", ""),
        message("", ""),
        "<QBXML><QBXMLMsgsRq onError=\"stopOnError\"/></QBXML>".to_owned(),
        "not XML".to_owned(),
        "<?qbxml version=\"13.0\"?><!DOCTYPE x><QBXML/>".to_owned(),
    ] {
        let company = company(&[]).await;
        let wrong = wrong.replace("</QBXMLMsgsRq>", &format!("{good}</QBXMLMsgsRq>"));
        assert_eq!(company.process(&wrong).unwrap_err().0, "0x80040400", "{wrong}");
        assert!(company.state().adjustments.is_empty());
    }
}

#[tokio::test]
async fn the_full_form_of_an_adjustment_is_taken() {
    let company = company(&["sites=East"]).await;
    let head = format!(
        "{ACCOUNT}<TxnDate>2026-11-23</TxnDate><RefNumber>SC000123</RefNumber><InventorySiteRef>\
         <FullName>East</FullName></InventorySiteRef><Memo>stock</Memo>"
    );
    let request = adjust_in("a", &head, "Lamp", "<NewQuantity>10</NewQuantity>");
    let answer = company.process(&message(ON, &request)).unwrap();
    assert!(answer.contains("<RefNumber>SC000123</RefNumber><Memo>stock</Memo>"), "{answer}");
}

#[tokio::test]
async fn a_version_beyond_the_hosts_is_refused() {
    let company = company(&["version=12.0"]).await;
    let refused = company.process(&message(ON, "<HostQueryRq/>")).unwrap_err();
    assert_eq!(refused.0, "0x80040423");
}
