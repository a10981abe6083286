//! The labels below a timeline: which have room beside each other and the read-out, and which of them tell their day.

use super::Label;
use crate::view::text::SafeText;
use chrono::NaiveDate;
use std::ops::Range;

/// Blank columns between two labels of an axis.
pub(super) const APART: usize = 4;

/// A label that may stand below a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AxisLabel {
    /// Its column.
    pub column: usize,
    /// What it says behind a label of the same day.
    pub text: SafeText,
    /// The same with its day.
    pub dated: SafeText,
    /// Its day; `None` where it tells no time of a day.
    pub day: Option<NaiveDate>,
    /// Whether it goes before those that do not.
    pub rank: LabelRank,
}

/// Which of two labels without room for both is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelRank {
    /// The last one, which ends at the edge where it has no room behind its column.
    AtEdge,
    /// A round time, or one of numbers at even distances.
    Even,
    /// Where versions begin, and begin again behind an idle time: told before what is even.
    Begin,
}

/// The labels that have room in so many columns, beside what is taken, from left to right. Where the label before is of another day, or there is
/// none, a label tells its day, or is left out. O(labels).
pub(super) fn placed(labels: &[AxisLabel], taken: &Range<usize>, room: usize) -> Vec<Label> {
    let mut placed: Vec<Label> = Vec::new();
    let (mut day, mut free) = (None, 0);
    for (at, label) in labels.iter().enumerate() {
        let text = if day.is_some() && day == label.day { &label.text } else { &label.dated };
        let column = match label.rank {
            LabelRank::AtEdge => label.column.min(room.saturating_sub(text.width())),
            LabelRank::Even | LabelRank::Begin => label.column,
        };
        let end = column + text.width();
        let is_beside = taken.is_empty() || end <= taken.start || column >= taken.end;
        if column < free || end > room || !is_beside || is_in_the_way(label, end, &labels[at + 1..]) {
            continue;
        }
        placed.push(Label { column, text: text.clone() });
        (day, free) = (label.day, end + APART);
    }
    placed
}

/// Whether one that ends there leaves no room for the next one that goes before it.
fn is_in_the_way(label: &AxisLabel, end: usize, behind: &[AxisLabel]) -> bool {
    let mut near = behind.iter().take_while(|other| other.column < end + APART);
    label.rank != LabelRank::Begin && near.any(|other| other.rank == LabelRank::Begin)
}
