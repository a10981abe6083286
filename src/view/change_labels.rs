//! What transitions without a label are called: the change that tells most of each.
//!
//! Made for the rows on the screen only. Must not name: `tui`.

use super::Sign;
use super::change_row::ChangedPart;
use super::compared::Compared;
use super::text::{self, SafeText, joined};
use super::value_words::value_words;
use crate::diff::Change;
use crate::record::Version;
use crate::value::Value;
use std::collections::HashMap;

/// More versions than this are not remembered.
const MOST: usize = 20_000;

/// Versions that are compared in one go.
const TOGETHER: usize = 64;

/// What a transition is called by one of its changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangeLabel {
    /// `+`, `-` or `>` where that is what happened.
    pub sign: &'static str,
    /// Where; of what was moved, where it is now.
    pub path: SafeText,
    /// What it was, where there is something.
    pub old: SafeText,
    /// What it is.
    pub new: SafeText,
}

/// Columns in which an old and a new value tell something beside each other; in fewer the new one stands alone.
const BOTH: usize = 24;

impl ChangeLabel {
    /// `.status "starting" → "ready"`; empty where nothing changed.
    pub fn words(&self) -> SafeText {
        self.fit(usize::MAX)
    }

    /// The same in at most so many columns: the path gives way down to its last key, then the old value, then what both
    /// values share.
    pub fn fit(&self, columns: usize) -> SafeText {
        let sign: SafeText = self.sign.into();
        let room = columns.saturating_sub(sign.width() + usize::from(!sign.is_empty()));
        let values = self.values(usize::MAX);
        let beside = values.width() + usize::from(!values.is_empty());
        let path = tails(&self.path).find(|path| path.width().saturating_add(beside) <= room);
        let (path, values) = path.map_or_else(
            || {
                let columns = room.saturating_sub(self.new_alone().width() + 1).max(room / 2).max(room.min(LEAST_KEY));
                let key = tails(&self.path).last().unwrap_or_default().fit_middle(columns);
                let values = self.values(room.saturating_sub(key.width() + 1));
                (key, values)
            },
            |path| (path, values),
        );
        SafeText::join([sign, path, values], " ").fit(columns)
    }

    /// The same where it tells something: not where all that is left of it, or of the new value, is a stump.
    pub fn fit_telling(&self, columns: usize) -> Option<SafeText> {
        let shown = self.fit(columns);
        let plain = shown.unmarked();
        let end = plain.rsplit_once("→ ").map_or(&*plain, |(_, new)| new);
        let is_stump = end.contains('…') && text::width(end) < LEAST_LEFT;
        (!is_stump).then(|| shown.clone())
    }

    /// `→ "ready"`, whole.
    fn new_alone(&self) -> SafeText {
        if self.old.is_empty() { self.new.clone() } else { joined!["→ ", &self.new] }
    }

    /// `"starting" → "ready"`; in little room `→ "ready"`.
    fn values(&self, columns: usize) -> SafeText {
        let Self { old, new, .. } = self;
        let side = |one: &SafeText, other: &SafeText, room: usize| {
            let columns = (room / 2).max(room.saturating_sub(other.width()));
            one.fit_from_others(std::iter::once(other), columns)
        };
        match (old.is_empty(), new.is_empty()) {
            (false, false) if columns >= BOTH.min(old.width() + new.width() + 3) => {
                let room = columns.saturating_sub(3);
                joined![side(old, new, room), " → ", side(new, old, room)]
            }
            (false, false) if self.new_alone().width() <= columns => self.new_alone(),
            (false, false) => joined!["→ ", new.fit_from_others(std::iter::once(old), columns.saturating_sub(2))],
            _ => joined![old, new].fit(columns),
        }
    }
}

/// Columns of what is cut, from which on it tells something.
const LEAST_LEFT: usize = 6;

/// Columns of the last key, at least.
const LEAST_KEY: usize = 8;

/// A path, and what is left of it as keys at its beginning go: `.agents[0].status`, `…status`.
fn tails(path: &SafeText) -> impl Iterator<Item = SafeText> + '_ {
    let plain = path.unmarked();
    let (mut quoted, mut depth) = (false, 0usize);
    let mut starts = Vec::new();
    for (at, letter) in plain.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            '[' if !quoted => depth += 1,
            ']' if !quoted => depth = depth.saturating_sub(1),
            '.' if !quoted && depth == 0 && at > 0 => starts.push(text::width(&plain[at + 1..])),
            _ => {}
        }
    }
    std::iter::once(path.clone()).chain(starts.into_iter().map(|columns| joined!["…", path.tail(columns)]))
}

/// The labels of one tenant's versions that are known.
#[derive(Debug, Default)]
pub struct ChangeLabels {
    /// By which choices of array keys and ignored paths.
    choices: Option<u64>,
    known: HashMap<Version, ChangeLabel>,
}

/// Which labels are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelsOf {
    /// By which choices: an answer by others is dropped.
    pub choices: u64,
    /// Of which versions.
    pub versions: Vec<Version>,
}

impl ChangeLabels {
    /// That of a version, where it is known.
    pub fn of(&self, version: Version) -> Option<&ChangeLabel> {
        self.known.get(&version)
    }

    /// What to ask for, so that these can be shown; `None` where all is known. Labels by other choices are forgotten.
    pub fn wanted(&mut self, choices: u64, shown: impl Iterator<Item = Version>) -> Option<LabelsOf> {
        if self.choices != Some(choices) {
            *self = Self { choices: Some(choices), known: HashMap::new() };
        }
        let versions: Vec<Version> = shown.filter(|version| !self.known.contains_key(version)).take(TOGETHER).collect();
        (!versions.is_empty()).then_some(LabelsOf { choices, versions })
    }

    /// Takes labels that were made.
    pub fn take(&mut self, of: &LabelsOf, labels: Vec<(Version, ChangeLabel)>) {
        if self.choices != Some(of.choices) {
            return;
        }
        if self.known.len() + labels.len() > MOST {
            self.known.clear();
        }
        self.known.extend(labels);
    }
}

/// The change that tells most: a changed leaf nearest to the root, else the first thing that came or went. O(changes).
pub fn label(compared: &Compared) -> ChangeLabel {
    let rank = |change: &&Change| {
        let kind = match Sign::from(&change.kind) {
            Sign::Changed => 0,
            Sign::Added => 1,
            Sign::Moved => 2,
            Sign::Removed => 3,
        };
        (kind, change.path.0.len())
    };
    let Some(change) = compared.diff.changes.iter().min_by_key(rank) else { return ChangeLabel::default() };
    let path = |root| SafeText::from(compared.keys.words(&change.path, root));
    let value = |value: &Value| value_words(value, None);
    let part = ChangedPart::from(change);
    let is_moved = part.sign == Sign::Moved;
    let side = |side: Option<&Value>| side.filter(|_| !is_moved).map(value).unwrap_or_default();
    ChangeLabel {
        sign: if part.sign == Sign::Changed { "" } else { part.sign.word() },
        path: if part.sign == Sign::Removed { path(&compared.left) } else { path(&compared.right) },
        old: side(part.old),
        new: side(part.new),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::parse;

    #[test]
    #[expect(clippy::unwrap_used, reason = "a test")]
    fn the_change_that_tells_most_is_the_label() {
        for (old, new, expected) in [
            (r#"{"status":"starting"}"#, r#"{"status":"ready"}"#, r#".status "starting" → "ready""#),
            (r#"{"queue":[]}"#, r#"{"queue":[{"a":1,"b":2}]}"#, "+ .queue[0] {2}"),
            (r#"{"a":{"b":{"c":1}},"n":1}"#, r#"{"a":{"b":{"c":2}},"m":1,"n":2}"#, ".n 1 → 2"),
            (r#"{"a":1}"#, r#"{"b":2}"#, "+ .b 2"),
            (r#"{"a":1}"#, r#"{"a":1}"#, ""),
            ("null", r#"{"a":1}"#, ". null → {1}"),
        ] {
            let (old, new) = (parse(old.as_bytes()).unwrap(), parse(new.as_bytes()).unwrap());
            assert_eq!(label(&Compared::new(&old, &new)).words().unmarked(), expected, "{old:?} {new:?}");
        }
    }

    #[test]
    fn in_little_room_the_last_key_and_the_new_value_stay() {
        let of = |[path, old, new]: [&str; 3]| {
            let [path, old, new] = [path, old, new].map(|text| text.to_owned().into());
            ChangeLabel { sign: "", path, old, new }
        };
        let short = [".agents[id=a.b].\"odd.key\".status", "\"starting\"", "\"ready\""];
        for (columns, expected) in [
            (60, ".agents[id=a.b].\"odd.key\".status \"starting\" → \"ready\""),
            (44, "…\"odd.key\".status \"starting\" → \"ready\""),
            (30, "…status \"starting\" → \"ready\""),
            (25, "…status → \"ready\""),
            (18, "…status → \"ready\""),
            (12, "…status → \"…"),
            (0, ""),
        ] {
            assert_eq!(of(short).fit(columns).unmarked(), expected, "{columns}");
            assert_eq!(of(short).fit_telling(columns).is_some(), columns != 12, "{columns}");
        }
    }

    #[test]
    fn in_little_room_the_end_of_the_path_and_what_differs_stay() {
        let (old, new) = ("https://example.org/v1.0/tool.zip", "https://example.org/v1.1/tool.zip");
        let label = ChangeLabel {
            sign: "",
            path: ".architecture.64bit.url".into(),
            old: old.to_owned().into(),
            new: new.to_owned().into(),
        };
        for columns in 34..120 {
            let shown = label.fit(columns);
            let shown = shown.unmarked();
            assert!(crate::view::text::width(&shown) <= columns, "{columns}: {shown}");
            let (old, new) = shown.split_once(" → ").unwrap_or_default();
            assert!(old.contains("url ") && !old.ends_with(new), "{columns}: {shown}");
        }
    }
}
