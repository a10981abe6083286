//! One change as every list has it: for `--json`, for texts in columns, for a report.

use super::{Sign, delta};
use crate::diff::{Change, ChangeKind};
use crate::export::json::{JsonOutput, object, optional};
use crate::value::{Number, Path, Text, Value};
use serde::{Serialize, Serializer};

/// What happened where, and from what to what. A moved value is the same before and after.
#[derive(Debug, Clone, Copy)]
pub struct ChangedPart<'c> {
    /// What happened.
    pub sign: Sign,
    /// Where it is; of what is gone, where it was.
    pub path: &'c Path,
    /// The old value.
    pub old: Option<&'c Value>,
    /// The new value.
    pub new: Option<&'c Value>,
    /// What a number grew by.
    pub delta: Option<&'c Number>,
    /// Where what was moved was.
    pub from: Option<&'c Path>,
}

impl<'c> From<&'c Change> for ChangedPart<'c> {
    fn from(Change { path, kind, .. }: &'c Change) -> Self {
        let (old, new, delta, from) = match kind {
            ChangeKind::Added { new } => (None, Some(new), None, None),
            ChangeKind::Removed { old } => (Some(old), None, None, None),
            ChangeKind::Changed { old, new, delta } => (Some(old), Some(new), delta.as_ref(), None),
            ChangeKind::Moved { from, value } => (Some(value), Some(value), None, Some(from)),
        };
        Self { sign: Sign::from(kind), path, old, new, delta, from }
    }
}

impl ChangedPart<'_> {
    /// For machines.
    pub fn json(&self) -> JsonOutput {
        let text = |path: &Path| Text::from(path.to_string());
        object([
            ("kind", self.sign.name().into()),
            ("path", text(self.path).into()),
            ("pointer", Text::from(self.path.to_pointer().to_string()).into()),
            ("old", optional(self.old.cloned())),
            ("new", optional(self.new.cloned())),
            ("delta", optional(self.delta.cloned())),
            ("from", optional(self.from.map(text))),
        ])
    }

    /// `100 → 150 (+50)`, `from .a`, or the one value there is; values and paths as the list writes them.
    pub fn words(&self, value: impl Fn(&Value) -> String, path: impl Fn(&Path) -> String) -> String {
        let delta = self.delta.map(|delta| format!(" ({})", delta::signed(delta))).unwrap_or_default();
        match (self.from, self.old, self.new) {
            (Some(from), ..) => format!("from {}", path(from)),
            (None, Some(old), Some(new)) => format!("{} → {}{delta}", value(old), value(new)),
            (None, old, new) => old.or(new).map(value).unwrap_or_default(),
        }
    }
}

impl Serialize for ChangedPart<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json().serialize(serializer)
    }
}
