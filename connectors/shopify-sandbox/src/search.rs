//! The search language, as far as `sku:` needs it.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::store::{Number, Store};

/// The words a text is split into: letters and digits, without regard to case.
pub(crate) fn tokens(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// `field:value`, the value perhaps in quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) field: String,
    pub(crate) value: String,
    is_quoted: bool,
}

/// How a search matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Matching {
    /// The words of the value occur in this order somewhere in the SKU.
    Phrase,
    /// The SKU is the value.
    Exact,
}

/// The terms of a query, joined by OR or AND; without either they are joined by AND.
pub(crate) fn terms(query: &str) -> Vec<Term> {
    let (mut terms, mut rest) = (Vec::new(), query.trim());
    while !rest.is_empty() {
        let end = rest.find([':', ' ']).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let Some(after) = after.strip_prefix(':') else {
            if !matches!(word, "OR" | "AND") {
                let (field, value) = ("default".to_owned(), word.to_owned());
                terms.push(Term { field, value, is_quoted: false });
            }
            rest = after.trim_start();
            continue;
        };
        let (value, is_quoted, after) = value(after);
        terms.push(Term { field: word.to_owned(), value, is_quoted });
        rest = after.trim_start();
    }
    terms
}

fn value(text: &str) -> (String, bool, &str) {
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'));
    let (mut value, mut escaped) = (String::new(), false);
    let start = quote.map_or(0, char::len_utf8);
    for (at, c) in text.char_indices().skip_while(|(at, _)| *at < start) {
        let is_end = quote.map_or(c == ' ', |quote| c == quote);
        match (escaped, c) {
            (false, '\\') => escaped = true,
            (false, _) if is_end => {
                let after = if quote.is_some() { at + c.len_utf8() } else { at };
                return (value, quote.is_some(), text.get(after..).unwrap_or_default());
            }
            _ => {
                value.push(c);
                escaped = false;
            }
        }
    }
    (value, quote.is_some(), "")
}

/// The variants a query finds, in the order of their ids. A field that is not known is ignored, and
/// a query of nothing else finds everything.
pub(crate) fn find(
    store: &Store,
    terms: &[Term],
    matching: Matching,
    now: Timestamp,
) -> Vec<Number> {
    let known = terms.iter().filter(|term| term.field == "sku");
    let mut found: Vec<Number> = known.clone().flat_map(|term| of(store, term, matching)).collect();
    if known.count() == 0 {
        found = store.numbers().collect();
    }
    found.sort_unstable();
    found.dedup();
    found.retain(|number| store.variant(*number).is_some_and(|variant| variant.indexed_at <= now));
    found
}

fn of(store: &Store, term: &Term, matching: Matching) -> Vec<Number> {
    let wanted = tokens(&term.value);
    if matching == Matching::Exact || wanted.is_empty() {
        return store.with_sku(&term.value).to_vec();
    }
    let rarest = wanted.iter().map(|word| store.with_token(word)).min_by_key(|found| found.len());
    let candidates = rarest.unwrap_or_default().iter().copied();
    let fits = |number: &Number| {
        let sku = store.variant(*number).map(|variant| tokens(&variant.sku)).unwrap_or_default();
        match term.is_quoted {
            true => sku.windows(wanted.len()).any(|words| words == wanted),
            false => wanted.iter().all(|word| sku.contains(word)),
        }
    };
    candidates.filter(fits).collect()
}

/// What `extensions.search` says of fields that are not known.
pub(crate) fn warnings(query: &str, terms: &[Term], path: &str) -> Option<Value> {
    let unknown = terms.iter().filter(|term| !matches!(term.field.as_str(), "sku" | "default"));
    let warnings: Vec<Value> = unknown
        .map(|term| {
            let message = "Invalid search field for this query.";
            json!({ "field": term.field, "message": message, "code": "invalid_field" })
        })
        .collect();
    (!warnings.is_empty()).then(|| json!({ "path": [path], "query": query, "warnings": warnings }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(query: &str) -> Vec<Number> {
        let mut store = Store::default();
        for sku in ["ABC-1", "ABC-1-X", "abc-1", "X-ABC", "O'NEIL", "A B"] {
            store.add(sku, Timestamp::UNIX_EPOCH);
        }
        find(&store, &terms(query), Matching::Phrase, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_quoted_value_is_a_phrase_whatever_its_case() {
        assert_eq!(found("sku:'ABC-1'"), [0, 1, 2]);
        assert_eq!(found("sku:'ABC-1' OR sku:'X-ABC'"), [0, 1, 2, 3]);
        assert_eq!(found("sku:\"A B\""), [5]);
        assert!(found("sku:'nothing'").is_empty());
    }

    #[test]
    fn quotes_are_escaped() {
        assert_eq!(found(r"sku:'O\'NEIL'"), [4]);
    }

    #[test]
    fn an_unknown_field_finds_everything() {
        assert_eq!(found("tracked:true").len(), 6);
        assert!(warnings("tracked:true", &terms("tracked:true"), "x").is_some());
        assert!(warnings("sku:a", &terms("sku:a"), "x").is_none());
    }

    #[test]
    fn exact_matching_finds_the_sku_alone() {
        let mut store = Store::default();
        store.add("ABC-1", Timestamp::UNIX_EPOCH);
        store.add("ABC-1-X", Timestamp::UNIX_EPOCH);
        let terms = terms("sku:'ABC-1'");
        assert_eq!(find(&store, &terms, Matching::Exact, Timestamp::UNIX_EPOCH), [0]);
    }
}
