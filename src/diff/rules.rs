//! Rules of a comparison: by what key the elements of an array are matched, what paths are ignored, and when to stop.

use super::ignored::IgnoredPaths;
use super::{Diff, Matching, Pair};
use crate::value::{Path, Step, Text, Value};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

/// By what the elements of an array are matched, where somebody chose.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ArrayKey {
    /// By the value of this field; elements without it, or with one that is not unique, by content.
    Field(Text),
    /// The first with the first, the second with the second.
    Index,
    /// By content: no field names the elements.
    Content,
}

/// The key field of each array that a history settled, by place (an index stands for all); `None` where two objects were
/// there and no field names them.
pub type Settled = im::OrdMap<Path, Option<Text>>;

/// What a comparison goes by: the key of each array, chosen by somebody or else settled by the history, and the paths it
/// ignores. What holds for an array below an array holds for all arrays at that place: `.orders[3].lines` is every
/// `.orders[].lines`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DiffRules {
    chosen: BTreeMap<Path, ArrayKey>,
    settled: Settled,
    ignored: IgnoredPaths,
    /// Whether the ignored paths are these alone, whatever a recording keeps.
    ignored_alone: bool,
}

impl DiffRules {
    /// What holds for the array at a path; `None` where nothing is known of it. O(steps * log choices).
    pub fn of(&self, path: &[Step]) -> Option<ArrayKey> {
        if self.chosen.is_empty() && self.settled.is_empty() {
            return None;
        }
        let place = place(path);
        let settled = || {
            let field = self.settled.get(&place)?.clone();
            Some(field.map_or(ArrayKey::Content, ArrayKey::Field))
        };
        self.chosen.get(&place).cloned().or_else(settled)
    }

    /// What somebody chose for the array at a path.
    pub fn chosen(&self, path: &[Step]) -> Option<&ArrayKey> {
        self.chosen.get(&place(path))
    }

    /// Chooses; `None` takes the choice back.
    pub fn choose(&mut self, path: &[Step], key: Option<ArrayKey>) {
        match key {
            Some(key) => drop(self.chosen.insert(place(path), key)),
            None => drop(self.chosen.remove(&place(path))),
        }
    }

    /// The same choices before those of `kept` and what a history settled.
    #[must_use]
    pub fn on(&self, kept: &Self, settled: &Settled) -> Self {
        let mut chosen = kept.chosen.clone();
        chosen.extend(self.chosen.iter().map(|(path, key)| (path.clone(), key.clone())));
        let ignored = if self.ignored_alone { self.ignored.clone() } else { self.ignored.and(&kept.ignored) };
        Self { chosen, settled: settled.clone(), ignored, ignored_alone: self.ignored_alone }
    }

    /// Whether somebody chose anything, or anything is left out.
    #[cfg(feature = "tui")]
    pub fn is_customized(&self) -> bool {
        !self.chosen.is_empty() || !self.ignored.is_empty()
    }

    /// Leaves out what a pattern covers.
    ///
    /// # Errors
    /// What is wrong with the pattern, in a sentence.
    pub fn ignore(&mut self, pattern: &str) -> Result<(), String> {
        self.ignored.add(pattern)
    }

    /// Leaves out these paths alone, whatever a recording keeps.
    pub fn ignore_nothing_else(&mut self) {
        self.ignored_alone = true;
    }

    /// What is left out.
    pub fn ignored(&self) -> &IgnoredPaths {
        &self.ignored
    }

    /// All choices, by path; an index stands for all.
    pub fn iter(&self) -> impl Iterator<Item = (&Path, &ArrayKey)> {
        self.chosen.iter()
    }
}

/// The path with every index as the first one.
pub fn place(path: &[Step]) -> Path {
    let step = |step: &Step| if matches!(step, Step::Index(_)) { Step::Index(0) } else { step.clone() };
    Path(path.iter().map(step).collect())
}

/// A comparison that follows rules and can be stopped from another thread.
#[derive(Debug, Clone, Copy, Default)]
pub struct Differ<'a> {
    rules: Option<&'a DiffRules>,
    stop: Option<&'a AtomicBool>,
}

impl<'a> Differ<'a> {
    /// By these rules, until `stop` is set.
    pub fn new(rules: &'a DiffRules, stop: &'a AtomicBool) -> Self {
        Self { rules: Some(rules), stop: Some(stop) }
    }

    /// By these rules, to its end.
    pub fn by(rules: &'a DiffRules) -> Self {
        Self { rules: Some(rules), stop: None }
    }

    /// Compares two values as [`diff`](super::diff) does; `None` when it was stopped.
    pub fn diff(self, left: &Value, right: &Value) -> Option<Diff> {
        let found = super::differences(left, right, self);
        (!self.is_stopped()).then_some(found)
    }

    /// Compares two parts at these paths into their values; `None` when it was stopped. Paths are those into the whole values.
    pub fn diff_at(self, (left_path, left): (&Path, &Value), (right_path, right): (&Path, &Value)) -> Option<Diff> {
        let found = super::differences_at((left_path, left), (right_path, right), self);
        (!self.is_stopped()).then_some(found)
    }

    /// How the children of two containers at this path (on the right) line up, as [`align`](super::align) does; `None`
    /// when it was stopped.
    pub fn align(self, path: &[Step], left: &Value, right: &Value) -> Option<(Vec<Pair>, Option<Matching>)> {
        let found = super::aligned(path, left, right, self);
        (!self.is_stopped()).then_some(found)
    }

    /// Whether it was stopped: then whatever is found counts for nothing, and loops end early.
    pub fn is_stopped(self) -> bool {
        self.stop.is_some_and(|stop| stop.load(Ordering::Relaxed))
    }

    /// Whether two parts at a path, or their absence, differ in what is not left out, as [`IgnoredPaths::differ`] says.
    pub fn differ(self, path: &Path, old: Option<&Value>, new: Option<&Value>) -> bool {
        match self.rules {
            Some(rules) => rules.ignored.differ(path, old, new),
            None => IgnoredPaths::default().differ(path, old, new),
        }
    }

    /// Whether what is at a path is left out.
    pub(super) fn ignores(self, path: &[Step]) -> bool {
        self.rules.is_some_and(|rules| rules.ignored.covers(path))
    }

    pub(super) fn key_at(self, path: &[Step]) -> Option<ArrayKey> {
        self.rules?.of(path)
    }
}
