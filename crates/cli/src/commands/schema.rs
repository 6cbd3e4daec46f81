//! `trueup schema`: the JSON schema of the settings.

use crate::failure::Failure;
use crate::render::document;
use crate::session::{Session, registry};

/// Prints the schema of trueup.toml and channel files, or of one marketplace's settings.
pub fn schema(session: Session<'_>, marketplace: Option<&str>) -> Result<(), Failure> {
    let schema = trueup_host::schema(&registry()?, marketplace)
        .map_err(|error| Failure::usage(error.to_string()))?;
    Ok(document(session.out, &schema)?)
}
