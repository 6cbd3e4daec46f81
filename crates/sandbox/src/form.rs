//! Reads a form body: `grant_type=client_credentials&audience=https%3A%2F%2F…`.

use serde_json::{Map, Value};

/// The fields as a JSON object of texts; none when the escapes do not make UTF-8.
#[must_use]
pub fn read_form(body: &[u8]) -> Option<Value> {
    let fields = body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
    let read: Option<Map<String, Value>> = fields.map(field).collect();
    read.map(Value::Object)
}

fn field(pair: &[u8]) -> Option<(String, Value)> {
    let mut halves = pair.splitn(2, |byte| *byte == b'=');
    let name = unescaped(halves.next()?)?;
    let value = unescaped(halves.next().unwrap_or_default())?;
    Some((name, Value::String(value)))
}

fn unescaped(text: &[u8]) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter().copied();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => digit(rest.next()?)? * 16 + digit(rest.next()?)?,
            plain => plain,
        });
    }
    String::from_utf8(bytes).ok()
}

fn digit(byte: u8) -> Option<u8> {
    let digit = char::from(byte).to_digit(16)?;
    u8::try_from(digit).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn escapes_and_blanks_are_read() {
        let read = read_form(b"audience=https%3A%2F%2Fapi.wayfair.com%2F&scope=a+b&empty=&bare");
        let expected = json!({
            "audience": "https://api.wayfair.com/", "scope": "a b", "empty": "", "bare": ""
        });
        assert_eq!(read, Some(expected));
    }

    #[test]
    fn broken_escapes_are_refused() {
        for broken in [&b"a=%"[..], b"a=%4", b"a=%zz", b"a=%ff"] {
            assert_eq!(read_form(broken), None, "{broken:?}");
        }
    }
}
