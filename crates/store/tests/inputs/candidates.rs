//! What a channel is shown of the products.

use futures::TryStreamExt;
use trueup_stock::{Candidate, DemandProfile};
use trueup_store::{BadRows::Refuse, CandidateScope, ChannelId, Products};
use trueup_testbed::{TestDatabase, on_each_database};

use super::given::{Given, NOW, external, line, on_channels, product, stock};

on_each_database!(
    candidate_holds_all_the_engine_needs,
    scopes_choose_products,
    shared_part_numbers_name_the_other_product,
    all_pages_are_read,
);

async fn candidates(given: &Given, channel: ChannelId, scope: CandidateScope) -> Vec<Candidate> {
    let profile = DemandProfile::Documented;
    let found = given.store.candidates(channel, scope, profile);
    found.try_collect().await.unwrap()
}

fn codes(candidates: &[Candidate]) -> Vec<&str> {
    let codes = candidates.iter();
    codes.map(|candidate| candidate.product.code.as_str()).collect()
}

async fn candidate_holds_all_the_engine_needs(database: TestDatabase) {
    let given = Given::new(database).await;
    let one = given.channel("one").await;
    let two = given.channel("two").await;
    given.import_products([on_channels("A", &["one"]), product("B")]).await;
    given.import_stock([stock("A", "WEST", "1.5"), stock("A", "EAST", "2")]).await;
    given.import_orders([line("SO-1", "A", "0.5")], Refuse).await;
    given.import_external([external("B", "9")]).await;
    let aliases = vec![("A".parse().unwrap(), "W-1".parse().unwrap())];
    let name = "one".parse().unwrap();
    given.store.set_aliases(&name, aliases, NOW).await.unwrap();

    let found = candidates(&given, one, CandidateScope::All).await;
    assert_eq!(codes(&found), ["A", "B"]);
    assert!(found[0].opted_in && !found[1].opted_in);
    assert_eq!(found[0].part_number.as_str(), "W-1");
    assert_eq!(found[1].part_number.as_str(), "B");
    let expected = [("EAST", "2"), ("WEST", "1.5")]
        .map(|(location, quantity)| (location.parse().unwrap(), quantity.parse().unwrap()));
    assert_eq!(found[0].stock, expected);
    assert!(found[1].stock.is_empty());
    assert_eq!(found[0].on_orders, "0.5".parse().unwrap());
    assert_eq!(found[1].external, Some("9".parse().unwrap()));
    assert_eq!(found[0].product.name, "Product A");

    let found = candidates(&given, two, CandidateScope::All).await;
    assert!(!found[0].opted_in);
    assert_eq!(found[0].part_number.as_str(), "A");
}

async fn scopes_choose_products(database: TestDatabase) {
    let given = Given::new(database).await;
    let one = given.channel("one").await;
    let products = ["A", "B", "C", "D"].map(|code| on_channels(code, &["one"]));
    given.import_products(products).await;
    given.take_marks(one).await;
    let chosen = ["D", "A", "X", "A"].map(|code| code.parse().unwrap());
    let chosen = CandidateScope::Products(Products::Codes(chosen.to_vec()));
    assert_eq!(codes(&candidates(&given, one, chosen).await), ["A", "D"]);
    given.import_stock([stock("B", "MAIN", "5")]).await;
    for (code, state) in [("A", 0), ("C", 3), ("D", 1)] {
        given.listing(one, code).await;
        given
            .execute(&format!(
                "INSERT INTO delivery (listing_id, channel_id, want_quantity, want_on_orders,
                     want_backordered, want_discontinued, want_generation, want_is_last, state,
                     priority, not_before, attempts)
                 SELECT id, channel_id, 0, 0, 0, 0, 1, 0, {state}, 0, 0, 0
                 FROM listing WHERE part_number = '{code}'"
            ))
            .await;
    }
    let dirty = candidates(&given, one, CandidateScope::Dirty).await;
    assert_eq!(codes(&dirty), ["B", "C", "D"]);
    let marks = given.take_marks(one).await;
    assert_eq!(marks, ["B"], "a preview takes no marks");
}

async fn shared_part_numbers_name_the_other_product(database: TestDatabase) {
    let given = Given::new(database).await;
    let one = given.channel("one").await;
    let products = ["A", "B", "C", "D"].map(|code| on_channels(code, &["one"]));
    given.import_products(products).await;
    let name = "one".parse().unwrap();
    let aliases = [("A", "B"), ("C", "N"), ("D", "N")];
    let aliases = aliases.map(|(code, alias)| (code.parse().unwrap(), alias.parse().unwrap()));
    let set = given.store.set_aliases(&name, aliases.to_vec(), NOW);
    set.await.unwrap();
    let shared = async || {
        let found = candidates(&given, one, CandidateScope::All).await;
        let shared = found.into_iter().map(|candidate| {
            let with = candidate.shares_part_number_with;
            with.map(|with| with.to_string()).unwrap_or_default()
        });
        shared.collect::<Vec<_>>()
    };
    assert_eq!(shared().await, ["B", "A", "D", "C"]);

    // A product that left, and a code that an alias hides, are in nobody's way.
    let d = Products::Codes(vec!["D".parse().unwrap()]);
    given.store.set_opt_in(&name, d, false, NOW).await.unwrap();
    let b = vec![("B".parse().unwrap(), "Z".parse().unwrap())];
    given.store.set_aliases(&name, b, NOW).await.unwrap();
    assert_eq!(shared().await, ["", "", "", ""]);
}

async fn all_pages_are_read(database: TestDatabase) {
    let given = Given::new(database).await;
    let one = given.channel("one").await;
    for count in [1_usize, 2000, 2001, 4100] {
        let products = (0..count).map(|number| product(&format!("P-{number:05}")));
        given.import_products(products).await;
        let found = candidates(&given, one, CandidateScope::All).await;
        assert_eq!(found.len(), count);
        assert!(found.is_sorted_by_key(|candidate| candidate.product.code.clone()));
    }
}
