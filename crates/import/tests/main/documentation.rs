//! The mappings in the documentation are mappings.

use std::path::Path;

use trueup_import::Mapping;

#[test]
fn the_mappings_in_the_documentation_are_right() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/importing.md");
    let text = std::fs::read_to_string(page).unwrap();
    let examples: Vec<&str> =
        text.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert_eq!(examples.len(), 2);
    for example in examples {
        Mapping::parse("docs/importing.md", example).unwrap();
    }
}
