//! Figures of variants in words: values with their unit, goals, scores.

use crate::record::Goal;
use crate::value::Number;
use crate::view::text::{self, SafeText, joined};

/// `92`, `0.81`.
pub(super) fn score(score: f64) -> String {
    if score.fract() == 0.0 { format!("{score:.0}") } else { format!("{score:.2}") }
}

pub(super) fn signed_score(change: f64) -> String {
    let plain = score(change.abs());
    if change < 0.0 { format!("-{plain}") } else { format!("+{plain}") }
}

pub(super) fn better(goal: &Goal) -> String {
    match goal {
        Goal::Zero => "0 only".to_owned(),
        Goal::AtMost(most) => format!("<= {most}"),
        Goal::AtLeast(least) => format!(">= {least}"),
        plain => plain.to_string(),
    }
}

/// Digits after the point, as far as they are written out and few.
pub(super) fn decimals(value: &Number) -> usize {
    let text = value.to_string();
    let plain = text.split_once('.').filter(|(_, digits)| digits.bytes().all(|digit| digit.is_ascii_digit()));
    plain.map_or(0, |(_, digits)| digits.len().min(3))
}

/// `1,180 /s`, `41.2 ms`, with the digits it has.
pub fn with_own_digits(value: &Number, unit: &str) -> SafeText {
    with_unit(value, unit, decimals(value))
}

/// The same; with so many digits after the point, where they can be added.
pub(super) fn with_unit(value: &Number, unit: &str, places: usize) -> SafeText {
    let plain = value.to_string();
    let missing = places.saturating_sub(decimals(value));
    let number = match plain.contains(['.', 'e', 'E']) {
        _ if places == 0 => value.as_i64().and_then(|n| u64::try_from(n).ok()).map_or(plain, text::thousands),
        true if plain.contains('.') && !plain.contains(['e', 'E']) => format!("{plain}{}", "0".repeat(missing)),
        true => plain,
        false => format!("{plain}.{}", "0".repeat(missing)),
    };
    match unit {
        "" => number.into(),
        "%" => joined![number, "%"],
        unit => joined![number, " ", SafeText::data(unit)],
    }
}
