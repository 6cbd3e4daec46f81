//! Mappings: how the columns of a foreign file become ours. See the crate's documentation for the
//! form of the file.

mod pattern;
mod rule;
mod section;

use std::path::Path;

use toml::{Table, Value};

use self::pattern::matches;
use self::section::Section;
use crate::decode::Role;
use crate::error::{FileError, FileErrorKind};
use crate::field::{Known, Plan};
use crate::input::Input;
use crate::kind::{orders, products, stock};
use crate::wording::suggestion;

const SECTIONS: [&str; 4] = ["products", "stock", "orders", "lines"];

/// A mapping file, read and checked. Whether the columns it names exist shows with the files.
#[derive(Debug)]
pub struct Mapping {
    name: String,
    products: Option<Section>,
    stock: Option<Section>,
    orders: Option<Section>,
    lines: Option<Section>,
}

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    /// The file cannot be read, is no TOML, or says something that is not known; the message names
    /// the file and the path of the key.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, FileError> {
        let name = path.as_ref().display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::InvalidData => {
                let message = "the mapping is not UTF-8; save it as UTF-8";
                FileError::new(FileErrorKind::Encoding, &name, message)
            }
            _ => FileError::io(&name, error),
        })?;
        Self::parse(&name, &text)
    }

    /// Reads a mapping from its text; `name` is for messages.
    ///
    /// # Errors
    /// As for [`Mapping::load`].
    pub fn parse(name: &str, text: &str) -> Result<Self, FileError> {
        let table: Table = text.parse().map_err(|error| syntax(name, text, &error))?;
        Self::from_table(name, table)
            .map_err(|message| FileError::new(FileErrorKind::Mapping, name, message))
    }

    fn from_table(name: &str, mut table: Table) -> Result<Self, String> {
        let mut section = |key: &'static str, known: &'static [Known]| {
            let found = table.remove(key);
            let section = |value: Value| Section::parse(name, key, known, value);
            found.map(section).transpose()
        };
        let lines = section("lines", orders::LINE_COLUMNS)?;
        let heads_or_whole = if lines.is_some() { orders::HEAD_COLUMNS } else { orders::COLUMNS };
        let mapping = Self {
            name: name.to_owned(),
            products: section("products", products::COLUMNS)?,
            stock: section("stock", stock::COLUMNS)?,
            orders: section("orders", heads_or_whole)?,
            lines,
        };
        if let Some((key, _)) = table.iter().next() {
            let known = suggestion(key, SECTIONS);
            return Err(format!("the section `{key}` is not known; {known}"));
        }
        mapping.check()?;
        Ok(mapping)
    }

    fn check(&self) -> Result<(), String> {
        if self.lines.is_some() && self.orders.is_none() {
            return Err(
                "`lines` needs an `orders` section, which says where each order stands".to_owned()
            );
        }
        let orders = self.orders.as_ref().filter(|_| self.lines.is_none());
        let alone = [self.products.as_ref(), self.stock.as_ref(), orders];
        let told_apart = |section: &&Section| section.file.is_some();
        match alone.into_iter().flatten().find(told_apart) {
            None => Ok(()),
            Some(Section { key, .. }) => {
                Err(format!("`{key}.file` is only for telling orders from their lines; remove it",))
            }
        }
    }

    pub(crate) fn products(&self) -> Result<Plan, FileError> {
        self.plan("products", self.products.as_ref())
    }

    pub(crate) fn stock(&self) -> Result<Plan, FileError> {
        self.plan("stock", self.stock.as_ref())
    }

    pub(crate) fn orders(&self) -> Result<Plan, FileError> {
        self.plan("orders", self.orders.as_ref())
    }

    /// The plan of the lines file, where lines have a file of their own.
    pub(crate) fn lines(&self) -> Option<Plan> {
        self.lines.as_ref().map(|lines| lines.plan(&self.name))
    }

    fn plan(&self, key: &str, section: Option<&Section>) -> Result<Plan, FileError> {
        section.map(|section| section.plan(&self.name)).ok_or_else(|| {
            let message = format!("there is no `[{key}]` section, which these files need");
            FileError::new(FileErrorKind::Mapping, &self.name, message)
        })
    }

    /// Tells the orders files from the lines files: by the patterns where there are any, and by
    /// their order where there are none. Orders come first.
    pub(crate) fn assign(&self, inputs: Vec<Input>) -> Result<Vec<(Role, Input)>, FileError> {
        let pattern = |section: &Option<Section>| section.as_ref().and_then(|it| it.file.clone());
        let (orders, lines) = (pattern(&self.orders), pattern(&self.lines));
        let mut assigned = match (orders, lines) {
            (None, None) => self.by_order(inputs)?,
            (orders, lines) => self.by_pattern(inputs, orders.as_deref(), lines.as_deref())?,
        };
        for role in [Role::OrderHeads, Role::Rows] {
            if !assigned.iter().any(|(given, _)| *given == role) {
                return Err(self.usage("two files are needed, the orders and their lines"));
            }
        }
        assigned.sort_by_key(|(role, _)| *role == Role::Rows);
        Ok(assigned)
    }

    fn by_order(&self, inputs: Vec<Input>) -> Result<Vec<(Role, Input)>, FileError> {
        if inputs.len() != 2 {
            return Err(self.usage(&format!(
                "two files are needed, first the orders and then their lines, and {} given; for \
                 more, say in the mapping which are which (`orders.file`, `lines.file`)",
                match inputs.len() {
                    1 => "1 was".to_owned(),
                    count => format!("{count} were"),
                }
            )));
        }
        Ok([Role::OrderHeads, Role::Rows].into_iter().zip(inputs).collect())
    }

    fn by_pattern(
        &self,
        inputs: Vec<Input>,
        orders: Option<&str>,
        lines: Option<&str>,
    ) -> Result<Vec<(Role, Input)>, FileError> {
        let role = |input: Input| {
            let name = input.file_name();
            let is = |pattern: Option<&str>| pattern.map(|pattern| matches(pattern, &name));
            let role = match (is(orders), is(lines)) {
                (Some(true), None | Some(false)) | (None, Some(false)) => Role::OrderHeads,
                (None | Some(false), Some(true)) | (Some(false), None) => Role::Rows,
                (Some(true), Some(true)) => {
                    let message = format!("`{name}` matches both `orders.file` and `lines.file`");
                    return Err(self.usage(&message));
                }
                (Some(false), Some(false)) | (None, None) => {
                    let message =
                        format!("`{name}` matches neither `orders.file` nor `lines.file`");
                    return Err(self.usage(&message));
                }
            };
            Ok((role, input))
        };
        inputs.into_iter().map(role).collect()
    }

    fn usage(&self, message: &str) -> FileError {
        FileError::new(FileErrorKind::Usage, &self.name, message)
    }
}

fn syntax(name: &str, text: &str, error: &toml::de::Error) -> FileError {
    let message = format!("the mapping is not TOML: {}", error.message());
    let error_here = FileError::new(FileErrorKind::Mapping, name, message);
    let before = error.span().and_then(|span| text.get(..span.start));
    let Some(before) = before else {
        return error_here;
    };
    let line = before.matches('\n').count() + 1;
    error_here.at(u64::try_from(line).unwrap_or_default())
}
