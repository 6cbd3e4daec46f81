//! A tree of numbers: what each was made from, indented below it.

use std::io::{self, Write};

use trueup_stock::{Amount, Derivation};

use super::cell::harmless;

/// More parts of one number than this are counted, not listed.
const PARTS_MAX: usize = 40;

/// One number, or a heading, and what belongs below it.
#[derive(Clone, Debug, Default)]
pub struct Node {
    what: String,
    amount: Option<String>,
    why: String,
    parts: Vec<Node>,
}

impl Node {
    /// A heading.
    pub fn heading(what: impl Into<String>) -> Self {
        Self { what: what.into(), ..Self::default() }
    }

    /// A number and what to say of it.
    pub fn number(
        what: impl Into<String>,
        amount: impl Into<String>,
        why: impl Into<String>,
    ) -> Self {
        Self { what: what.into(), amount: Some(amount.into()), why: why.into(), parts: Vec::new() }
    }

    /// The same with parts below it.
    pub fn with(mut self, parts: impl IntoIterator<Item = Self>) -> Self {
        self.parts.extend(parts);
        self
    }
}

impl From<&Derivation> for Node {
    fn from(derivation: &Derivation) -> Self {
        let amount = match derivation.amount {
            Amount::Known(quantity) => quantity.to_string(),
            Amount::Unknown => "unknown".to_owned(),
        };
        let what = derivation.what.replace('_', " ");
        Self::number(what, amount, &derivation.why).with(derivation.from.iter().map(Self::from))
    }
}

/// Prints nodes below each other, numbers of one level aligned.
pub fn print_tree(out: &mut dyn Write, nodes: &[Node]) -> io::Result<()> {
    print_parts(out, nodes, "")
}

fn print_parts(out: &mut dyn Write, nodes: &[Node], indent: &str) -> io::Result<()> {
    let shown = nodes.get(..PARTS_MAX.min(nodes.len())).unwrap_or_default();
    let left_out = nodes.len() - shown.len();
    let what_width =
        width(shown.iter().filter(|node| node.amount.is_some()).map(|node| &node.what));
    let amount_width = width(shown.iter().filter_map(|node| node.amount.as_ref()));
    for (at, node) in shown.iter().enumerate() {
        let is_last = at + 1 == shown.len() && left_out == 0;
        let (branch, below) = if is_last { ("└ ", "  ") } else { ("├ ", "│ ") };
        let line = line(node, what_width, amount_width);
        writeln!(out, "{indent}{branch}{}", harmless(line.trim_end()))?;
        print_parts(out, &node.parts, &format!("{indent}{below}"))?;
    }
    if left_out > 0 {
        writeln!(out, "{indent}└ … and {left_out} more; --format json lists them all")?;
    }
    Ok(())
}

fn line(node: &Node, what_width: usize, amount_width: usize) -> String {
    match &node.amount {
        None => format!("{} {}", node.what, node.why),
        Some(amount) => {
            format!("{:<what_width$}  {amount:>amount_width$}  {}", node.what, node.why)
        }
    }
}

fn width<'a>(texts: impl Iterator<Item = &'a String>) -> usize {
    texts.map(|text| text.chars().count()).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Node, print_tree};

    fn printed(nodes: &[Node]) -> String {
        let mut out = Vec::new();
        print_tree(&mut out, nodes).expect("memory takes it");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn parts_stand_below_their_number() {
        let parts = [Node::number("MAIN", "100", "on hand"), Node::number("B", "5", "on hand")];
        let nodes = [Node::number("stock", "105", "sum").with(parts), Node::number("net", "9", "")];
        let expected = "\
├ stock  105  sum
│ ├ MAIN  100  on hand
│ └ B       5  on hand
└ net      9
";
        assert_eq!(printed(&nodes), expected);
    }

    #[test]
    fn many_parts_are_counted_and_not_listed() {
        let parts = (0..100).map(|n| Node::number(format!("order {n}"), "1", ""));
        let text = printed(&[Node::heading("on_orders").with(parts)]);
        assert_eq!(text.lines().count(), 42);
        assert!(text.ends_with("  └ … and 60 more; --format json lists them all\n"));
    }
}
