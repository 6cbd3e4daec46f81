//! Files in, checked records out.
//!
//! This crate reads products, stock, sales orders and the short files of the commands from CSV,
//! TSV, JSON and XLSX, and knows no database. A row that cannot be taken is a
//! [`trueup_stock::Rejection`] and the stream goes on; a file that cannot be read ends it with a
//! [`FileError`]. What to do with rejections is the caller's choice.
//!
//! ```
//! use trueup_import::{Format, Input, read_stock};
//!
//! let text = "product_code,quantity\nCHAIR,7.5\nTABLE,-1\n";
//! let input = Input::stream("stock.csv", Format::Csv, text.as_bytes());
//! let mut records = read_stock([input], None)?;
//!
//! let chair = records.next().expect("a first row")?.expect("that can be taken");
//! assert_eq!((chair.row, chair.record.quantity.to_string()), (2, "7.5".to_owned()));
//! let table = records.next().expect("a second row")?.expect_err("that cannot");
//! assert_eq!(table.reason, "`-1` is negative; write 0 or more");
//! assert!(records.next().is_none());
//! # Ok::<(), trueup_import::FileError>(())
//! ```
//!
//! # Formats
//!
//! The extension decides, whatever its case. Text is UTF-8, with or without a byte order mark.
//!
//! | extension | what it holds | row numbers | memory |
//! | --- | --- | --- | --- |
//! | `.csv`, `.tsv`, `.tab` | a header and rows; `"` quotes fields | the header is 1, empty lines count | one row, at most 1 MiB |
//! | `.json` | an array of objects | elements, from 1 | one object, at most 1 MiB |
//! | `.json`, `.jsonl`, `.ndjson` | an object per line | lines, from 1 | one object, at most 1 MiB |
//! | `.xlsx` | the first sheet; its first row with a value is the header | as the spreadsheet shows | the sheet |
//!
//! Workbooks are held in memory: at most 64 MiB on disk, 512 MiB unpacked (measured by unpacking,
//! not believed), and 192 MiB of cells. Numbers in JSON stay the text in the file. Numbers in a
//! spreadsheet have 15 digits, and leading zeros are gone unless the cells are text.
//!
//! A cell that is empty takes the default of its column, and so does JSON's `null`. For
//! `marketplaces`, an empty cell opts out of all channels, while `null` or no column at all leaves
//! the opt-ins alone. Rows of nothing but empty cells are passed over.
//!
//! # Native columns
//!
//! Headers stand in any order. Unknown, missing and repeated columns are errors of the file.
//!
//! | file | columns; the optional ones with their default |
//! | --- | --- |
//! | [products](read_products) | `product_code`; `name` = "", `active` = true, `discontinued` = false, `marketplaces` (channel names separated by `;`) = unchanged, `next_available_on` (`2026-03-31`) = none, `incoming` = none |
//! | [stock](read_stock) | `product_code`, `quantity`; `location` = "MAIN" |
//! | [orders](read_orders) | `order_code`, `product_code`, `ordered`; `line` = none, `state` = open, `archived` = false, `asn_sent` = false, `shipped` = 0, `cancelled` = 0 |
//! | [external stock](read_external_stock) | `product_code`, `quantity` |
//! | [codes](read_codes) | `product_code` |
//! | [aliases](read_aliases) | `product_code`, `part_number` |
//!
//! Codes are opaque and exact: blanks, leading zeros and quotation marks are kept. Quantities are
//! plain decimals and never negative.
//!
//! # Mappings
//!
//! A [`Mapping`] is a TOML file with a section per kind of file: `[products]`, `[stock]`, or
//! `[orders]`, and beside it `[lines]` where lines have a file of their own. Each key is a native
//! column, each value says where it comes from:
//!
//! ```
//! # let text = r#"
//! [products]
//! product_code = "sku"                                     # a column, as it is
//! name = { constant = "no name" }                          # always the same
//! active = { column = "status", equals = "A" }             # true for this text alone
//! discontinued = { column = "gone", values = { "Y" = true, "N" = false }, otherwise = false }
//!
//! [orders]
//! file = "orders*.csv"                                     # which file it is; see below
//! order_code = "order_id"
//! archived = { empty = "owner" }                           # true where the column is empty
//! asn_sent = { not_empty = "shipped_date" }                # true where it is not
//!
//! [lines]
//! file = "order_details*.csv"
//! order_code = "order_id"
//! product_code = "product_id"
//! ordered = "quantity"
//! # "#;
//! # trueup_import::Mapping::parse("example.toml", text).expect("the example is right");
//! ```
//!
//! Columns that a mapping does not name are ignored. Those that it names must exist. A text that
//! is not among `values` is rejected unless there is `otherwise`.
//!
//! With `[lines]`, where an order stands comes from the orders file and the rest from the lines
//! file. `file` tells them apart by name (`*` stands for any characters, `?` for one); without it
//! the first file has the orders and the second the lines. The orders are held in memory, about
//! 25 bytes each; the lines stream. A line whose order is missing or was refused is rejected; an
//! order without lines gives nothing.

mod decode;
mod error;
mod field;
mod format;
mod input;
mod kind;
mod mapping;
mod read;
mod records;
mod row;
mod source;
mod value;
mod wording;

pub use error::{FileError, FileErrorKind};
pub use format::Format;
pub use input::{Input, Progress};
pub use kind::codes::AliasRecord;
pub use mapping::Mapping;
pub use read::{
    read_aliases, read_codes, read_external_stock, read_orders, read_products, read_stock,
};
pub use records::{Records, Taken};
