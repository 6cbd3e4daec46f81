//! The specification cites every trial, and no other.

use trueup_conformance::Trial;

const PAGE: &str = include_str!("../../../../docs/writing-a-connector.md");

#[test]
fn the_specification_cites_every_trial() {
    let (_, specification) = PAGE.split_once("## Specification").unwrap();
    for trial in Trial::ALL {
        let cited = format!("| `{}` |", trial.name());
        assert!(specification.contains(&cited), "no sentence cites {}", trial.name());
    }
    let rows = specification.lines().filter(|line| line.ends_with("` |")).count();
    assert_eq!(rows, Trial::ALL.len(), "a sentence cites a trial that there is not");
}
