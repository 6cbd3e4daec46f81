//! Data that will surprise.

use trueup_stock::{DemandProfile, OrderLineRecord, OrderState};
use trueup_store::{BadRows::Refuse, FINDINGS_MAX, Finding};
use trueup_testbed::{TestDatabase, on_each_database};

use super::given::{Given, NOW, line, on_channels, product, stock};

on_each_database!(
    sound_data_has_no_findings,
    shipped_orders_without_asn_are_found_with_their_cost,
    cancelled_orders_not_archived_are_found_with_their_cost,
    similar_codes_are_found,
    shared_part_numbers_are_found,
    products_on_a_channel_without_stock_are_found,
    findings_are_bounded,
);

async fn doctor(given: &Given, profile: DemandProfile) -> Vec<String> {
    let findings = given.store.doctor(profile).await.unwrap();
    findings.iter().map(ToString::to_string).collect()
}

fn shipped(order: &str, product: &str, ordered: &str, shipped: &str) -> OrderLineRecord {
    let mut record = line(order, product, ordered);
    record.quantities.shipped = shipped.parse().unwrap();
    record
}

async fn sound_data_has_no_findings(database: TestDatabase) {
    let given = Given::new(database).await;
    given.channel("one").await;
    given.import_products([on_channels("A", &["one"])]).await;
    given.import_stock([stock("A", "MAIN", "0")]).await;
    given.import_orders([line("SO-1", "A", "5")], Refuse).await;
    for profile in [DemandProfile::Documented, DemandProfile::ShippedLines] {
        assert!(doctor(&given, profile).await.is_empty());
    }
}

async fn shipped_orders_without_asn_are_found_with_their_cost(database: TestDatabase) {
    let given = Given::products(database, &["A", "B"]).await;
    let mut sent = shipped("SO-3", "A", "5", "5");
    sent.standing.asn_sent = true;
    let orders = [
        shipped("SO-1", "A", "5", "7"),
        shipped("SO-1", "A", "2.5", "1"),
        shipped("SO-1", "B", "9", "0"),
        shipped("SO-2", "B", "8", "8"),
        sent,
    ];
    given.import_orders(orders, Refuse).await;
    let finding = |order: &str, units: &str, product: &str| {
        format!(
            "order `{order}` shipped {units} of `{product}` without ASN: they count as on order \
             until the ASN is sent or the order is archived"
        )
    };
    let expected = [finding("SO-2", "8", "B"), finding("SO-1", "6", "A")];
    assert_eq!(doctor(&given, DemandProfile::Documented).await, expected);
    assert!(doctor(&given, DemandProfile::ShippedLines).await.is_empty());
}

async fn cancelled_orders_not_archived_are_found_with_their_cost(database: TestDatabase) {
    let given = Given::products(database, &["A"]).await;
    let cancelled = |order: &str, is_archived: bool| {
        let mut record = line(order, "A", "4");
        record.standing.state = OrderState::Cancelled;
        record.standing.archived = is_archived;
        record
    };
    let orders = [cancelled("SO-1", false), cancelled("SO-2", true)];
    given.import_orders(orders, Refuse).await;
    let found = doctor(&given, DemandProfile::Documented).await;
    let expected = "order `SO-1` is cancelled and not archived: 4 of `A` count as on order until \
                    it is";
    assert_eq!(found, [expected]);
    assert!(doctor(&given, DemandProfile::ShippedLines).await.is_empty());
}

async fn similar_codes_are_found(database: TestDatabase) {
    let codes = ["CHAIR-1", "chair-1", "CHAIR -1", "TABLE", "0012", "12"];
    let given = Given::products(database, &codes).await;
    let found = doctor(&given, DemandProfile::Documented).await;
    let expected = "the product codes `CHAIR -1`, `CHAIR-1`, `chair-1` differ only in letter case \
                    or blanks";
    assert_eq!(found, [expected]);
}

async fn shared_part_numbers_are_found(database: TestDatabase) {
    let given = Given::new(database).await;
    given.channel("one").await;
    given.channel("two").await;
    let products = ["A", "B", "C"].map(|code| on_channels(code, &["one", "two"]));
    given.import_products(products).await;
    let stocks = ["A", "B", "C"].map(|code| stock(code, "MAIN", "1"));
    given.import_stock(stocks).await;
    let name = "one".parse().unwrap();
    let aliases = [("A", "C"), ("B", "N")];
    let aliases = aliases.map(|(code, alias)| (code.parse().unwrap(), alias.parse().unwrap()));
    let set = given.store.set_aliases(&name, aliases.to_vec(), NOW);
    set.await.unwrap();
    let found = doctor(&given, DemandProfile::Documented).await;
    let expected = "channel `one` knows the products `A`, `C` by one part number, `C`: none of \
                    them is sent";
    assert_eq!(found, [expected]);
}

async fn products_on_a_channel_without_stock_are_found(database: TestDatabase) {
    let given = Given::new(database).await;
    given.channel("one").await;
    let mut inactive = on_channels("B", &["one"]);
    inactive.active = false;
    let products = [on_channels("A", &["one"]), inactive, product("C")];
    given.import_products(products).await;
    let found = doctor(&given, DemandProfile::Documented).await;
    let expected = "product `A` is on channel `one` and has no stock record: it is not sent, \
                    because unknown is not zero";
    assert_eq!(found, [expected]);
}

async fn findings_are_bounded(database: TestDatabase) {
    let given = Given::new(database).await;
    given.channel("one").await;
    let products = (0..150).map(|number| on_channels(&format!("P-{number}"), &["one"]));
    given.import_products(products).await;
    let orders = (0..150).map(|number| shipped(&format!("SO-{number}"), "P-1", "1", "1"));
    given.import_orders(orders, Refuse).await;
    let findings = given.store.doctor(DemandProfile::Documented).await;
    let findings = findings.unwrap();
    let shipped =
        findings.iter().filter(|finding| matches!(finding, Finding::ShippedWithoutAsn { .. }));
    assert_eq!(shipped.count(), FINDINGS_MAX);
    assert_eq!(findings.len(), 2 * FINDINGS_MAX);
}
