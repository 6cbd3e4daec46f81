//! Whether a secret shows anywhere: in an event, an error, or a `Debug`.

use std::cell::RefCell;
use std::error::Error as StdError;
use std::io;

use base64::prelude::{
    BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD, Engine as _,
};
use serde_json::Value;
use trueup_marketplace::{Error, SECRET_FORMAT};

#[derive(Default)]
struct Watch {
    secrets: Vec<String>,
    seen: String,
}

thread_local! {
    static WATCH: RefCell<Watch> = RefCell::default();
}

/// Watches for every setting that the schema marks as a secret.
pub(crate) fn guard_secrets(schema: &Value, settings: &Value) {
    let Some(properties) = schema["properties"].as_object() else { return };
    for (key, property) in properties {
        let text = settings[key].as_str().unwrap_or_default();
        if property.to_string().contains(&format!("\"format\":\"{SECRET_FORMAT}\""))
            && !text.is_empty()
        {
            WATCH.with_borrow_mut(|watch| watch.secrets.push(text.to_owned()));
        }
    }
}

/// Remembers what was shown.
pub(crate) fn note(text: &str) {
    WATCH.with_borrow_mut(|watch| {
        watch.seen.push_str(text);
        watch.seen.push('\n');
    });
}

/// Remembers an error with all that caused it.
pub(crate) fn note_error(error: &Error) {
    note(&format!("{error} {error:?}"));
    let mut source = error.source();
    while let Some(cause) = source {
        note(&format!("{cause} {cause:?}"));
        source = cause.source();
    }
}

/// Forgets everything.
pub(crate) fn forget() {
    WATCH.with_borrow_mut(|watch| *watch = Watch::default());
}

/// How many secrets were watched for, and how much was seen of one, if any.
pub(crate) fn found() -> Result<usize, String> {
    WATCH.with_borrow_mut(|watch| {
        watch.secrets.sort();
        watch.secrets.dedup();
        for secret in &watch.secrets {
            if let Some((encoding, _)) =
                encodings(secret).into_iter().find(|(_, form)| watch.seen.contains(form))
            {
                return Err(format!(
                    "a secret setting shows ({encoding}) in an event, error or Debug"
                ));
            }
        }
        Ok(watch.secrets.len())
    })
}

/// The forms in which a secret could show.
fn encodings(secret: &str) -> Vec<(&'static str, String)> {
    let bytes = secret.as_bytes();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    vec![
        ("as it is", secret.to_owned()),
        ("escaped", secret.escape_default().to_string()),
        ("base64", BASE64_STANDARD.encode(bytes)),
        ("base64 without padding", BASE64_STANDARD_NO_PAD.encode(bytes)),
        ("base64 for URLs", BASE64_URL_SAFE_NO_PAD.encode(bytes)),
        ("hexadecimal", hex.clone()),
        ("hexadecimal in capitals", hex.to_uppercase()),
        ("as a list of bytes", format!("{bytes:?}")),
        ("backwards", secret.chars().rev().collect()),
    ]
}

/// Where the events of the trials are written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sink;

impl io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        note(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
