//! What the signs and hues on a timeline stand for: everything that is painted is in it.

use super::{Hue, TimelineColumn, TimelineMark, TimelineModel};
use crate::view::text::SafeText;

/// Something that is painted on a timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LegendSign {
    /// A bar of this hue.
    Bar(Hue),
    /// A bar without a hue: of whoever has none.
    OtherBar,
    /// A bar of versions that rollbacks left behind.
    LeftBehind,
    /// A bar that is cut.
    Higher,
    Mark(TimelineMark),
    /// What was found.
    Hit,
}

impl TimelineModel {
    /// What is painted on it, with a word for each: bars, marks, what was found. O(columns).
    pub fn legend(&self) -> Vec<(LegendSign, SafeText)> {
        let shown = |is: &dyn Fn(&TimelineColumn) -> bool| {
            self.columns.iter().any(|column| column.levels != [0, 0] && is(column))
        };
        let bars = self.cast.members().into_iter().map(|(hue, name)| (LegendSign::Bar(hue), name));
        let other = shown(&|column| !column.left_behind && column.hue.is_none());
        let left_behind = shown(&|column| column.left_behind);
        let is_there = |mark: &TimelineMark| self.columns.iter().any(|column| column.marks.contains(&Some(*mark)));
        let higher = shown(&|column| column.is_cut).then(|| (LegendSign::Higher, "far more".into()));
        let marks = [
            TimelineMark::Named,
            TimelineMark::Auto,
            TimelineMark::Checkpoint,
            TimelineMark::Rollback,
            TimelineMark::Broken,
        ]
        .into_iter();
        let marks = marks.filter(is_there).map(|mark| (LegendSign::Mark(mark), mark.word().into()));
        let other = other.then(|| (LegendSign::OtherBar, "other".into()));
        let left_behind = left_behind.then(|| (LegendSign::LeftBehind, "left behind".into()));
        let hits = (!self.hits.is_empty()).then(|| (LegendSign::Hit, self.found.clone()));
        // What comes and goes is told before what is always there.
        hits.into_iter().chain(bars).chain(other).chain(left_behind).chain(higher).chain(marks).collect()
    }
}
