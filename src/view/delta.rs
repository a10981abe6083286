//! Differences of numbers, sizes, times and whole values in words: `+50`, `+50 (+42.4%)`, `+3m07`, `+51 ~4 -2`.

use super::text::{self, SafeText, joined};
use crate::diff::Counts;
use crate::value::{Number, Value};

/// `+50`, `-0.5`; zeros at the end of a fraction left out.
pub fn signed(delta: &Number) -> String {
    let digits = delta.to_string();
    let plain = digits.contains('.') && !digits.contains(['e', 'E']);
    let digits = if plain { digits.trim_end_matches('0').trim_end_matches('.') } else { &digits };
    if digits.starts_with('-') { digits.into() } else { format!("+{digits}") }
}

/// `+50 (+42.4%)`: with percent when the old number is not 0, is no count under 10, and changed by 1 % or more; empty
/// where the difference cannot be told exactly in a few digits.
pub fn with_percent(old: &Number, new: &Number) -> String {
    let Some(delta) = new.minus(old) else { return String::new() };
    match percent(old, &delta) {
        Some(percent) => format!("{} ({percent:+.1}%)", signed(&delta)),
        None => signed(&delta),
    }
}

/// `+50`; empty where the difference cannot be told exactly in a few digits.
pub fn between(old: &Number, new: &Number) -> String {
    new.minus(old).as_ref().map(signed).unwrap_or_default()
}

fn percent(old: &Number, delta: &Number) -> Option<f64> {
    let small_count = old.as_i64().is_some_and(|count| count.abs() < 10);
    let percent = delta.share_of(old)? * 100.0;
    (!small_count && (1.0..1e6).contains(&percent.abs())).then_some(percent)
}

/// `+50` when both are containers of a kind and their sizes differ; else empty.
pub fn len(old: &Value, new: &Value) -> String {
    let alike = matches!((old, new), (Value::Array(_), Value::Array(_)) | (Value::Object(_), Value::Object(_)));
    if alike && old.len() != new.len() { count(old.len() as u64, new.len() as u64) } else { String::new() }
}

/// `+50`, `-4,020`.
pub fn count(old: u64, new: u64) -> String {
    let sign = if new < old { '-' } else { '+' };
    format!("{sign}{}", text::thousands(new.abs_diff(old)))
}

/// `+51 ~4 -2`; nothing for what did not happen, `=` when nothing did.
pub fn counts(counts: Counts) -> String {
    let parts = [('+', counts.added), ('~', counts.changed), ('-', counts.removed), ('>', counts.moved)];
    let words: Vec<_> =
        parts.iter().filter(|(_, count)| *count > 0).map(|(sign, count)| format!("{sign}{count}")).collect();
    if words.is_empty() { "=".to_owned() } else { words.join(" ") }
}

/// The same; dots as long as they are being counted.
pub fn counts_or_dots(known: Option<Counts>) -> String {
    known.map_or_else(|| "…".to_owned(), counts)
}

/// What to say beside a changed scalar: a number's difference, the length of time between two times, a change of type.
pub fn scalar(old: &Value, new: &Value) -> SafeText {
    match (old, new) {
        (Value::Number(old), Value::Number(new)) => with_percent(old, new).into(),
        (Value::String(old), Value::String(new)) => times(old, new).unwrap_or_default().into(),
        _ if old.type_name() == new.type_name() => SafeText::default(),
        _ => joined![old.type_name(), " → ", new.type_name()],
    }
}

fn times(old: &str, new: &str) -> Option<String> {
    let time = |text| chrono::DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc());
    Some(text::since(time(old)?, time(new)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::parse;

    #[test]
    #[expect(clippy::unwrap_used, reason = "a test")]
    fn differences_say_how_much_and_percent_only_where_it_tells_something() {
        for (old, new, words) in [
            ("118.50", "168.50", "+50 (+42.2%)"),
            ("118", "168", "+50 (+42.4%)"),
            ("100", "150", "+50 (+50.0%)"),
            ("1", "2", "+1"),
            ("0", "7", "+7"),
            ("1000", "1001", "+1"),
            ("-20", "-10", "+10 (+50.0%)"),
            ("2", "0.5", "-1.5"),
            ("0.1", "0.3", "+0.2 (+200.0%)"),
            ("1e400", "1e401", "+9e400 (+900.0%)"),
            ("1e400", "1", ""),
            ("1", "1e400", ""),
            ("7e-324", "8e-324", "+1e-324 (+14.3%)"),
            ("123456789012345678901234567890", "123456789012345678901234567891", "+1"),
            (r#""2026-01-01T10:00:00Z""#, r#""2026-01-01T10:03:07Z""#, "+3m07"),
            (r#""a""#, r#""b""#, ""),
            ("100", r#""100""#, "number → string"),
            ("true", "false", ""),
        ] {
            assert_eq!(
                scalar(&parse(old.as_bytes()).unwrap(), &parse(new.as_bytes()).unwrap()).unmarked(),
                words,
                "{old} → {new}"
            );
        }
    }
}
