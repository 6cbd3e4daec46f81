//! What the suite found.

use std::fmt;
use std::path::Path;

use serde::Serialize;
use serde_json::json;

use crate::passport::Passport;
use crate::trial::Trial;

/// How a trial ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The promise is kept.
    Passed,
    /// It is not, and how that showed.
    Failed(String),
    /// It does not concern this connector, and why.
    Moot(&'static str),
}

/// One trial and how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// Which.
    pub trial: Trial,
    /// How.
    pub outcome: Outcome,
}

/// What the suite found. Displayed as a Markdown table for the connector's README.
#[derive(Clone, Debug)]
#[must_use]
pub struct Report {
    /// What the connector says of itself.
    pub passport: Passport,
    /// Every trial.
    pub tried: Vec<Tried>,
}

impl Report {
    /// Prints the report, and keeps it as `<id>.json` in the folder that the environment variable
    /// `CONFORMANCE_DIR` names, if it names one.
    ///
    /// # Panics
    /// Where a trial failed.
    #[expect(clippy::print_stdout, reason = "a test's output, to be read with --nocapture")]
    pub fn expect_conformance(&self) {
        println!("{self}");
        if let Some(folder) = std::env::var_os("CONFORMANCE_DIR") {
            self.keep(Path::new(&folder));
        }
        let failed: Vec<String> =
            self.failures().map(|(trial, why)| format!("{}: {why}", trial.name())).collect();
        assert!(failed.is_empty(), "{self}\n{}", failed.join("\n"));
    }

    /// The trials that failed, and how that showed.
    pub fn failures(&self) -> impl Iterator<Item = (Trial, &str)> {
        self.tried.iter().filter_map(|tried| match &tried.outcome {
            Outcome::Failed(why) => Some((tried.trial, why.as_str())),
            Outcome::Passed | Outcome::Moot(_) => None,
        })
    }

    /// How many trials passed.
    #[must_use]
    pub fn passed(&self) -> usize {
        self.tried.iter().filter(|tried| tried.outcome == Outcome::Passed).count()
    }

    fn keep(&self, folder: &Path) {
        let trials = self.tried.iter().map(|tried| (tried.trial.name(), json!(tried.outcome)));
        let report = json!({
            "passport": self.passport,
            "trials": trials.collect::<std::collections::BTreeMap<_, _>>(),
        });
        let path = folder.join(format!("{}.json", self.passport.marketplace));
        let kept = std::fs::write(&path, format!("{report:#}\n"));
        kept.unwrap_or_else(|error| panic!("{} cannot be written: {error}", path.display()));
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Passport { title, version, .. } = &self.passport;
        writeln!(f, "{title} {version}\n\n| trial | outcome |\n|---|---|")?;
        for Tried { trial, outcome } in &self.tried {
            let outcome = match outcome {
                Outcome::Passed => "passed".to_owned(),
                Outcome::Failed(why) => format!("**failed**: {why}"),
                Outcome::Moot(why) => format!("does not concern it: {why}"),
            };
            writeln!(f, "| `{}` | {outcome} |", trial.name())?;
        }
        Ok(())
    }
}
