//! Message sets.

use crate::support::{adjust, company, message, new_quantity};

fn booked_as(attributes: &str, quantity: &str) -> String {
    let attributes = format!("{attributes} onError=\"stopOnError\"");
    message(&attributes, &adjust("a", "Lamp", &new_quantity(quantity)))
}

#[tokio::test]
async fn the_same_message_is_answered_from_memory() {
    let company = company(&[]).await;
    let first = company.process(&booked_as("newMessageSetID=\"S1\"", "5")).unwrap();
    company.count("Lamp", "1").unwrap();
    assert_eq!(company.process(&booked_as("newMessageSetID=\"S1\"", "5")).unwrap(), first);
    assert_eq!(company.state().on_hand("Lamp"), Some("1"));
    let other = company.process(&booked_as("newMessageSetID=\"S1\"", "6")).unwrap();
    assert!(other.contains("messageSetStatusCode=\"9001\""), "{other}");
    assert_eq!(company.state().adjustments.len(), 1);
}

#[tokio::test]
async fn sets_are_freed_one_or_all() {
    let company = company(&[]).await;
    for id in ["S1", "S2", "S3"] {
        company.process(&booked_as(&format!("newMessageSetID=\"{id}\""), "5")).unwrap();
    }
    let free = |id: &str| {
        let attributes = format!("oldMessageSetID=\"{id}\" onError=\"stopOnError\"");
        company.process(&message(&attributes, "<HostQueryRq requestID=\"h\"/>")).unwrap()
    };
    assert!(free("S2").contains("<HostRet>"));
    assert_eq!(company.state().message_sets, ["S1", "S3"]);
    let unknown = free("S2");
    assert!(unknown.contains("messageSetStatusCode=\"600\"") && !unknown.contains("<HostRet>"));
    free("ClearAllMessageSets");
    assert!(company.state().message_sets.is_empty());
}

#[tokio::test]
async fn ids_that_are_too_long_are_refused_and_only_so_many_sets_are_kept() {
    let company = company(&["sets_max=2"]).await;
    let long = format!("newMessageSetID=\"{}\"", "x".repeat(25));
    let refused = company.process(&booked_as(&long, "5")).unwrap();
    assert!(refused.contains("messageSetStatusCode=\"9004\""), "{refused}");
    assert!(company.state().adjustments.is_empty());
    for id in ["S1", "S2", "S3"] {
        company.process(&booked_as(&format!("newMessageSetID=\"{id}\""), "5")).unwrap();
    }
    assert_eq!(company.state().message_sets, ["S2", "S3"]);
}
