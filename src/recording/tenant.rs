//! One isolated history: reading it, and writing to it.

use super::compact::{self, SinceState};
use super::{Place, Progress, read};
use crate::error::{Error, Result};
use crate::history::{Budget, Context, History, Snapshot, Strategy, Target, Undoable};
use crate::log::{Batch, Damage, Durability, Log};
use crate::patch::Patch;
use crate::record::{
    Body, Change, Entry, NewSnapshot, Position, Record, Records, SnapshotId, SnapshotKind, TenantId, Time, Version,
};
use crate::value::{self, Text, Value};
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Records folded between two chances for readers.
const FOLDED_AT_ONCE: usize = 256;

/// One isolated history: the handle an application holds. Clones are the same history.
#[derive(Clone)]
pub struct Tenant {
    shared: Arc<Shared>,
    author: Option<Text>,
}

/// What all handles of one tenant share.
pub(super) struct Shared {
    id: TenantId,
    place: Arc<RwLock<Place>>,
    history: RwLock<History>,
    damage: Mutex<Vec<Damage>>,
    /// Held while appending, so that position, log and fold move together.
    writing: Mutex<SinceState>,
    clock: fn() -> Time,
}

/// What a snapshot should say.
#[derive(Debug, Clone, Default)]
pub struct SnapshotRequest {
    /// Its name; `None` makes an auto snapshot.
    pub name: Option<Text>,
    /// Which version; `None` is the head.
    pub version: Option<Version>,
    /// Free text.
    pub description: Text,
    /// Tags.
    pub tags: Vec<Text>,
}

/// A rollback that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RolledBack {
    /// The version made.
    pub version: Version,
    /// The version it equals.
    pub to: Version,
    /// The branch that keeps the line left behind; `None` when nothing was left behind.
    pub kept: Option<Text>,
}

/// One tenant's records, wherever they are kept now.
struct TenantRecords<'a>(&'a Shared);

impl Records for TenantRecords<'_> {
    fn record(&self, position: Position) -> Result<Arc<Record>> {
        self.0.log().record(&self.0.id, position)
    }
}

impl Shared {
    pub(super) fn new(id: TenantId, place: Arc<RwLock<Place>>, budget: Budget, clock: fn() -> Time) -> Self {
        let history = RwLock::new(History::new(id.clone(), budget));
        Self { id, place, history, damage: Mutex::default(), writing: Mutex::default(), clock }
    }

    fn log(&self) -> Arc<dyn Log> {
        Arc::clone(&read(&self.place).log)
    }

    fn history_mut(&self) -> RwLockWriteGuard<'_, History> {
        self.history.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn fold(&self, batch: &Batch) -> Result<()> {
        let mut history = self.history_mut();
        let mut gaps = batch.damage.iter().filter(|damage| !damage.torn).peekable();
        for record in &batch.records {
            while let Some(gap) = gaps.next_if(|gap| gap.after < record.position) {
                history.note_gap(gap.why.as_str().into());
            }
            history.push(record, &TenantRecords(self))?;
        }
        gaps.for_each(|gap| history.note_gap(gap.why.as_str().into()));
        Ok(())
    }
}

impl Tenant {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared, author: None }
    }

    /// Its name.
    pub fn id(&self) -> &TenantId {
        &self.shared.id
    }

    /// The same history, writing under an author's name.
    #[must_use]
    pub fn by(&self, author: &str) -> Self {
        Self { author: Some(author.into()), ..self.clone() }
    }

    /// Folds what the log holds beyond what is known, batch by batch; readers may read between batches. `Break` stops.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn load(&self, progress: &mut dyn FnMut(Progress) -> ControlFlow<()>) -> Result<()> {
        let _writing = self.writing();
        loop {
            let after = self.history().position();
            let batch = self.shared.log().read(&self.shared.id, after, FOLDED_AT_ONCE)?;
            self.shared.fold(&batch)?;
            let ended = batch.records.is_empty();
            self.note_damage(batch.damage);
            let versions = self.history().newest().0;
            if progress(Progress { share: batch.progress, versions }).is_break() || ended {
                return Ok(());
            }
        }
    }

    /// Damage seen again at the same place (a torn tail, each time the end is read) is noted once.
    fn note_damage(&self, damage: Vec<Damage>) {
        let mut known = self.shared.damage.lock().unwrap_or_else(PoisonError::into_inner);
        for new in damage {
            known.retain(|old| old.offset != new.offset);
            known.push(new);
        }
    }

    /// Folds new records of other writers; answers how many there were.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn catch_up(&self) -> Result<u64> {
        let before = self.history().position();
        self.load(&mut |_| ControlFlow::Continue(()))?;
        Ok(self.history().position().0 - before.0)
    }

    /// Read access to the folded history. Do not hold it over slow work: it keeps writers waiting.
    pub fn history(&self) -> RwLockReadGuard<'_, History> {
        read(&self.shared.history)
    }

    /// The head of the current branch.
    pub fn head(&self) -> Version {
        self.history().head()
    }

    /// The head's value. O(1).
    pub fn head_value(&self) -> Value {
        self.history().head_value().clone()
    }

    /// The value at a version.
    ///
    /// # Errors
    /// When there is no such version, or the log cannot be read.
    pub fn value_at(&self, version: Version) -> Result<Value> {
        self.history().value(version, &TenantRecords(&self.shared))
    }

    /// The record of a version: its patch as it was written. `None` for `#0`.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn record_of(&self, version: Version) -> Result<Option<Arc<Record>>> {
        let position = self.history().info(version).map(|info| info.position).filter(|position| position.0 > 0);
        position.map(|position| TenantRecords(&self.shared).record(position)).transpose()
    }

    /// The version a target text names.
    ///
    /// # Errors
    /// `Target` or `NotFound`.
    pub fn resolve(&self, target: &str, context: &Context) -> Result<Version> {
        self.history().resolve(&Target::parse(target)?, context)
    }

    /// Damage met while loading.
    pub fn damage(&self) -> Vec<Damage> {
        self.shared.damage.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Appends an entry as it is (importers); a whole state becomes a patch where that is smaller.
    ///
    /// # Errors
    /// `Conflict` when someone else appended first (call [`catch_up`](Self::catch_up)), `Io`.
    pub fn append(&self, entry: Entry) -> Result<()> {
        self.append_all(vec![entry])
    }

    /// As [`append`](Self::append), many at once under one write.
    ///
    /// # Errors
    /// As [`append`](Self::append).
    pub fn append_all(&self, entries: Vec<Entry>) -> Result<()> {
        self.write(entries, Durability::Flush).map(drop)
    }

    /// Records a transition by patch.
    ///
    /// # Errors
    /// `Patch` when it does not apply (nothing is recorded); `Conflict`; `Io`.
    pub fn apply(&self, label: &str, patch: &Patch) -> Result<Version> {
        patch.apply(self.history().head_value())?;
        self.write(vec![self.entry(compact::transition(label, patch.clone()))], Durability::Flush)?;
        Ok(self.head())
    }

    /// Records a transition to a whole new state.
    ///
    /// # Errors
    /// `TooDeep`, `TooLarge`, `Conflict`, `Io`.
    pub fn set(&self, label: &str, state: Value) -> Result<Version> {
        let body = Body::Transition { label: label.into(), change: Change::State(state) };
        self.write(vec![self.entry(body)], Durability::Flush)?;
        Ok(self.head())
    }

    /// Records a transition to what `state` looks like as JSON.
    ///
    /// # Errors
    /// When it cannot be said in JSON; as [`set`](Self::set).
    pub fn record<S: serde::Serialize>(&self, label: &str, state: &S) -> Result<Version> {
        let text = serde_json::to_vec(state).map_err(|error| Error::Usage(format!("the state is no JSON: {error}")))?;
        self.set(label, value::parse(&text)?)
    }

    /// The head as a type of the application: how it takes up a rollback made in the debugger.
    ///
    /// # Errors
    /// When the state does not fit the type.
    pub fn current<S: serde::de::DeserializeOwned>(&self) -> Result<S> {
        let misfit = |error| Error::Usage(format!("the state at {} does not fit: {error}", self.head()));
        serde_json::from_str(&self.head_value().to_json()).map_err(misfit)
    }

    /// Marks a version.
    ///
    /// # Errors
    /// When there is no such version, the name is empty, or a snapshot of that name exists; `Conflict`; `Io`.
    pub fn snapshot(&self, request: &SnapshotRequest) -> Result<Snapshot> {
        let snapshot = self.new_snapshot(request)?;
        let position = self.write_synced(Body::Snapshot(snapshot))?;
        let made = self.history().snapshot(SnapshotId(position)).cloned();
        made.ok_or_else(|| Error::Usage("the snapshot was written, but someone took it out at once".into()))
    }

    fn new_snapshot(&self, request: &SnapshotRequest) -> Result<NewSnapshot> {
        let history = self.history();
        let version = request.version.unwrap_or_else(|| history.head());
        if history.info(version).is_none() {
            return Err(self.not_found(format!("version {version}")));
        }
        if let Some(name) = &request.name {
            free_name(name, history.snapshots())?;
        }
        Ok(NewSnapshot {
            version,
            kind: if request.name.is_some() { SnapshotKind::Named } else { SnapshotKind::Auto },
            name: request.name.clone(),
            description: request.description.clone(),
            tags: request.tags.clone(),
        })
    }

    /// Takes a snapshot out of the list.
    ///
    /// # Errors
    /// `NotFound`, `Conflict`, `Io`.
    pub fn delete_snapshot(&self, id: SnapshotId) -> Result<()> {
        if self.history().snapshot(id).is_none() {
            return Err(self.not_found(format!("snapshot {}", id.0.0)));
        }
        self.write_synced(Body::DeleteSnapshot { id }).map(drop)
    }

    /// Rolls back. Nothing is lost: the line left behind becomes a kept branch.
    ///
    /// # Errors
    /// `NotFound`, `Conflict`, `Io`.
    pub fn rollback(&self, strategy: &Strategy, reason: &str) -> Result<RolledBack> {
        let plan = {
            let history = self.history();
            history.plan_rollback(history.choose(strategy)?)?
        };
        self.write_synced(Body::Rollback { to: plan.to, reason: reason.into() })?;
        Ok(RolledBack { version: plan.makes, to: plan.to, kept: plan.kept.map(|(name, _)| name) })
    }

    /// Rolls back to the snapshot of a name.
    ///
    /// # Errors
    /// As [`rollback`](Self::rollback).
    pub fn rollback_to_named_snapshot(&self, name: &str) -> Result<RolledBack> {
        self.rollback(&Strategy::Named(name.into()), "")
    }

    /// Rolls back to the newest snapshot.
    ///
    /// # Errors
    /// As [`rollback`](Self::rollback).
    pub fn rollback_to_latest_snapshot(&self) -> Result<RolledBack> {
        self.rollback(&Strategy::Latest, "")
    }

    /// Rolls back to the snapshot at an index, 0 = oldest.
    ///
    /// # Errors
    /// As [`rollback`](Self::rollback).
    pub fn rollback_to_snapshot_index(&self, index: usize) -> Result<RolledBack> {
        self.rollback(&Strategy::Index(index), "")
    }

    /// Rolls back to the closest snapshot at or before a time.
    ///
    /// # Errors
    /// As [`rollback`](Self::rollback).
    pub fn rollback_to_time(&self, at: Time) -> Result<RolledBack> {
        self.rollback(&Strategy::Time(at), "")
    }

    /// Takes back the debugger's last write: rollback, snapshot or its deletion.
    ///
    /// # Errors
    /// `Usage` when there is nothing to take back; `Conflict`; `Io`.
    pub fn undo(&self) -> Result<Undoable> {
        let last = self.history().undoable();
        let last = last.ok_or_else(|| Error::Usage(format!("there is nothing to undo in tenant {}", self.id())))?;
        self.write_synced(Body::Undo { of: last.of })?;
        Ok(last)
    }

    fn not_found(&self, what: String) -> Error {
        Error::NotFound { what, tenant: self.id().to_string(), nearest: Vec::new() }
    }

    fn entry(&self, body: Body) -> Entry {
        Entry { at: Some((self.shared.clock)()), by: self.author.clone(), body }
    }

    fn write_synced(&self, body: Body) -> Result<Position> {
        self.write(vec![self.entry(body)], Durability::Sync)
    }

    fn writing(&self) -> std::sync::MutexGuard<'_, SinceState> {
        self.shared.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// To the log first, then into the fold: what the log refused has not happened.
    fn write(&self, entries: Vec<Entry>, durability: Durability) -> Result<Position> {
        let mut since = self.writing();
        let entries = if compact::has_state(&entries) {
            compact::compact(entries, &self.head_value(), &mut since)?
        } else {
            entries
        };
        let before = self.history().position();
        // The place is held until the append is through, so that it cannot move to another log in between.
        let last = read(&self.shared.place).log.append(&self.shared.id, before, &entries, durability)?;
        // The fold needs no record ids, so what was just written is not read again.
        let record = |(entry, at)| Arc::new(Record { position: Position(at), id: Text::new(), entry });
        let first = last.0 + 1 - entries.len() as u64; // behind damaged records too, so not always `before` + 1
        let records = entries.into_iter().zip(first..).map(record).collect();
        self.shared.fold(&Batch { records, ..Batch::default() })?;
        Ok(last)
    }
}

fn free_name(name: &str, snapshots: &[Snapshot]) -> Result<()> {
    if name.trim().is_empty() {
        return Err(Error::Usage("a snapshot's name cannot be empty".into()));
    }
    match snapshots.iter().find(|snapshot| snapshot.name.as_deref() == Some(name)) {
        Some(taken) => Err(Error::Usage(format!(
            "a snapshot named \"{name}\" already marks {}; choose another name, or delete that one first",
            taken.version
        ))),
        None => Ok(()),
    }
}
