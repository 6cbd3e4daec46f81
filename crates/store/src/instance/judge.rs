//! Whether a database is the one that this host, and others, fed from. Pure.

use std::fmt;

use super::record::Record;

/// What the database says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) nonce: String,
    pub(super) place: String,
}

/// What is known of a database at one moment.
#[derive(Clone, Debug)]
pub(super) struct Known {
    /// `None` where it was never bound.
    pub(super) identity: Option<Identity>,
    /// Where it is now.
    pub(super) place: String,
    /// Whether only one host can reach it, whose file is beside it.
    pub(super) is_file: bool,
    /// The host's file.
    pub(super) record: Option<Record>,
    /// The first journal that does not contain the entry which the host's file names.
    pub(super) behind: Option<i64>,
}

/// A database that may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is the one.
    Bound,
    /// Nobody ever fed from it.
    New,
}

/// Why a database does not send.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unbound {
    /// It is not where it was.
    Moved {
        /// Where it was bound.
        was: String,
        /// Where it is.
        is: String,
    },
    /// This host fed from another one.
    Other,
    /// It lacks what this host saw in it.
    Behind,
    /// This host fed from a database here, and this one was never fed from.
    Replaced,
    /// The host's file beside it is gone.
    NoRecord,
}

impl fmt::Display for Unbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Moved { was, is } => {
                write!(f, "it was bound to {was} and is at {is}, so it was copied or restored")
            }
            Self::Other => f.write_str("this host has been feeding from another database"),
            Self::Behind => f.write_str(
                "its journal lacks what this host has seen in it, so it is an older copy",
            ),
            Self::Replaced => f.write_str(
                "it was never fed from, and this host fed from another one in its place",
            ),
            Self::NoRecord => {
                f.write_str("the file beside it, which would show whether it is a copy, is gone")
            }
        }
    }
}

pub(super) fn judge(known: &Known) -> Result<Verdict, Unbound> {
    let record = known.record.as_ref();
    let Some(identity) = &known.identity else {
        return match record {
            Some(record) if !record.is_unused() => Err(Unbound::Replaced),
            Some(_) | None => Ok(Verdict::New),
        };
    };
    if identity.place != known.place {
        let (was, is) = (identity.place.clone(), known.place.clone());
        return Err(Unbound::Moved { was, is });
    }
    match record {
        None if known.is_file => Err(Unbound::NoRecord),
        // Another host that shares a server sees it for the first time.
        None => Ok(Verdict::Bound),
        Some(record) if record.nonce != identity.nonce => Err(Unbound::Other),
        Some(_) if known.behind.is_some() => Err(Unbound::Behind),
        Some(_) => Ok(Verdict::Bound),
    }
}

#[cfg(test)]
mod tests {
    use super::{Identity, Known, Record, Unbound, Verdict, judge};

    fn known() -> Known {
        let identity = Identity { nonce: "n".to_owned(), place: "here".to_owned() };
        let record = Record { nonce: "n".to_owned(), batch: 1, ..Record::default() };
        Known {
            identity: Some(identity),
            place: "here".to_owned(),
            is_file: true,
            record: Some(record),
            behind: None,
        }
    }

    #[test]
    fn a_database_sends_only_where_place_nonce_and_history_agree() {
        let other = Record { nonce: "m".to_owned(), batch: 1, ..Record::default() };
        let unused = Record { nonce: "m".to_owned(), ..Record::default() };
        let moved = Unbound::Moved { was: "here".to_owned(), is: "there".to_owned() };
        let there = "there".to_owned();
        let cases = [
            ("the same", known(), Ok(Verdict::Bound)),
            ("a copy", Known { place: there, ..known() }, Err(moved)),
            ("older", Known { behind: Some(1), ..known() }, Err(Unbound::Behind)),
            ("another", Known { record: Some(other.clone()), ..known() }, Err(Unbound::Other)),
            ("no file", Known { record: None, ..known() }, Err(Unbound::NoRecord)),
            (
                "a second host",
                Known { record: None, is_file: false, ..known() },
                Ok(Verdict::Bound),
            ),
            ("new", Known { identity: None, record: None, ..known() }, Ok(Verdict::New)),
            (
                "cut short while it was bound",
                Known { identity: None, record: Some(unused), ..known() },
                Ok(Verdict::New),
            ),
            (
                "new in the place of another",
                Known { identity: None, record: Some(other), ..known() },
                Err(Unbound::Replaced),
            ),
        ];
        for (what, known, expected) in cases {
            assert_eq!(judge(&known), expected, "{what}");
        }
    }
}
