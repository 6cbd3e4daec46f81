//! Replays the seeds, then throws dice for a while: `TESTBED_FUZZ_SECONDS` for all targets together,
//! `TESTBED_SEED` for the same dice.

use std::fs;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use trueup_fuzzing::{TARGETS, Target, mutate};

const SECONDS: u64 = 12;
/// A decoder that takes longer does not end by itself.
const PATIENCE: Duration = Duration::from_secs(10);

fn knob(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |text| text.parse().expect("a number"))
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus")
}

fn seeds(name: &str) -> Vec<Vec<u8>> {
    let folder = corpus().join(name);
    let files =
        fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = files.map(|file| file.expect("a seed").path()).collect();
    files.sort();
    files.iter().map(|file| fs::read(file).expect("a seed can be read")).collect()
}

/// Shows the input where a promise is broken.
fn holds((name, target): Target, bytes: &[u8]) {
    let started = Instant::now();
    let held = catch_unwind(AssertUnwindSafe(|| target(bytes)));
    let shown = String::from_utf8_lossy(bytes);
    assert!(held.is_ok(), "{name} breaks on {shown:?} = {bytes:?}");
    assert!(started.elapsed() < PATIENCE, "{name} takes {:?} for {shown:?}", started.elapsed());
}

#[test]
fn every_seed_holds() {
    for target in TARGETS {
        let seeds = seeds(target.0);
        assert!(seeds.len() >= 5, "{} has {} seeds", target.0, seeds.len());
        seeds.iter().for_each(|seed| holds(*target, seed));
    }
}

#[test]
fn every_target_holds_for_changed_seeds() {
    let seed = knob("TESTBED_SEED", fastrand::u64(..));
    let mut told = std::io::stderr();
    let _nowhere_to_say_it = writeln!(told, "fuzzing: TESTBED_SEED={seed}");
    let mut dice = fastrand::Rng::with_seed(seed);
    let turns = u32::try_from(TARGETS.len()).expect("a few");
    let turn = Duration::from_secs(knob("TESTBED_FUZZ_SECONDS", SECONDS)) / turns;
    for target in TARGETS {
        let (seeds, until, mut runs) = (seeds(target.0), Instant::now() + turn, 0_u64);
        while Instant::now() < until {
            let [seed, other] = [(); 2].map(|()| &seeds[dice.usize(..seeds.len())]);
            holds(*target, &mutate(seed, other, &mut dice));
            runs += 1;
        }
        let _nowhere_to_say_it = writeln!(told, "{}: {runs} runs", target.0);
    }
}

#[test]
fn every_target_has_its_fuzzer() {
    let folder = corpus().join("../fuzz_targets");
    let manifest = fs::read_to_string(corpus().join("../Cargo.toml")).expect("the workspace's");
    assert_eq!(manifest.matches("[[bin]]").count(), TARGETS.len());
    for (name, _) in TARGETS {
        let file = folder.join(format!("{name}.rs"));
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(text.contains(&format!("trueup_fuzzing::{name}(")), "{name}: {text}");
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")), "{name}");
    }
}
