//! A version as every list, export and answer has it: what is known of it, typed, and the one place that names its fields.

use super::json::{JsonOutput, list, moment, optional};
use crate::diff::Counts;
use crate::history::{History, Snapshot, VersionInfo};
use crate::record::{TimeSource, Version};
use crate::value::Text;
use serde::{Serialize, Serializer};

/// A version and where it belongs.
#[derive(Debug, Clone)]
pub struct VersionRow {
    /// What its history says of it.
    pub info: VersionInfo,
    /// The branch it is on.
    pub branch: Text,
    /// What it changed; less than the information says where paths are ignored.
    pub counts: Counts,
    /// Differences left out.
    pub ignored: usize,
    /// Why somebody rolled back or promoted.
    pub reason: Option<Text>,
    /// The full text of which the label is only the first line, where it was asked for.
    pub message: Option<Text>,
    /// What is odd about it in the source.
    pub notes: Vec<String>,
    /// The snapshots that mark it.
    pub marks: Vec<Snapshot>,
}

/// The fields of a line of the log, in their order.
const LOG: [&str; 22] = [
    "version",
    "at",
    "time_source",
    "label",
    "by",
    "kind",
    "branch",
    "source_id",
    "cause",
    "message",
    "parent",
    "added",
    "changed",
    "removed",
    "moved",
    "size",
    "reason",
    "problem",
    "doubtful",
    "through",
    "notes",
    "ignored",
];

impl VersionRow {
    /// What the history knows. O(log n).
    pub fn of(history: &History, version: Version) -> Option<Self> {
        Some(Self::new(history.info(version)?, history.lineage().branch_of(version)))
    }

    /// What is known of a version, and the branch it is on.
    pub fn new(info: VersionInfo, branch: Text) -> Self {
        let counts = info.counts;
        let (reason, message) = (None, None);
        Self { info, branch, counts, ignored: 0, reason, message, notes: Vec::new(), marks: Vec::new() }
    }

    /// With the snapshots that mark it.
    #[must_use]
    pub fn with_marks(self, history: &History) -> Self {
        let at = self.info.version.0;
        Self { marks: history.marks().within(at..at + 1).to_vec(), ..self }
    }

    /// For machines, with all fields of the log.
    pub fn json(&self) -> Vec<(&'static str, JsonOutput)> {
        self.fields(&LOG)
    }

    /// Some fields by their names, in this order.
    pub fn fields(&self, names: &[&'static str]) -> Vec<(&'static str, JsonOutput)> {
        names.iter().map(|name| (*name, self.field(name))).collect()
    }

    /// One field by its name; null where there is none of that name.
    pub fn field(&self, name: &str) -> JsonOutput {
        let Self { info, counts, .. } = self;
        match name {
            "version" => info.version.0.into(),
            "at" => optional(info.at.map(moment)),
            "time_source" => optional(info.time_source.map(TimeSource::word)),
            "label" => info.label.clone().into(),
            "by" => optional(info.by.clone()),
            "kind" => info.kind.word().into(),
            "branch" => self.branch.clone().into(),
            "source_id" => optional(info.from.id.clone()),
            "cause" => optional(info.from.cause.clone()),
            "message" => optional(self.message.clone()),
            "parent" => info.parent.0.into(),
            "added" => u64::from(counts.added).into(),
            "changed" => u64::from(counts.changed).into(),
            "removed" => u64::from(counts.removed).into(),
            "moved" => u64::from(counts.moved).into(),
            "size" => info.size.into(),
            "reason" => optional(self.reason.clone()),
            "problem" => optional(info.problem.clone()),
            "doubtful" => info.doubtful.into(),
            "through" => info.through.0.into(),
            "notes" => list(self.notes.iter().map(String::as_str)),
            "ignored" => (self.ignored as u64).into(),
            _ => optional(None::<u64>),
        }
    }
}

impl Serialize for VersionRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        JsonOutput::Fields(self.json()).serialize(serializer)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_the_log_is_known_and_serde_writes_the_same_line() {
        let tenant = crate::Recording::memory().tenant_or_new(&"main".into()).unwrap();
        tenant.record("first", &serde_json::json!({"a": 1})).unwrap();
        let row = VersionRow::of(&tenant.history(), Version(1)).unwrap();
        let line = JsonOutput::Fields(row.json()).line();
        assert_eq!(serde_json::to_string(&row).unwrap(), line);
        let read: serde_json::Value = serde_json::from_str(&line).unwrap();
        // What is null here has nothing to say of a version recorded by hand; a name nobody knows would be null as well.
        let silent: Vec<_> = LOG.iter().filter(|name| read[**name].is_null()).collect();
        assert_eq!(silent, [&"by", &"source_id", &"cause", &"message", &"reason", &"problem"]);
    }
}
