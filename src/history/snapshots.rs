//! Marks on versions.
use crate::record::{SnapshotId, SnapshotKind, Time, Version};
use crate::value::Text;

/// A mark on a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Its id.
    pub id: SnapshotId,
    /// Named, auto or checkpoint.
    pub kind: SnapshotKind,
    /// Its name, if it has one.
    pub name: Option<Text>,
    /// The version it marks.
    pub version: Version,
    /// The time of the version it marks, or, where the source has no times, when the mark was made.
    pub at: Option<Time>,
    /// Who made it.
    pub by: Option<Text>,
    /// Free text.
    pub description: Text,
    /// Tags.
    pub tags: Vec<Text>,
}
