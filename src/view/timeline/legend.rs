//! What the signs and hues on a timeline stand for: everything that is painted is in it.

use super::{Column, Hue, Mark, Timeline};
use crate::view::text::SafeText;

/// Something that is painted on a timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Painted {
    /// A bar of this hue.
    Bar(Hue),
    /// A bar without a hue: of whoever has none.
    OtherBar,
    /// A bar of versions that rollbacks left behind.
    LeftBehind,
    Mark(Mark),
    /// What was found.
    Hit,
}

impl Timeline {
    /// What is painted on it, with a word for each: bars, marks, what was found. O(columns).
    pub fn legend(&self) -> Vec<(Painted, SafeText)> {
        let shown =
            |is: &dyn Fn(&Column) -> bool| self.columns.iter().any(|column| column.levels != [0, 0] && is(column));
        let bars = self.cast.members().into_iter().map(|(hue, name)| (Painted::Bar(hue), name));
        let other = shown(&|column| !column.left_behind && column.hue.is_none());
        let left_behind = shown(&|column| column.left_behind);
        let is_there = |mark: &Mark| self.columns.iter().any(|column| column.marks.contains(&Some(*mark)));
        let marks = [Mark::Named, Mark::Auto, Mark::Checkpoint, Mark::Rollback, Mark::Broken].into_iter();
        let marks = marks.filter(is_there).map(|mark| (Painted::Mark(mark), mark.word().into()));
        let other = other.then(|| (Painted::OtherBar, "other".into()));
        let left_behind = left_behind.then(|| (Painted::LeftBehind, "left behind".into()));
        let hits = (!self.hits.is_empty()).then(|| (Painted::Hit, self.found.clone()));
        // What comes and goes is told before what is always there.
        hits.into_iter().chain(bars).chain(other).chain(left_behind).chain(marks).collect()
    }
}
