//! Quantities as QuickBooks writes them: up to five decimals.

/// Hundred-thousandths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Amount(i64);

const UNIT: i64 = 100_000;

impl Amount {
    /// An optional sign, 1 to 10 digits, and perhaps 1 to 5 decimals.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = match digits.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (digits, None),
        };
        let is_digits = |text: &str, most: usize| {
            (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !is_digits(whole, 10) || fraction.is_some_and(|fraction| !is_digits(fraction, 5)) {
            return None;
        }
        let fraction: i64 = format!("{:0<5}", fraction.unwrap_or_default()).parse().ok()?;
        let whole: i64 = whole.parse().ok()?;
        Some(Self(sign * (whole * UNIT + fraction)))
    }

    pub(crate) const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    pub(crate) const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, fraction) = (self.0.unsigned_abs() / 100_000, self.0.unsigned_abs() % 100_000);
        let fraction = format!(".{fraction:05}");
        write!(f, "{sign}{whole}{}", fraction.trim_end_matches('0').trim_end_matches('.'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_and_written_as_quickbooks_does() {
        for (text, written) in [
            ("12", Some("12")),
            ("-2.5", Some("-2.5")),
            ("+3", Some("3")),
            ("0.00001", Some("0.00001")),
            ("7.90", Some("7.9")),
            ("9999999999", Some("9999999999")),
            ("12345678901", None),
            ("1.234567", None),
            ("1.", None),
            (".5", None),
            ("", None),
            ("1e3", None),
        ] {
            let read = Amount::parse(text).map(|amount| amount.to_string());
            assert_eq!(read.as_deref(), written, "{text}");
        }
    }
}
