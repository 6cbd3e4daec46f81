//! Adjustments.

use crate::support::{ON, adjust, adjust_in, company, message, new_quantity, statuses};

#[tokio::test]
async fn quantities_are_set_or_changed() {
    let company = company(&[]).await;
    for (quantity, on_hand, difference) in [
        (new_quantity("10"), "10", "7"),
        (new_quantity("10"), "10", "0"),
        ("<QuantityDifference>-2.5</QuantityDifference>".to_owned(), "7.5", "-2.5"),
        (new_quantity("-4"), "-4", "-11.5"),
    ] {
        let answer = company.process(&message(ON, &adjust("a1", "lamp", &quantity))).unwrap();
        assert_eq!(statuses(&answer), [0]);
        assert!(answer.contains(&format!("<QuantityDifference>{difference}<")), "{answer}");
        assert_eq!(company.state().on_hand("Lamp"), Some(on_hand));
    }
    assert_eq!(company.state().adjustments.len(), 4);
}

#[tokio::test]
async fn refusals_have_their_numbers() {
    let account = "<AccountRef><FullName>Nope</FullName></AccountRef>";
    let own = "<AccountRef><FullName>inventory adjustments</FullName></AccountRef>";
    let site = format!("{own}<InventorySiteRef><FullName>East</FullName></InventorySiteRef>");
    let dated = format!("{own}<TxnDate>2026-11-23</TxnDate>");
    let ten = new_quantity("10");
    for (faults, request, code) in [
        (vec![], adjust("a", "Gone", &ten), 3140),
        (vec![], adjust_in("a", account, "Lamp", &ten), 3140),
        (vec!["inactive=Lamp"], adjust("a", "Lamp", &ten), 3140),
        (vec![], adjust_in("a", &site, "Lamp", &ten), 3250),
        (vec!["sites=West"], adjust_in("a", &site, "Lamp", &ten), 3140),
        (vec!["sites=West"], adjust("a", "Lamp", &ten), 3140),
        (vec!["sites=West", "site_missing=3250"], adjust("a", "Lamp", &ten), 3250),
        (vec!["sites=East"], adjust_in("a", &site, "Lamp", &ten), 0),
        (vec!["closing_date=2026-11-23"], adjust_in("a", &dated, "Lamp", &ten), 3171),
        (vec!["closing_date=2026-11-22"], adjust_in("a", &dated, "Lamp", &ten), 0),
        (vec!["enterprise=off", "multi_user"], adjust("a", "Lamp", &ten), 3180),
        (vec!["multi_user"], adjust("a", "Lamp", &ten), 0),
        (vec!["refuses_negative"], adjust("a", "Lamp", &new_quantity("-1")), 3210),
        (vec!["locked"], adjust("a", "Lamp", &ten), 3176),
        (vec!["adjust_status=3260"], adjust("a", "Lamp", &ten), 3260),
    ] {
        let company = company(&faults).await;
        let answer = company.process(&message(ON, &request)).unwrap();
        assert_eq!(statuses(&answer), [code], "{faults:?} {answer}");
        assert_eq!(company.state().adjustments.is_empty(), code != 0);
    }
}

#[tokio::test]
async fn one_bad_line_refuses_its_whole_adjustment() {
    let company = company(&[]).await;
    let line = |item: &str| {
        format!(
            "<InventoryAdjustmentLineAdd><ItemRef><FullName>{item}</FullName></ItemRef>\
             <QuantityAdjustment><NewQuantity>9</NewQuantity></QuantityAdjustment>\
             </InventoryAdjustmentLineAdd>"
        )
    };
    let head = "<AccountRef><FullName>Inventory Adjustments</FullName></AccountRef>";
    let both = format!("{head}{}", line("Lamp"));
    let request = adjust_in("a", &both, "Gone", &new_quantity("9"));
    assert_eq!(statuses(&company.process(&message(ON, &request)).unwrap()), [3140]);
    assert_eq!(company.state().on_hand("Lamp"), Some("3"));
}

#[tokio::test]
async fn stop_on_error_passes_over_what_follows_and_continue_does_not() {
    let requests = [
        adjust("a1", "Lamp", &new_quantity("4")),
        adjust("a2", "Gone", &new_quantity("5")),
        adjust("a3", "Lamp", &new_quantity("6")),
    ];
    for (attribute, codes, on_hand) in [
        ("onError=\"stopOnError\"", [0, 3140, 3231], "4"),
        ("onError=\"continueOnError\"", [0, 3140, 0], "6"),
    ] {
        let company = company(&[]).await;
        let answer = company.process(&message(attribute, &requests.concat())).unwrap();
        assert_eq!(statuses(&answer), codes);
        assert_eq!(company.state().on_hand("Lamp"), Some(on_hand));
    }
}
