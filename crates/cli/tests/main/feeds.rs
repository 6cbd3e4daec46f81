//! `trueup send`, its exit codes, and the operator's levers.

use crate::support::{Folder, Market};

#[test]
fn what_is_sent_is_what_the_marketplace_shows() {
    let market = Market::open(&[]);
    let folder = Folder::with_shop(&market);
    let run = folder.run(["send", "shop", "--feed", "true_up"]).done();
    assert!(run.stdout.contains("3 lines: 3 accepted, 1 product held back"), "{}", run.stdout);
    let shown = ["CHAIR", "LAMP", "LINEN", "MIRROR"].map(|part| market.on_hand(part));
    assert_eq!(shown, [Some(95), Some(0), Some(5), None]);
}

#[test]
fn a_differential_sends_what_changed() {
    let market = Market::open(&[]);
    let folder = Folder::with_shop(&market);
    folder.run(["send", "shop", "--feed", "true_up"]).done();
    let nothing = folder.json(["send", "shop"]);
    assert_eq!(nothing["planned"], 0);
    let stock = folder.write("stock.csv", "product_code,quantity\nCHAIR,50\n");
    folder.run(["import", "stock", stock.to_str().unwrap()]).done();
    let changed = folder.json(["send", "shop"]);
    assert_eq!((&changed["planned"], &changed["accepted"]), (&1.into(), &1.into()));
    assert_eq!(market.on_hand("CHAIR"), Some(45));
}

#[test]
fn a_refused_line_fails_the_command_and_is_shown() {
    let market = Market::open(&["reject_part=LAMP"]);
    let folder = Folder::with_shop(&market);
    let run = folder.run(["send", "shop", "--feed", "true_up"]).failed(1);
    assert!(run.stdout.contains("LAMP"), "{}", run.stdout);
    assert!(run.stdout.contains("rejected"), "{}", run.stdout);
    assert!(run.stderr.contains("1 line rejected"), "{}", run.stderr);
    assert!(run.stderr.contains("trueup feed "), "{}", run.stderr);
}

#[test]
fn a_lost_answer_fails_the_command_and_leaves_lines_unknown() {
    let market = Market::open(&["lost_answer"]);
    let folder = Folder::with_shop(&market);
    let run = folder.run(["send", "shop", "--feed", "true_up", "--format", "json"]).failed(1);
    assert_eq!(run.json()["unknown"], 3);
    assert_eq!(folder.json(["status"])[0]["unresolved"], 3);
}

#[test]
fn pending_lines_are_no_failure_and_settle_later() {
    let market = Market::open(&["never_completes"]);
    let folder = Folder::with_shop(&market);
    let run = folder.run(["send", "shop", "--feed", "true_up"]).done();
    assert!(run.stdout.contains("3 pending"), "{}", run.stdout);
    assert!(run.stdout.contains("settle later"), "{}", run.stdout);
}

#[test]
fn a_dead_marketplace_fails_the_command() {
    let market = Market::open(&[]);
    let folder = Folder::with_shop(&market);
    drop(market);
    let run = folder.run(["send", "shop", "--feed", "true_up"]).failed(1);
    assert!(!run.stderr.is_empty());
    assert!(!run.stderr.contains("sandbox-client-secret"), "{}", run.stderr);
}

#[test]
fn a_rehearsal_changes_nothing() {
    let market = Market::open(&[]);
    let folder = Folder::with_shop(&market);
    let run = folder.run(["send", "shop", "--feed", "true_up", "--dry-run"]).done();
    assert!(run.stdout.contains("3 lines in 1 request"), "{}", run.stdout);
    assert_eq!(market.on_hand("CHAIR"), None);
    assert_eq!(folder.json(["feeds"]).as_array().unwrap().len(), 0);
    let view = folder.json(["send", "shop", "--feed", "true_up", "--dry-run"]);
    assert_eq!((&view["lines"], &view["refused"]), (&3.into(), &serde_json::json!([])));
}

#[test]
fn external_stock_travels_where_it_is_asked_for() {
    let market = Market::open(&[]);
    let folder = Folder::with_shop(&market);
    folder.run(["external-stock", "set", "CHAIR=7"]).done();
    folder.run(["send", "shop", "--feed", "true_up", "--external"]).done();
    assert_eq!(market.on_hand("CHAIR"), Some(7));
    assert_eq!(folder.json(["figures", "CHAIR"])[0]["external_stock"], 7);
    folder.run(["external-stock", "clear", "CHAIR"]).done();
    assert!(folder.json(["figures", "CHAIR"])[0]["external_stock"].is_null());
}

#[test]
fn what_leaves_the_channel_becomes_0() {
    let market = Market::open(&[]);
    let folder = Folder::with_shop(&market);
    folder.run(["send", "shop", "--feed", "true_up"]).done();
    let out = folder.run(["opt-out", "shop", "CHAIR"]).done();
    assert!(out.stdout.contains("1 product taken off shop"), "{}", out.stdout);
    folder.run(["send", "shop"]).done();
    assert_eq!(market.on_hand("CHAIR"), Some(0));
}

#[test]
fn an_alias_is_what_the_marketplace_hears() {
    let market = Market::open(&[]);
    let folder = Folder::with_shop(&market);
    folder.run(["alias", "set", "shop", "CHAIR=WF-77"]).done();
    folder.run(["send", "shop", "--feed", "true_up"]).done();
    assert_eq!((market.on_hand("WF-77"), market.on_hand("CHAIR")), (Some(95), None));
}

#[test]
fn a_paused_channel_says_so_until_it_is_resumed() {
    let market = Market::open(&[]);
    let folder = Folder::with_shop(&market);
    folder.run(["pause", "shop"]).done();
    assert_eq!(folder.json(["status"])[0]["paused"], true);
    assert!(folder.run(["status"]).done().stdout.contains("paused"));
    folder.run(["resume", "shop"]).done();
    assert_eq!(folder.json(["status"])[0]["paused"], false);
}

#[test]
fn retry_says_how_many_will_be_tried() {
    let market = Market::open(&["reject_part=LAMP"]);
    let folder = Folder::with_shop(&market);
    folder.run(["send", "shop", "--feed", "true_up"]).failed(1);
    let retry = folder.run(["retry", "shop", "LAMP"]).done();
    assert!(retry.stdout.contains("1 listing of shop"), "{}", retry.stdout);
}
