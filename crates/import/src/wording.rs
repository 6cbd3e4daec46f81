//! What messages have in common: short values, lists, and the nearest known name.

/// Keeps a message readable when a cell holds a novel or control characters.
pub(crate) fn shorten(text: &str) -> String {
    const SHOWN: usize = 40;
    let visible = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let head: String = text.chars().take(SHOWN).map(visible).collect();
    if text.chars().nth(SHOWN).is_some() {
        return format!("{head}…");
    }
    head
}

/// A list for people, cut off where nobody reads on.
pub(crate) fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 30;
    let names: Vec<&str> = names.into_iter().collect();
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| shorten(name)).collect();
    let more = names.len().saturating_sub(SHOWN);
    if more == 0 {
        return shown.join(", ");
    }
    format!("{} and {more} more", shown.join(", "))
}

/// The known name that a person most likely meant, if any is near.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let head: String = name.chars().take(100).collect();
    let plain = head.trim().to_lowercase().replace([' ', '-', '.'], "_");
    let distance = |known: &str| strsim::osa_distance(&plain, known);
    let best = known.into_iter().min_by_key(|known| distance(known))?;
    let is_near = distance(best) <= best.len().div_ceil(3);
    is_near.then_some(best)
}

/// What to add to a message about an unknown name.
pub(crate) fn suggestion<'a>(
    name: &str,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> String {
    match nearest(name, known.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known are {}", list(known)),
    }
}
