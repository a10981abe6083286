//! Numbers over time: what a curve draws of a value, between which ends.

use super::text;
use crate::value::{Number, Value};

/// What a curve draws of a value: a number, or the length of a container.
pub fn sample(value: Option<&Value>) -> Option<f64> {
    match value? {
        Value::Number(number) => Some(number.as_f64()).filter(|number| number.is_finite()),
        #[expect(clippy::cast_precision_loss, reason = "for eight heights")]
        container if container.is_container() => Some(container.len() as f64),
        _ => None,
    }
}

/// The least and the most of some numbers; `None` where there are none.
pub fn span(samples: &[Option<f64>]) -> Option<(f64, f64)> {
    let ends = |(least, most): (f64, f64), number: f64| (least.min(number), most.max(number));
    samples.iter().flatten().map(|number| (*number, *number)).reduce(|all, (number, _)| ends(all, number))
}

/// A number in words: whole ones with separators.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole, positive and small enough")]
pub fn number_words(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        let sign = if number < 0.0 { "-" } else { "" };
        return format!("{sign}{}", text::thousands(number.abs() as u64));
    }
    Number::from_f64(number).map_or_else(|| number.to_string(), |number| number.to_string())
}
