//! The keys and types of JSON, and the columns of CSV: what scripts read.

use serde_json::Value;

use crate::support::{Folder, Market, keys, run, trueup};

const FIGURES: &str = "product_code,name,active,discontinued,stock,on_orders,net,available,\
    backordered,incoming,next_available_on,external_stock";
const STATUS: &str = "channel,marketplace,enabled,paused,owner,listings,clean,due,in_flight,\
    parked,parked_by,unresolved,exposure,dirty,oldest_undelivered,last_success,last_true_up,\
    last_differential,covered,missed,freshness_objective_seconds,freshness_seconds,\
    freshness_missed,next,last_audit,defects,journal,held_feeds,problem";
const LISTINGS: &str = "listing,product_code,part_number,location,state,wanted,acknowledged,\
    acknowledged_at,possible,exposure,due_since,not_before,attempts,held,reason";
const FEEDS: &str = "feed,channel,kind,basis,cause,state,started_at,finished_at,planned,accepted,\
    pending,rejected,unknown,superseded,parked,held_count,message";
const FEED_LINES: &str = "product_code,part_number,location,quantity,on_orders,backordered,\
    next_available_on,discontinued,outcome,confirmed,reason";

fn sorted(columns: &str) -> Vec<&str> {
    let mut columns: Vec<&str> = columns.split(',').collect();
    columns.sort_unstable();
    columns
}

fn csv<'a>(folder: &Folder, arguments: impl IntoIterator<Item = &'a str>) -> String {
    folder.run(arguments.into_iter().chain(["--format", "csv"])).done().stdout
}

fn header(csv: &str) -> &str {
    csv.lines().next().unwrap()
}

#[test]
fn figures_are_an_array_of_numbers_with_null_for_unknown() {
    let folder = Folder::with_products();
    let figures = folder.json(["figures"]);
    let rows = figures.as_array().unwrap();
    let codes: Vec<&Value> = rows.iter().map(|row| &row["product_code"]).collect();
    assert_eq!(codes, ["CHAIR", "LAMP", "LINEN", "MIRROR"]);
    assert_eq!(keys(&rows[0]), sorted(FIGURES));
    let [_, lamp, linen, mirror] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!((&lamp["available"], &lamp["backordered"]), (&0.into(), &7.into()));
    assert_eq!((&lamp["net"], &lamp["active"]), (&(-7).into(), &true.into()));
    assert_eq!((&linen["stock"], &linen["available"]), (&7.9.into(), &5.4.into()));
    assert_eq!((&mirror["stock"], &mirror["available"]), (&Value::Null, &Value::Null));
    assert_eq!(mirror["on_orders"], 0);
}

#[test]
fn figures_as_csv_have_the_same_columns() {
    let folder = Folder::with_products();
    let text = csv(&folder, ["figures"]);
    assert_eq!(header(&text), FIGURES);
    assert!(text.contains("\nLINEN,Linen,true,false,7.9,2.5,5.4,5.4,0,,,\n"), "{text}");
    assert!(text.contains("\nMIRROR,Mirror,true,false,,0,,,,,,\n"), "{text}");
}

#[test]
fn figures_as_a_table_say_unknown() {
    let folder = Folder::with_products();
    let text = folder.run(["figures", "MIRROR"]).done().stdout;
    assert!(text.contains("unknown"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
}

#[test]
fn connectors_need_no_settings() {
    let connectors = run(trueup().args(["connectors", "--format", "json"])).done().json();
    let mut rows = connectors.as_array().unwrap().iter();
    let wayfair = rows.find(|row| row["marketplace"] == "wayfair").unwrap();
    assert_eq!(keys(wayfair), ["capabilities", "marketplace", "title", "version"]);
    assert_eq!(wayfair["capabilities"]["effect"], "absolute");
    let csv = run(trueup().args(["connectors", "--format", "csv"])).done();
    assert_eq!(csv.header(), "marketplace,title,version,capabilities");
}

#[test]
fn preview_has_lines_and_what_is_held() {
    let market = Market::open(&[]);
    let folder = Folder::with_shop(&market);
    let preview = folder.json(["preview", "shop", "--feed", "true_up"]);
    let expected = ["basis", "channel", "feed", "held", "lines", "marketplace", "refused"];
    assert_eq!(keys(&preview), expected);
    assert_eq!(preview["feed"], "true_up");
    assert_eq!(preview["basis"], "real");
    let line = &preview["lines"][0];
    for key in ["product_code", "part_number", "location", "quantity", "derivation"] {
        assert!(!line[key].is_null(), "{key}: {line}");
    }
    assert_eq!(preview["held"][0]["product_code"], "MIRROR");
    assert!(preview["held"][0]["reason"].is_string());
    assert!(market.state()["feeds"].as_array().unwrap().is_empty());
    let text = csv(&folder, ["preview", "shop", "--feed", "true_up"]);
    assert_eq!(text.lines().count(), 5);
    assert!(text.lines().any(|line| line.starts_with("MIRROR,,")), "{text}");
}

#[test]
fn explain_has_a_derivation_lines_and_held() {
    let market = Market::open(&[]);
    let folder = Folder::with_shop(&market);
    let chair = folder.json(["explain", "CHAIR"]);
    for key in ["product_code", "stock", "on_orders", "net", "available", "demand_profile"] {
        assert!(!chair[key].is_null(), "{key}: {chair}");
    }
    assert_eq!(chair["derivation"][0]["what"], "stock");
    assert_eq!(chair["lines"][0]["channel"], "shop");
    assert_eq!(folder.json(["explain", "MIRROR"])["held"][0]["channel"], "shop");
    let tree = folder.run(["explain", "CHAIR"]).done().stdout;
    for word in ["├ stock", "order SO-1 line 1", "shop at 81454, as CHAIR"] {
        assert!(tree.contains(word), "{word}: {tree}");
    }
    assert!(tree.lines().all(|line| line.chars().count() <= 120), "{tree}");
}

#[test]
fn status_feeds_and_feed_have_their_columns() {
    let market = Market::open(&[]);
    let folder = Folder::with_shop(&market);
    folder.run(["send", "shop", "--feed", "true_up"]).done();

    let status = folder.json(["status"]);
    assert_eq!(keys(&status[0]), sorted(STATUS));
    assert_eq!((&status[0]["listings"], &status[0]["clean"]), (&3.into(), &3.into()));
    assert_eq!(header(&csv(&folder, ["status"])), STATUS);

    assert_eq!((&status[0]["covered"], &status[0]["missed"]), (&3.into(), &0.into()));
    assert_eq!(status[0]["parked_by"], Value::Array(Vec::new()));
    assert!(status[0]["last_success"].is_string());

    let feeds = folder.json(["feeds"]);
    assert_eq!(keys(&feeds[0]), sorted(FEEDS));
    assert_eq!((&feeds[0]["kind"], &feeds[0]["accepted"]), (&"true_up".into(), &3.into()));
    assert_eq!(header(&csv(&folder, ["feeds"])), FEEDS);

    let id = feeds[0]["feed"].to_string();
    let feed = folder.json(["feed", &id]);
    assert_eq!(keys(&feed["lines"][0]), sorted(FEED_LINES));
    assert_eq!(feed["lines"][0]["outcome"], "accepted");
    assert_eq!(feed["held"][0]["product_code"], "MIRROR");
    let lines = csv(&folder, ["feed", &id]);
    assert_eq!(header(&lines), FEED_LINES);
    assert!(lines.lines().any(|line| line.starts_with("MIRROR,") && line.contains(",held,")));
}

#[test]
fn listings_show_what_is_wanted_acknowledged_and_possible() {
    let market = Market::open(&[]);
    let folder = Folder::with_shop(&market);
    folder.run(["send", "shop", "--feed", "true_up"]).done();
    let listings = folder.json(["listings", "shop", "--limit", "2"]);
    let [first, second] = listings.as_array().unwrap().as_slice() else { panic!("{listings}") };
    assert_eq!(keys(first), sorted(LISTINGS));
    assert_eq!(first["state"], "clean");
    assert_eq!(first["wanted"], first["acknowledged"]);
    assert_eq!(first["possible"], Value::Array(vec![first["wanted"].clone()]));
    assert_eq!((&first["exposure"], &first["held"]), (&0.into(), &false.into()));
    let after = second["listing"].to_string();
    let rest = folder.json(["listings", "shop", "--after", &after]);
    assert_eq!(rest.as_array().unwrap().len(), 1);
    let parked = csv(&folder, ["listings", "shop", "--only", "parked"]);
    assert_eq!(parked.trim_end(), LISTINGS);
    folder.run(["listings", "nobody"]).failed(2);
}

#[test]
fn doctor_prints_rows() {
    let folder = Folder::with_products();
    let orders = "order_code,product_code,ordered,shipped\nSO-9,CHAIR,3,3\n";
    let file = folder.write("shipped.csv", orders);
    folder.run(["import", "orders", file.to_str().unwrap()]).done();
    let findings = folder.json(["doctor"]);
    let finding = &findings.as_array().unwrap()[0];
    assert_eq!(keys(finding), ["detail", "finding", "product_code", "subject", "units"]);
    assert_eq!(finding["units"], 3);
    assert_eq!(header(&csv(&folder, ["doctor"])), "finding,subject,product_code,units,detail");
}
