//! What a marketplace refuses as a whole.

use std::time::Duration;

use trueup_marketplace::{Error, ErrorKind, Line, Retry};

use crate::dice::Dice;
use crate::mix::Faults;
use crate::shop::Shop;

/// A refusal of the whole request, after which nothing takes effect.
pub(crate) fn refusal(
    shop: &Shop,
    lines: &[&Line],
    faults: &Faults,
    dice: &mut Dice,
) -> Option<Error> {
    let no = |kind, retry, why: &str| Some(Error::not_applied(kind, retry, why));
    if shop.is_down || dice.happens(faults.unreachable * 0.5) {
        return no(ErrorKind::Connection, Retry::Later, "the connection was refused");
    }
    if dice.happens(faults.throttled * 0.5) {
        let rest = Duration::from_secs(dice.number(1, 600).unsigned_abs());
        return no(ErrorKind::Throttled, Retry::After(rest), "status 429");
    }
    if dice.happens(faults.token_refused * 0.5) {
        return no(ErrorKind::Unauthorised, Retry::Never, "status 401");
    }
    let is_bad = lines.iter().any(|line| shop.poison.contains(line.part_number.as_str()));
    if dice.happens(faults.refused_whole * 0.3) || is_bad && !shop.habits.judges_lines {
        return no(ErrorKind::Refused, Retry::Never, "status 400");
    }
    None
}
