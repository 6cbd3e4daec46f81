//! Queries.

use crate::support::{ON, adjust_in, company, message, new_quantity, statuses};

fn query(inside: &str) -> String {
    message(ON, &format!("<ItemInventoryQueryRq requestID=\"q1\">{inside}</ItemInventoryQueryRq>"))
}

#[tokio::test]
async fn names_are_found_whatever_their_case_and_missing_ones_are_a_warning() {
    let company = company(&[]).await;
    let found = company.process(&query("<FullName>PARENT:chair</FullName>")).unwrap();
    assert_eq!(statuses(&found), [0]);
    assert!(
        found.contains("<FullName>Parent:Chair</FullName>")
            && found.contains("<QuantityOnHand>7.5<")
    );
    let some = query("<FullName>Lamp</FullName><FullName>Gone</FullName>");
    let some = company.process(&some).unwrap();
    assert_eq!(statuses(&some), [500]);
    assert!(some.contains("statusSeverity=\"Warn\"") && some.contains("<FullName>Lamp<"));
    let none = company.process(&query("<FullName>Gone</FullName>")).unwrap();
    assert_eq!((statuses(&none), none.contains("Ret>")), (vec![500], false));
}

#[tokio::test]
async fn only_what_is_asked_for_is_shown() {
    let company = company(&[]).await;
    let asked = "<FullName>Lamp</FullName><IncludeRetElement>ListID</IncludeRetElement>";
    let answer = company.process(&query(asked)).unwrap();
    assert!(answer.contains("<ItemInventoryRet><ListID>80000001-"), "{answer}");
    assert!(!answer.contains("<FullName>"));
}

#[tokio::test]
async fn iterators_give_pages_until_nothing_is_left() {
    let company = company(&["items=Third"]).await;
    let page = |attributes: &str| {
        let inside = "<MaxReturned>2</MaxReturned><ActiveStatus>ActiveOnly</ActiveStatus>";
        let request = format!(
            "<ItemInventoryQueryRq requestID=\"s\" {attributes}>{inside}</ItemInventoryQueryRq>"
        );
        company.process(&message(ON, &request)).unwrap()
    };
    let first = page("iterator=\"Start\"");
    assert!(first.contains("iteratorRemainingCount=\"1\""), "{first}");
    let id = first.split("iteratorID=\"").nth(1).unwrap().split('"').next().unwrap();
    let continued = format!("iterator=\"Continue\" iteratorID=\"{id}\"");
    let second = page(&continued);
    assert!(second.contains("<FullName>Third<") && second.contains("iteratorRemainingCount=\"0\""));
    assert_eq!(statuses(&page("iterator=\"Continue\" iteratorID=\"{x}\"")), [3120]);
}

#[tokio::test]
async fn adjustments_are_found_by_their_ref_number() {
    let company = company(&[]).await;
    let head = "<AccountRef><FullName>Inventory Adjustments</FullName></AccountRef>\
                <RefNumber>R1</RefNumber>";
    let booked = adjust_in("a", head, "Lamp", &new_quantity("5"));
    company.process(&message(ON, &booked)).unwrap();
    let ask = |number: &str| {
        let inside =
            format!("<RefNumber>{number}</RefNumber><IncludeLineItems>true</IncludeLineItems>");
        let request = format!(
            "<InventoryAdjustmentQueryRq requestID=\"l\">{inside}</InventoryAdjustmentQueryRq>"
        );
        company.process(&message(ON, &request)).unwrap()
    };
    let found = ask("R1");
    assert!(
        found.contains("<QuantityDifference>2<") && found.contains("<FullName>Lamp<"),
        "{found}"
    );
    assert_eq!(statuses(&ask("R2")), [1]);
}

#[tokio::test]
async fn what_windows_1252_lacks_comes_back_as_a_question_mark() {
    let company = company(&["any_item"]).await;
    let answer = company.process(&query("<FullName>Käse € 木</FullName>")).unwrap();
    assert!(answer.contains("<FullName>Käse € ?</FullName>"), "{answer}");
}
