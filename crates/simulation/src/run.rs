//! From a seed to what became of it.

use std::path::Path;

use jiff::SignedDuration;
use trueup_testbed::TestDatabase;

use crate::dice::Dice;
use crate::habits::Habits;
use crate::log::day;
use crate::mix::Mix;
use crate::report::{Failure, Lived};
use crate::scenario::Scenario;
use crate::shop::Shop;
use crate::stage::Stage;

/// How to run a scenario.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// On PostgreSQL instead of SQLite.
    pub on_postgres: bool,
    /// Whether every marketplace takes differences under keys, and not numbers.
    pub are_differences: bool,
    /// Whether every event is printed as it happens.
    pub is_loud: bool,
    /// A rule that is broken on purpose.
    #[cfg(feature = "mutants")]
    pub broken: Option<trueup_delivery::Mutant>,
}

/// Days of a scenario before the calm.
const DAYS: i64 = 4;
/// Events that a failure shows.
const EVENTS_SHOWN: usize = 60;

/// Runs one scenario on this thread.
///
/// # Errors
/// The first rule that was seen broken.
///
/// # Panics
/// Where the database cannot be used at all.
pub fn simulate(seed: u64, options: Options) -> Result<Lived, Box<Failure>> {
    #[cfg(feature = "mutants")]
    trueup_delivery::break_rule(options.broken);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("tokio starts wherever threads do").block_on(live(seed, options))
}

async fn live(seed: u64, options: Options) -> Result<Lived, Box<Failure>> {
    let mut dice = Dice::of(seed);
    let mix = Mix::of(&mut dice);
    let habits = |dice: &mut Dice| match options.are_differences {
        true => Habits::of(dice).keyed(),
        false => Habits::of(dice),
    };
    let shops = (0..dice.number(1, 2)).map(|_| Shop::new(habits(&mut dice))).collect();
    let stage = Stage::new(mix.clone(), dice.fork(), shops);
    stage.props().log.is_loud = options.is_loud;
    stage.say(|| format!("seed {seed}: {mix}"));
    let habits: Vec<String> =
        stage.props().shops.iter().map(|shop| format!("{:?}", shop.habits)).collect();
    habits.into_iter().for_each(|habits| stage.say(|| habits));
    let database = database(options);
    let mut scenario = Scenario::begin(stage.clone(), mix.clone(), dice, database).await;
    scenario.start();
    let end = stage.props().now + SignedDuration::from_hours(24 * DAYS);
    scenario.run_until(end).await;
    if !scenario.is_broken() {
        scenario.calm_down().await;
    }
    if !scenario.is_broken() {
        scenario.check_end().await;
    }
    let props = stage.props();
    let Some(accusation) = props.log.accusation().cloned() else {
        let requests = props.shops.iter().map(|shop| shop.keys.len() as u64).sum();
        return Ok(Lived { days: day(props.now), feeds: scenario.feeds, requests });
    };
    let on = if options.on_postgres { " --postgres" } else { "" };
    let of = if options.are_differences { " --differences" } else { "" };
    Err(Box::new(Failure {
        seed,
        accusation,
        mix: mix.to_string(),
        events: props.log.lines(EVENTS_SHOWN),
        command: format!("cargo xtask simulate --seed {seed} --loud{on}{of}"),
    }))
}

/// In memory where the system has such a folder: durability is not what is tested here.
fn database(options: Options) -> TestDatabase {
    if options.on_postgres {
        return TestDatabase::postgres().expect("PostgreSQL is installed");
    }
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { TestDatabase::sqlite_in(memory) } else { TestDatabase::sqlite() }
}
