//! Running a check and telling what came of it.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt::{self, Debug, Display, Formatter};
use std::hash::Hash;
use std::num::NonZero;
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use stateright::{Checker, CheckerBuilder, HasDiscoveries, Model};

/// A search for something that is wrong ends after so many steps: what is not found by then counts
/// as not found.
const REFUTED_WITHIN: usize = 3_000_000;

/// What a check found.
#[derive(Clone, Debug)]
pub struct Report {
    /// Different states that were held against every property.
    pub states: usize,
    /// The steps of the longest path.
    pub depth: usize,
    /// How long it took.
    pub took: Duration,
    /// For each property that is to hold always and does not, a path that breaks it.
    pub violations: BTreeMap<&'static str, Vec<String>>,
    /// The situations that were to be met and never were.
    pub missing: Vec<&'static str>,
}

/// Checks every state.
pub fn check<M>(model: M) -> Report
where
    M: Model + Send + Sync + 'static,
    M::State: Hash + Send + Sync + Clone + PartialEq + 'static,
    M::Action: Clone + PartialEq + Debug,
{
    let threads = available_parallelism().map_or(1, NonZero::get);
    run(model.checker().threads(threads), HasDiscoveries::All)
}

/// Looks for a shortest path that breaks a property, and stops there or after a few million steps.
pub fn refute<M>(model: M, property: &'static str) -> Report
where
    M: Model + Send + Sync + 'static,
    M::State: Hash + Send + Sync + Clone + PartialEq + 'static,
    M::Action: Clone + PartialEq + Debug,
{
    // One thread, so that the path is a shortest one and the same each time.
    let checker = model.checker().target_state_count(REFUTED_WITHIN);
    run(checker, HasDiscoveries::AllOf(BTreeSet::from([property])))
}

fn run<M>(builder: CheckerBuilder<M>, finish_when: HasDiscoveries) -> Report
where
    M: Model + Send + Sync + 'static,
    M::State: Hash + Send + Sync + Clone + PartialEq + 'static,
    M::Action: Clone + PartialEq + Debug,
{
    let started = Instant::now();
    let checker = builder.finish_when(finish_when).spawn_bfs().join();
    let took = started.elapsed();
    let properties = checker.model().properties();
    let mut found = checker.discoveries();
    let mut report = Report {
        states: checker.unique_state_count(),
        depth: checker.max_depth(),
        took,
        violations: BTreeMap::new(),
        missing: Vec::new(),
    };
    for property in properties {
        let path = found.remove(property.name);
        match path {
            Some(path) if property.expectation.discovery_is_failure() => {
                let actions = path.into_actions();
                let actions = actions.iter().map(|action| format!("{action:?}"));
                report.violations.insert(property.name, actions.collect());
            }
            None if !property.expectation.discovery_is_failure() => {
                report.missing.push(property.name);
            }
            Some(_) | None => {}
        }
    }
    report
}

impl Report {
    /// Whether everything that is to hold holds, and everything that is to be met was met.
    #[must_use]
    pub fn is_proof(&self) -> bool {
        self.violations.is_empty() && self.missing.is_empty()
    }
}

impl Display for Report {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let (states, depth, seconds) = (self.states, self.depth, self.took.as_secs_f64());
        write!(formatter, "{states} states, {depth} deep, {seconds:.1} s")?;
        for (property, path) in &self.violations {
            write!(formatter, "\n  {property} is broken: {}", path.join(", "))?;
        }
        for property in &self.missing {
            write!(formatter, "\n  never met: {property}")?;
        }
        Ok(())
    }
}
