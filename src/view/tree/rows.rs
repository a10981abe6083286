//! A row of the state tree in words.

use super::state::State;
use crate::diff::Matching;
use crate::value::{Path, Step, Value};
use crate::view::outline::{Count, Folds, Place, Run, View, What};
use crate::view::path::ROOT;
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

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeRow {
    /// Where; for a fold, the first sibling it hides.
    pub path: Path,
    /// Steps from the root.
    pub depth: usize,
    /// Container or leaf.
    pub twist: Twist,
    /// The key; for an element its index, or its key field's value; for a fold its words.
    pub key: String,
    /// `{5}`, `[2] by sku`, or a scalar as a literal.
    pub value: String,
    /// What a closed container begins with.
    pub preview: String,
    /// Size of the root, delta of a changed number or size.
    pub note: String,
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
        preview: if twist == Twist::Closed { preview(value) } else { String::new() },
        note: note(state, &place.trail, value),
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
pub fn run_words(run: &Run) -> String {
    let count = match run.count {
        Count::Exactly(count) => text::thousands(count as u64),
        Count::Over(count) => format!("over {}", text::thousands(count as u64)),
    };
    match run.what {
        What::Added => format!("… {count} more added"),
        What::Removed => format!("… {count} more removed"),
        What::Unchanged | What::Other => format!("… {count} unchanged"),
    }
}

/// `{5}`, `[2] by sku`, or a scalar as a literal.
pub fn value_words(value: &Value, matching: Option<&Matching>) -> String {
    let len = text::thousands(value.len() as u64);
    match value {
        Value::Object(_) => format!("{{{len}}}"),
        Value::Array(_) => match matching {
            Some(Matching::Key(field)) => format!("[{len}] by {}", text::key(field)),
            Some(Matching::Index) => format!("[{len}] by index (too large)"),
            Some(Matching::Place) => format!("[{len}] by index"),
            Some(Matching::Lcs) | None => format!("[{len}]"),
        },
        scalar => text::scalar(scalar),
    }
}

fn key(state: &State, trail: &[Step], value: &Value) -> String {
    let Some((step, parent)) = trail.split_last() else { return ROOT.into() };
    step_words(step, value, state.matching(parent).as_ref())
}

/// A step as a row shows it: the key, the index, or the value of the field that elements are matched by.
pub fn step_words(step: &Step, value: &Value, matching: Option<&Matching>) -> String {
    match (step, matching) {
        (Step::Key(key), _) => text::key(key).into_owned(),
        (Step::Index(index), Some(Matching::Key(field))) => {
            let named = value.child(&Step::Key(field.clone())).map(text::bare);
            named.unwrap_or_else(|| index.to_string())
        }
        (Step::Index(index), _) => index.to_string(),
    }
}

/// What a container begins with: `qty 2, state "idle", …`.
fn preview(value: &Value) -> String {
    let part = |(key, value): (Option<&str>, &Value)| {
        let words = if value.is_container() { value_words(value, None) } else { text::scalar(value) };
        key.map_or(words.clone(), |key| format!("{} {words}", text::key(key)))
    };
    let parts: Vec<String> = match value {
        Value::Object(object) => object.iter().take(PREVIEWED).map(|(key, value)| part((Some(key), value))).collect(),
        Value::Array(array) => array.iter().take(PREVIEWED).map(|value| part((None, value))).collect(),
        _ => Vec::new(),
    };
    let more = if value.len() > PREVIEWED { ", …" } else { "" };
    format!("{}{more}", parts.join(", "))
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
