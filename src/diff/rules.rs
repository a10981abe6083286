//! What a comparison may be told: by what key the elements of an array are matched, and when to stop.

use super::{Diff, Matching, Pair};
use crate::value::{Path, Step, Text, Value};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

/// By what the elements of an array are matched, where somebody chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArrayKey {
    /// By the value of this field; where it is missing or not unique, as if nothing had been chosen.
    Field(Text),
    /// The first with the first, the second with the second.
    Index,
}

/// The choices, by path. One made for an array below an array holds for all arrays at that place: `.orders[3].lines` is
/// every `.orders[].lines`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ArrayKeys(BTreeMap<Path, ArrayKey>);

impl ArrayKeys {
    /// What was chosen for the array at a path. O(steps * log choices).
    pub fn of(&self, path: &[Step]) -> Option<&ArrayKey> {
        if self.0.is_empty() { None } else { self.0.get(&place(path)) }
    }

    /// Chooses; `None` takes the choice back.
    pub fn choose(&mut self, path: &[Step], key: Option<ArrayKey>) {
        match key {
            Some(key) => drop(self.0.insert(place(path), key)),
            None => drop(self.0.remove(&place(path))),
        }
    }

    /// All choices, by path; an index stands for all.
    pub fn iter(&self) -> impl Iterator<Item = (&Path, &ArrayKey)> {
        self.0.iter()
    }
}

/// The path with every index as the first one.
fn place(path: &[Step]) -> Path {
    let step = |step: &Step| if matches!(step, Step::Index(_)) { Step::Index(0) } else { step.clone() };
    Path(path.iter().map(step).collect())
}

/// A comparison that follows choices and can be stopped from another thread.
#[derive(Debug, Clone, Copy, Default)]
pub struct Differ<'a> {
    keys: Option<&'a ArrayKeys>,
    stop: Option<&'a AtomicBool>,
}

impl<'a> Differ<'a> {
    /// With these choices, until `stop` is set.
    pub fn new(keys: &'a ArrayKeys, stop: &'a AtomicBool) -> Self {
        Self { keys: Some(keys), stop: Some(stop) }
    }

    /// With these choices, to its end.
    pub fn by(keys: &'a ArrayKeys) -> Self {
        Self { keys: Some(keys), stop: None }
    }

    /// Compares two values as [`diff`](super::diff) does; `None` when it was stopped.
    pub fn diff(self, left: &Value, right: &Value) -> Option<Diff> {
        let found = super::differences(left, right, self);
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

    pub(super) fn key_at(self, path: &[Step]) -> Option<&'a ArrayKey> {
        self.keys?.of(path)
    }
}
