//! One folder, five channels of five marketplaces, one `trueup run`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, sleep};
use trueup_testbed::{TestDatabase, left_out, on_each_database};
use trueup_tests::{CHANNELS, Five, Lines, five_channels};

on_each_database!(
    one_run_feeds_five_marketplaces_from_a_made_up_catalogue,
    one_run_feeds_five_marketplaces_from_the_northwind_tables,
);

const PATIENCE: Duration = Duration::from_secs(120);

#[tokio::test]
async fn the_example_is_in_order_as_it_is_and_its_readme_says_where_everything_listens() {
    let folder = five_channels();
    let checked = folder.run(&["check"], &[]).await.success();
    assert!(checked.stdout.contains("5 channels, 5 enabled"), "{}", checked.stdout);
    let text = |name: &str| std::fs::read_to_string(folder.path().join(name)).expect("a text");
    let readme = text("README.md");
    for (channel, port) in [("wayfair", 8601), ("shopify", 8602), ("quickbooks_online", 8603)] {
        assert!(text(&format!("channels/{channel}.toml")).contains(&format!("127.0.0.1:{port}")));
        let mut starts = readme.lines().filter(|line| line.contains("trueup sandbox"));
        let listens = format!("--listen 127.0.0.1:{port} ");
        assert!(starts.any(|line| line.contains(channel) && line.contains(&listens)), "{channel}");
    }
    assert!(text("trueup.toml").contains("127.0.0.1:8085"));
    assert!(readme.contains("url=http://127.0.0.1:8085/polled/quickbooks_desktop,"));
}

/// A company's tables, and a change that all five channels must follow.
struct Catalogue {
    /// What to import: the kind, the files and the mapping.
    imports: Vec<(&'static str, Vec<PathBuf>, Option<PathBuf>)>,
    /// Whether the tables themselves say which product is on which channel.
    opts_in: bool,
    listings: usize,
    new_stock: &'static str,
    new_order: &'static str,
    /// The products whose numbers change, sorted.
    changed: [&'static str; 2],
}

fn examples(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(path)
}

fn made_up() -> Catalogue {
    let table = |what: &str| vec![examples("five-channels").join(format!("{what}.csv"))];
    Catalogue {
        imports: ["products", "stock", "orders"].map(|what| (what, table(what), None)).into(),
        opts_in: true,
        listings: 18,
        new_stock: "product_code,quantity\nLAMP-BRASS-01,40\n",
        new_order: include_str!("../../../examples/five-channels/new_order.csv"),
        changed: ["CHAIR-OAK-01", "LAMP-BRASS-01"],
    }
}

/// The untouched tables of a third party, where this machine has them.
fn northwind() -> Option<Catalogue> {
    let tables = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/northwind");
    let import = |what, files: &[&str]| {
        let mapping = examples("northwind").join(format!("{what}.toml"));
        (what, files.iter().map(|file| tables.join(file)).collect(), Some(mapping))
    };
    tables.is_dir().then(|| Catalogue {
        imports: vec![
            import("products", &["products.csv"]),
            import("stock", &["products.csv"]),
            import("orders", &["orders.csv", "order_details.csv"]),
        ],
        opts_in: false,
        listings: 77,
        new_stock: "product_code,quantity\n1,100\n",
        new_order: "order_code,product_code,ordered\n20001,3,5\n",
        changed: ["1", "3"],
    })
}

async fn one_run_feeds_five_marketplaces_from_a_made_up_catalogue(database: TestDatabase) {
    all_follow(&database, made_up()).await;
}

async fn one_run_feeds_five_marketplaces_from_the_northwind_tables(database: TestDatabase) {
    match northwind() {
        Some(catalogue) => all_follow(&database, catalogue).await,
        None => left_out("the Northwind tables are not on this machine"),
    }
}

async fn all_follow(database: &TestDatabase, catalogue: Catalogue) {
    let five = Five::open(&database.url).await;
    import(&five, &catalogue).await;
    five.connect().await;
    five.introduce().await;
    five.desktop.set_mode("every=200ms").expect("it calls five times a second");
    let mut runner = five.folder.start(&["run"], &[]);
    let first = all_show_what_is_previewed(&five).await;
    for (channel, lines) in &first {
        assert!(lines.len() >= catalogue.listings, "{channel}: {}", lines.len());
    }

    five.folder.import("stock", catalogue.new_stock).await;
    five.folder.import("orders", catalogue.new_order).await;
    let then = all_show_what_is_previewed(&five).await;
    for channel in CHANNELS {
        assert_eq!(changed(&first[channel], &then[channel]), catalogue.changed, "{channel}");
    }
    assert!(runner.terminate().success());
    assert_eq!(all_show_what_is_previewed(&five).await, then, "nothing moved at the end");
}

async fn import(five: &Five, catalogue: &Catalogue) {
    for (what, files, mapping) in &catalogue.imports {
        let shown = |path: &PathBuf| path.display().to_string();
        let mut arguments = vec!["import".to_owned(), (*what).to_owned()];
        arguments.extend(files.iter().map(shown));
        arguments.extend(mapping.iter().flat_map(|path| ["--mapping".to_owned(), shown(path)]));
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let _imported = five.folder.run(&arguments, &[]).await.success();
    }
    for channel in CHANNELS.iter().filter(|_| !catalogue.opts_in) {
        let _all = five.folder.run(&["opt-in", channel, "--all"], &[]).await.success();
    }
}

/// Waits until nothing is left to do, and compares what each marketplace shows, line by line and
/// with no line more, with what `trueup preview` says a True-Up would tell it; what that is, by
/// channel.
async fn all_show_what_is_previewed(five: &Five) -> BTreeMap<&'static str, Lines> {
    all_come_to_rest(five).await;
    let mut all = BTreeMap::new();
    for channel in CHANNELS {
        let previewed = five.previewed(channel).await;
        assert_eq!(five.shown(channel), previewed, "{channel}");
        all.insert(channel, previewed);
    }
    all
}

/// The products whose numbers differ, sorted.
fn changed<'a>(before: &Lines, after: &'a Lines) -> Vec<&'a str> {
    let differ = after.iter().filter(|(place, numbers)| before.get(*place) != Some(*numbers));
    differ.map(|((part, _), _)| part.as_str()).collect()
}

/// Waits until `trueup status` shows nothing that is left to do, on any channel.
async fn all_come_to_rest(five: &Five) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let rows = five.folder.status().await;
        assert_eq!(rows.len(), CHANNELS.len());
        if rows.iter().all(is_clean) {
            return;
        }
        assert!(Instant::now() < deadline, "{rows:#?}");
        sleep(Duration::from_millis(300)).await;
    }
}

fn is_clean(row: &Value) -> bool {
    let nothing = ["due", "in_flight", "parked", "unresolved", "exposure", "dirty"];
    nothing.iter().all(|key| row[key] == 0)
        && row["clean"] == row["listings"]
        && row["freshness_missed"] == false
        && row["problem"].is_null()
}
