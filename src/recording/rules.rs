//! What the tenant's settings add to a write: auto snapshots, and which snapshots leave the list for new ones.
//!
//! Must not name: `log`, clocks. The clock's time is handed in.

use crate::error::Result;
use crate::history::{History, Snapshot};
use crate::record::{
    AutoRules, Body, Entry, NewSnapshot, Origin, Position, Retention, SnapshotId, SnapshotKind, Time, Version,
};
use crate::value::Text;
use im::OrdSet;
use std::collections::BTreeSet;

/// Which snapshots to take out of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Prune {
    /// Of this kind only.
    pub kind: Option<SnapshotKind>,
    /// Those of versions older than so many seconds.
    pub older_than: Option<u64>,
    /// Keep this many of the newest of each kind.
    pub keep: Option<u64>,
}

impl Prune {
    /// The same, of a kind only.
    #[must_use]
    pub fn of_kind(self, kind: SnapshotKind) -> Self {
        Self { kind: Some(kind), ..self }
    }

    /// The same, of versions older than so many seconds only.
    #[must_use]
    pub fn older_than(self, seconds: u64) -> Self {
        Self { older_than: Some(seconds), ..self }
    }

    /// The same, but for so many of the newest of each kind.
    #[must_use]
    pub fn keep(self, newest: u64) -> Self {
        Self { keep: Some(newest), ..self }
    }
}

/// The entries with the auto snapshots that the tenant's rules put between them. `missing` is how many positions are missing
/// behind the last record folded. A snapshot that would leave the list with the same write is not made: no log can name
/// what it has not numbered, and the list is the same on all of them.
pub(super) fn with_auto_snapshots(
    entries: Vec<Entry>,
    history: &History,
    now: Time,
    missing: &dyn Fn() -> Result<u64>,
) -> Result<Vec<Entry>> {
    let rules = &history.ledger().settings().auto;
    let kept = history.ledger().settings().retention.auto != Some(0);
    let asked = kept && (rules.every.is_some() || rules.after.is_some() || !rules.before.is_empty());
    if !asked || !entries.iter().any(is_transition) {
        return Ok(entries);
    }
    let newest = Version(history.next_version(missing()?).0 - 1);
    let (out, versions, lines) = (Vec::new(), 0, Vec::new());
    let mut marking =
        AutoMarking { history, newest, now, out, versions, lines, listed: ListedSnapshots::of(history, now) };
    for entry in entries {
        marking.take(entry, rules);
    }
    Ok(marking.staying())
}

fn is_transition(entry: &Entry) -> bool {
    entry.origin == Origin::Application && matches!(entry.body, Body::Transition { .. })
}

fn makes_version(body: &Body) -> bool {
    matches!(body, Body::Transition { .. } | Body::Rollback { .. } | Body::Promote { .. })
}

/// Entries on their way, with auto snapshots between them.
struct AutoMarking<'a> {
    history: &'a History,
    /// The version before the first that is on its way.
    newest: Version,
    now: Time,
    out: Vec<Entry>,
    /// Versions made so far by what is on its way.
    versions: u64,
    lines: Vec<BranchAhead>,
    listed: ListedSnapshots<'a>,
}

/// The auto snapshots in the list: those of the history, and those on their way, but for those that left it.
struct ListedSnapshots<'a> {
    made: &'a OrdSet<SnapshotId>,
    /// Places among the entries of those that the rules make. Those that a caller handed over count too, and stay until the
    /// next write.
    new: BTreeSet<usize>,
    handed_over: u64,
    /// What is too old leaves the list with the next one made: those of the history with the first.
    too_old: Option<Time>,
    old: Vec<SnapshotId>,
    old_new: Option<usize>,
    gone: BTreeSet<SnapshotId>,
    /// Places of those that left the list on their way.
    left_out: BTreeSet<usize>,
    /// Those that something refers to: they neither count nor leave.
    held: BTreeSet<SnapshotId>,
    /// The oldest that may be in it.
    from: SnapshotId,
}

impl<'a> ListedSnapshots<'a> {
    fn of(history: &'a History, now: Time) -> Self {
        let made = history.marks().of_kind(SnapshotKind::Auto);
        let held = held(history).into_iter().filter(|id| made.contains(id)).collect();
        let too_old = too_old(&history.ledger().settings().retention, now);
        let old = too_old.into_iter().flat_map(|until| history.marks().aged(SnapshotKind::Auto, until)).collect();
        let (new, gone, left_out, from) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new(), SnapshotId(Position(0)));
        Self { made, new, handed_over: 0, too_old, old, old_new: None, gone, left_out, held, from }
    }

    /// Adds one that is made at a place, of a version of this time.
    fn add(&mut self, place: usize, at: Option<Time>) {
        self.new.insert(place);
        self.old_new = at.filter(|at| self.too_old.is_some_and(|until| *at <= until)).map(|_| place);
    }

    fn count(&self) -> u64 {
        (self.made.len() - self.gone.len() - self.held.len() + self.new.len()) as u64 + self.handed_over
    }

    /// Takes one of the history out; answers whether it was in.
    fn remove(&mut self, id: SnapshotId) -> bool {
        !self.held.contains(&id) && self.made.contains(&id) && self.gone.insert(id)
    }

    /// Takes out the oldest, which is one of `drops` then if the history has it; answers whether there was one.
    fn take_oldest(&mut self, drops: &mut Vec<SnapshotId>) -> bool {
        let oldest = self.made.range(self.from..).find(|id| !self.gone.contains(id) && !self.held.contains(id));
        match oldest.copied() {
            Some(oldest) => {
                (self.from, _) = (oldest, self.remove(oldest));
                drops.push(oldest);
                true
            }
            None => self.new.pop_first().is_some_and(|place| self.left_out.insert(place)),
        }
    }

    /// Takes out what is too old, and answers which of the history that is.
    fn take_old(&mut self) -> Vec<SnapshotId> {
        if let Some(place) = self.old_new.take().filter(|place| self.new.remove(place)) {
            self.left_out.insert(place);
        }
        let old = std::mem::take(&mut self.old);
        old.into_iter().filter(|id| self.remove(*id)).collect()
    }
}

/// A branch, as far as the entries on their way take it.
#[derive(Clone)]
struct BranchAhead {
    branch: Option<Text>,
    head: Version,
    /// The time of the head.
    at: Option<Time>,
    /// Whether a snapshot marks the head.
    marked: bool,
    /// Transitions since the last snapshot.
    transitions: u64,
    /// The time of that snapshot, or of the first version.
    since: Option<Time>,
}

impl BranchAhead {
    /// Says that a snapshot marks the head.
    fn mark(&mut self) {
        (self.marked, self.transitions, self.since) = (true, 0, self.at);
    }
}

impl AutoMarking<'_> {
    fn take(&mut self, entry: Entry, rules: &AutoRules) {
        let Body::Transition { label, .. } = &entry.body else { return self.pass(entry) };
        if entry.origin != Origin::Application {
            return self.pass(entry);
        }
        let line = self.line(&entry);
        if rules.before.contains(label) && self.lines[line].head.0 > 0 && !self.lines[line].marked {
            self.mark(&entry, line, ecow::eco_format!("before {label}"));
        }
        let at = entry.at.unwrap_or(self.now);
        let beside = Entry { step: None, provenance: None, body: Body::Commit, ..entry.clone() };
        self.pass(entry);
        self.lines[line].transitions += 1;
        if let Some(why) = due(&self.lines[line], rules, at) {
            self.mark(&beside, line, why);
        }
        self.lines[line].since.get_or_insert(at);
    }

    /// Takes an entry over as it is.
    fn pass(&mut self, entry: Entry) {
        if makes_version(&entry.body) {
            self.versions += 1;
            let (line, head) = (self.line(&entry), Version(self.newest.0 + self.versions));
            let line = &mut self.lines[line];
            (line.head, line.at, line.marked) = (head, entry.at, false);
        }
        if let Body::Snapshot(snapshot) = &entry.body {
            let line = self.line(&entry);
            if snapshot.version == self.lines[line].head {
                self.lines[line].mark();
            }
            snapshot.drops.iter().for_each(|id| _ = self.listed.remove(*id));
            self.listed.handed_over += u64::from(snapshot.kind == SnapshotKind::Auto);
        }
        self.out.push(entry);
    }

    fn line(&mut self, entry: &Entry) -> usize {
        let known = self.lines.iter().position(|line| line.branch == entry.branch);
        known.unwrap_or_else(|| {
            self.lines.push(start(self.history, entry.branch.clone()));
            self.lines.len() - 1
        })
    }

    /// The entries without the snapshots that left the list on their way. What left the list for one of those leaves it for
    /// the next that stays.
    fn staying(self) -> Vec<Entry> {
        let Self { out, listed: ListedSnapshots { left_out, new, .. }, .. } = self;
        let (mut stay, mut dropped) = (Vec::with_capacity(out.len()), Vec::new());
        for (place, mut entry) in out.into_iter().enumerate() {
            if let Body::Snapshot(snapshot) = &mut entry.body {
                if left_out.contains(&place) {
                    dropped.append(&mut snapshot.drops);
                    continue;
                }
                if new.contains(&place) {
                    snapshot.drops.splice(0..0, dropped.drain(..));
                }
            }
            stay.push(entry);
        }
        stay
    }

    /// Marks the head of a line, as the author of `beside`.
    fn mark(&mut self, beside: &Entry, line: usize, why: Text) {
        self.lines[line].mark();
        let version = self.lines[line].head;
        let retention = &self.history.ledger().settings().retention;
        let mut drops = Vec::new();
        let full = |listed: &ListedSnapshots<'_>| retention.auto.is_some_and(|keep| listed.count() >= keep);
        while full(&self.listed) && self.listed.take_oldest(&mut drops) {}
        drops.extend(self.listed.take_old());
        self.listed.add(self.out.len(), self.lines[line].at.or(beside.at));
        let (kind, tags, created) = (SnapshotKind::Auto, Vec::new(), Some(self.now));
        let snapshot = Box::new(NewSnapshot { version, name: None, kind, description: why, tags, drops, created });
        self.out.push(Entry { step: None, body: Body::Snapshot(snapshot), ..beside.clone() });
    }
}

fn start(history: &History, branch: Option<Text>) -> BranchAhead {
    let Some(head) = history.growing(branch.as_deref()) else {
        return BranchAhead { branch, head: Version(0), at: None, marked: true, transitions: 0, since: None };
    };
    let last = history.last_marked(head);
    let from = last.unwrap_or_else(|| history.lineage().first_of(head));
    let time = |version| history.info(version).and_then(|info| info.at);
    BranchAhead {
        branch,
        head,
        at: time(head),
        marked: last == Some(head),
        transitions: history.lineage().steps_between(last.unwrap_or_default(), head),
        since: time(from),
    }
}

/// Why a snapshot is due, if one is.
fn due(line: &BranchAhead, rules: &AutoRules, at: Time) -> Option<Text> {
    let many = rules.every.filter(|every| line.transitions >= *every);
    let passed = |seconds: &u64| {
        let seconds = i64::try_from(*seconds).unwrap_or(i64::MAX);
        line.since.is_some_and(|since| (at - since).num_seconds() >= seconds)
    };
    let late = rules.after.filter(passed);
    let many = many.map(|every| ecow::eco_format!("every {every} transitions"));
    many.or_else(|| late.map(|after| ecow::eco_format!("every {after} s")))
}

/// The snapshots that something refers to: checkpoints that a transaction may go back to, baselines of open variants. They
/// stay in the list and do not count. O(branches + those).
fn held(history: &History) -> OrdSet<SnapshotId> {
    let mut held = history.transactions().held_checkpoints().clone();
    held.extend(history.variants().open_baselines());
    held
}

/// The latest time that is beyond the age which a retention says.
fn too_old(retention: &Retention, now: Time) -> Option<Time> {
    let most = i64::try_from(retention.max_age?).ok()?;
    // By a whole second, as ages are counted.
    now.checked_sub_signed(chrono::Duration::try_seconds(most.checked_add(1)?)?)
}

/// Those of a kind that are beyond that age.
fn aged(history: &History, retention: &Retention, kind: SnapshotKind, now: Time) -> impl Iterator<Item = SnapshotId> {
    too_old(retention, now).into_iter().flat_map(move |until| history.marks().aged(kind, until))
}

/// What leaves the list when a snapshot of `kind` is made now: the oldest beyond the tenant's retention. `gone` has left it for
/// the checkpoints that the same transaction makes before this one in the same write; those themselves stay.
/// O(log n) for each that leaves the list.
pub(super) fn drops(history: &History, kind: SnapshotKind, gone: &BTreeSet<SnapshotId>, now: Time) -> Vec<SnapshotId> {
    beyond(history, &history.ledger().settings().retention, (kind, 1), gone, now)
}

/// What is beyond a retention now, and leaves the list when a snapshot of its kind is made.
pub(super) fn over_limit(history: &History, retention: &Retention, now: Time) -> Vec<SnapshotId> {
    let kinds = [SnapshotKind::Auto, SnapshotKind::Checkpoint, SnapshotKind::Named];
    kinds.into_iter().flat_map(|kind| beyond(history, retention, (kind, 0), &BTreeSet::new(), now)).collect()
}

/// What is beyond a retention once there are so many more of a kind, beside those of that kind that are `gone`.
fn beyond(
    history: &History,
    retention: &Retention,
    (kind, more): (SnapshotKind, u64),
    gone: &BTreeSet<SnapshotId>,
    now: Time,
) -> Vec<SnapshotId> {
    let (made, needed) = (history.marks().of_kind(kind), history.transactions().held_checkpoints());
    let baselines: BTreeSet<_> = history.variants().open_baselines().collect();
    let is_loose = |id: &SnapshotId| !needed.contains(id) && !baselines.contains(id) && !gone.contains(id);
    // While all of them are within the limit nobody counts those that are held.
    let over = retention.of(kind).filter(|keep| made.len() as u64 + more > *keep).map_or(0, |keep| {
        let held = match kind {
            SnapshotKind::Checkpoint => history.transactions().held_in(made),
            SnapshotKind::Auto | SnapshotKind::Named => made.iter().filter(|id| needed.contains(*id)).count(),
        };
        let baselines = baselines.iter().filter(|id| made.contains(*id) && !needed.contains(*id)).count();
        let loose = made.len().saturating_sub(held + baselines + gone.len());
        (loose as u64 + more).saturating_sub(keep)
    });
    let over = usize::try_from(over).unwrap_or(usize::MAX);
    let mut dropped: Vec<_> = made.iter().filter(|id| is_loose(id)).take(over).copied().collect();
    if kind != SnapshotKind::Named {
        let dropped_already: BTreeSet<_> = dropped.iter().copied().collect();
        let aged = aged(history, retention, kind, now);
        dropped.extend(aged.filter(|id| is_loose(id) && !dropped_already.contains(id)));
    }
    dropped
}

/// The snapshots of a kind that a clean-up takes out of the list, oldest first.
pub(super) fn pruned(history: &History, kind: SnapshotKind, prune: &Prune, now: Time) -> Vec<Snapshot> {
    let held = held(history);
    let loose = history.marks().of_kind(kind).iter().filter(|id| !held.contains(*id));
    let mut listed: Vec<_> = loose.filter_map(|id| history.marks().get(*id)).collect();
    let keep = usize::try_from(prune.keep.unwrap_or(0)).unwrap_or(usize::MAX);
    listed.truncate(listed.len().saturating_sub(keep));
    let old = |snapshot: &&Snapshot| prune.older_than.is_none_or(|seconds| older(snapshot, seconds, now));
    listed.into_iter().filter(old).cloned().collect()
}

/// Whether a snapshot is older than so many seconds.
fn older(snapshot: &Snapshot, seconds: u64, now: Time) -> bool {
    snapshot.moment().is_some_and(|at| (now - at).num_seconds() > i64::try_from(seconds).unwrap_or(i64::MAX))
}
