//! A row of the state tree in words.

use super::state::TreeState;
use crate::diff::Matching;
use crate::value::{Path, Step, Value};
use crate::view::needle::Needle;
use crate::view::outline::{Count, Folds, OutlinePlace, OutlineWalk, SiblingRun, SiblingsInCommon};
use crate::view::path::ROOT;
use crate::view::text::{SafeText, joined};
use crate::view::value_words::value_words;
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
const PREVIEWED: usize = 12;

pub(super) fn row(
    state: &TreeState,
    folds: &Folds,
    needle: Option<&Needle>,
    (place, selected): (&OutlinePlace, bool),
) -> TreeRow {
    let path = Path(place.trail.clone());
    let depth = place.trail.len();
    if let Some(run) = &place.run {
        let sign = (run.what == SiblingsInCommon::Added).then_some(Sign::Added);
        let (value, preview, note) = Default::default();
        return TreeRow { path, depth, twist: Twist::Fold, key: run_words(run), value, preview, note, sign, selected };
    }
    let value = state.at(&place.trail).unwrap_or(&Value::Null);
    let twist = twist(value, OutlineWalk { forest: state, folds }.is_open(&place.trail));
    let matching = state.matching(&place.trail);
    TreeRow {
        depth,
        twist,
        key: key(state, &place.trail, value),
        value: match value {
            Value::String(_) => text::scalar_around(value, needle),
            _ => value_words(value, matching.as_ref()),
        },
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
pub fn run_words(run: &SiblingRun) -> SafeText {
    let (over, count) = match run.count {
        Count::Exactly(count) => ("", count),
        Count::Over(count) => ("over ", count),
    };
    let what = match run.what {
        SiblingsInCommon::Added => " more added",
        SiblingsInCommon::Removed => " more removed",
        SiblingsInCommon::Unchanged | SiblingsInCommon::Other => " unchanged",
    };
    joined!["… ", over, text::thousands(count as u64), what]
}

fn key(state: &TreeState, trail: &[Step], value: &Value) -> SafeText {
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

    /// Whether there is nothing of it.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Whether so many columns hold all of it.
    pub fn fits(&self, columns: usize) -> bool {
        let part = |(key, value): &(SafeText, SafeText)| key.width() + usize::from(!key.is_empty()) + value.width() + 2;
        !self.more && self.parts.iter().map(part).sum::<usize>() <= columns + 2
    }

    /// Columns of its longest word: what is longer than a line would be broken anywhere.
    pub fn longest_word(&self) -> usize {
        let words = |(_, value): &(SafeText, SafeText)| value.painted().split(' ').map(text::width).max().unwrap_or(0);
        self.parts.iter().map(words).max().unwrap_or(0)
    }

    /// All of it behind a value, in lines of at most so many columns: a key and its value stay together where a line has room for both.
    pub fn lines(&self, value: &SafeText, columns: usize) -> Vec<SafeText> {
        let mut lines = value.wrap(columns);
        let last = self.parts.len().saturating_sub(1);
        let part = |(at, (key, value)): (usize, &(SafeText, SafeText))| {
            let comma = if at < last || self.more { "," } else { "" };
            joined![SafeText::join([key.clone(), value.clone()], " "), comma]
        };
        for part in self.parts.iter().enumerate().map(part).chain(self.more.then(|| "…".into())) {
            let line = lines.pop().unwrap_or_default();
            let both = SafeText::join([line.clone(), part.clone()], " ");
            if both.width() > columns && part.width() <= columns {
                lines.extend([line, part]);
            } else {
                lines.extend(both.wrap(columns));
            }
        }
        lines
    }

    /// As many parts as at most so many columns hold; of the first one that they do not hold whole as much as there is room
    /// for, its key before its value.
    pub fn fit(&self, columns: usize) -> SafeText {
        let mut fitting = SafeText::default();
        for (at, both) in self.parts.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            let rest = if at + 1 == self.parts.len() && !self.more { "" } else { ", …" };
            let room = columns.saturating_sub(fitting.width() + text::width(comma) + text::width(rest));
            let whole = SafeText::join([both.0.clone(), both.1.clone()], " ");
            if whole.width() <= room {
                fitting = joined![fitting, comma, whole];
                continue;
            }
            let room = columns.saturating_sub(fitting.width() + text::width(comma));
            let begun = begun(both, rest, room).map(|begun| joined![&fitting, comma, begun]);
            let none = || if at == 0 { SafeText::default() } else { joined![&fitting, ", …"] };
            let left_out = begun.unwrap_or_else(none);
            return if left_out.width() <= columns { left_out } else { SafeText::default() };
        }
        if self.more { joined![fitting, ", …"] } else { fitting }
    }
}

/// Members of a container below each other, values in one column, in at most so many lines of so many columns; the last line says
/// how many are left out.
pub fn members(value: &Value, lines: usize, columns: usize) -> Vec<SafeText> {
    let shown = if value.len() > lines { lines.saturating_sub(1) } else { value.len() };
    let pairs: Vec<(SafeText, &Value)> = match value {
        Value::Object(object) => {
            object.iter().take(shown).map(|(name, value)| (SafeText::written(&text::key(name)), value)).collect()
        }
        Value::Array(array) => {
            array.iter().take(shown).enumerate().map(|(at, value)| (at.to_string().into(), value)).collect()
        }
        _ => Vec::new(),
    };
    let longest = pairs.iter().map(|(name, _)| name.width()).max().unwrap_or(0).min(columns / 2);
    let line = |(name, value): &(SafeText, &Value)| {
        let named = joined![name.fit_middle(longest).filled(longest + 2), value_words(value, None)];
        let begins = Beginning::of(value).fit(columns.saturating_sub(named.width() + 1));
        SafeText::join([named, begins], " ").fit(columns)
    };
    let left = value.len() - shown;
    let more = (left > 0 && shown > 0).then(|| joined!["… ", text::thousands(left as u64), " more"]);
    pairs.iter().map(line).chain(more).collect()
}

/// A key with as much of its value as so many columns hold before the rest, or the key alone; `None` where that tells too little.
fn begun((key, value): &(SafeText, SafeText), rest: &'static str, columns: usize) -> Option<SafeText> {
    let named = key.width() + usize::from(!key.is_empty());
    let room = columns.saturating_sub(named + text::width(rest));
    match columns {
        _ if value.width() > LEAST_VALUE && room >= LEAST_VALUE => {
            Some(joined![SafeText::join([key.clone(), value.fit(room)], " "), rest])
        }
        _ if key.is_empty() => None,
        _ if named < columns => Some(joined![key, " …"]),
        LEAST_VALUE.. => Some(key.fit(columns)),
        _ => None,
    }
}

fn note(state: &TreeState, trail: &[Step], value: &Value) -> String {
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
