//! The story, in order.

use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};

use trueup_host::{Host, ImportKind};
use trueup_marketplace::{FeedKind, RunningSandbox, SandboxOptions};
use trueup_stock::Basis;

use super::company::{BUFFER, CHANNEL, Company};
use super::market::{COLUMNS, Shown};
use crate::arguments::Format;
use crate::commands::sandbox::{channel_file, find, start};
use crate::commands::{feed_summary, print_explanation, print_figures, print_held};
use crate::failure::Failure;
use crate::render::{counted, print_rows};
use crate::session::{Session, registry};

const MARKETPLACE: &str = "wayfair";
/// The product that an order comes in for.
const ORDERED: &str = "CHAIR-OAK-01";
const NEXT: [(&str, &str); 5] = [
    ("trueup init my-company", "settings of your own, commented"),
    ("trueup sandbox wayfair", "the simulated marketplace, with every fault it can have"),
    ("trueup preview CHANNEL", "what would be sent, before anything is"),
    ("trueup run", "all schedules, until stopped"),
    ("trueup --help", "everything else"),
];

/// Tells the story.
pub async fn tell(session: Session<'_>) -> Result<(), Failure> {
    let market = open_market().await?;
    let company = Company::found(&settings_for(&market)?)?;
    let host = company.open().await?;
    let mut story = Story { session, host, company, market: market.address };
    story.meet().await?;
    story.figures().await?;
    let before = story.true_up().await?;
    story.order().await?;
    story.differential(&before).await?;
    story.explain().await?;
    story.heading("Where to look next", "")?;
    for (command, what) in NEXT {
        writeln!(story.session.out, "  {command:<24} {what}")?;
    }
    Ok(())
}

async fn open_market() -> Result<RunningSandbox, Failure> {
    let options = SandboxOptions {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        seed: 1,
        // Feeds are final at once, so that the story need not wait for them.
        faults: vec!["completion_delay=0".to_owned()],
    };
    start(&find(MARKETPLACE)?, options).await
}

fn settings_for(market: &RunningSandbox) -> Result<String, Failure> {
    Ok(channel_file(&registry()?, &find(MARKETPLACE)?, market))
}

struct Story<'a> {
    session: Session<'a>,
    host: Host,
    company: Company,
    market: SocketAddr,
}

impl Story<'_> {
    /// A heading and a sentence; what was told before is on the screen by then.
    fn heading(&mut self, heading: &str, sentence: &str) -> io::Result<()> {
        let out = &mut self.session.out;
        writeln!(out, "\n{}", self.session.ink.bold(&format!("## {heading}")))?;
        if !sentence.is_empty() {
            writeln!(out, "{sentence}")?;
        }
        writeln!(out)?;
        out.flush()
    }

    async fn meet(&mut self) -> Result<(), Failure> {
        let folder = self.company.folder().display();
        let sentence = format!(
            "A furniture maker, in a SQLite database in {folder} (gone afterwards),\nand a \
             simulated Wayfair on http://{}.",
            self.market
        );
        self.heading("A sample company", &sentence)?;
        let files = [
            (ImportKind::Products, "products.csv"),
            (ImportKind::Stock, "stock.csv"),
            (ImportKind::Orders, "orders.csv"),
        ];
        for (kind, file) in files {
            let view = self.company.import(&self.host, kind, file).await?;
            let (read, applied) = (view.read, view.applied);
            writeln!(self.session.out, "  {file:<14} {read:>2} rows read, {applied:>2} applied")?;
        }
        Ok(())
    }

    async fn figures(&mut self) -> Result<(), Failure> {
        let sentence = "net = stock - on orders; available and backordered are its two sides. \
            Without a stock\nrecord a product is unknown, which is not zero.";
        self.heading("What there is to sell", sentence)?;
        print_figures(self.session.out, &self.host, &[], Format::Table).await
    }

    async fn true_up(&mut self) -> Result<Shown, Failure> {
        let sentence = format!(
            "Every listing, in one request. The channel keeps {BUFFER} of each back, and whole \
             units are sent:\n7.9 m of linen less the 2.5 m on order less {BUFFER} are 3."
        );
        self.heading("A True-Up tells the marketplace everything", &sentence)?;
        self.send(FeedKind::TrueUp).await?;
        self.heading("What the marketplace now shows", "")?;
        let shown = Shown::at(self.market).await?;
        let out = &mut *self.session.out;
        print_rows(out, Format::Table, COLUMNS, "nothing", shown.lines())?;
        Ok(shown)
    }

    async fn order(&mut self) -> Result<(), Failure> {
        let sentence = format!("Somebody orders 15 of {ORDERED}.");
        self.heading("An order comes in", &sentence)?;
        let view = self.company.import(&self.host, ImportKind::Orders, "new_order.csv").await?;
        writeln!(self.session.out, "  new_order.csv  {} applied\n", counted(view.applied, "row"))?;
        let ordered = [ORDERED.to_owned()];
        print_figures(self.session.out, &self.host, &ordered, Format::Table).await
    }

    async fn differential(&mut self, before: &Shown) -> Result<(), Failure> {
        let sentence = "Only what changed travels.";
        self.heading("A Differential sends just that product", sentence)?;
        self.send(FeedKind::Differential).await?;
        let now = Shown::at(self.market).await?;
        let changes = now.changes_since(before);
        self.heading("What the marketplace shows now", "")?;
        let out = &mut self.session.out;
        changes.iter().try_for_each(|change| writeln!(out, "  {change}"))?;
        let same = now.lines().len().saturating_sub(changes.len());
        writeln!(out, "  the other {} are as they were", counted(count(same), "listing"))?;
        Ok(())
    }

    async fn explain(&mut self) -> Result<(), Failure> {
        let sentence = "Every number can be taken apart, with the orders that count and those \
            that do not.";
        self.heading("Where the number comes from", sentence)?;
        let view = self.host.explain(ORDERED, None).await?;
        Ok(print_explanation(self.session.out, &view, self.session.ink)?)
    }

    async fn send(&mut self, kind: FeedKind) -> Result<(), Failure> {
        let feed = self.host.send(CHANNEL, kind, Basis::Real).await?;
        feed_summary(self.session.out, &feed, self.session.ink)?;
        if feed.held_count > 0 {
            let detail = self.host.feed(feed.feed).await?;
            print_held(self.session.out, &detail.held, self.session.ink)?;
        }
        if feed.state == "done" && feed.accepted + feed.pending == feed.planned {
            return Ok(());
        }
        Err(Failure::work(format!("feed {} did not deliver everything", feed.feed)))
    }
}

fn count(things: usize) -> u64 {
    u64::try_from(things).unwrap_or(u64::MAX)
}
