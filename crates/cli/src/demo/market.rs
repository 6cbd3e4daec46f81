//! What the simulated marketplace shows: its `GET /state`.

use std::io;
use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::failure::Failure;
use crate::render::{Column, text};

/// One listing, as a buyer would see it.
pub const COLUMNS: &[Column] = &[
    Column::text("part_number", "part number"),
    Column::text("supplier_id", "warehouse"),
    Column::number("quantity_on_hand", "on hand"),
    Column::number("quantity_on_order", "on order"),
    Column::number("quantity_backordered", "backordered"),
    Column::text("item_next_availability_date", "next available"),
    Column::flag("discontinued", "discontinued"),
];

/// What a marketplace shows at one moment.
pub struct Shown(Vec<Value>);

impl Shown {
    /// Asks the marketplace at this address, which is on this machine.
    pub async fn at(address: SocketAddr) -> Result<Self, Failure> {
        let body = get_state(address).await.map_err(|error| {
            Failure::work("the simulated marketplace does not answer").caused_by(&error)
        })?;
        let mut state: Value = serde_json::from_str(&body).map_err(|error| {
            Failure::work("the simulated marketplace's state cannot be read").caused_by(&error)
        })?;
        match state.get_mut("lines").map(Value::take) {
            Some(Value::Array(lines)) => Ok(Self(lines)),
            _ => Err(Failure::work("the simulated marketplace's state has no lines")),
        }
    }

    /// Its listings.
    pub fn lines(&self) -> &[Value] {
        &self.0
    }

    /// What is different now from what was before, a sentence per listing.
    pub fn changes_since(&self, before: &Self) -> Vec<String> {
        let changed = self.0.iter().filter(|line| !before.0.contains(line));
        changed
            .map(|line| {
                let part = field(line, "part_number");
                let was = before.0.iter().find(|was| field(was, "part_number") == part);
                let was = was.map(|was| field(was, "quantity_on_hand"));
                let now = field(line, "quantity_on_hand");
                format!("{part}: {} -> {now}", was.unwrap_or_else(|| "nothing".to_owned()))
            })
            .collect()
    }
}

fn field(line: &Value, key: &str) -> String {
    line.as_object().map(|line| text(line, key)).unwrap_or_default()
}

/// The simplest request there is: HTTP 1.0, whose answer ends with the connection.
async fn get_state(address: SocketAddr) -> io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET /state HTTP/1.0\r\nHost: {address}\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.lines().next().unwrap_or_default();
    if !status.contains(" 200 ") {
        return Err(io::Error::other(format!("it answered `{status}`")));
    }
    Ok(body.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Shown;

    #[test]
    fn only_what_changed_is_told() {
        let line =
            |part: &str, on_hand| json!({ "part_number": part, "quantity_on_hand": on_hand });
        let before = Shown(vec![line("A", 5), line("B", 7)]);
        let after = Shown(vec![line("A", 3), line("B", 7), line("C", 1)]);
        assert_eq!(after.changes_since(&before), ["A: 5 -> 3", "C: nothing -> 1"]);
    }
}
