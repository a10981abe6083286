//! Snapshots: making, editing and deleting them, and how the tenant is kept.

use super::Tenant;
use super::rules::{self, Prune};
use crate::error::{Error, Result};
use crate::history::names::NameKind;
use crate::history::{History, Snapshot};
use crate::record::{Body, NewSnapshot, Settings, SnapshotId, SnapshotKind, SnapshotNote, Version, guards};
use crate::value::Text;
use std::collections::BTreeSet;

/// What a snapshot should say.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct SnapshotRequest {
    /// Its name; `None` makes an auto snapshot.
    pub name: Option<Text>,
    /// Which version; `None` is the head of the handle's branch.
    pub version: Option<Version>,
    /// Free text.
    pub description: Text,
    /// Tags to find it by.
    pub tags: Vec<Text>,
}

impl SnapshotRequest {
    /// A snapshot of the head under a name.
    pub fn named(name: &str) -> Self {
        Self { name: Some(name.into()), ..Self::default() }
    }

    /// An auto snapshot of the head.
    pub fn auto() -> Self {
        Self::default()
    }

    /// The same, of a version.
    #[must_use]
    pub fn at(self, version: Version) -> Self {
        Self { version: Some(version), ..self }
    }

    /// The same, with a description.
    #[must_use]
    pub fn described(self, description: &str) -> Self {
        Self { description: description.into(), ..self }
    }

    /// The same, with one more tag.
    #[must_use]
    pub fn tagged(mut self, tag: &str) -> Self {
        self.tags.push(tag.into());
        self
    }
}

/// A snapshot that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MadeSnapshot {
    /// The snapshot that was created.
    pub snapshot: Snapshot,
    /// What left the list for it, by the tenant's retention.
    pub dropped: Vec<Snapshot>,
    /// Whether the tenant is guarded from here on, and was not before.
    pub guards: bool,
}

impl Tenant {
    /// Marks a version. O(log n) whatever the size of the state. Where the tenant's retention has no room for one more
    /// of its kind, the oldest leaves the list in the same record.
    ///
    /// # Errors
    /// `Target` when there is no such version; `InvalidName`, `NameTaken`, `SnapshotsOff`; `Io`.
    pub fn snapshot(&self, request: &SnapshotRequest) -> Result<Snapshot> {
        self.make_snapshot(request).map(|made| made.snapshot)
    }

    /// As [`snapshot`](Self::snapshot), and answers what left the list for it.
    ///
    /// # Errors
    /// The same.
    pub fn make_snapshot(&self, request: &SnapshotRequest) -> Result<MadeSnapshot> {
        let mut request = request.clone();
        let (written, (dropped, guards)) = self.write_decided(|history| {
            let new = self.new_snapshot(history, &request)?;
            // What others record meanwhile is not what was asked for.
            request.version = Some(new.version);
            let dropped: Vec<_> = new.drops.iter().filter_map(|id| history.marks().get(*id)).cloned().collect();
            let guards = !history.ledger().is_guarded() && guards(&new.tags);
            Ok((Body::Snapshot(Box::new(new)), (dropped, guards)))
        })?;
        let snapshot = self.folded().marks().get(SnapshotId(written.last)).cloned();
        let snapshot = snapshot.ok_or_else(|| {
            self.not_found(format!("snapshot {}, which was written and deleted by someone else,", written.last.0))
        })?;
        Ok(MadeSnapshot { snapshot, dropped, guards })
    }

    pub(super) fn new_snapshot(&self, history: &History, request: &SnapshotRequest) -> Result<NewSnapshot> {
        let head = || history.growing(self.branch()).unwrap_or(history.head());
        let version = request.version.unwrap_or_else(head);
        history.existing(version)?;
        if let Some(name) = &request.name {
            free_name(name, history, None)?;
        }
        let kind = if request.name.is_some() { SnapshotKind::Named } else { SnapshotKind::Auto };
        if history.ledger().settings().retention.of(kind) == Some(0) {
            return Err(Error::SnapshotsOff { tenant: self.id().to_string(), kind: kind.word() });
        }
        Ok(NewSnapshot {
            version,
            kind,
            name: request.name.clone(),
            description: request.description.clone(),
            tags: request.tags.clone(),
            drops: rules::drops(history, kind, &BTreeSet::new(), (self.shared.clock)()),
            created: Some((self.shared.clock)()),
        })
    }

    /// Gives a snapshot another name, description and tags.
    ///
    /// # Errors
    /// `NotFound`; `InvalidName` when a named snapshot would lose its name; `NameTaken`; `Io`.
    pub fn edit_snapshot(&self, id: SnapshotId, note: &SnapshotNote) -> Result<()> {
        let decided = self.write_decided(|history| {
            let snapshot = history.marks().get(id).ok_or_else(|| self.not_found(format!("snapshot {}", id.0.0)))?;
            match &note.name {
                Some(name) => free_name(name, history, Some(id))?,
                None if snapshot.kind == SnapshotKind::Named => free_name("", history, Some(id))?,
                None => {}
            }
            Ok((Body::EditSnapshot { id, note: Box::new(note.clone()) }, ()))
        });
        decided.map(drop)
    }

    /// Takes a snapshot out of the list. Its version stays.
    ///
    /// # Errors
    /// `NotFound`; `Guarded` unless [allowed](Self::allowing); `Io`.
    pub fn delete_snapshot(&self, id: SnapshotId) -> Result<()> {
        let decided = self.write_decided(|history| {
            history.marks().get(id).ok_or_else(|| self.not_found(format!("snapshot {}", id.0.0)))?;
            self.check_guard(history)?;
            Ok((Body::DeleteSnapshots { ids: vec![id] }, ()))
        });
        decided.map(drop)
    }

    /// Takes the snapshot of a name out of the list.
    ///
    /// # Errors
    /// `NotFound` with the nearest names; as [`delete_snapshot`](Self::delete_snapshot).
    pub fn delete_named_snapshot(&self, name: &str) -> Result<()> {
        let id = self.folded().named_snapshot(name)?.id;
        self.delete_snapshot(id)
    }

    /// What [`prune`](Self::prune) would take out of the list, oldest first. O(snapshots).
    pub fn prunable(&self, prune: &Prune) -> Vec<Snapshot> {
        self.prunable_in(&self.folded(), prune)
    }

    fn prunable_in(&self, history: &History, prune: &Prune) -> Vec<Snapshot> {
        let now = (self.shared.clock)();
        [SnapshotKind::Auto, SnapshotKind::Checkpoint, SnapshotKind::Named]
            .into_iter()
            .filter(|kind| prune.kind.is_none_or(|only| only == *kind))
            .flat_map(|kind| rules::pruned(history, kind, prune, now))
            .collect()
    }

    /// Takes snapshots out of the list by age or number, in one record that [`undo`](Self::undo) takes back. No version
    /// goes, no checkpoint of an open transaction, and no baseline of an open variant. Answers those taken out.
    /// O(snapshots).
    ///
    /// # Errors
    /// `Guarded` unless [allowed](Self::allowing); `Io`.
    pub fn prune(&self, prune: &Prune) -> Result<Vec<Snapshot>> {
        let mut none = false;
        let decided = self.write_decided(|history| {
            let gone = self.prunable_in(history, prune);
            none = gone.is_empty();
            if none {
                return Err(self.not_found("snapshot to prune".into()));
            }
            self.check_guard(history)?;
            Ok((Body::DeleteSnapshots { ids: gone.iter().map(|snapshot| snapshot.id).collect() }, gone))
        });
        // No record says so, nor where another writer took them out first.
        if none { Ok(Vec::new()) } else { decided.map(|(_, gone)| gone) }
    }

    /// Says how the tenant is kept from now on, for every writer.
    ///
    /// # Errors
    /// `Io`.
    pub fn configure(&self, settings: &Settings) -> Result<()> {
        self.reconfigure(|now| *now = settings.clone()).map(drop)
    }

    /// What is beyond the tenant's retention now: it leaves the list with the next snapshot of its kind. Oldest first.
    pub fn over_limit(&self) -> Vec<Snapshot> {
        let (history, now) = (self.folded(), (self.shared.clock)());
        let over = rules::over_limit(&history, &history.ledger().settings().retention, now).into_iter();
        over.filter_map(|id| history.marks().get(id)).cloned().collect()
    }

    /// Changes how the tenant is kept, from what it is at that moment: what others change meanwhile stays. Answers what
    /// it is then.
    ///
    /// # Errors
    /// `InvalidSetting` when a limit is above what can be read back; `Guarded` when it lifts the guard or puts more snapshots beyond the retention, unless
    /// [allowed](Self::allowing); `Io`.
    pub fn reconfigure(&self, mut change: impl FnMut(&mut Settings)) -> Result<Settings> {
        let decided = self.write_decided(|history| {
            let mut settings = history.ledger().settings().clone();
            let editing = self.editing();
            change(&mut settings);
            drop(editing);
            settings.check().map_err(|why| Error::InvalidSetting { why })?;
            if history.ledger().lifts_guard(&settings) || self.lets_go(history, &settings) {
                self.check_guard(history)?;
            }
            Ok((Body::Settings(Box::new(settings)), ()))
        });
        decided.map(|_| self.folded().ledger().settings().clone())
    }

    /// Whether more snapshots are beyond the retention with these settings than without.
    pub(super) fn lets_go(&self, history: &History, settings: &Settings) -> bool {
        let (now, before) = ((self.shared.clock)(), &history.ledger().settings().retention);
        let over = |retention| rules::over_limit(history, retention, now);
        settings.retention != *before && {
            let before = over(before);
            over(&settings.retention).iter().any(|id| !before.contains(id))
        }
    }
}

fn free_name(name: &str, history: &History, own: Option<SnapshotId>) -> Result<()> {
    // One that has its name already keeps it, whatever the rule is now.
    if own.and_then(|id| history.marks().get(id)?.name.as_deref()) != Some(name) {
        NameKind::Snapshot.check(name)?;
    }
    match history.marks().of_name(name).find(|snapshot| Some(snapshot.id) != own) {
        Some(taken) => Err(Error::NameTaken { kind: "snapshot", name: name.into(), version: taken.version.0 }),
        None => Ok(()),
    }
}
