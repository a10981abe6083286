//! The diff of two values as aligned rows: the same row on both sides is the same path.
//!
//! Both trees are walked together; a one-sided row leaves a blank; runs of unchanged siblings fold.
//! Only the rows on the screen are made.

mod pairs;
mod rows;
#[cfg(test)]
mod tests;

pub use pairs::Pairs;
pub use rows::{DiffRow, RowSide};

use super::elements::RepeatedNames;
use super::marks;
use super::outline::{KeptFold, Outline};
use super::search::{NodeSearch, SearchOutcome, Searched, Towards};
use super::text::SafeText;
use super::tree::TreeMove;
use crate::value::{Path, Step, Value};

/// The diff's model.
#[derive(Debug)]
pub struct DiffTree {
    pairs: Pairs,
    outline: Outline,
    search: Option<NodeSearch>,
    /// Whether someone has moved in it: only then is there a place to keep.
    visited: bool,
}

impl DiffTree {
    /// Of two values; the cursor starts on the first difference.
    pub fn new(pairs: Pairs) -> Self {
        let mut tree = Self { pairs, outline: Outline::default(), search: None, visited: false };
        tree.start();
        tree
    }

    /// Shows another diff, keeping what is open and what the cursor is on, by its path if nobody says where it is `followed`
    /// to; on its first difference where nobody has moved yet. Answers what was shown before.
    pub fn show(&mut self, pairs: Pairs, followed: Option<(Path, marks::Side)>) -> Pairs {
        let place = followed.unwrap_or_else(|| self.place());
        let (old, keys) = (&self.pairs, pairs.compared().chosen());
        self.outline.take_names(&|trail| old.name_by(&RepeatedNames::default(), keys, trail));
        let before = std::mem::replace(&mut self.pairs, pairs);
        self.forget_pending();
        self.search.iter_mut().for_each(NodeSearch::forget_hits);
        if self.visited {
            self.settle(&place);
        } else {
            self.start();
        }
        before
    }

    fn settle(&mut self, (path, side): &(Path, marks::Side)) {
        let trail = self.pairs.marks().trail(&path.0, *side);
        self.pairs.pin(trail.clone());
        self.outline.settle(&self.pairs, &trail);
    }

    /// The first difference, with what is above it as far as there is room.
    fn start(&mut self) {
        self.outline.go_home();
        self.go_to_difference(0);
    }

    /// What was opened and closed, for a later run.
    pub fn kept_folds(&self) -> Vec<KeptFold> {
        self.outline.folds().kept()
    }

    /// Opens and closes what an earlier run did.
    pub fn recall(&mut self, kept: &[KeptFold]) {
        self.outline.recall(kept);
    }

    /// Rows on the screen.
    pub fn resize(&mut self, height: usize) {
        let other = self.outline.height() != height;
        self.outline.resize(height);
        if other && !self.visited {
            self.start();
        }
    }

    /// Moves the cursor, opens and closes.
    pub fn act(&mut self, step: TreeMove) {
        self.visited = true;
        self.outline.act(&self.pairs, step);
        self.forget_pending();
    }

    fn forget_pending(&mut self) {
        self.search.iter_mut().for_each(NodeSearch::forget_pending);
    }

    /// Puts the cursor on a path of a side (or its nearest existing ancestor) and opens the way to it.
    pub fn go_to(&mut self, place: &(Path, marks::Side)) {
        let trail = self.pairs.marks().trail(&place.0.0, place.1);
        self.go_to_trail(trail);
    }

    fn go_to_trail(&mut self, trail: marks::Trail) {
        self.pairs.pin(trail.clone());
        self.outline.go_to(&self.pairs, &trail);
        self.visited = true;
    }

    /// To the next difference; whether there was one.
    pub fn next_difference(&mut self) -> bool {
        let (before, at) = self.around();
        let moved = self.go_to_difference(if at { before + 1 } else { before });
        self.visited |= moved;
        moved
    }

    /// To the previous difference; whether there was one.
    pub fn previous_difference(&mut self) -> bool {
        let (before, _) = self.around();
        let moved = before.checked_sub(1).is_some_and(|place| self.go_to_difference(place));
        self.visited |= moved;
        moved
    }

    /// How many differences come before the cursor, and whether it is on one.
    fn around(&self) -> (usize, bool) {
        let differences = &self.pairs.marks().differences;
        let cursor = &self.outline.cursor().trail;
        let before = differences.partition_point(|(trail, _)| trail < cursor);
        (before, differences.get(before).is_some_and(|(trail, _)| trail == cursor))
    }

    fn go_to_difference(&mut self, place: usize) -> bool {
        let Some((trail, _)) = self.pairs.marks().differences.get(place) else { return false };
        let trail = trail.clone();
        self.pairs.pin(trail.clone());
        self.outline.go_to(&self.pairs, &trail);
        true
    }

    /// Which difference the cursor is at or after, from 1, and how many there are.
    pub fn position(&self) -> (usize, usize) {
        let (before, at) = self.around();
        (before + usize::from(at), self.pairs.marks().differences.len())
    }

    /// The path under the cursor: on the right, or on the left for what is gone.
    pub fn path(&self) -> Path {
        self.pairs.path(&self.outline.cursor().trail)
    }

    /// The path under the cursor, and the side it is on.
    pub fn place(&self) -> (Path, marks::Side) {
        self.pairs.place(&self.outline.cursor().trail)
    }

    /// The values under the cursor on both sides; nothing for folded siblings.
    pub fn values(&self) -> (Option<&Value>, Option<&Value>) {
        let cursor = self.outline.cursor();
        if cursor.run.is_some() { (None, None) } else { self.pairs.spot(&cursor.trail).both }
    }

    /// How arrays were matched: `arrays matched by "sku" (auto)`; empty when none had to be.
    pub fn matching(&self) -> &SafeText {
        &self.pairs.compared().matching
    }

    /// Whether comparing came to its end.
    pub fn is_whole(&self) -> bool {
        self.pairs.compared().is_whole()
    }

    /// Whether unchanged siblings are folded.
    pub fn folds(&self) -> bool {
        !self.outline.folds().shows_everything()
    }

    /// The rows on the screen.
    pub fn rows(&self, height: usize) -> Vec<DiffRow> {
        let (places, cursor) = self.outline.window(&self.pairs, height);
        let rows = rows::RowMaker { pairs: &self.pairs, folds: self.outline.folds(), needle: self.needle() };
        places.iter().enumerate().map(|(line, place)| rows.row(place, line == cursor)).collect()
    }
}

impl Searched for DiffTree {
    fn search_at(&self) -> (Option<&NodeSearch>, &[Step]) {
        (self.search.as_ref(), &self.outline.cursor().trail)
    }

    fn search_mut(&mut self) -> &mut Option<NodeSearch> {
        &mut self.search
    }

    fn find(&mut self, towards: Towards, budget: usize) -> SearchOutcome {
        let Some(search) = &mut self.search else { return SearchOutcome::Nothing };
        let (found, hit) = search.find(self.pairs.root(), &self.outline.cursor().trail, towards, budget);
        hit.into_iter().for_each(|trail| self.go_to_trail(trail));
        found
    }

    fn count_hits(&mut self, budget: usize) {
        self.search.iter_mut().for_each(|search| search.count(self.pairs.root(), budget));
    }
}
