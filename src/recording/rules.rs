//! What the tenant's settings add to a write: auto snapshots, and which snapshots leave the list for new ones.
//!
//! Must not know: logs. The clock's time is handed in.

use super::Prune;
use crate::history::{History, Snapshot};
use crate::record::{AutoRules, Body, Entry, NewSnapshot, Origin, Position, SnapshotId, SnapshotKind, Time, Version};
use crate::value::Text;
use std::collections::BTreeSet;

/// The entries with the auto snapshots that the tenant's rules put between them.
pub(super) fn with_auto_snapshots(entries: Vec<Entry>, history: &History, now: Time) -> Vec<Entry> {
    let rules = &history.settings().auto;
    let kept = history.settings().retention.auto != Some(0);
    let asked = kept && (rules.every.is_some() || rules.after.is_some() || !rules.before.is_empty());
    if !asked || !entries.iter().any(is_transition) {
        return entries;
    }
    let mut marking = Marking { history, now, out: Vec::new(), versions: 0, lines: Vec::new(), listed: autos(history) };
    for entry in entries {
        marking.take(entry, rules);
    }
    marking.out
}

fn is_transition(entry: &Entry) -> bool {
    entry.origin == Origin::Application && matches!(entry.body, Body::Transition { .. })
}

fn makes_version(body: &Body) -> bool {
    matches!(body, Body::Transition { .. } | Body::Rollback { .. } | Body::Promote { .. })
}

/// The auto snapshots in the list, oldest first.
fn autos(history: &History) -> Vec<SnapshotId> {
    let mut ids: Vec<_> = of_kind(history, SnapshotKind::Auto).map(|snapshot| snapshot.id).collect();
    ids.sort();
    ids
}

fn of_kind(history: &History, kind: SnapshotKind) -> impl Iterator<Item = &Snapshot> {
    history.snapshots().iter().filter(move |snapshot| snapshot.kind == kind)
}

/// Entries on their way, with auto snapshots between them.
struct Marking<'a> {
    history: &'a History,
    now: Time,
    out: Vec<Entry>,
    /// Versions made so far by what is on its way.
    versions: u64,
    lines: Vec<Line>,
    listed: Vec<SnapshotId>,
}

/// A branch, as far as the entries on their way take it.
#[derive(Clone)]
struct Line {
    branch: Option<Text>,
    head: Version,
    /// Whether a snapshot marks the head.
    marked: bool,
    /// Transitions since the last snapshot.
    transitions: u64,
    /// The time of that snapshot, or of the first version.
    since: Option<Time>,
}

impl Marking<'_> {
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
        let beside = Entry { step: None, body: Body::Commit, ..entry.clone() };
        self.pass(entry);
        self.lines[line].transitions += 1;
        if let Some(why) = due(&self.lines[line], rules, at) {
            self.mark(&beside, line, why);
            (self.lines[line].transitions, self.lines[line].since) = (0, Some(at));
        }
        self.lines[line].since.get_or_insert(at);
    }

    /// Takes an entry over as it is.
    fn pass(&mut self, entry: Entry) {
        if makes_version(&entry.body) {
            self.versions += 1;
            let line = self.line(&entry);
            (self.lines[line].head, self.lines[line].marked) =
                (Version(self.history.newest().0 + self.versions), false);
        }
        if let Body::Snapshot(snapshot) = &entry.body {
            let line = self.line(&entry);
            self.lines[line].marked |= snapshot.version == self.lines[line].head;
            self.listed.retain(|id| !snapshot.drops.contains(id));
            if snapshot.kind == SnapshotKind::Auto {
                self.listed.push(self.next_id());
            }
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

    /// The id of a snapshot that is taken over next.
    fn next_id(&self) -> SnapshotId {
        SnapshotId(Position(self.history.position().0 + self.out.len() as u64 + 1))
    }

    /// Marks the head of a line, as the author of `beside`.
    fn mark(&mut self, beside: &Entry, line: usize, why: Text) {
        self.lines[line].marked = true;
        let version = self.lines[line].head;
        let id = self.next_id();
        let retention = &self.history.settings().retention;
        let keep = retention.auto;
        self.listed.push(id);
        let over = keep.map_or(0, |keep| self.listed.len().saturating_sub(usize::try_from(keep).unwrap_or(usize::MAX)));
        let mut drops: Vec<_> = self.listed.drain(..over).filter(|dropped| *dropped != id).collect();
        let aged = |id: &SnapshotId| {
            let snapshot = self.history.snapshot(*id);
            retention.max_age.zip(snapshot).is_some_and(|(most, snapshot)| older(snapshot, most, self.now))
        };
        drops.extend(self.listed.iter().copied().filter(aged));
        self.listed.retain(|id| !drops.contains(id));
        let snapshot =
            NewSnapshot { version, name: None, kind: SnapshotKind::Auto, description: why, tags: Vec::new(), drops };
        self.out.push(Entry { step: None, body: Body::Snapshot(snapshot), ..beside.clone() });
    }
}

fn start(history: &History, branch: Option<Text>) -> Line {
    let Some((head, _)) = history.growing(branch.as_deref()) else {
        return Line { branch, head: Version(0), marked: true, transitions: 0, since: None };
    };
    let mut marks = history.snapshots().iter().rev().map(|mark| mark.version);
    let last = marks.find(|version| history.on_line(*version, head));
    let from = last.unwrap_or_else(|| history.first_of(head));
    Line {
        branch,
        head,
        marked: last == Some(head),
        transitions: history.steps_between(last.unwrap_or_default(), head),
        since: history.info(from).and_then(|info| info.at),
    }
}

/// Why a snapshot is due, if one is.
fn due(line: &Line, rules: &AutoRules, at: Time) -> Option<Text> {
    let many = rules.every.filter(|every| line.transitions >= *every);
    let passed = |seconds: &u64| {
        let seconds = i64::try_from(*seconds).unwrap_or(i64::MAX);
        line.since.is_some_and(|since| (at - since).num_seconds() >= seconds)
    };
    let late = rules.after.filter(passed);
    let many = many.map(|every| ecow::eco_format!("every {every} transitions"));
    many.or_else(|| late.map(|after| ecow::eco_format!("every {after} s")))
}

/// The snapshots of a kind that may go, in order of making: not the checkpoints that somebody may go back to.
fn loose(history: &History, kind: SnapshotKind) -> Vec<&Snapshot> {
    let held = if kind == SnapshotKind::Checkpoint { history.held_checkpoints() } else { BTreeSet::new() };
    let mut listed: Vec<_> = of_kind(history, kind).filter(|snapshot| !held.contains(&snapshot.id)).collect();
    listed.sort_by_key(|snapshot| snapshot.id);
    listed
}

/// What leaves the list when a snapshot of `kind` is made now: the oldest beyond the tenant's retention. `sooner` are the
/// checkpoints that the same transaction makes before it in one write: they stay, and what left the list for them is gone.
pub(super) fn drops(history: &History, kind: SnapshotKind, sooner: &[NewSnapshot], now: Time) -> Vec<SnapshotId> {
    let retention = &history.settings().retention;
    if retention.of(kind).is_none() && retention.max_age.is_none() {
        return Vec::new();
    }
    let mut listed = loose(history, kind);
    listed.retain(|snapshot| !sooner.iter().any(|sooner| sooner.drops.contains(&snapshot.id)));
    let over = retention.of(kind).map_or(0, |keep| (listed.len() as u64 + 1).saturating_sub(keep));
    let over = usize::try_from(over).unwrap_or(usize::MAX).min(listed.len());
    let mut gone: Vec<_> = listed.drain(..over).map(|snapshot| snapshot.id).collect();
    if kind != SnapshotKind::Named
        && let Some(most) = retention.max_age
    {
        gone.extend(listed.iter().filter(|snapshot| older(snapshot, most, now)).map(|snapshot| snapshot.id));
    }
    gone
}

/// The snapshots of a kind that a clean-up takes out of the list, oldest first.
pub(super) fn pruned(history: &History, kind: SnapshotKind, prune: &Prune, now: Time) -> Vec<Snapshot> {
    let mut listed = loose(history, kind);
    let keep = usize::try_from(prune.keep.unwrap_or(0)).unwrap_or(usize::MAX);
    listed.truncate(listed.len().saturating_sub(keep));
    let old = |snapshot: &&Snapshot| prune.older_than.is_none_or(|seconds| older(snapshot, seconds, now));
    listed.into_iter().filter(old).cloned().collect()
}

/// Whether a snapshot is older than so many seconds.
fn older(snapshot: &Snapshot, seconds: u64, now: Time) -> bool {
    snapshot.at.is_some_and(|at| (now - at).num_seconds() > i64::try_from(seconds).unwrap_or(i64::MAX))
}
