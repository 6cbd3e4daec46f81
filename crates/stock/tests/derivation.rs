//! How a number was reached: the tree says the same as the figures and leaves no line out.

use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_assert_eq, proptest};
use proptest::sample::select;
use trueup_stock::{
    Amount, Basis, Candidate, DemandProfile, Derivation, Figures, LineQuantities, OrderLine,
    Quantity, Standing, plan,
};

use crate::samples::{amounts, candidate, candidates, channels, everywhere, pool, quantity, terms};

const PROFILES: [DemandProfile; 2] = [DemandProfile::Documented, DemandProfile::ShippedLines];

fn line(number: usize, standing: u8, [ordered, shipped, cancelled]: [Quantity; 3]) -> OrderLine {
    OrderLine {
        order_code: "SO-7".parse().unwrap(),
        line: number.to_string(),
        standing: Standing::from_number(i16::from(standing)).unwrap(),
        quantities: LineQuantities { ordered, shipped, cancelled },
    }
}

fn lines() -> impl Strategy<Value = Vec<OrderLine>> {
    let facts = (0_u8..12, [amounts(), amounts(), amounts()]);
    vec(facts, 0..20).prop_map(|facts| {
        let numbered = facts.into_iter().enumerate();
        numbered.map(|(number, (standing, amounts))| line(number, standing, amounts)).collect()
    })
}

fn figures(candidate: &Candidate, lines: &[OrderLine], profile: DemandProfile) -> Figures {
    let demand = lines.iter().map(|line| profile.demand(line.standing, &line.quantities));
    Figures::compute(candidate.figures().stock, demand.sum())
}

fn known(amount: Amount) -> Quantity {
    match amount {
        Amount::Known(quantity) => quantity,
        Amount::Unknown => panic!("an amount that is known"),
    }
}

fn amounts_of(parts: &[Derivation]) -> impl Iterator<Item = Quantity> {
    parts.iter().map(|part| known(part.amount))
}

/// One line of text per node: what, amount, why.
fn text(derivations: &[Derivation], depth: usize) -> Vec<String> {
    let node = |node: &Derivation| {
        let amount = serde_json::to_string(&node.amount).unwrap();
        let head = format!("{}{} = {amount} ({})", "  ".repeat(depth), node.what, node.why);
        [vec![head], text(&node.from, depth + 1)].concat()
    };
    derivations.iter().flat_map(node).collect()
}

proptest! {
    #[test]
    fn the_tree_has_the_amounts_of_the_figures(
        candidate in candidates(), lines in lines(), profile in select(&PROFILES),
    ) {
        let figures = figures(&candidate, &lines, profile);
        let tree = figures.derivation(&candidate.stock, &lines, profile);
        let rows: Vec<(&str, Amount)> = tree.iter().map(|n| (n.what.as_str(), n.amount)).collect();
        let expected = vec![
            ("stock", figures.stock.into()),
            ("on_orders", figures.on_orders.into()),
            ("net", figures.net.into()),
            ("available", figures.available.into()),
            ("backordered", figures.backordered.into()),
        ];
        prop_assert_eq!(rows, expected);
    }

    #[test]
    fn parts_add_up_and_every_line_is_there_whether_it_counts_or_not(
        candidate in candidates(), lines in lines(), profile in select(&PROFILES),
    ) {
        let figures = figures(&candidate, &lines, profile);
        let tree = figures.derivation(&candidate.stock, &lines, profile);
        let [stock, on_orders] = [&tree[0].from, &tree[1].from];
        prop_assert_eq!(amounts_of(stock).reduce(Quantity::plus), figures.stock);
        prop_assert_eq!(amounts_of(on_orders).sum::<Quantity>(), figures.on_orders);
        prop_assert_eq!(stock.len(), candidate.stock.len());
        prop_assert_eq!(on_orders.len(), lines.len());
        for (part, line) in on_orders.iter().zip(&lines) {
            prop_assert_eq!(&part.what, &format!("order SO-7 line {}", line.line));
            let is_counted = profile.counts(line.standing).is_ok();
            prop_assert_eq!(part.why.starts_with("does not count"), !is_counted);
        }
    }

    #[test]
    fn a_listings_tree_ends_in_what_is_sent(
        candidate in candidates(), terms in channels(), is_external in any::<bool>(),
    ) {
        let basis = if is_external { Basis::External } else { Basis::Real };
        for wanted in plan(&candidate, &terms, basis).unwrap_or_default() {
            let tree = wanted.derivation(&candidate);
            prop_assert_eq!(known(tree.amount), Quantity::units(wanted.level.quantity));
            let last = amounts_of(&tree.from).last().unwrap();
            prop_assert_eq!(last, wanted.working.after_maximum);
        }
    }
}

#[test]
fn every_line_says_why_it_counts_or_does_not() {
    let ten =
        |shipped: &str, called_off: &str| [quantity("10"), quantity(shipped), quantity(called_off)];
    // Open, open with ASN, archived, cancelled.
    let lines = [
        line(1, 0, ten("4", "0.5")),
        line(2, 1, ten("0", "0")),
        line(3, 2, ten("0", "0")),
        line(4, 8, ten("0", "0")),
    ];
    let tree = |profile| {
        let product = candidate(&[("MAIN", "12"), ("EAST", "0.5")], "0");
        let figures = figures(&product, &lines, profile);
        text(&figures.derivation(&product.stock, &lines, profile), 0)
    };
    let shipped_lines = [
        "stock = 12.5 (sum of locations)",
        "  MAIN = 12 (on hand)",
        "  EAST = 0.5 (on hand)",
        "on_orders = 5.5 (sum of the order lines that count)",
        "  order SO-7 line 1 = 5.5 (open order, ordered 10 − shipped 4 − cancelled 0.5)",
        "  order SO-7 line 2 = 0 (does not count: ASN sent)",
        "  order SO-7 line 3 = 0 (does not count: archived)",
        "  order SO-7 line 4 = 0 (does not count: cancelled)",
        "net = 7 (stock − on_orders)",
        "available = 7 (max(0, net))",
        "backordered = 0 (max(0, on_orders − stock))",
    ];
    assert_eq!(tree(DemandProfile::ShippedLines), shipped_lines);
    let documented = tree(DemandProfile::Documented);
    assert_eq!(documented[4], "  order SO-7 line 1 = 10 (open order, ordered 10)");
    assert_eq!(documented[7], "  order SO-7 line 4 = 10 (cancelled order, ordered 10)");
    assert_eq!(documented[10], "backordered = 7.5 (max(0, on_orders − stock))");
}

#[test]
fn unknown_stock_is_null_in_the_tree() {
    let tree = candidate(&[], "3").figures().derivation(&[], &[], DemandProfile::Documented);
    let rows = text(&tree, 0);
    assert_eq!(rows[0], "stock = null (no stock record: unknown)");
    assert_eq!(rows[3], "available = null (max(0, net))");
}

#[test]
fn a_listing_says_each_rule_that_changed_its_number() {
    let mut terms = terms(vec![pool("81454", &["MAIN"])]);
    terms.rules.buffer = quantity("0.5");
    terms.rules.maximum = Some(quantity("6"));
    let product = candidate(&[("MAIN", "7.9")], "0.25");
    let wanted = plan(&product, &terms, Basis::Real).unwrap();
    let expected = [
        "81454 = 6 (rounded down to whole units, within the marketplace's limit)",
        "  stock = 7.9 (at the locations offered here)",
        "  on_orders = 0.25 (charged here, of 0.25 in all)",
        "  available = 7.65 (max(0, stock − on_orders))",
        "  buffer = 7.15 (less the buffer of 0.5)",
        "  maximum = 6 (the channel's maximum)",
    ];
    assert_eq!(text(&[wanted[0].derivation(&product)], 0), expected);
}

#[test]
fn an_external_count_is_the_whole_story_of_its_listing() {
    let mut product = candidate(&[("MAIN", "7.9")], "0.25");
    product.external = Some(quantity("50"));
    let wanted = plan(&product, &terms(vec![everywhere()]), Basis::External).unwrap();
    let expected = [
        "quantity = 50 (rounded down to whole units, within the marketplace's limit)",
        "  external_stock = 50 (external stock, sent instead of the real figure)",
    ];
    assert_eq!(text(&[wanted[0].derivation(&product)], 0), expected);
}
