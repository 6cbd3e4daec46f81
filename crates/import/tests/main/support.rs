//! Records as the lines of a story, so that a test reads like what a person would see.

use trueup_import::{
    FileError, Format, Input, Mapping, Records, read_codes, read_orders, read_products, read_stock,
};
use trueup_stock::{OrderLineRecord, ProductRecord, StockRecord};

/// Everything a stream gives, a line each; the tests compare these lines.
pub fn told<T>(records: Result<Records<T>, FileError>, tell: impl Fn(&T) -> String) -> Vec<String> {
    let records = match records {
        Ok(records) => records,
        Err(error) => return vec![format!("{:?} {error}", error.kind())],
    };
    let item = |item| match item {
        Ok(Ok(numbered)) => {
            let trueup_stock::Numbered { row, record } = numbered;
            format!("{row}: {}", tell(&record))
        }
        Ok(Err(rejection)) => {
            let trueup_stock::Rejection { file, row, column, reason, order } = rejection;
            let column = column.map_or_else(String::new, |column| format!(" [{column}]"));
            let order = order.map_or_else(String::new, |order| format!(" (order {order})"));
            format!("{file} {row}{column}{order}: {reason}")
        }
        Err(error) => format!("{:?} {error}", FileError::kind(&error)),
    };
    records.map(item).collect()
}

pub fn csv(text: impl AsRef<[u8]>) -> Input {
    stream("t.csv", Format::Csv, text)
}

pub fn stream(name: &str, format: Format, bytes: impl AsRef<[u8]>) -> Input {
    Input::stream(name, format, std::io::Cursor::new(bytes.as_ref().to_vec()))
}

pub fn stock(input: Input) -> Vec<String> {
    told(read_stock([input], None), tell_stock)
}

pub fn tell_stock(record: &StockRecord) -> String {
    let StockRecord { product, location, quantity } = record;
    format!("{product} {quantity} {location}")
}

pub fn codes(input: Input) -> Vec<String> {
    told(read_codes([input]), |code| code.as_str().to_owned())
}

pub fn products(input: Input) -> Vec<String> {
    told(read_products([input], None), tell_product)
}

pub fn tell_product(record: &ProductRecord) -> String {
    let mut said = format!("{} {:?}", record.code, record.name);
    if !record.active {
        said.push_str(" inactive");
    }
    if record.discontinued {
        said.push_str(" discontinued");
    }
    if let Some(incoming) = record.incoming {
        said.push_str(&format!(" incoming {incoming}"));
    }
    if let Some(date) = record.next_available_on {
        said.push_str(&format!(" on {date}"));
    }
    if let Some(channels) = &record.marketplaces {
        let names: Vec<&str> = channels.iter().map(AsRef::as_ref).collect();
        said.push_str(&format!(" to [{}]", names.join(" ")));
    }
    said
}

pub fn orders(input: Input) -> Vec<String> {
    told(read_orders([input], None), tell_line)
}

pub fn tell_line(record: &OrderLineRecord) -> String {
    let line = record.line.as_deref().unwrap_or("-");
    let mut said = format!("{}/{line} {} ", record.order, record.product);
    let numbers = record.quantities;
    said.push_str(&format!(
        "{}-{}-{} {}",
        numbers.ordered, numbers.shipped, numbers.cancelled, record.standing.state
    ));
    if record.standing.archived {
        said.push_str(" archived");
    }
    if record.standing.asn_sent {
        said.push_str(" asn");
    }
    said
}

pub fn mapping(text: &str) -> Mapping {
    Mapping::parse("map.toml", text).unwrap()
}

pub fn mapping_error(text: &str) -> String {
    Mapping::parse("map.toml", text).unwrap_err().to_string()
}

/// What the engine says of a text that it refuses; its words are its own to test.
pub fn refusal<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> String {
    match text.parse::<T>() {
        Ok(_) => panic!("`{text}` should be refused"),
        Err(error) => error.to_string(),
    }
}
