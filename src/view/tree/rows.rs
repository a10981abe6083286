//! A row of the state tree in words.

use super::state::State;
use crate::diff::Matching;
use crate::value::{Path, Step, Value};
use crate::view::outline::{Count, Folds, Place, Run, View, What};
use crate::view::path::ROOT;
use crate::view::text::{SafeText, joined};
use crate::view::{Sign, delta, text};

/// The sign of an open or closed container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Twist {
    /// `▾`
    Open,
    /// `▸`
    Closed,
    /// A scalar.
    Leaf,
    /// A run of folded siblings: `… 98 unchanged`.
    Fold,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeRow {
    /// Where; for a fold, the first sibling it hides.
    pub path: Path,
    /// Steps from the root.
    pub depth: usize,
    /// Container or leaf.
    pub twist: Twist,
    /// The key; for an element its index, or its key field's value; for a fold its words.
    pub key: SafeText,
    /// `{5}`, `[2] by sku`, or a scalar as a literal.
    pub value: SafeText,
    /// What a closed container begins with.
    pub preview: Beginning,
    /// Size of the root, delta of a changed number or size.
    pub note: SafeText,
    /// What changed at or below it.
    pub sign: Option<Sign>,
    /// Whether the cursor is on it.
    pub selected: bool,
}

/// Children a preview looks at.
const PREVIEWED: usize = 4;

pub(super) fn row(state: &State, folds: &Folds, place: &Place, selected: bool) -> TreeRow {
    let path = Path(place.trail.clone());
    let depth = place.trail.len();
    if let Some(run) = &place.run {
        let sign = (run.what == What::Added).then_some(Sign::Added);
        let (value, preview, note) = Default::default();
        return TreeRow { path, depth, twist: Twist::Fold, key: run_words(run), value, preview, note, sign, selected };
    }
    let value = state.at(&place.trail).unwrap_or(&Value::Null);
    let twist = twist(value, View { forest: state, folds }.is_open(&place.trail));
    let matching = state.matching(&place.trail);
    TreeRow {
        depth,
        twist,
        key: key(state, &place.trail, value),
        value: value_words(value, matching.as_ref()),
        preview: if twist == Twist::Closed { Beginning::of(value) } else { Beginning::default() },
        note: note(state, &place.trail, value).into(),
        sign: state.sign(&place.trail),
        selected,
        path,
    }
}

/// The sign of a value's row.
pub fn twist(value: &Value, open: bool) -> Twist {
    match (value.is_container(), open) {
        (false, _) => Twist::Leaf,
        (true, true) => Twist::Open,
        (true, false) => Twist::Closed,
    }
}

/// `… 98 unchanged`, `… 48 more added`, `… over 20,000 unchanged`.
pub fn run_words(run: &Run) -> SafeText {
    let (over, count) = match run.count {
        Count::Exactly(count) => ("", count),
        Count::Over(count) => ("over ", count),
    };
    let what = match run.what {
        What::Added => " more added",
        What::Removed => " more removed",
        What::Unchanged | What::Other => " unchanged",
    };
    joined!["… ", over, text::thousands(count as u64), what]
}

/// `{5}`, `[2] by sku`, or a scalar as a literal.
pub fn value_words(value: &Value, matching: Option<&Matching>) -> SafeText {
    let len = text::thousands(value.len() as u64);
    match value {
        Value::Object(_) => joined!["{", len, "}"],
        Value::Array(_) => match matching {
            Some(Matching::Key(field)) => joined!["[", len, "] by ", SafeText::written(&text::key(field))],
            Some(Matching::Index) => joined!["[", len, "] by index (too large)"],
            Some(Matching::Place) => joined!["[", len, "] by index"],
            Some(Matching::Lcs) | None => joined!["[", len, "]"],
        },
        scalar => text::scalar(scalar),
    }
}

fn key(state: &State, trail: &[Step], value: &Value) -> SafeText {
    let Some((step, parent)) = trail.split_last() else { return ROOT.into() };
    step_words(step, value, state.matching(parent).as_ref())
}

/// A step as a row shows it: the key, the index, or the value of the field that elements are matched by.
pub fn step_words(step: &Step, value: &Value, matching: Option<&Matching>) -> SafeText {
    match (step, matching) {
        (Step::Key(key), _) => SafeText::written(&text::key(key)),
        (Step::Index(index), Some(Matching::Key(field))) => {
            let named = value.child(&Step::Key(field.clone())).map(text::bare);
            named.unwrap_or_else(|| index.to_string().into())
        }
        (Step::Index(index), _) => index.to_string().into(),
    }
}

/// Columns of a value that is cut, at least.
const LEAST_VALUE: usize = 8;

/// What a container begins with: `qty 2, state "idle", …`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beginning {
    /// Keys, none for the elements of an array, and values.
    parts: Vec<(SafeText, SafeText)>,
    /// Whether there is more.
    more: bool,
}

impl Beginning {
    /// Of a container; empty for a scalar.
    pub fn of(value: &Value) -> Self {
        let key = |key: &str| SafeText::written(&text::key(key));
        let words = |value: &Value| value_words(value, None);
        let parts = match value {
            Value::Object(object) => {
                object.iter().take(PREVIEWED).map(|(name, value)| (key(name), words(value))).collect()
            }
            Value::Array(array) => {
                array.iter().take(PREVIEWED).map(|value| (SafeText::default(), words(value))).collect()
            }
            _ => Vec::new(),
        };
        Self { parts, more: value.len() > PREVIEWED }
    }

    /// Whole parts in at most so many columns; of the first one as much as there is room for, its key before its value.
    pub fn fit(&self, columns: usize) -> SafeText {
        let part = |(key, value): &(SafeText, SafeText)| SafeText::join([key.clone(), value.clone()], " ");
        let mut fitting = SafeText::default();
        for (at, both) in self.parts.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            let next = joined![&fitting, comma, part(both)];
            let is_last = at + 1 == self.parts.len() && !self.more;
            if next.width() + if is_last { 0 } else { 3 } > columns {
                let rest = if is_last { "" } else { ", …" };
                let key = both.0.width() + usize::from(!both.0.is_empty());
                let room = columns.saturating_sub(key + text::width(rest));
                let left_out = match at {
                    0 if room >= LEAST_VALUE => joined![part(&(both.0.clone(), both.1.fit(room))), rest],
                    0 => SafeText::join([both.0.clone(), "…".into()], " "),
                    _ => joined![fitting, ", …"],
                };
                return if left_out.width() <= columns { left_out } else { SafeText::default() };
            }
            fitting = next;
        }
        if self.more { joined![fitting, ", …"] } else { fitting }
    }
}

fn note(state: &State, trail: &[Step], value: &Value) -> String {
    if trail.is_empty() {
        return text::size(value.size());
    }
    let changed = state.node(trail).filter(|node| node.own.is_none_or(|(_, sign)| sign != Sign::Added));
    match changed.and_then(|_| state.older(trail)).map(|older| (older, value)) {
        Some((Value::Number(old), Value::Number(new))) => delta::between(old, new),
        Some((old, new)) => delta::len(old, new),
        None => String::new(),
    }
}
