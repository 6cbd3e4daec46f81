//! Tables for people.

use std::io::{self, IsTerminal, Write};

use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table};

use super::Column;
use super::cell::Row;

/// More rows than this are not laid out together: the first ones decide the widths.
const ROWS_TOGETHER_MAX: usize = 10_000;
/// What lines are made for where no terminal says otherwise.
const WIDTH: u16 = 120;

/// Prints a table once its rows are known, or row by row where they are many.
pub struct TablePrinter<'a> {
    out: &'a mut dyn Write,
    columns: Vec<Column>,
    none: &'static str,
    rows: Vec<Vec<Option<String>>>,
    /// Set once there are too many rows to lay out together.
    widths: Option<Vec<usize>>,
}

impl<'a> TablePrinter<'a> {
    /// A table without rows yet.
    pub fn new(out: &'a mut dyn Write, columns: &[Column], none: &'static str) -> Self {
        let columns = Column::of_table(columns);
        Self { out, columns, none, rows: Vec::new(), widths: None }
    }

    /// Takes one row.
    pub fn push(&mut self, row: &Row) -> io::Result<()> {
        let cells: Vec<_> = self.columns.iter().map(|column| column.table_cell(row)).collect();
        if let Some(widths) = &self.widths {
            return write_fixed(self.out, &self.columns, widths, &cells);
        }
        self.rows.push(cells);
        if self.rows.len() > ROWS_TOGETHER_MAX {
            return self.start_fixed();
        }
        Ok(())
    }

    /// Prints what is still held.
    pub fn finish(self) -> io::Result<()> {
        if self.widths.is_some() {
            return Ok(());
        }
        if self.rows.is_empty() {
            return writeln!(self.out, "{}", self.none);
        }
        let shown = table(&self.columns, &self.rows);
        shown.lines().try_for_each(|line| writeln!(self.out, "{}", line.trim_end()))
    }

    fn start_fixed(&mut self) -> io::Result<()> {
        let widths: Vec<usize> = self
            .columns
            .iter()
            .enumerate()
            .map(|(at, column)| {
                let cells = self.rows.iter().filter_map(|row| row.get(at)?.as_deref());
                let widest =
                    cells.chain([column.title, column.missing()]).map(|cell| cell.chars().count());
                widest.max().unwrap_or_default()
            })
            .collect();
        let titles: Vec<_> =
            self.columns.iter().map(|column| Some(column.title.to_owned())).collect();
        write_fixed(self.out, &self.columns, &widths, &titles)?;
        let line: Vec<_> = widths.iter().map(|width| "─".repeat(*width)).collect();
        writeln!(self.out, "{}", line.join("──"))?;
        for row in std::mem::take(&mut self.rows) {
            write_fixed(self.out, &self.columns, &widths, &row)?;
        }
        self.widths = Some(widths);
        Ok(())
    }
}

fn write_fixed(
    out: &mut dyn Write,
    columns: &[Column],
    widths: &[usize],
    cells: &[Option<String>],
) -> io::Result<()> {
    let padded = columns.iter().zip(widths).zip(cells).map(|((column, width), cell)| {
        let cell = cell.as_deref().unwrap_or(column.missing());
        if column.is_number() { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
    });
    let line: Vec<String> = padded.collect();
    writeln!(out, "{}", line.join("  ").trim_end())
}

/// The table, without columns that have nothing in them.
fn table(columns: &[Column], rows: &[Vec<Option<String>>]) -> Table {
    let has_content = |at: usize| {
        columns.get(at).is_some_and(Column::is_essential)
            || rows.iter().any(|row| row.get(at).is_some_and(Option::is_some))
    };
    let shown: Vec<(usize, &Column)> =
        columns.iter().enumerate().filter(|(at, _)| has_content(*at)).collect();
    let mut table = Table::new();
    let line = LineStyle::none().fill('─');
    table.load_style(comfy_table::presets::NOTHING.header_separator(line));
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width());
    table.set_header(shown.iter().map(|(_, column)| cell(column, column.title)));
    for row in rows {
        let text = |at: usize| row.get(at).and_then(Option::as_deref);
        table.add_row(
            shown.iter().map(|(at, column)| cell(column, text(*at).unwrap_or(column.missing()))),
        );
    }
    lay_out(&mut table, &shown);
    table
}

fn cell(column: &Column, text: &str) -> Cell {
    let side = if column.is_number() { CellAlignment::Right } else { CellAlignment::Left };
    Cell::new(text).set_alignment(side)
}

fn lay_out(table: &mut Table, columns: &[(usize, &Column)]) {
    let last = columns.len().saturating_sub(1);
    for (at, (column, (_, spec))) in table.column_iter_mut().zip(columns).enumerate() {
        // The line itself starts at the margin; columns stand two blanks apart.
        column.set_padding((0, if at == last { 0 } else { 2 }));
        if !spec.is_prose() {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
}

/// The width that lines are made for.
fn width() -> u16 {
    let asked = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let found = || {
        let is_terminal = io::stdout().is_terminal();
        let size = is_terminal.then(terminal_size::terminal_size).flatten();
        size.map(|(width, _)| width.0)
    };
    asked.or_else(found).unwrap_or(WIDTH).max(40)
}
