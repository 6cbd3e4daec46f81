//! The key that was probably meant.

use super::key_path::shown_key;
use super::schema_walk::Nodes;

/// The nearest of some words, where one is near.
pub(super) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let plain = |text: &str| text.to_lowercase().replace(['-', ' '], "_");
    let word = plain(word);
    let distance = |known: &str| strsim::damerau_levenshtein(&word, &plain(known));
    let distances = known.iter().map(|known| (distance(known), *known));
    let (distance, found) = distances.min_by_key(|(distance, _)| *distance)?;
    let near = (word.chars().count().max(found.chars().count()) / 3).max(1);
    (distance <= near).then_some(found)
}

/// What would fix an unknown key among `here`: the key that was meant, the table it belongs to, or
/// all there are.
pub(super) fn for_unknown_key(key: &str, here: &[&str], file: &Nodes<'_>) -> String {
    if let Some(table) = home(key, file) {
        return match table {
            Some(table) => format!("it belongs in the table [{table}]"),
            None => "it belongs at the top of the file, above every [table]".to_owned(),
        };
    }
    if let Some(meant) = nearest(key, here) {
        return format!("did you mean `{meant}`?");
    }
    if here.is_empty() {
        return "no keys are known here; remove it".to_owned();
    }
    format!("known here: {}", here.join(", "))
}

/// The one table, or the top, of a file where exactly this key is known.
fn home<'a>(key: &str, file: &Nodes<'a>) -> Option<Option<&'a str>> {
    let top = file.keys();
    if top.contains(&key) {
        return Some(None);
    }
    let step = |key: &str| super::key_path::Step::Key(key.to_owned());
    let is_known_in = |table: &&str| file.child(&step(table)).keys().contains(&key);
    let mut tables = top.iter().copied().filter(is_known_in);
    let table = tables.next()?;
    tables.next().is_none().then_some(Some(table))
}

/// A list as people write it: `a`, `b` or `c`.
pub(super) fn either(words: &[String]) -> String {
    match words.split_last() {
        None => String::new(),
        Some((one, [])) => one.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    }
}

/// A key that is missing, as it could be written.
pub(super) fn written(key: &str, nodes: &Nodes<'_>) -> String {
    let key_shown = shown_key(key);
    if nodes.is_secret() {
        return format!("{key_shown} = {{ env = \"{}\" }}", key.to_ascii_uppercase());
    }
    if let Some(value) = nodes.allowed().first() {
        return format!("{key_shown} = {value}");
    }
    let example = match () {
        () if nodes.takes("string") => "\"…\"",
        () if nodes.takes("integer") || nodes.takes("number") => "1",
        () if nodes.takes("boolean") => "true",
        () if nodes.takes("array") => "[…]",
        () if nodes.takes("object") => return format!("the table [{key_shown}]"),
        () => "…",
    };
    format!("{key_shown} = {example}")
}
