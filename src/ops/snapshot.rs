//! Snapshots: making one, editing it, taking it out of the list.

use crate::error::{Error, Result};
use crate::export::json::{JsonOutput, list, moment, optional};
use crate::history::Snapshot;
use crate::record::{SnapshotId, SnapshotKind, SnapshotNote, TenantId};
use crate::recording::{SnapshotRequest, Tenant};
use crate::value::Text;

/// A snapshot that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotOutcome {
    pub tenant: TenantId,
    pub snapshot: Snapshot,
    /// Where it is in the list, 0 = oldest.
    pub index: usize,
    /// What left the list for it, by the tenant's retention.
    pub dropped: Vec<Snapshot>,
    /// Whether the tenant is guarded from here on, and was not before.
    pub guards: bool,
    /// Names that look like its own and are others.
    pub look_alikes: Vec<String>,
    /// Why the value of the version it marks may be wrong.
    pub doubt: Option<Text>,
}

/// A snapshot that was edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    pub tenant: TenantId,
    /// The snapshot, as it is now.
    pub snapshot: Snapshot,
    /// Where it is in the list.
    pub index: usize,
    /// Whether the tenant is guarded from here on, and was not before.
    pub guards: bool,
    /// Names that look like its new one and are others; none where the name is the one it had.
    pub look_alikes: Vec<String>,
}

/// A snapshot that was taken out of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deleted {
    pub tenant: TenantId,
    pub snapshot: Snapshot,
    /// Where it was in the list.
    pub index: usize,
}

pub(super) fn make(tenant: &Tenant, request: &SnapshotRequest) -> Result<SnapshotOutcome> {
    let made = tenant.make_snapshot(request)?;
    let (index, dropped) = (index_of(tenant, made.snapshot.id).unwrap_or_default(), made.dropped);
    let look_alikes = made.snapshot.name.as_ref().map(|name| tenant.history().look_alikes(name)).unwrap_or_default();
    let doubt = tenant.history().doubts().of(made.snapshot.version);
    let (tenant, snapshot, guards) = (tenant.id().clone(), made.snapshot, made.guards);
    Ok(SnapshotOutcome { tenant, snapshot, index, dropped, guards, look_alikes, doubt })
}

pub(super) fn edit(tenant: &Tenant, id: SnapshotId, note: &SnapshotNote) -> Result<Edited> {
    let guarded = tenant.history().ledger().is_guarded();
    let (_, before) = listed(tenant, id)?;
    tenant.edit_snapshot(id, note)?;
    let (index, snapshot) = listed(tenant, id)?;
    let history = tenant.history();
    let guards = !guarded && history.ledger().is_guarded();
    let renamed = snapshot.name.as_ref().filter(|name| before.name.as_ref() != Some(*name));
    let look_alikes = renamed.map(|name| history.look_alikes(name)).unwrap_or_default();
    Ok(Edited { tenant: tenant.id().clone(), snapshot, index, guards, look_alikes })
}

/// Takes one out of the list.
pub(super) fn delete(tenant: &Tenant, id: SnapshotId) -> Result<Deleted> {
    let (index, snapshot) = listed(tenant, id)?;
    tenant.delete_snapshot(id)?;
    Ok(Deleted { tenant: tenant.id().clone(), snapshot, index })
}

fn index_of(tenant: &Tenant, id: SnapshotId) -> Option<usize> {
    tenant.history().marks().listed().iter().position(|other| other.id == id)
}

fn listed(tenant: &Tenant, id: SnapshotId) -> Result<(usize, Snapshot)> {
    let history = tenant.history();
    let found = history.marks().listed().iter().cloned().enumerate().find(|(_, snapshot)| snapshot.id == id);
    let missing = || Error::NotFound {
        what: format!("snapshot {}", id.0.0),
        tenant: tenant.id().to_string(),
        nearest: Vec::new(),
    };
    found.ok_or_else(missing)
}

impl SnapshotOutcome {
    /// For machines.
    pub(super) fn json(&self) -> JsonOutput {
        let dropped = self.dropped.iter().map(dropped).collect();
        let more = [
            ("dropped", JsonOutput::List(dropped)),
            ("guards", self.guards.into()),
            ("look_alikes", list(self.look_alikes.iter().map(String::as_str))),
            ("problem", optional(self.doubt.clone())),
        ];
        fields(shape(self.index, &self.snapshot).into_iter().chain(more))
    }
}

impl Edited {
    /// For machines.
    pub(super) fn json(&self) -> JsonOutput {
        let more = [("guards", self.guards.into()), ("look_alikes", list(self.look_alikes.iter().map(String::as_str)))];
        fields(shape(self.index, &self.snapshot).into_iter().chain(more))
    }
}

impl Deleted {
    /// For machines.
    pub(super) fn json(&self) -> JsonOutput {
        fields(shape(self.index, &self.snapshot))
    }
}

/// The members of a snapshot in the list, for machines.
pub fn shape(index: usize, snapshot: &Snapshot) -> [(&'static str, JsonOutput); 10] {
    [
        ("id", snapshot.id.0.0.into()),
        ("index", (index as u64).into()),
        ("name", optional(snapshot.name.clone())),
        ("kind", kind(snapshot.kind).into()),
        ("version", snapshot.version.0.into()),
        ("at", optional(snapshot.at.map(moment))),
        ("created", optional(snapshot.created.map(moment))),
        ("by", optional(snapshot.by.clone())),
        ("description", snapshot.description.clone().into()),
        ("tags", list(snapshot.tags.iter().cloned())),
    ]
}

/// One that retention took out of the list, or will: it has no index any more.
pub(super) fn dropped(snapshot: &Snapshot) -> JsonOutput {
    fields(shape(0, snapshot).into_iter().filter(|(name, _)| *name != "index"))
}

pub(super) fn fields(members: impl IntoIterator<Item = (&'static str, JsonOutput)>) -> JsonOutput {
    JsonOutput::Fields(members.into_iter().collect())
}

/// The kinds by their words.
pub const KINDS: [(&str, SnapshotKind); 3] =
    [("named", SnapshotKind::Named), ("auto", SnapshotKind::Auto), ("checkpoint", SnapshotKind::Checkpoint)];

/// The word of a kind.
pub fn kind(kind: SnapshotKind) -> &'static str {
    KINDS.iter().find(|(_, known)| *known == kind).map_or("", |(word, _)| word)
}
