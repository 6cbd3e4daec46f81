//! Patterns of file names: `*` for any characters, `?` for one.

/// Whether the whole name follows the pattern.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    let mut reachable = vec![false; name.chars().count() + 1];
    reachable[0] = true;
    for sign in pattern.chars() {
        reachable = step(sign, name, &reachable);
    }
    reachable.last().copied().unwrap_or(false)
}

/// Which lengths of the name are covered after one more sign of the pattern.
fn step(sign: char, name: &str, before: &[bool]) -> Vec<bool> {
    let mut after = vec![sign == '*' && before.first() == Some(&true)];
    for (place, letter) in name.chars().enumerate() {
        let previous = before.get(place).copied().unwrap_or(false);
        let covered = match sign {
            '*' => {
                let here = before.get(place + 1).copied().unwrap_or(false);
                here || after.last().copied().unwrap_or(false)
            }
            '?' => previous,
            exact => previous && exact == letter,
        };
        after.push(covered);
    }
    after
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_cover_whole_names() {
        let cases = [
            ("orders.csv", "orders.csv", true),
            ("orders.csv", "orders.csv.bak", false),
            ("orders*.csv", "orders_2026.csv", true),
            ("orders*.csv", "orders.csv", true),
            ("orders*.csv", "order_details.csv", false),
            ("*", "", true),
            ("?", "ä", true),
            ("?", "", false),
            ("*a*b", "xxaxxbxb", true),
            ("*a*b", "xxaxxbxc", false),
            ("", "", true),
        ];
        for (pattern, name, expected) in cases {
            assert_eq!(matches(pattern, name), expected, "{pattern} against {name}");
        }
    }
}
