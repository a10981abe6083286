//! The state tree: rows of a value, only those on the screen, with the changes against A in the right gutter.
//!
//! Expansion is remembered by path and survives steps in time; the cursor stays on its path, or on the nearest ancestor
//! that exists. A frame costs O(height * depth * log n) however large the value.

mod rows;
mod state;

pub use super::outline::TreeMove;
pub use rows::{Beginning, TreeRow, Twist, members, run_words, step_words, twist};
pub use state::TreeState;

use super::outline::{KeptFold, Outline};
use super::search::{NodeSearch, SearchOutcome, Searched, Towards};
use crate::value::{Path, Step, Value};

/// Changes that are looked at for one that is in view.
const LOOKED_AT: usize = 50;

/// The tree's model.
#[derive(Debug, Default)]
pub struct TreeModel {
    state: TreeState,
    outline: Outline,
    search: Option<NodeSearch>,
}

impl TreeModel {
    /// Shows another value (a step in time) with the changes that led to it; the cursor stays on what it was on, by its path if
    /// nobody says where that is `followed` to. Answers what was shown before.
    pub fn show(&mut self, state: TreeState, followed: Option<&Path>) -> TreeState {
        let at = followed.map_or_else(|| self.outline.cursor().trail.clone(), |path| path.0.clone());
        let old = &self.state;
        self.outline.take_names(&|trail| old.name_by(state.keys(), trail));
        let before = std::mem::replace(&mut self.state, state);
        self.state.pin(at.clone());
        self.state.resize(self.outline.height());
        self.outline.settle(&self.state, &at);
        self.outline.glance(&self.state, &self.state.changed(LOOKED_AT));
        self.forget_pending();
        self.search.iter_mut().for_each(NodeSearch::forget_hits);
        before
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
        self.outline.resize(height);
        self.state.resize(height);
    }

    /// Moves the cursor, opens and closes.
    pub fn act(&mut self, step: TreeMove) {
        self.outline.act(&self.state, step);
        self.forget_pending();
    }

    fn forget_pending(&mut self) {
        self.search.iter_mut().for_each(NodeSearch::forget_pending);
    }

    /// The path under the cursor; for folded siblings, the first of them.
    pub fn path(&self) -> Path {
        Path(self.outline.cursor().trail.clone())
    }

    /// The path under the cursor in words, elements by their names; safe to print.
    pub fn path_words(&self) -> String {
        self.state.words(&self.path())
    }

    /// The value under the cursor.
    pub fn value(&self) -> &Value {
        self.state.at(&self.outline.cursor().trail).unwrap_or(self.state.value())
    }

    /// The value of the row under the cursor; nothing for folded siblings.
    pub fn under_cursor(&self) -> Option<&Value> {
        let cursor = self.outline.cursor();
        if cursor.run.is_some() { None } else { self.state.at(&cursor.trail) }
    }

    /// Puts the cursor on a path (or its nearest existing ancestor) and opens the way to it.
    pub fn go_to(&mut self, path: &Path) {
        self.state.pin(path.0.clone());
        self.outline.go_to(&self.state, &path.0);
    }

    /// The rows on the screen.
    pub fn rows(&self, height: usize) -> Vec<TreeRow> {
        let (places, cursor) = self.outline.rows(&self.state, height);
        let row =
            |(line, place)| rows::row(&self.state, self.outline.folds(), self.needle(), (place, Some(line) == cursor));
        places.iter().enumerate().map(row).collect()
    }
}

impl Searched for TreeModel {
    fn search_at(&self) -> (Option<&NodeSearch>, &[Step]) {
        (self.search.as_ref(), &self.outline.cursor().trail)
    }

    fn search_mut(&mut self) -> &mut Option<NodeSearch> {
        &mut self.search
    }

    fn find(&mut self, towards: Towards, budget: usize) -> SearchOutcome {
        let Some(search) = &mut self.search else { return SearchOutcome::Nothing };
        let (found, hit) = search.find(self.state.value(), &self.outline.cursor().trail, towards, budget);
        if let Some(trail) = hit {
            self.go_to(&Path(trail));
        }
        found
    }

    fn count_hits(&mut self, budget: usize) {
        self.search.iter_mut().for_each(|search| search.count(self.state.value(), budget));
    }
}

#[cfg(test)]
mod tests;
