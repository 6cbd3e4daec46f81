//! What people can do about a failure of the database itself.

use sea_orm::sqlx::Error as DriverError;
use sea_orm::{DbErr, RuntimeErr};

/// A failure whose cause is outside of this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Nothing more fits on the disk.
    Full,
    /// The database may be read and not written.
    ReadOnly,
    /// The file is not what SQLite wrote.
    Damaged,
    /// The server, or the way to it, is gone.
    Lost,
}

impl Trouble {
    /// What an error is about, where it is one of these.
    pub(crate) fn of(error: &DbErr) -> Option<Self> {
        let (DbErr::Conn(cause) | DbErr::Exec(cause) | DbErr::Query(cause)) = error else {
            return None;
        };
        let RuntimeErr::SqlxError(cause) = cause else { return None };
        match &**cause {
            DriverError::Database(told) => Self::of_code(&told.code()?),
            DriverError::Io(_) | DriverError::WorkerCrashed => Some(Self::Lost),
            _ => None,
        }
    }

    /// PostgreSQL's codes have five characters, SQLite's are smaller numbers whose last byte tells
    /// the kind.
    fn of_code(code: &str) -> Option<Self> {
        /// The file with the index of the log could not be made larger.
        const SHMSIZE: i32 = 4874;
        match (code, code.parse()) {
            ("53100", _) => Some(Self::Full),
            ("25006", _) => Some(Self::ReadOnly),
            ("57P01" | "57P02" | "57P03" | "08006", _) => Some(Self::Lost),
            ("XX001" | "XX002", _) => Some(Self::Damaged),
            (_, Ok(SHMSIZE)) => Some(Self::Full),
            (_, Ok(number)) if code.len() < 5 => match number & 0xff {
                8 => Some(Self::ReadOnly),
                11 | 26 => Some(Self::Damaged),
                13 => Some(Self::Full),
                _ => None,
            },
            _ => None,
        }
    }

    /// In words, after what was being done.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Full => "the disk is full; make room and do it again",
            Self::ReadOnly => {
                "the database cannot be written; allow writing to it, to its folder and to the \
                 files beside it"
            }
            Self::Damaged => "the database is damaged; stop every trueup and restore a backup",
            Self::Lost => {
                "the connection to the database was lost; do it again: what took effect already \
                 changes nothing then"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Trouble;

    #[test]
    fn codes_of_both_databases_are_told_apart() {
        let cases = [
            ("13", Some(Trouble::Full)),
            ("4874", Some(Trouble::Full)),
            ("53100", Some(Trouble::Full)),
            ("8", Some(Trouble::ReadOnly)),
            ("1032", Some(Trouble::ReadOnly)),
            ("25006", Some(Trouble::ReadOnly)),
            ("11", Some(Trouble::Damaged)),
            ("26", Some(Trouble::Damaged)),
            ("57P01", Some(Trouble::Lost)),
            ("5", None),
            ("23505", None),
            ("10", None),
        ];
        for (code, trouble) in cases {
            assert_eq!(Trouble::of_code(code), trouble, "{code}");
        }
    }
}
