//! The query language, as far as a stock push uses it.

use serde_json::{Map, Value, json};

use crate::company::{ADJUST_ACCOUNT, Company, INCOME_ACCOUNT, Item};
use crate::fault::{Fault, TIME};

/// A statement that was understood.
struct Statement {
    entity: String,
    fields: Vec<String>,
    filter: Option<(String, Vec<String>)>,
}

/// Answers a statement. With an open catalogue, items that are asked for come into being.
pub(crate) fn answer(company: &mut Company, is_open: bool, text: &str) -> Result<Value, Fault> {
    let statement = parse(text)?;
    let rows: Vec<Value> = match statement.entity.as_str() {
        "Item" => items(company, is_open, &statement)?,
        "Account" => accounts(&statement),
        other => return Err(Fault::new(4001, "Invalid query", format!("entity {other}"))),
    };
    let mut response = Map::new();
    if !rows.is_empty() {
        response.insert("startPosition".to_owned(), json!(1));
        response.insert("maxResults".to_owned(), json!(rows.len()));
        // What nothing matches is left out, not empty.
        response.insert(statement.entity, Value::Array(rows));
    }
    Ok(json!({ "QueryResponse": response, "time": TIME }))
}

fn items(company: &mut Company, is_open: bool, statement: &Statement) -> Result<Vec<Value>, Fault> {
    let Some((field, values)) = &statement.filter else {
        return Err(Fault::new(4001, "Invalid query", "a filter is needed here"));
    };
    if is_open {
        values.iter().for_each(|sku| company.add(sku));
    }
    let held = |item: &Item| match field.as_str() {
        "Sku" => Ok(item.sku.clone()),
        "Name" => Ok(item.name.clone()),
        "Id" => Ok(item.id.to_string()),
        other => {
            let detail = format!("QueryValidationError: property '{other}' is not queryable");
            Err(Fault::new(4001, "Invalid query", detail))
        }
    };
    let mut rows = Vec::new();
    for item in company.items() {
        if values.contains(&held(item)?) {
            rows.push(shown(item, &statement.fields));
        }
    }
    Ok(rows)
}

fn shown(item: &Item, fields: &[String]) -> Value {
    #[expect(clippy::cast_precision_loss, reason = "a simulated quantity is small")]
    let on_hand = item.on_hand as f64 / 10_000.0;
    let kind = if item.is_tracked { "Inventory" } else { "Service" };
    let all = json!({
        "Id": item.id.to_string(), "SyncToken": "0", "Name": item.name, "Sku": item.sku,
        "Type": kind, "TrackQtyOnHand": item.is_tracked, "QtyOnHand": on_hand, "Active": true,
    });
    let Value::Object(all) = all else { return Value::Null };
    let is_asked = |name: &String| fields.iter().any(|field| field == "*" || field == name);
    let is_known = |name: &String| name != "QtyOnHand" || item.is_tracked;
    Value::Object(all.into_iter().filter(|(name, _)| is_asked(name) && is_known(name)).collect())
}

fn accounts(statement: &Statement) -> Vec<Value> {
    let known = [
        (ADJUST_ACCOUNT, "Inventory Shrinkage", "Cost of Goods Sold"),
        (INCOME_ACCOUNT, "Sales of Product Income", "Income"),
    ];
    let asked = |id: &str| {
        statement.filter.as_ref().is_none_or(|(_, values)| values.iter().any(|value| value == id))
    };
    let accounts = known.into_iter().filter(|(id, _, _)| asked(id));
    accounts
        .map(|(id, name, kind)| json!({ "Id": id, "Name": name, "AccountType": kind }))
        .collect()
}

fn parse(text: &str) -> Result<Statement, Fault> {
    let wrong = |at: &str| {
        Fault::new(4000, "Error parsing query", format!("QueryParserError: Encountered \" {at}"))
    };
    let upper = text.to_uppercase();
    let find = |word: &str| upper.find(word);
    let from =
        find(" FROM ").filter(|_| upper.starts_with("SELECT ")).ok_or_else(|| wrong("SELECT"))?;
    let fields = text["SELECT ".len()..from].split(',').map(|field| field.trim().to_owned());
    let rest = &text[from + " FROM ".len()..];
    let (entity, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let filter = match rest.to_uppercase().find("WHERE ") {
        Some(start) => Some(filter(&rest[start + "WHERE ".len()..]).ok_or_else(|| wrong("WHERE"))?),
        None => None,
    };
    Ok(Statement { entity: entity.to_owned(), fields: fields.collect(), filter })
}

/// `Field = 'value'` or `Field IN ('a', 'b')`.
fn filter(text: &str) -> Option<(String, Vec<String>)> {
    let (field, rest) = text.trim_start().split_once(' ')?;
    let rest = rest.trim_start();
    let list = match rest.strip_prefix('=') {
        Some(one) => one,
        None => {
            rest.strip_prefix("IN").or(rest.strip_prefix("in"))?.trim_start().strip_prefix('(')?
        }
    };
    let mut values = Vec::new();
    let mut rest = list;
    loop {
        let (value, left) = literal(rest.trim_start())?;
        values.push(value);
        match left.trim_start().strip_prefix(',') {
            Some(left) => rest = left,
            None => return Some((field.to_owned(), values)),
        }
    }
}

/// A text in single quotes; `\'` is a quote and `\\` a backslash.
fn literal(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut rest = text.strip_prefix('\'')?.char_indices();
    let body = text.strip_prefix('\'')?;
    while let Some((position, character)) = rest.next() {
        match character {
            '\'' => return Some((value, &body[position + 1..])),
            '\\' => value.push(rest.next()?.1),
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_quotes_are_read() {
        let read = parse(
            "SELECT Id, Sku FROM Item WHERE Sku IN ('A,1', 'O\\'H', 'b\\\\c') STARTPOSITION 1",
        );
        let (field, values) = read.ok().and_then(|statement| statement.filter).unwrap_or_default();
        assert_eq!((field.as_str(), values.len()), ("Sku", 3));
        assert_eq!(values, ["A,1", "O'H", "b\\c"]);
    }

    #[test]
    fn what_is_no_statement_is_refused() {
        for text in ["", "SELECT", "SELECT * FROM Item WHERE Sku IN ('a", "DELETE FROM Item"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
