//! What questions over time have found, as every view of it shows it: signs on the timeline, a value in a few letters.

use super::text::{self, SafeText};
use super::timeline::{Label, Timeline};
use super::tree::value_words;
use crate::value::Value;
use std::ops::Range;

/// What the signs of [`lane`] mean.
pub const SIGNS: &str = "per column: ' one  2-9 count  # ten or more";

/// More than this in one column look the same.
pub const MOST: usize = 10;

/// Letters of a value that are kept: no screen shows more of it in a row.
const LETTERS: usize = 400;

/// One sign for each column in which `count` finds anything among its versions. O(columns) counts.
pub fn lane(timeline: &Timeline, count: &dyn Fn(Range<u64>) -> usize) -> Vec<Label> {
    let label = |(column, versions): (usize, Range<u64>)| {
        let text = match count(versions) {
            0 => return None,
            1 => "'".into(),
            few if few < MOST => few.to_string().into(),
            _ => "#".into(),
        };
        Some(Label { column, text })
    };
    timeline.cells().filter_map(label).collect()
}

/// A value in words: a container by its size.
pub fn brief(value: &Value) -> SafeText {
    match value {
        container if container.is_container() => value_words(container, None),
        scalar => text::scalar(scalar).fit(LETTERS),
    }
}

/// What a curve draws of a value: a number, or the length of a container.
pub use super::curve::sample;
