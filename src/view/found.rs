//! What questions over time have found, as every view of it shows it: signs on the timeline, a value in a few letters.

use super::text::{self, SafeText};
use super::timeline::{Label, TimelineModel};
use super::value_words::value_words;
use crate::value::Value;
use std::borrow::Cow;
use std::ops::Range;

/// What the bars of a [`lane`] mean; empty of an empty one.
pub fn legend(lane: &[Label]) -> &'static str {
    if lane.is_empty() { "" } else { "bars: how many per column" }
}

/// More than this in one column look the same.
pub const MOST: usize = 10;

/// Letters of a value that are kept: no screen shows more of it in a row.
const LETTERS: usize = 400;

/// Heights of 1 to [`MOST`]. One is seen among blanks.
const BARS: [&str; 7] = ["▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// One bar for each column in which `count` finds anything among its versions. O(columns) counts.
pub fn lane(timeline: &TimelineModel, count: &dyn Fn(Range<u64>) -> usize) -> Vec<Label> {
    let counted = timeline.cells().map(|(column, versions)| (column, count(versions)));
    counted.filter(|(_, count)| *count > 0).map(|(column, count)| Label { column, text: bar(count).into() }).collect()
}

fn bar(count: usize) -> &'static str {
    BARS[((count.clamp(1, MOST) - 1) * (BARS.len() - 1)).div_ceil(MOST - 1)]
}

/// A value in words: a container by its size.
pub fn brief(value: &Value) -> SafeText {
    match value {
        container if container.is_container() => value_words(container, None),
        scalar => text::scalar(scalar).fit(LETTERS),
    }
}

/// Letters of a value that are written where all of it is wanted, at most.
const MOST_LETTERS: usize = 4_000;

/// All of a value as JSON, its strings as every row writes them; of a very long one as much as a reader bears, and what is left
/// out: ` and 1,200 of 5,200 letters left out`. O(letters written).
pub fn whole(value: &Value) -> (String, String) {
    if value.is_container() && value.size() > 4 * MOST_LETTERS as u64 {
        return (brief(value).unmarked().into_owned(), format!(", {} left out", text::size(value.size())));
    }
    let json = value.to_json_by(text::push_literal);
    let Cow::Owned(shown) = text::fit(&json, MOST_LETTERS) else { return (json, String::new()) };
    let all = json.chars().count();
    // Behind the beginning stand dots, and where it ends in a string a quote.
    let left = all.saturating_sub(shown.trim_end_matches(['…', '"']).chars().count());
    let [all, left] = [all, left].map(|letters| text::thousands(letters as u64));
    (shown, format!(" and {left} of {all} letters left out"))
}

/// What a curve draws of a value: a number, or the length of a container.
pub use super::curve::sample;
