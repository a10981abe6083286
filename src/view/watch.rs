//! Watched values: where they are, what they are, and their run over the versions of the timeline's window.

use super::text::{self, SafeText, joined};
use super::tree::value_words;
use crate::record::Version;
use crate::value::{Number, Path, Value};
use std::ops::Range;

/// Versions that are looked at for one sparkline.
pub const SAMPLES: usize = 60;
/// More are not watched at a time: they would leave no room for the state.
pub const MOST: usize = 5;

/// A watched path, and what it was at some versions.
#[derive(Debug, Clone, PartialEq)]
pub struct Watch {
    /// Where, in the version it was watched at first.
    pub path: Path,
    /// That version.
    pub from: Version,
    /// Where it is in the version shown; `None` where that does not have it.
    pub here: Option<Path>,
    /// Its path in words.
    pub name: SafeText,
    /// Its value as a number (a container: its length) at the versions sampled, oldest first; empty before the first
    /// sampling.
    pub samples: Vec<Option<f64>>,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchRow {
    /// `.sessions length`, `.queue.depth`.
    pub name: SafeText,
    /// The value in the state shown.
    pub value: SafeText,
    /// Height of each sample, 1 to 8; 0 where there was no number.
    pub bars: Vec<u8>,
    /// `max 128`; empty where the samples are alike.
    pub note: String,
}

impl Watch {
    /// Of a path into the value of a version that is shown, nothing known yet.
    pub fn new(path: Path, from: Version, name: SafeText) -> Self {
        Self { here: Some(path.clone()), path, from, name, samples: Vec::new() }
    }

    /// The line, with the value in `state`.
    pub fn row(&self, state: &Value) -> WatchRow {
        let value = self.here.as_ref().and_then(|path| state.at(path));
        let length = if value.is_some_and(Value::is_container) { " length" } else { "" };
        let words = match value {
            None => "nothing".into(),
            Some(value) if value.is_container() => text::thousands(value.len() as u64).into(),
            Some(value) => value_words(value, None),
        };
        let (least, most) = ends(&self.samples);
        let note = if most > least { format!("max {}", number_words(most)) } else { String::new() };
        let bars = self.samples.iter().map(|sample| sample.map_or(0, |sample| bar(sample, least, most))).collect();
        WatchRow { name: joined![&self.name, length], value: words, bars, note }
    }
}

/// What a sparkline draws of a value: a number, or the length of a container.
pub fn sample(value: Option<&Value>) -> Option<f64> {
    match value? {
        Value::Number(number) => Some(number.as_f64()).filter(|number| number.is_finite()),
        #[expect(clippy::cast_precision_loss, reason = "for eight heights")]
        container if container.is_container() => Some(container.len() as f64),
        _ => None,
    }
}

/// At most [`SAMPLES`] versions spread over a span, its first and its last among them.
pub fn sampled(span: &Range<u64>) -> Vec<Version> {
    let last = span.end.saturating_sub(span.start).saturating_sub(1);
    let steps = last.min(SAMPLES as u64 - 1);
    let at = |step: u64| u64::try_from(u128::from(last) * u128::from(step) / u128::from(steps.max(1))).unwrap_or(last);
    if span.is_empty() { Vec::new() } else { (0..=steps).map(|step| Version(span.start + at(step))).collect() }
}

fn ends(samples: &[Option<f64>]) -> (f64, f64) {
    let numbers = samples.iter().flatten().copied();
    numbers.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), number| (least.min(number), most.max(number)))
}

/// A value that never changes is a flat line at the bottom.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 7")]
fn bar(sample: f64, least: f64, most: f64) -> u8 {
    let share = (sample - least) / (most - least);
    if share.is_finite() { 1 + (share * 7.0).round().clamp(0.0, 7.0) as u8 } else { 1 }
}

/// The least and the most of some numbers; `None` where there are none.
pub fn span(samples: &[Option<f64>]) -> Option<(f64, f64)> {
    Some(ends(samples)).filter(|(least, most)| least <= most)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::parse;

    #[test]
    fn samples_are_few_and_reach_both_ends() {
        for (span, count) in [(5..5, 0), (5..6, 1), (1..41, 40), (1..61, 60), (1..1_000_001, 60), (1..u64::MAX, 60)] {
            let sampled = sampled(&span);
            assert_eq!(sampled.len(), count, "{span:?}");
            assert!(sampled.is_sorted_by(|left, right| left < right), "{span:?}");
            let ends = sampled.first().zip(sampled.last()).map(|(first, last)| (first.0, last.0));
            assert_eq!(ends, (count > 0).then(|| (span.start, span.end - 1)), "{span:?}");
        }
    }

    #[test]
    #[expect(clippy::unwrap_used, reason = "a test")]
    fn a_line_has_name_value_and_heights() {
        let state = parse(br#"{"all":{"a":1,"b":2},"name":"x","n":-1.5}"#).unwrap();
        let check = |path: &str, samples: &[Option<f64>], expected: (&str, &str, &[u8], &str)| {
            let watch = Watch {
                samples: samples.to_vec(),
                ..Watch::new(Path::parse(path, &state).unwrap(), Version(1), SafeText::data(path))
            };
            let row = watch.row(&state);
            assert_eq!((&*row.name.unmarked(), &*row.value.unmarked(), &*row.bars, &*row.note), expected);
        };
        check(".all", &[Some(0.0), Some(7.0), None, Some(2.0)], (".all length", "2", &[1, 8, 0, 3], "max 7"));
        check(".n", &[Some(-1.5), Some(-1.5)], (".n", "-1.5", &[1, 1], ""));
        check(".n", &[Some(0.25), Some(1e30)], (".n", "-1.5", &[1, 8], "max 1e30"));
        check(".name", &[], (".name", "\"x\"", &[], ""));
        check(".gone", &[None, Some(1.0)], (".gone", "nothing", &[0, 1], ""));
    }
}
