//! `trueup demo`: the story and its numbers.

use std::collections::BTreeMap;

use crate::support::{Folder, run, trueup};

#[test]
fn the_demo_tells_its_story() {
    let elsewhere = Folder::empty();
    let mut command = trueup();
    // What is set for another company must not reach the sample one.
    command.env("TRUEUP_DATABASE", "sqlite://not-this.db").current_dir(elsewhere.path());
    let story = run(command.arg("demo")).done().stdout;
    let headings: Vec<&str> = story.lines().filter(|line| line.starts_with("## ")).collect();
    assert_eq!(headings.len(), 9, "{story}");
    assert!(story.lines().all(|line| line.chars().count() <= 120), "{story}");
    assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}

#[test]
fn the_demo_shows_the_numbers_that_the_engine_promises() {
    let story = run(trueup().arg("demo")).done().stdout;
    let shown = on_hand(&story);
    // A buffer of 2 is kept back; the shortage and what is below the buffer show 0.
    let expected = [
        ("BED-OAK-180", 5),
        ("BENCH-PINE-01", 23),
        ("CHAIR-ASH-01", 40),
        ("CHAIR-OAK-01", 94),
        ("DESK-WAL-120", 9),
        ("LAMP-BRASS-01", 0),
        ("LINEN-NAT-M", 3),
        ("SHELF-WAL-03", 48),
        ("STOOL-BCH-02", 2),
        ("TABLE-OAK-160", 15),
    ];
    let expected: BTreeMap<String, i64> =
        expected.map(|(part, quantity)| (part.to_owned(), quantity)).into();
    assert_eq!(shown, expected, "{story}");
    assert!(story.contains("CHAIR-OAK-01: 94 -> 79"), "{story}");
    assert!(story.contains("the other 9 listings are as they were"), "{story}");
    assert!(story.contains("1 line: 1 accepted"), "{story}");
    assert!(story.contains("MIRROR-RND-60"), "{story}");
}

/// The table of what the marketplace shows: part number, warehouse, on hand.
fn on_hand(story: &str) -> BTreeMap<String, i64> {
    let from = story.lines().skip_while(|line| !line.starts_with("part number"));
    let table = from.skip(2).take_while(|line| !line.is_empty());
    let row = |line: &str| {
        let mut words = line.split_whitespace();
        let part = words.next().unwrap().to_owned();
        (part, words.nth(1).unwrap().parse().unwrap())
    };
    table.map(row).collect()
}
