//! Where each value of a record comes from: a column, as it is or interpreted, or a constant.

use std::collections::HashMap;

use trueup_stock::{CodeError, Quantity};

use crate::row::{Column, Layout, Refusal, Row};
use crate::value;
use crate::wording::{list, shorten};

/// A native column.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) name: &'static str,
    pub(crate) required: bool,
    pub(crate) kind: Kind,
}

/// What a native column holds, as far as a mapping must know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Boolean,
}

pub(crate) const fn required(name: &'static str) -> Known {
    Known { name, required: true, kind: Kind::Text }
}

pub(crate) const fn optional(name: &'static str) -> Known {
    Known { required: false, ..required(name) }
}

pub(crate) const fn boolean(name: &'static str) -> Known {
    Known { kind: Kind::Boolean, ..optional(name) }
}

/// How a value is made from a row.
#[derive(Clone, Debug)]
pub(crate) enum Rule {
    /// There is none; the default is taken.
    Absent,
    /// Always the same.
    Constant(String),
    /// A column's text.
    Column(usize),
    /// A column's text, replaced.
    Values(usize, Values),
    /// Whether a column's text is this one.
    Equals(usize, String),
    /// Whether a column's text is empty, or is not.
    Emptiness { column: usize, empty: bool },
}

/// Which text stands for which, and what stands for every other.
#[derive(Clone, Debug)]
pub(crate) struct Values {
    pub(crate) known: HashMap<String, String>,
    pub(crate) otherwise: Option<String>,
    /// Where the mapping says so, for messages.
    pub(crate) place: String,
}

/// One value of a record.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) rule: Rule,
    /// The column that a rejection names.
    pub(crate) column: String,
}

impl Field {
    /// The text that the rule gives; `None` where the row says nothing.
    pub(crate) fn raw<'a>(&'a self, row: &'a Row) -> Result<Option<&'a str>, Refusal> {
        let cell = |column: &usize| row.cell(*column).unwrap_or_default();
        let fact = |holds: bool| Some(if holds { "true" } else { "false" });
        Ok(match &self.rule {
            Rule::Absent => None,
            Rule::Constant(text) => Some(text),
            Rule::Column(column) => row.cell(*column),
            Rule::Values(column, values) => {
                let replaced = values.replace(cell(column));
                Some(replaced.map_err(|reason| self.refusal(reason))?)
            }
            Rule::Equals(column, text) => fact(cell(column) == text),
            Rule::Emptiness { column, empty } => fact(cell(column).trim().is_empty() == *empty),
        })
    }

    /// Like [`Field::raw`], with blanks alone meaning nothing.
    fn stated<'a>(&'a self, row: &'a Row) -> Result<Option<&'a str>, Refusal> {
        Ok(self.raw(row)?.filter(|text| !text.trim().is_empty()))
    }

    fn refusal(&self, reason: impl ToString) -> Refusal {
        Refusal::column(self.column.clone(), reason.to_string())
    }

    /// A code that must be there.
    pub(crate) fn code<C>(&self, row: &Row) -> Result<C, Refusal>
    where
        C: TryFrom<String, Error = CodeError>,
    {
        let text = self.raw(row)?.unwrap_or_default();
        C::try_from(text.to_owned()).map_err(|error| self.refusal(error))
    }

    /// A code that may be left out.
    pub(crate) fn optional_code<C>(&self, row: &Row) -> Result<Option<C>, Refusal>
    where
        C: TryFrom<String, Error = CodeError>,
    {
        let Some(text) = self.stated(row)? else {
            return Ok(None);
        };
        let code = C::try_from(text.to_owned());
        code.map(Some).map_err(|error| self.refusal(error))
    }

    /// A quantity that must be there.
    pub(crate) fn quantity(&self, row: &Row) -> Result<Quantity, Refusal> {
        let text = self.raw(row)?.unwrap_or_default();
        value::quantity(text).map_err(|reason| self.refusal(reason))
    }

    /// A list that is empty where the cell is, and `None` where there is no cell.
    pub(crate) fn stated_list<T>(
        &self,
        row: &Row,
        parse: impl FnOnce(&str) -> Result<Vec<T>, String>,
    ) -> Result<Option<Vec<T>>, Refusal> {
        let list = self.raw(row)?.map(parse).transpose();
        list.map_err(|reason| self.refusal(reason))
    }

    /// Anything that may be left out.
    pub(crate) fn parsed<T>(
        &self,
        row: &Row,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<T>, Refusal> {
        let Some(text) = self.stated(row)? else {
            return Ok(None);
        };
        parse(text).map(Some).map_err(|reason| self.refusal(reason))
    }
}

impl Values {
    fn replace(&self, text: &str) -> Result<&str, String> {
        let found = self.known.get(text).or(self.otherwise.as_ref());
        found.map(String::as_str).ok_or_else(|| {
            let mut known: Vec<&str> = self.known.keys().map(String::as_str).collect();
            known.sort_unstable();
            format!(
                "`{}` is not among {} ({}); add it there, or say `otherwise`",
                shorten(text),
                self.place,
                list(known)
            )
        })
    }
}

/// The columns to take from a file and the values they become.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) layout: Layout,
    fields: HashMap<&'static str, Field>,
}

impl Plan {
    /// The native columns, each under its own name.
    pub(crate) fn native(known: &[Known]) -> Self {
        let column = |known: &Known| Column {
            name: known.name.to_owned(),
            required: known.required,
            key: String::new(),
        };
        let field = |(place, known): (usize, &Known)| {
            let field = Field { rule: Rule::Column(place), column: known.name.to_owned() };
            (known.name, field)
        };
        Self {
            layout: Layout { columns: known.iter().map(column).collect(), mapping: None },
            fields: known.iter().enumerate().map(field).collect(),
        }
    }

    pub(crate) fn mapped(layout: Layout, fields: HashMap<&'static str, Field>) -> Self {
        Self { layout, fields }
    }

    /// Hands out the field of this name; absent where the mapping says nothing of it.
    pub(crate) fn take(&mut self, name: &'static str) -> Field {
        self.fields
            .remove(name)
            .unwrap_or_else(|| Field { rule: Rule::Absent, column: name.to_owned() })
    }
}
