//! From arguments to what the host is asked for.

use trueup_host::views::SelectionView;
use trueup_host::{Pairs, Selection};

use crate::arguments;
use crate::failure::Failure;
use crate::render::counted;

impl From<arguments::Products> for Selection {
    fn from(products: arguments::Products) -> Self {
        match (products.all, products.file) {
            (true, _) => Self::All,
            (false, Some(file)) => Self::File(file),
            (false, None) => Self::Codes(products.codes),
        }
    }
}

impl TryFrom<arguments::Pairs> for Pairs {
    type Error = Failure;

    fn try_from(pairs: arguments::Pairs) -> Result<Self, Failure> {
        if let Some(file) = pairs.file {
            return Ok(Self::File(file));
        }
        let pair = |pair: &String| match pair.rsplit_once('=') {
            Some((code, value)) => Ok((code.to_owned(), value.to_owned())),
            None => Err(Failure::usage(format!("`{pair}` is not CODE=VALUE"))
                .hint("write a product code, `=` and the value, as in CHAIR-OAK-01=25")),
        };
        Ok(Self::List(pairs.pairs.iter().map(pair).collect::<Result<_, _>>()?))
    }
}

/// How many were changed, and how many did not need to be.
pub fn changed(view: SelectionView, what: &str) -> String {
    let products = counted(view.changed, "product");
    match view.unchanged {
        0 => format!("{products} {what}"),
        unchanged => format!("{products} {what}, {unchanged} unchanged"),
    }
}

#[cfg(test)]
mod tests {
    use trueup_host::Pairs;
    use trueup_host::views::SelectionView;

    use super::changed;
    use crate::arguments;

    #[test]
    fn a_code_may_hold_an_equals_sign() {
        let pairs = arguments::Pairs { file: None, pairs: vec!["A=1=25".to_owned()] };
        let pairs = Pairs::try_from(pairs).expect("a pair");
        assert!(matches!(pairs, Pairs::List(list) if list == [("A=1".into(), "25".into())]));
    }

    #[test]
    fn a_pair_without_a_value_is_refused() {
        let pairs = arguments::Pairs { file: None, pairs: vec!["CHAIR".to_owned()] };
        assert!(Pairs::try_from(pairs).is_err());
    }

    #[test]
    fn what_did_not_change_is_said() {
        let view = SelectionView { changed: 1, unchanged: 2 };
        assert_eq!(changed(view, "put on shop"), "1 product put on shop, 2 unchanged");
    }
}
