//! Two values and how they differ, with what panes look up of that: made once, away from the screen, and then shared.
//!
//! Must not name: `outline`, `list`.

use super::path::ArrayKeys;
use super::summary::{DiffSummary, Equality};
use super::text::{self, SafeText, joined};
use super::words::{self, Word};
use crate::diff::{ArrayKey, Diff, DiffRules, Differ, Matching};
use crate::value::{Path, Step, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// Two values and how they differ.
#[derive(Debug, Default)]
pub struct Compared {
    /// The value at A.
    pub left: Value,
    /// The value at B.
    pub right: Value,
    /// What differs; nothing where comparing was stopped.
    pub diff: Diff,
    /// What it comes to.
    pub summary: DiffSummary,
    /// How paths are said in words.
    pub keys: ArrayKeys,
    /// `arrays matched by "sku" (auto)`; empty when none had to be matched.
    pub matching: SafeText,
    chosen: Arc<DiffRules>,
    /// The words of long changed texts that were shown, by the place of their change.
    long_words: Mutex<BTreeMap<usize, Arc<[Word]>>>,
}

/// Bytes of a text from which on its words are kept.
const LONG: usize = 1_000;
/// Changes whose words are kept at most.
const MOST_KEPT: usize = 256;

impl Compared {
    /// Compares two values. O(what differs) where they share memory.
    #[cfg(test)]
    pub fn new(left: &Value, right: &Value) -> Arc<Self> {
        let (keys, go_on) = Default::default();
        Self::between(left, right, &keys, &go_on)
    }

    /// Compares two values, arrays as somebody chose; where `stop` was set, without what differs.
    pub fn between(
        left: &Value,
        right: &Value,
        chosen: &Arc<DiffRules>,
        stop: &std::sync::atomic::AtomicBool,
    ) -> Arc<Self> {
        let Some(diff) = Differ::new(chosen, stop).diff(left, right) else {
            return Self::uncompared(left, right, chosen);
        };
        Arc::new(Self {
            left: left.clone(),
            // What both have lies in one place, whichever way each was made.
            right: right.clone().sharing(left),
            summary: DiffSummary::new(&diff, left, right),
            keys: ArrayKeys::new(&diff, chosen),
            matching: matching(&diff, chosen),
            chosen: Arc::clone(chosen),
            long_words: Mutex::default(),
            diff,
        })
    }

    /// Two values of which nobody knows how they differ.
    pub fn uncompared(left: &Value, right: &Value, chosen: &Arc<DiffRules>) -> Arc<Self> {
        let summary = DiffSummary { verdict: Equality::Unknown, ..DiffSummary::new(&Diff::default(), left, right) };
        let (left, right, chosen) = (left.clone(), right.clone(), Arc::clone(chosen));
        Arc::new(Self { left, right, summary, chosen, ..Self::default() })
    }

    /// Whether comparing came to its end.
    pub fn is_whole(&self) -> bool {
        self.summary.verdict != Equality::Unknown
    }

    /// The choices that arrays were matched by.
    pub fn chosen(&self) -> &Arc<DiffRules> {
        &self.chosen
    }

    /// The words of the change at a place of the list, from one value to the other; of long texts they are compared once.
    pub fn words(&self, place: usize, old: &Value, new: &Value) -> Arc<[Word]> {
        let is_long = |value: &Value| value.as_str().is_some_and(|text| text.len() >= LONG);
        if !is_long(old) && !is_long(new) {
            return words::changed(old, new).into();
        }
        let mut kept = self.long_words.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST_KEPT && !kept.contains_key(&place) {
            kept.clear();
        }
        Arc::clone(kept.entry(place).or_insert_with(|| words::changed(old, new).into()))
    }

    /// How the elements of the array at a path are named, where somebody chose that.
    pub fn chosen_at(&self, path: &[Step]) -> Option<Matching> {
        match self.chosen.of(path)? {
            ArrayKey::Field(field) => Some(Matching::Key(field)),
            ArrayKey::Index => Some(Matching::Place),
            ArrayKey::Content => None,
        }
    }
}

/// Words of this many kinds; then `…`.
const MOST_WORDS: usize = 3;

fn matching(diff: &Diff, chosen: &DiffRules) -> SafeText {
    let (mut by_itself, mut by_choice) = (BTreeSet::new(), BTreeSet::new());
    for (path, matching) in &diff.arrays {
        let own = chosen.chosen(&path.0).is_some_and(|key| is_followed(key, matching));
        if own {
            by_choice.insert(word(matching))
        } else {
            by_itself.insert(word(matching))
        };
    }
    let said = [(by_choice, " (chosen)"), (by_itself, " (auto)")].into_iter().filter(|(words, _)| !words.is_empty());
    let said = SafeText::join(said.map(|(words, how)| joined![listed(words), how]), ", ");
    if said.is_empty() { said } else { joined!["arrays matched by ", said] }
}

fn is_followed(key: &ArrayKey, matching: &Matching) -> bool {
    match (key, matching) {
        (ArrayKey::Field(wanted), Matching::Key(field)) => wanted == field,
        (ArrayKey::Index, Matching::Place) | (ArrayKey::Content, Matching::Lcs) => true,
        _ => false,
    }
}

fn word(matching: &Matching) -> String {
    match matching {
        Matching::Key(field) => text::literal(field),
        Matching::Lcs => "common order".into(),
        Matching::Index => "index (too large)".into(),
        Matching::Place => "index".into(),
    }
}

fn listed(words: BTreeSet<String>) -> SafeText {
    let more = (words.len() > MOST_WORDS).then(|| "…".into());
    SafeText::join(words.into_iter().take(MOST_WORDS).map(SafeText::from).chain(more), ", ")
}

/// The arrays of a place of two values, for choosing a key: the one at the path, or the nearest round it.
pub fn array_at(value: &Value, path: &[Step]) -> Option<Path> {
    let array = |depth: &usize| matches!(value.at(&Path(path[..*depth].to_vec())), Some(Value::Array(_)));
    (0..=path.len()).rev().find(array).map(|depth| Path(path[..depth].to_vec()))
}
