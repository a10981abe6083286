//! A tree of which only the rows on the screen exist: cursor, scroll, what is open, what is folded.
//!
//! Nothing counts rows. The cursor is a trail, the window hangs on it, and neighbours are found one step at a time, so
//! a move or a frame costs O(height * depth * log n) however many children there are. Must not name: values, `diff`.

mod folds;
mod moves;
mod runs;

pub use folds::{ElementName, Folds, KeptFold, LastingStep, Levels, NameOf};
pub use moves::TreeMove;
pub use runs::{ChildRuns, Count, FoldRule, KnownRuns, SiblingRun, SiblingWalk, SiblingsInCommon, keep, runs};

use super::marks::Trail;
use crate::value::Step;
use std::sync::Arc;

/// What an outline walks: children by step, and which of them hide in runs.
pub trait Forest {
    /// Whether there are children.
    fn has_children(&self, trail: &[Step]) -> bool;
    /// Whether something is there.
    fn exists(&self, trail: &[Step]) -> bool;
    /// The first and the last child.
    fn ends(&self, trail: &[Step]) -> Option<(Step, Step)>;
    /// The child after one.
    fn after(&self, trail: &[Step], step: &Step) -> Option<Step>;
    /// The child before one.
    fn before(&self, trail: &[Step], step: &Step) -> Option<Step>;
    /// Whether it is open as long as nobody opened or closed it.
    fn opens_itself(&self, trail: &[Step]) -> bool;
    /// Runs of children that may be shown as one row each, in order.
    fn runs(&self, trail: &[Step]) -> Arc<[SiblingRun]>;
    /// What names an element, where something does and no other element of its array has the same name.
    fn name(&self, trail: &[Step]) -> Option<ElementName>;
}

/// A row: a node, or a run of siblings shown as one row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutlinePlace {
    /// The node; for a run, its first sibling.
    pub trail: Trail,
    pub run: Option<SiblingRun>,
}

/// Cursor, scroll and what is open.
#[derive(Debug, Clone, Default)]
pub struct Outline {
    cursor: OutlinePlace,
    /// Rows between the top of the screen and the cursor.
    offset: usize,
    height: usize,
    folds: Folds,
    /// A row that is shown while the cursor, which nobody has put anywhere yet, is out of sight.
    glance: Option<OutlinePlace>,
}

impl OutlinePlace {
    fn node(trail: Trail) -> Self {
        Self { trail, run: None }
    }

    fn parent(&self) -> Option<(&[Step], &Step)> {
        self.trail.split_last().map(|(step, parent)| (parent, step))
    }

    /// The last sibling the row stands for.
    fn last_step(&self) -> Option<&Step> {
        self.run.as_ref().map_or(self.trail.last(), |run| Some(&run.last))
    }
}

/// An outline and the forest it walks, for as long as a move or a frame takes.
#[derive(Clone, Copy)]
pub struct OutlineWalk<'a, F> {
    pub forest: &'a F,
    /// What is open.
    pub folds: &'a Folds,
}

impl<F: Forest> OutlineWalk<'_, F> {
    /// Whether the children of a node are shown.
    pub fn is_open(&self, trail: &[Step]) -> bool {
        let asked = self.folds.asked(trail, &|trail| self.forest.name(trail));
        asked.unwrap_or_else(|| trail.is_empty() || self.forest.opens_itself(trail)) && self.forest.has_children(trail)
    }

    fn run_at(&self, parent: &[Step], step: &Step) -> Option<SiblingRun> {
        if self.folds.shows_all(parent, &|trail| self.forest.name(trail)) {
            return None;
        }
        let runs = self.forest.runs(parent);
        let after = runs.partition_point(|run| run.first <= *step);
        runs[..after].last().filter(|run| *step <= run.last).cloned()
    }

    /// The row of a child: the child, or the run it hides in.
    fn place(&self, parent: &[Step], step: Step) -> OutlinePlace {
        let run = self.run_at(parent, &step);
        let step = run.as_ref().map_or(step, |run| run.first.clone());
        let trail = parent.iter().cloned().chain([step]).collect();
        OutlinePlace { trail, run }
    }

    /// The next row.
    pub fn down(&self, place: &OutlinePlace) -> Option<OutlinePlace> {
        if place.run.is_none()
            && self.is_open(&place.trail)
            && let Some((first, _)) = self.forest.ends(&place.trail)
        {
            return Some(self.place(&place.trail, first));
        }
        self.past(place)
    }

    /// The next row that is not below this one.
    pub fn past(&self, place: &OutlinePlace) -> Option<OutlinePlace> {
        let mut parent = &place.trail[..place.trail.len().checked_sub(1)?];
        let mut step = place.last_step()?;
        loop {
            if let Some(next) = self.forest.after(parent, step) {
                return Some(self.place(parent, next));
            }
            (step, parent) = parent.split_last()?;
        }
    }

    /// The row before.
    pub fn up(&self, place: &OutlinePlace) -> Option<OutlinePlace> {
        let (parent, step) = place.parent()?;
        Some(match self.forest.before(parent, step) {
            Some(before) => self.deepest(self.place(parent, before)),
            None => OutlinePlace::node(parent.to_vec()),
        })
    }

    /// The previous sibling's row, or the parent's.
    fn up_over(&self, place: &OutlinePlace) -> Option<OutlinePlace> {
        let (parent, step) = place.parent()?;
        let before = self.forest.before(parent, step).map(|before| self.place(parent, before));
        Some(before.unwrap_or_else(|| OutlinePlace::node(parent.to_vec())))
    }

    /// The last row at or below a row.
    fn deepest(&self, mut place: OutlinePlace) -> OutlinePlace {
        while place.run.is_none() && self.is_open(&place.trail) {
            let Some((_, last)) = self.forest.ends(&place.trail) else { break };
            place = self.place(&place.trail, last);
        }
        place
    }

    /// The row that shows a node, or what hides it: a closed ancestor, a run.
    fn shown(&self, trail: &[Step]) -> OutlinePlace {
        for (depth, step) in trail.iter().enumerate() {
            let parent = &trail[..depth];
            if !self.forest.exists(&trail[..=depth]) || !self.is_open(parent) {
                return OutlinePlace::node(parent.to_vec());
            }
            let place = self.place(parent, step.clone());
            if place.run.is_some() {
                return place;
            }
        }
        OutlinePlace::node(trail.to_vec())
    }

    /// Up to `rows` steps; how many were there.
    fn walk(
        &self,
        from: &OutlinePlace,
        rows: usize,
        step: impl Fn(&Self, &OutlinePlace) -> Option<OutlinePlace>,
    ) -> (OutlinePlace, usize) {
        let mut place = from.clone();
        for walked in 0..rows {
            match step(self, &place) {
                Some(next) => place = next,
                None => return (place, walked),
            }
        }
        (place, rows)
    }
}

impl Outline {
    /// The row under the cursor.
    pub fn cursor(&self) -> &OutlinePlace {
        &self.cursor
    }

    /// What is open.
    pub fn folds(&self) -> &Folds {
        &self.folds
    }

    /// Opens and closes what an earlier run did.
    pub fn recall(&mut self, kept: &[KeptFold]) {
        self.folds = Folds::of(kept);
    }

    /// Remembers what is open of elements by what names them, where something does by now.
    pub fn take_names(&mut self, name: NameOf<'_>) {
        self.folds.take_names(name);
    }

    /// How many rows there are on the screen.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Rows on the screen.
    pub fn resize(&mut self, height: usize) {
        self.height = height;
        self.offset = self.offset.min(height.saturating_sub(1));
    }

    /// The root, at the top of the screen.
    pub fn go_home(&mut self) {
        (self.cursor, self.offset) = (OutlinePlace::default(), 0);
    }

    fn view<'a, F: Forest>(&'a self, forest: &'a F) -> OutlineWalk<'a, F> {
        OutlineWalk { forest, folds: &self.folds }
    }

    /// The rows on the screen, and which of them the cursor is on. Where what changed is far from it, its row stays on top.
    pub fn rows<F: Forest>(&self, forest: &F, height: usize) -> (Vec<OutlinePlace>, Option<usize>) {
        let Some(shown) = &self.glance else {
            let (rows, at) = self.window(forest, height);
            return (rows, Some(at));
        };
        let (mut rows, _) = self.around(forest, (shown, self.height / 3), height.saturating_sub(1));
        let at = rows.iter().position(|place| *place == self.cursor);
        if at.is_none() {
            rows.insert(0, self.cursor.clone());
        }
        (rows, at.or(Some(0)))
    }

    /// Brings one of some nodes into view, where none is. Below a cursor on the root the rows in between are left
    /// out for that; any other one stays where it is, and the rows are scrolled as far as it can.
    pub fn glance<F: Forest>(&mut self, forest: &F, nodes: &[Trail]) {
        self.glance = None;
        let rows = self.window(forest, self.height).0;
        let shown: Vec<OutlinePlace> = nodes.iter().map(|trail| self.view(forest).shown(trail)).collect();
        let Some(first) = shown.first().filter(|_| shown.iter().all(|place| !rows.contains(place))) else { return };
        let room = self.height.saturating_sub(1);
        if let Some(below) = self.rows_to(first, room, |place| self.view(forest).down(place)) {
            self.offset = (room - below) / 2;
        } else if let Some(above) = self.rows_to(first, room, |place| self.view(forest).up(place)) {
            self.offset = room - (room - above) / 2;
        } else if self.cursor.trail.is_empty() {
            self.glance = Some(first.clone());
            return;
        }
        self.offset = self.window(forest, self.height).1;
    }

    /// Steps from the cursor to a row, if it is among the next `most`.
    fn rows_to(
        &self,
        to: &OutlinePlace,
        most: usize,
        step: impl Fn(&OutlinePlace) -> Option<OutlinePlace>,
    ) -> Option<usize> {
        let further = std::iter::successors(step(&self.cursor), |place| step(place));
        further.take(most).position(|place| place == *to).map(|at| at + 1)
    }

    /// The rows on the screen where the cursor is in sight, and which of them it is on.
    pub fn window<F: Forest>(&self, forest: &F, height: usize) -> (Vec<OutlinePlace>, usize) {
        self.around(forest, (&self.cursor, self.offset), height)
    }

    /// The rows round one that is `offset` below the top. No blank rows at the end while there are rows above.
    fn around<F: Forest>(
        &self,
        forest: &F,
        (middle, offset): (&OutlinePlace, usize),
        height: usize,
    ) -> (Vec<OutlinePlace>, usize) {
        let view = self.view(forest);
        let offset = offset.min(height.saturating_sub(1));
        let mut below: Vec<_> = std::iter::successors(Some(middle.clone()), |place| view.down(place))
            .take(height - offset.min(height))
            .collect();
        let above = height - below.len();
        let mut rows: Vec<_> = std::iter::successors(view.up(middle), |place| view.up(place)).take(above).collect();
        rows.reverse();
        let at = rows.len();
        // Fewer rows above than asked for: the screen starts at the root, and more fits below.
        if let Some(last) = below.last().filter(|_| at < above) {
            let more = std::iter::successors(view.down(last), |place| view.down(place)).take(above - at);
            below.extend(more.collect::<Vec<_>>());
        }
        rows.append(&mut below);
        (rows, at)
    }

    /// The forest has changed: stays on the trail, or on the nearest ancestor there is, and keeps the way to it open.
    pub fn settle<F: Forest>(&mut self, forest: &F, trail: &[Step]) {
        let depth = (0..=trail.len()).rev().find(|depth| forest.exists(&trail[..*depth])).unwrap_or(0);
        self.open_way(forest, &trail[..depth]);
        self.glance = None;
        self.cursor = self.view(forest).shown(&trail[..depth]);
    }

    /// Puts the cursor on a node, or on the nearest ancestor there is, and opens the way to it.
    pub fn go_to<F: Forest>(&mut self, forest: &F, trail: &[Step]) {
        let before = self.window(forest, self.height);
        self.settle(forest, trail);
        self.reveal(forest, &before.0);
    }

    fn open_way<F: Forest>(&mut self, forest: &F, trail: &[Step]) {
        for depth in 0..trail.len() {
            if !self.view(forest).is_open(&trail[..depth]) {
                self.folds.set(&trail[..depth], true, &|trail| forest.name(trail));
            }
        }
    }

    /// Keeps the window where it was when the cursor is still in it, else brings the cursor to the middle.
    fn reveal<F: Forest>(&mut self, forest: &F, before: &[OutlinePlace]) {
        let still = before.iter().position(|place| *place == self.cursor);
        self.offset = still.unwrap_or(self.height / 2);
        self.offset = self.window(forest, self.height).1;
    }
}

#[cfg(test)]
mod tests;
