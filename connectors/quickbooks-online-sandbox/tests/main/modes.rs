//! What the README promises to switch can be switched.

use crate::client::Visitor;

const README: &str = include_str!("../../README.md");

/// The names in the last column of the table.
fn named() -> Vec<&'static str> {
    let rows = README.lines().filter(|line| line.starts_with("| "));
    let last = rows.filter_map(|row| row.trim_end_matches(" |").rsplit_once("| "));
    last.flat_map(|(_, names)| names.split('`').skip(1).step_by(2)).collect()
}

#[tokio::test]
async fn every_mode_of_the_readme_is_one() {
    let visitor = Visitor::with(&[]).await;
    assert!(named().len() >= 7, "{:?}", named());
    for name in named() {
        let complaint = visitor.sandbox.set_mode(&format!("{name}=?")).unwrap_err().to_string();
        assert!(complaint.starts_with(&format!("fault `{name}` does not take `?`")), "{complaint}");
    }
}

#[tokio::test]
async fn another_name_is_refused_with_those_there_are() {
    let visitor = Visitor::with(&[]).await;
    let complaint = visitor.sandbox.set_mode("rotatoin=off").unwrap_err().to_string();
    assert!(complaint.contains("rotation") && complaint.contains("lost_answer"), "{complaint}");
}
