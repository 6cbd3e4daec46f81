//! Figures, a Differential and an import at 100 k products and 1 M order lines (or as the variables
//! `PRODUCTS` and `LINES` say), and their ratios to one hand-written SQL aggregate.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it found")]

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use divan::Bencher;
use tokio::runtime::Runtime;
use trueup_benches::{Changed, Company, Size, Tick};

/// Products that change before each Differential.
const CHANGED: u64 = 1_000;
/// Runs of each side of a ratio, in turn.
const PAIRS: usize = 5;

fn main() {
    let company = company();
    let took = company.orders_took.as_secs_f64();
    println!("{} products, {} order lines, SQLite", company.size.products, company.size.lines);
    println!("import of the order lines: {:.0} lines/s\n", company.size.lines as f64 / took);
    divan::main();
    ratios();
}

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().expect("a runtime"))
}

fn company() -> &'static Company {
    static COMPANY: OnceLock<Company> = OnceLock::new();
    COMPANY.get_or_init(|| {
        let size =
            Size { products: number("PRODUCTS", 100_000), lines: number("LINES", 1_000_000) };
        runtime().block_on(Company::found(size))
    })
}

fn tick() -> &'static Tick<'static> {
    static TICK: OnceLock<Tick<'static>> = OnceLock::new();
    TICK.get_or_init(|| runtime().block_on(Tick::open(company())))
}

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn change() {
    static ROUND: AtomicU64 = AtomicU64::new(0);
    let round = ROUND.fetch_add(1, Ordering::Relaxed);
    runtime().block_on(tick().change(Changed { products: CHANGED, round }));
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn figures_of_all_products() -> usize {
    runtime().block_on(company().figures())
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn one_sql_aggregate() -> usize {
    runtime().block_on(company().aggregate())
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn differential_of_1000_changes(bencher: Bencher) {
    let _told = tick();
    bencher.with_inputs(change).bench_values(|()| runtime().block_on(tick().run()));
}

/// Both sides in turn, so that a machine that gets slower does so for both.
fn ratios() {
    let (mut figures, mut aggregate, mut differential) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..PAIRS {
        figures.push(time(|| runtime().block_on(company().figures())));
        aggregate.push(time(|| runtime().block_on(company().aggregate())));
        change();
        differential.push(time(|| {
            let lines = runtime().block_on(tick().run());
            usize::try_from(lines).expect("a thousand lines")
        }));
    }
    let [figures, aggregate, differential] = [figures, aggregate, differential].map(median);
    let ratio = |one: Duration| one.as_secs_f64() / aggregate.as_secs_f64();
    println!("\nmedians of {PAIRS}, in turn");
    println!("one SQL aggregate             {aggregate:>10.1?}   1.00");
    println!("figures of all products       {figures:>10.1?}   {:.2}", ratio(figures));
    println!(
        "a Differential of {CHANGED} changes {differential:>9.1?}   {:.2}",
        ratio(differential)
    );
}

fn time(work: impl Fn() -> usize) -> Duration {
    let started = Instant::now();
    assert!(work() > 0);
    started.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
