//! Transactions: steps under one name, checkpoints between them, and how each ended.
//!
//! Must not name: values. A step is an ordinary version, a checkpoint an ordinary snapshot, a way back an ordinary
//! rollback; here is only which belong together.

mod stored;

use crate::history::chunked::Chunked;
use crate::history::marks::Snapshot;
use crate::record::{InTransaction, Position, Record, SnapshotId, SnapshotKind, Time, TransactionId, Version};
use crate::value::Text;
use im::OrdSet;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Several transitions under one name, with checkpoints between them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Transaction {
    /// Its number: the n-th transaction of the log is n.
    pub id: TransactionId,
    /// What the application calls it.
    pub name: Text,
    /// When it began.
    pub at: Option<Time>,
    /// Who began it.
    pub by: Option<Text>,
    /// The record that began it.
    pub began: Position,
    /// The branch it works on.
    pub branch: Option<Text>,
    /// The head when it began: the initial state.
    pub base: Version,
    /// The names of its steps, in order.
    pub planned: Chunked<Text>,
    /// How it stands.
    pub state: TransactionState,
    /// Whether nobody is left to go on with it or take it back: a step panicked, or it was abandoned.
    pub closed: bool,
    /// What happened in it, in order.
    pub events: Chunked<TransactionEvent>,
    /// Why that may not be all: records are missing that may be of it.
    pub doubt: Option<Text>,
}

/// How a transaction stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransactionState {
    /// Steps may follow.
    Open,
    /// All steps are done.
    Committed,
    /// A step failed; what was done before it stands, or was taken back to a checkpoint.
    Failed,
    /// It was taken back to the initial state.
    Undone,
}

impl TransactionState {
    /// The word in `--json`: `open`, `committed`, `failed`, `undone`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Committed => "committed",
            Self::Failed => "failed",
            Self::Undone => "undone",
        }
    }
}

/// One thing that happened in a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TransactionEvent {
    /// The record that says so.
    pub position: Position,
    /// When it was recorded, where that is known.
    pub at: Option<Time>,
    /// The step it belongs to, from 1; 0 for none.
    pub step: u32,
    /// What was recorded.
    pub what: TransactionPart,
}

/// What one record says of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransactionPart {
    /// A step made a version.
    Step {
        /// The version that the step made.
        version: Version,
        /// The step's name.
        name: Text,
    },
    /// The version was marked.
    Checkpoint {
        /// The mark.
        snapshot: SnapshotId,
        /// What it marks.
        version: Version,
    },
    /// The step failed.
    Failed {
        /// The step's name.
        name: Text,
        /// What went wrong.
        why: Text,
    },
    /// It went back.
    Back {
        /// The version that made.
        version: Version,
        /// The version it equals.
        to: Version,
    },
}

impl Transaction {
    /// Whether nothing follows: it is committed, undone, or closed.
    pub fn is_ended(&self) -> bool {
        self.closed || matches!(self.state, TransactionState::Committed | TransactionState::Undone)
    }

    /// The name and reason of its last failure.
    pub fn failure(&self) -> Option<(u32, &Text, &Text)> {
        self.events.iter().rev().find_map(|event| match &event.what {
            TransactionPart::Failed { name, why } => Some((event.step, name, why)),
            _ => None,
        })
    }

    /// Whether no step succeeded after its last failure.
    pub fn ends_failed(&self) -> bool {
        let last = self.events.iter().rev().find_map(|event| match event.what {
            TransactionPart::Failed { .. } => Some(true),
            TransactionPart::Step { .. } => Some(false),
            TransactionPart::Checkpoint { .. } | TransactionPart::Back { .. } => None,
        });
        last == Some(true)
    }

    /// Its checkpoints that stand, in order: those of steps that were not taken back since.
    pub fn checkpoints(&self) -> Vec<(SnapshotId, Version)> {
        let mut standing = BTreeMap::new();
        for (n, event) in self.events.iter().enumerate() {
            match event.what {
                TransactionPart::Checkpoint { snapshot, version } => {
                    standing.insert((event.step, n), (snapshot, version));
                }
                TransactionPart::Back { .. } => drop(standing.split_off(&(event.step, usize::MAX))),
                TransactionPart::Step { .. } | TransactionPart::Failed { .. } => {}
            }
        }
        let mut standing: Vec<_> = standing.into_iter().map(|((_, n), mark)| (n, mark)).collect();
        standing.sort_unstable_by_key(|(n, _)| *n);
        standing.into_iter().map(|(_, mark)| mark).collect()
    }

    /// The version that the checkpoint after a step marks, if it stands.
    pub fn checkpoint_of(&self, step: u32) -> Option<Version> {
        let marks = self.events.iter().rev().filter(|event| event.step == step);
        marks.into_iter().find_map(|event| match event.what {
            TransactionPart::Checkpoint { version, .. } => Some(version),
            _ => None,
        })
    }

    /// Versions its steps made, those taken back too.
    pub fn versions(&self) -> impl Iterator<Item = Version> {
        self.events.iter().filter_map(|event| match event.what {
            TransactionPart::Step { version, .. } => Some(version),
            _ => None,
        })
    }

    /// The last version it made, a way back included; its base before any.
    pub fn last(&self) -> Version {
        let made = |event: &TransactionEvent| match event.what {
            TransactionPart::Step { version, .. } | TransactionPart::Back { version, .. } => Some(version),
            TransactionPart::Checkpoint { .. } | TransactionPart::Failed { .. } => None,
        };
        self.events.iter().rev().find_map(made).unwrap_or(self.base)
    }
}

/// All transactions of a tenant.
#[derive(Debug, Default, Clone)]
pub struct Transactions {
    /// How many were cut off.
    before: u64,
    /// Sorted by id.
    all: Chunked<Transaction>,
    /// Versions that steps made, in order.
    made: Chunked<(Version, TransactionId)>,
    /// Steps that failed, by the version before them, sorted.
    failures: Chunked<Version>,
    /// The checkpoints that are needed, while it is known.
    needed: OnceLock<OrdSet<SnapshotId>>,
    /// How many of those are in the list of snapshots, while it is known.
    listed: OnceLock<usize>,
}

impl Transactions {
    /// All, oldest first.
    pub fn all(&self) -> &Chunked<Transaction> {
        &self.all
    }

    /// The versions after which a step failed, in order; one twice after which two did.
    pub fn failures(&self) -> &Chunked<Version> {
        &self.failures
    }

    /// The one of whose steps one made a version. O(log n).
    pub fn of(&self, version: Version) -> Option<&Transaction> {
        let at = self.made.binary_search_by_key(&version, |(version, _)| *version).ok()?;
        self.get(self.made.get(at)?.1)
    }

    /// One of them. O(log n).
    pub fn get(&self, id: TransactionId) -> Option<&Transaction> {
        self.all.get(self.place(id)?)
    }

    /// Where one is. They follow each other, but where records that began some are missing.
    fn place(&self, id: TransactionId) -> Option<usize> {
        self.all.binary_search_by_key(&id, |tx| tx.id).ok()
    }

    /// Says that records are missing that may be of those that are open.
    pub(in crate::history) fn doubt(&mut self, why: &Text) {
        let all = self.all.iter().enumerate();
        let open: Vec<_> = all.filter(|(_, tx)| tx.state == TransactionState::Open).map(|(at, _)| at).collect();
        for at in open {
            if let Some(tx) = self.all.get_mut(at) {
                tx.doubt = Some(why.clone());
            }
        }
    }

    /// Whether a snapshot is a checkpoint that an open or failed transaction may still go back to.
    pub fn holds(&self, snapshot: &Snapshot) -> bool {
        snapshot.kind == SnapshotKind::Checkpoint && self.held_checkpoints().contains(&snapshot.id)
    }

    /// The checkpoints that an open or failed transaction may still go back to. O(1); after a transaction began,
    /// went back or ended O(events of the newest transactions).
    pub fn held_checkpoints(&self) -> &OrdSet<SnapshotId> {
        self.needed.get_or_init(|| {
            let waiting = self.waiting().flat_map(Transaction::checkpoints);
            waiting.map(|(id, _)| id).collect()
        })
    }

    /// How many of the [held checkpoints](Self::held_checkpoints) are in a list of checkpoints, the tenant's. O(1); after a
    /// transaction began, went back or ended, or one of them left the list, O(how many are held · log n).
    pub(crate) fn held_in(&self, checkpoints: &OrdSet<SnapshotId>) -> usize {
        let count = || self.held_checkpoints().iter().filter(|id| checkpoints.contains(*id)).count();
        *self.listed.get_or_init(count)
    }

    /// Takes note that a snapshot left the list, or came back to it.
    pub(in crate::history) fn list_changed(&mut self, snapshot: SnapshotId) {
        if self.needed.get().is_some_and(|needed| needed.contains(&snapshot)) {
            self.listed.take();
        }
    }

    /// Forgets which checkpoints are held: it is worked out again when it is asked for.
    fn forget_held(&mut self) {
        self.needed.take();
        self.listed.take();
    }

    /// Those that hold their checkpoints. Old ones end some time: those left hanging long ago do not hold theirs for ever.
    fn waiting(&self) -> impl Iterator<Item = &Transaction> {
        self.all.iter().rev().take(RECENT).filter(|tx| !tx.is_ended())
    }

    /// Those behind `before` that were cut off.
    pub(in crate::history) fn cut(before: u64) -> Self {
        Self { before, ..Self::default() }
    }

    /// The id of the next one.
    pub fn next_id(&self) -> TransactionId {
        let last = self.all.last().map_or(self.before, |tx| tx.id.0);
        TransactionId(last.saturating_add(1))
    }

    /// `missing` records may have begun others before.
    pub(in crate::history) fn begin(
        &mut self,
        record: &Record,
        name: &Text,
        steps: &[Text],
        base: Version,
        missing: u64,
    ) {
        let last = self.all.last().map_or(self.before, |tx| tx.id.0);
        let explained = |id: &TransactionId| id.0 > last && id.0 - last <= missing.saturating_add(1);
        let said = record.entry.step.as_ref().map(|step| step.id).filter(|_| missing > 0).filter(explained);
        let id = said.unwrap_or_else(|| self.next_id());
        self.forget_held();
        self.all.push(Transaction {
            id,
            name: name.clone(),
            at: record.entry.at,
            by: record.entry.by.clone(),
            began: record.position,
            branch: record.entry.branch.clone(),
            base,
            planned: steps.iter().cloned().collect(),
            state: TransactionState::Open,
            closed: false,
            events: Chunked::default(),
            doubt: None,
        });
    }

    pub(in crate::history) fn step(&mut self, record: &Record, version: Version, name: &Text) {
        let Some(id) = self.record_event(record, TransactionPart::Step { version, name: name.clone() }) else { return };
        self.made.push((version, id));
        self.set_state(id, TransactionState::Open);
    }

    /// Notes a checkpoint, which is in the list of snapshots or was made of a version that is cut off.
    pub(in crate::history) fn checkpoint(
        &mut self,
        record: &Record,
        snapshot: SnapshotId,
        version: Version,
        listed: bool,
    ) {
        let Some(id) = self.record_event(record, TransactionPart::Checkpoint { snapshot, version }) else { return };
        if !self.waiting().any(|tx| tx.id == id) {
            return;
        }
        if let Some(needed) = self.needed.get_mut()
            && needed.insert(snapshot).is_none()
            && let Some(count) = self.listed.get_mut()
        {
            *count += usize::from(listed);
        }
    }

    pub(in crate::history) fn fail(&mut self, record: &Record, name: &Text, why: &Text, closed: bool) {
        let Some(id) = self.record_event(record, TransactionPart::Failed { name: name.clone(), why: why.clone() })
        else {
            return;
        };
        let after = self.get(id).map(Transaction::last).unwrap_or_default();
        self.failures.insert(self.failures.partition_point(|version| *version <= after), after);
        self.set_state(id, TransactionState::Failed);
        if let Some(tx) = self.get_mut(id) {
            tx.closed |= closed;
            self.forget_held();
        }
    }

    pub(in crate::history) fn back(&mut self, record: &Record, version: Version, to: Version) {
        let Some(id) = self.record_event(record, TransactionPart::Back { version, to }) else { return };
        self.forget_held();
        self.made.push((version, id));
        if self.get(id).is_some_and(|tx| tx.base == to) {
            self.set_state(id, TransactionState::Undone);
        }
    }

    pub(in crate::history) fn commit(&mut self, record: &Record) {
        let Some(step) = record.entry.step.as_deref().copied() else { return };
        self.set_state(step.id, TransactionState::Committed);
    }

    fn set_state(&mut self, id: TransactionId, state: TransactionState) {
        let Some(tx) = self.get_mut(id) else { return };
        let was_ended = tx.is_ended();
        tx.state = state;
        if was_ended != tx.is_ended() {
            self.forget_held();
        }
    }

    /// Notes an event with the transaction its record names, if that exists.
    fn record_event(&mut self, record: &Record, what: TransactionPart) -> Option<TransactionId> {
        let InTransaction { id, step, .. } = *record.entry.step.as_deref()?;
        let event = TransactionEvent { position: record.position, at: record.entry.at, step, what };
        self.get_mut(id)?.events.push(event);
        Some(id)
    }

    fn get_mut(&mut self, id: TransactionId) -> Option<&mut Transaction> {
        let at = self.place(id)?;
        self.all.get_mut(at)
    }
}

/// How many of the newest transactions hold their checkpoints while they are open.
const RECENT: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Body, Entry};
    use proptest::prelude::*;

    fn record(position: u64, id: u64, step: u32) -> Record {
        let step = Some(Box::new(InTransaction::new(TransactionId(id), step)));
        let entry = Entry { step, ..Entry::new(Body::Commit) };
        Record { position: Position(position), id: Text::new(), entry }
    }

    proptest! {
        /// Each step does one thing in one transaction; sometimes many begin, so that the oldest stop holding theirs.
        #[test]
        fn what_is_needed_is_what_going_through_all_events_finds(
            steps in prop::collection::vec((0u8..11, 1u64..6, 0u32..4, any::<bool>()), 0..60),
        ) {
            let (mut transactions, mut list) = (Transactions::default(), OrdSet::new());
            for (position, (what, id, step, asked)) in (1..).zip(steps) {
                let record = record(position, id, step);
                let (text, version) = (Text::new(), Version(position));
                match what {
                    0 => transactions.begin(&record, &text, &[], version, 0),
                    1 => (0..20).for_each(|_| transactions.begin(&record, &text, &[], version, 0)),
                    2 => transactions.step(&record, version, &text),
                    3 => transactions.fail(&record, &text, &text, step == 3),
                    4 => transactions.back(&record, version, Version(u64::from(step))),
                    5 => transactions.commit(&record),
                    6 => {
                        let snapshot = SnapshotId(Position(position / 2));
                        if list.remove(&snapshot).is_none() {
                            list.insert(snapshot);
                        }
                        transactions.list_changed(snapshot);
                    }
                    _ => {
                        let (snapshot, listed) = (SnapshotId(Position(position)), step != 3);
                        list.extend(listed.then_some(snapshot));
                        transactions.checkpoint(&record, snapshot, version, listed);
                    }
                }
                let recent = transactions.all.iter().rev().take(RECENT).filter(|tx| !tx.is_ended());
                let expected: OrdSet<_> = recent.flat_map(Transaction::checkpoints).map(|(id, _)| id).collect();
                if asked {
                    prop_assert_eq!(transactions.held_checkpoints(), &expected);
                    let listed = expected.iter().filter(|id| list.contains(*id)).count();
                    prop_assert_eq!(transactions.held_in(&list), listed);
                }
            }
        }
    }
}
