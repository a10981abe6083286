//! A tenant as every list has it.

use super::words::Style;
use crate::export::json::{JsonOutput, object, optional};
use crate::history::History;
use crate::record::{TenantId, Version};
use crate::value::Text;
use serde::{Serialize, Serializer};

/// What is told of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantRow {
    /// Its name.
    pub name: Text,
    /// Its newest version's number.
    pub versions: u64,
    /// Snapshots in its list.
    pub snapshots: usize,
    /// The head of main.
    pub head: Version,
    /// The file that keeps it, where there is one.
    pub file: Option<String>,
}

impl TenantRow {
    /// Of its history.
    pub fn new(id: &TenantId, history: &History, file: Option<String>) -> Self {
        let snapshots = history.marks().listed().len();
        Self { name: id.0.clone(), versions: history.newest().0, snapshots, head: history.head(), file }
    }

    /// `3 versions` and `1 snapshot`.
    pub fn counted(&self, style: &Style) -> [String; 2] {
        [(style.counted)(self.versions, "version"), (style.counted)(self.snapshots as u64, "snapshot")]
    }

    /// For machines.
    pub fn json(&self) -> JsonOutput {
        object([
            ("tenant", self.name.clone().into()),
            ("versions", self.versions.into()),
            ("snapshots", (self.snapshots as u64).into()),
            ("head", self.head.0.into()),
            ("file", optional(self.file.as_deref())),
        ])
    }
}

impl Serialize for TenantRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json().serialize(serializer)
    }
}
