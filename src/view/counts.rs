//! How many keys versions changed, by the rules that comparisons go by, where those may say otherwise than the history.
//!
//! Must not name: `tui`.

use crate::diff::Counts;
use crate::record::Version;
use crate::value::Value;
use std::collections::HashMap;
use std::ops::Range;

/// More versions than this are not remembered.
const MOST: usize = 100_000;

/// Versions that are counted in one go.
const TOGETHER: usize = 64;

/// What is known of the counts of one tenant's versions.
#[derive(Debug, Default)]
pub struct KeyCounts {
    /// By which choices.
    choices: Option<u64>,
    /// The newest version when it was found out whether the rules matter.
    judged: Option<Version>,
    /// Whether they do.
    by_rules: bool,
    /// A state of which it is known that they do not.
    plain: Value,
    known: HashMap<Version, Counts>,
    /// Another one whenever counts may be others.
    revision: u64,
}

/// Which counts are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountsOf {
    /// By which choices: an answer by others is dropped.
    pub choices: u64,
    /// The newest version at that time.
    pub newest: Version,
    /// Of which versions, where the rules matter.
    pub versions: Vec<Version>,
    /// A state of which it is known that the rules change nothing there, or null.
    pub plain: Value,
}

impl KeyCounts {
    /// What a version changed, where the history says `recorded`; `None` as long as it is not known.
    pub fn of(&self, version: Version, recorded: Counts) -> Option<Counts> {
        if self.by_rules { self.known.get(&version).copied() } else { Some(recorded) }
    }

    /// Keys that all versions of a range changed, where the history says `recorded`; `None` as long as one is not known.
    /// O(its versions) where the rules matter.
    pub fn over(&self, range: Range<u64>, recorded: u64) -> Option<u64> {
        if !self.by_rules {
            return Some(recorded);
        }
        let length = usize::try_from(range.end.saturating_sub(range.start)).ok()?;
        if length > self.known.len() {
            return None;
        }
        range.map(|version| self.known.get(&Version(version)).map(Counts::all)).sum()
    }

    /// Changes with whatever is counted.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Whether the rules may say otherwise than the history.
    pub fn is_by_rules(&self) -> bool {
        self.by_rules
    }

    /// Whether counts are those of the history, so that nothing has to be asked for.
    pub fn is_settled(&self, choices: u64, newest: Version) -> bool {
        self.choices == Some(choices) && self.judged == Some(newest) && !self.by_rules
    }

    /// What to ask for, so that these can be shown; `None` where all is known. What was counted by other choices goes.
    pub fn wanted(&mut self, choices: u64, newest: Version, shown: impl Iterator<Item = Version>) -> Option<CountsOf> {
        if self.choices != Some(choices) {
            let revision = self.revision + 1;
            *self = Self { choices: Some(choices), by_rules: self.by_rules, revision, ..Self::default() };
        }
        let judged = self.judged == Some(newest);
        if judged && !self.by_rules {
            return None;
        }
        let versions: Vec<Version> =
            shown.filter(|version| version.0 > 0 && !self.known.contains_key(version)).take(TOGETHER).collect();
        if judged && versions.is_empty() {
            return None;
        }
        Some(CountsOf { choices, newest, versions, plain: self.plain.clone() })
    }

    /// Takes whether the rules matter: the newest state, where they do not.
    pub fn judge(&mut self, of: &CountsOf, plain: Option<Value>) {
        if self.choices == Some(of.choices) {
            self.revision += 1;
            self.by_rules = plain.is_none();
            self.judged = Some(of.newest);
            self.plain = plain.unwrap_or_default();
        }
    }

    /// Takes what was counted.
    pub fn take(&mut self, of: &CountsOf, counted: Vec<(Version, Counts)>) {
        if self.choices != Some(of.choices) {
            return;
        }
        self.revision += 1;
        if self.known.len() + counted.len() > MOST {
            self.known.clear();
        }
        self.known.extend(counted);
    }
}
