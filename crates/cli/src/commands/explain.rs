//! `trueup explain`: how one product's numbers were reached.

use std::io::{self, Write};

use trueup_host::views::{ExplainLine, ExplainView};
use trueup_stock::DemandProfile;

use crate::arguments::{Format, Printing};
use crate::failure::Failure;
use crate::render::{Column, Ink, Node, RowPrinter, document, print_tree};
use crate::session::Session;

const COLUMNS: &[Column] = &[
    Column::text("channel", ""),
    Column::text("part_number", ""),
    Column::text("location", ""),
    Column::number("quantity", ""),
    Column::number("on_orders", ""),
    Column::number("backordered", ""),
    Column::number("acknowledged", ""),
    Column::number("exposure", ""),
    Column::text("state", ""),
    Column::prose("reason", ""),
];

/// Prints how a product's numbers were reached.
pub async fn explain(
    session: Session<'_>,
    code: &str,
    channel: Option<&str>,
    printing: Printing,
) -> Result<(), Failure> {
    let view = session.open().await?.explain(code, channel).await?;
    match printing.format {
        Format::Json => document(session.out, &view)?,
        Format::Csv => print_csv(session.out, &view)?,
        Format::Table => print(session.out, &view, session.ink)?,
    }
    Ok(())
}

/// The listings, and the channels the product is not sent to: those have a reason and no number.
fn print_csv(out: &mut dyn Write, view: &ExplainView) -> io::Result<()> {
    let mut printer = RowPrinter::start(out, Format::Csv, COLUMNS, "")?;
    view.lines.iter().try_for_each(|line| printer.push(line))?;
    view.held.iter().try_for_each(|held| printer.push(held))?;
    printer.finish()
}

/// Prints the tree.
pub fn print(out: &mut dyn Write, view: &ExplainView, ink: Ink) -> io::Result<()> {
    let figures = &view.figures;
    let title = format!("{}  {}", figures.product_code, figures.name);
    writeln!(out, "{}", ink.bold(title.trim_end()))?;
    writeln!(out, "{}", facts(view))?;
    let mut nodes: Vec<Node> = view.derivation.iter().map(Node::from).collect();
    let channels = view.lines.iter().map(listing);
    let held = view
        .held
        .iter()
        .map(|held| Node::heading(format!("{}: not sent, {}", held.channel, held.reason)));
    nodes.extend(channels.chain(held));
    print_tree(out, &nodes)
}

fn facts(view: &ExplainView) -> String {
    let figures = &view.figures;
    let profile = match view.demand_profile {
        DemandProfile::Documented => "documented",
        DemandProfile::ShippedLines => "shipped_lines",
    };
    let mut facts = vec![if figures.active { "active" } else { "inactive" }.to_owned()];
    if figures.discontinued {
        facts.push("discontinued".to_owned());
    }
    facts.extend(figures.incoming.map(|quantity| format!("{quantity} incoming")));
    facts.extend(figures.next_available_on.map(|date| format!("next available on {date}")));
    facts.extend(figures.external_stock.map(|quantity| format!("external stock {quantity}")));
    facts.push(format!("demand profile {profile}"));
    facts.join(", ")
}

/// One listing: what it is called there, what it should show, and what it may show.
fn listing(line: &ExplainLine) -> Node {
    let place = line.location.as_deref().map(|place| format!(" at {place}")).unwrap_or_default();
    let heading = format!("{}{place}, as {}", line.channel, line.part_number);
    let steps = line.derivation.iter().flat_map(|derivation| &derivation.from).map(Node::from);
    let sent = Node::number("quantity", line.quantity.to_string(), "what it should show");
    let mut parts = vec![sent.with(steps)];
    parts.extend(also_told(line));
    parts.push(believed(line));
    Node::heading(heading).with(parts)
}

/// The numbers told beside the quantity.
fn also_told(line: &ExplainLine) -> Option<Node> {
    let beside = [(line.on_orders, "on orders"), (line.backordered, "backordered")];
    let told: Vec<String> = beside
        .iter()
        .filter(|(count, _)| *count != 0)
        .map(|(count, what)| format!("{what} {count}"))
        .collect();
    (!told.is_empty()).then(|| Node::heading(format!("told beside it: {}", told.join(", "))))
}

/// What the marketplace is known to show, or may.
fn believed(line: &ExplainLine) -> Node {
    let possible: Vec<String> = line.possible.iter().map(ToString::to_string).collect();
    let shows = match (line.acknowledged, possible.len()) {
        (None, 0) => "nothing was sent yet".to_owned(),
        (Some(quantity), 0 | 1) => format!("the marketplace has {quantity}"),
        _ => format!("the marketplace may have {}", possible.join(" or ")),
    };
    let reason = line.reason.as_deref().map(|why| format!(", {why}")).unwrap_or_default();
    let exposure = match line.exposure {
        0 => String::new(),
        units => format!(", {units} could be oversold"),
    };
    Node::heading(format!("{}: {shows}{exposure}{reason}", line.state.replace('_', " ")))
}
