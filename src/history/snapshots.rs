//! Marks on versions: which are in the list, and finding one by id, index, name and time.
//!
//! Must not name: values, `tree`, `target`.

use super::History;
use super::activity::any_in;
use crate::record::{Entry, NewSnapshot, Position, SnapshotId, SnapshotKind, SnapshotNote, Time, Version};
use crate::value::Text;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

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
    /// When the mark was made.
    pub created: Option<Time>,
    /// Who made it.
    pub by: Option<Text>,
    /// Free text.
    pub description: Text,
    /// Tags.
    pub tags: Vec<Text>,
}

impl Snapshot {
    /// The snapshot a record makes.
    pub(super) fn new(id: SnapshotId, new: &NewSnapshot, at: Option<Time>, entry: &Entry) -> Self {
        Self {
            id,
            kind: new.kind,
            name: new.name.clone(),
            version: new.version,
            at,
            created: new.created.or(entry.at),
            by: entry.by.clone(),
            description: new.description.clone(),
            tags: new.tags.clone(),
        }
    }

    /// What to call it in a sentence: `snapshot "v2"`, `auto snapshot of #12`.
    pub(super) fn title(&self) -> String {
        let kind = match self.kind {
            SnapshotKind::Named => "snapshot",
            SnapshotKind::Auto => "auto snapshot",
            SnapshotKind::Checkpoint => "checkpoint",
        };
        match &self.name {
            Some(name) => format!("{kind} \"{name}\""),
            None => format!("{kind} of {}", self.version),
        }
    }

    /// What can be said of it anew.
    pub fn note(&self) -> SnapshotNote {
        SnapshotNote { name: self.name.clone(), description: self.description.clone(), tags: self.tags.clone() }
    }

    fn take(&mut self, note: &SnapshotNote) {
        let SnapshotNote { name, description, tags } = note.clone();
        (self.name, self.description, self.tags) = (name, description, tags);
    }

    fn place(&self) -> (Version, SnapshotId) {
        (self.version, self.id)
    }
}

impl History {
    /// Snapshots in the list, oldest version first (ties: order of making). `index:N` counts in this order.
    pub fn snapshots(&self) -> &[Snapshot] {
        self.snapshots.listed()
    }

    /// The snapshot of a name in the list; of several the one made last.
    ///
    /// # Errors
    /// `NotFound` with the nearest names.
    pub fn named_snapshot(&self, name: &str) -> crate::Result<&Snapshot> {
        let near = || super::nearest::nearest(name, self.snapshots.names());
        self.snapshots.named(name).ok_or_else(|| self.not_found(format!("snapshot \"{name}\""), &near()))
    }

    /// Those in the list that have a name: one, unless a log from elsewhere says otherwise. O(1) for each.
    pub fn snapshots_named(&self, name: &str) -> impl Iterator<Item = &Snapshot> {
        self.snapshots.of_name(name)
    }

    /// Those of a kind in the list, in the order they were made; their number is known at once. O(log n) for each.
    pub(crate) fn made_of(&self, kind: SnapshotKind) -> &BTreeSet<SnapshotId> {
        &self.snapshots.kinds[kind as usize].made
    }

    /// Those of a kind in the list whose time is at or before `at`, oldest first. O(log n) for each.
    pub(crate) fn aged(&self, kind: SnapshotKind, at: Time) -> impl Iterator<Item = SnapshotId> {
        self.snapshots.kinds[kind as usize].up_to(at).map(|(_, _, id)| *id)
    }

    /// The newest version marked on the line that ends at `head`. O(stretches of the line after it · log n).
    pub(crate) fn last_marked(&self, head: Version) -> Option<Version> {
        let last = |stretch: Range<u64>| self.snapshots.within(&stretch).last().map(|mark| mark.version);
        self.tree.back(head).find_map(last)
    }

    /// Those in the list that mark versions of `range`, in order. O(log n).
    pub fn snapshots_within(&self, range: Range<u64>) -> &[Snapshot] {
        self.snapshots.within(&range)
    }

    /// A snapshot in the list, by id.
    pub fn snapshot(&self, id: SnapshotId) -> Option<&Snapshot> {
        self.snapshots.get(id)
    }
}

/// All snapshots ever made, and those in the list.
#[derive(Debug, Default)]
pub(super) struct Snapshots {
    made: BTreeMap<SnapshotId, Mark>,
    /// Sorted by version, then by id.
    listed: Vec<Snapshot>,
    /// Those in the list, by name.
    names: FxHashMap<Text, BTreeSet<SnapshotId>>,
    /// Those in the list, by kind.
    kinds: [OfKind; 3],
}

/// The snapshots of one kind in the list.
#[derive(Debug, Default)]
struct OfKind {
    /// The versions they mark, sorted: for asking whether there is one in a stretch.
    marked: Vec<Version>,
    /// In order of making.
    made: BTreeSet<SnapshotId>,
    /// By time; those without one are left out.
    times: BTreeSet<(Time, Version, SnapshotId)>,
}

impl OfKind {
    fn add(&mut self, new: &Snapshot) {
        self.marked.insert(self.marked.partition_point(|version| *version < new.version), new.version);
        self.made.insert(new.id);
        self.times.extend(new.at.map(|at| (at, new.version, new.id)));
    }

    fn remove(&mut self, gone: &Snapshot) {
        self.marked.remove(self.marked.partition_point(|version| *version < gone.version));
        self.made.remove(&gone.id);
        gone.at.map(|at| self.times.remove(&(at, gone.version, gone.id)));
    }

    /// Those whose time is at or before `at`, by time.
    fn up_to(&self, at: Time) -> impl DoubleEndedIterator<Item = &(Time, Version, SnapshotId)> {
        self.times.range(..=(at, Version(u64::MAX), SnapshotId(Position(u64::MAX))))
    }
}

#[derive(Debug)]
struct Mark {
    snapshot: Snapshot,
    /// Deletions, and undoing of its making, that have not been taken back: in the list when 0.
    hidden: u32,
}

impl Snapshots {
    /// Adds a new one.
    pub fn add(&mut self, snapshot: Snapshot) {
        self.list(snapshot.clone());
        self.made.insert(snapshot.id, Mark { snapshot, hidden: 0 });
    }

    /// Takes one out of the list, once more if it is out already.
    pub fn hide(&mut self, id: SnapshotId) {
        let Some(mark) = self.made.get_mut(&id) else { return };
        mark.hidden += 1;
        let place = mark.snapshot.place();
        if let Ok(at) = self.listed.binary_search_by_key(&place, Snapshot::place) {
            let gone = self.listed.remove(at);
            self.kinds[gone.kind as usize].remove(&gone);
            self.forget_name(gone.name.as_ref(), id);
        }
    }

    /// Takes back one [`hide`](Self::hide).
    pub fn show(&mut self, id: SnapshotId) {
        let Some(mark) = self.made.get_mut(&id).filter(|mark| mark.hidden > 0) else { return };
        mark.hidden -= 1;
        if mark.hidden == 0 {
            let snapshot = mark.snapshot.clone();
            self.list(snapshot);
        }
    }

    /// Gives one another name, description and tags; answers what they were.
    pub fn edit(&mut self, id: SnapshotId, note: &SnapshotNote) -> Option<SnapshotNote> {
        let mark = self.made.get_mut(&id)?;
        let before = mark.snapshot.note();
        mark.snapshot.take(note);
        if let Ok(at) = self.listed.binary_search_by_key(&mark.snapshot.place(), Snapshot::place) {
            self.listed[at].take(note);
            self.forget_name(before.name.as_ref(), id);
            self.learn_name(note.name.as_ref(), id);
        }
        Some(before)
    }

    fn list(&mut self, snapshot: Snapshot) {
        let at = self.listed.partition_point(|listed| listed.place() < snapshot.place());
        self.kinds[snapshot.kind as usize].add(&snapshot);
        self.learn_name(snapshot.name.as_ref(), snapshot.id);
        self.listed.insert(at, snapshot);
    }

    fn learn_name(&mut self, name: Option<&Text>, id: SnapshotId) {
        if let Some(name) = name {
            self.names.entry(name.clone()).or_default().insert(id);
        }
    }

    fn forget_name(&mut self, name: Option<&Text>, id: SnapshotId) {
        let Some(name) = name else { return };
        if let Some(ids) = self.names.get_mut(name) {
            ids.remove(&id);
            if ids.is_empty() {
                self.names.remove(name);
            }
        }
    }

    /// Those in the list, oldest version first.
    pub fn listed(&self) -> &[Snapshot] {
        &self.listed
    }

    /// One in the list.
    pub fn get(&self, id: SnapshotId) -> Option<&Snapshot> {
        let mark = self.made.get(&id).filter(|mark| mark.hidden == 0)?;
        Some(&mark.snapshot)
    }

    /// One that was made, in the list or not.
    pub fn ever(&self, id: SnapshotId) -> Option<&Snapshot> {
        self.made.get(&id).map(|mark| &mark.snapshot)
    }

    /// Those of this name, in order of making.
    pub fn of_name(&self, name: &str) -> impl DoubleEndedIterator<Item = &Snapshot> {
        self.names.get(name).into_iter().flatten().filter_map(|id| self.get(*id))
    }

    /// The one of this name that was made last.
    pub fn named(&self, name: &str) -> Option<&Snapshot> {
        self.of_name(name).next_back()
    }

    /// The closest at or before `at`; of several with one time, the last in the list.
    pub fn closest(&self, at: Time) -> Option<&Snapshot> {
        let closest = self.kinds.iter().filter_map(|kind| kind.up_to(at).next_back()).max();
        closest.and_then(|(_, _, id)| self.get(*id))
    }

    /// Those of versions in `range`.
    pub fn within(&self, range: &Range<u64>) -> &[Snapshot] {
        let first = self.listed.partition_point(|snapshot| snapshot.version.0 < range.start);
        let end = self.listed.partition_point(|snapshot| snapshot.version.0 < range.end);
        &self.listed[first..end.max(first)]
    }

    /// Whether one of a kind marks a version of `range`. O(log n).
    pub fn any_of(&self, kind: SnapshotKind, range: &Range<u64>) -> bool {
        any_in(&self.kinds[kind as usize].marked, range, |version| *version)
    }

    /// The names in the list.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.listed.iter().filter_map(|snapshot| snapshot.name.as_deref())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(n: u64) -> SnapshotId {
        SnapshotId(Position(n))
    }

    /// Snapshots by (id, name, version, seconds).
    fn made(all: &[(u64, &str, u64, i64)]) -> Snapshots {
        let mut snapshots = Snapshots::default();
        for (n, name, version, seconds) in all {
            let new = NewSnapshot {
                version: Version(*version),
                name: (!name.is_empty()).then(|| (*name).into()),
                kind: if name.is_empty() { SnapshotKind::Auto } else { SnapshotKind::Named },
                description: Text::new(),
                tags: Vec::new(),
                drops: Vec::new(),
                created: None,
            };
            let at = chrono::DateTime::from_timestamp(*seconds, 0);
            snapshots.add(Snapshot::new(id(*n), &new, at, &Entry::new(crate::record::Body::Commit)));
        }
        snapshots
    }

    fn ids(snapshots: &[Snapshot]) -> Vec<u64> {
        snapshots.iter().map(|snapshot| snapshot.id.0.0).collect()
    }

    #[test]
    fn the_list_is_by_version_then_by_making() {
        let snapshots = made(&[(2, "b", 5, 50), (4, "", 2, 20), (6, "c", 5, 50), (7, "d", 1, 10)]);
        assert_eq!(ids(snapshots.listed()), [7, 4, 2, 6]);
        assert_eq!(ids(snapshots.within(&(2..5))), [4]);
        assert_eq!(ids(snapshots.within(&(5..6))), [2, 6]);
        assert!(snapshots.within(&Range { start: 9, end: 3 }).is_empty());
    }

    #[test]
    fn names_and_times_find_the_newest_that_fits() {
        let snapshots = made(&[(2, "v", 5, 50), (4, "v", 2, 20), (6, "w", 7, 30), (7, "x", 8, 30)]);
        assert_eq!(snapshots.named("v").unwrap().id, id(4));
        assert_eq!(snapshots.named("V"), None);
        for (seconds, expected) in
            [(19, None), (20, Some(4)), (29, Some(4)), (30, Some(7)), (49, Some(7)), (50, Some(2))]
        {
            let at = chrono::DateTime::from_timestamp(seconds, 0).unwrap();
            assert_eq!(snapshots.closest(at).map(|snapshot| snapshot.id), expected.map(id), "{seconds}");
        }
    }

    #[test]
    fn a_snapshot_is_listed_when_nothing_hides_it() {
        let mut snapshots = made(&[(2, "a", 1, 0), (3, "b", 2, 0)]);
        snapshots.hide(id(2));
        assert_eq!((ids(snapshots.listed()), snapshots.get(id(2))), (vec![3], None));
        assert_eq!(snapshots.ever(id(2)).unwrap().title(), "snapshot \"a\"");
        snapshots.hide(id(2));
        snapshots.show(id(2));
        assert_eq!(ids(snapshots.listed()), [3]);
        snapshots.show(id(2));
        snapshots.show(id(2));
        assert_eq!(ids(snapshots.listed()), [2, 3]);
        assert_eq!(made(&[(2, "", 9, 0)]).listed()[0].title(), "auto snapshot of #9");
    }

    proptest! {
        /// Each step adds one (kind, version, time), or hides, shows or renames the one it names.
        #[test]
        fn what_is_found_is_what_a_look_through_the_list_finds(
            steps in prop::collection::vec((0u8..7, 0u64..12, 0i64..6), 0..60),
        ) {
            let mut snapshots = Snapshots::default();
            for (n, (what, which, seconds)) in (1..).zip(steps) {
                let name: Text = format!("name{}", which % 3).into();
                match what {
                    3 => snapshots.hide(id(which)),
                    4 => snapshots.show(id(which)),
                    5 => drop(snapshots.edit(id(which), &SnapshotNote { name: Some(name), ..Default::default() })),
                    kind => snapshots.add(Snapshot {
                        id: id(n),
                        kind: [SnapshotKind::Named, SnapshotKind::Auto, SnapshotKind::Checkpoint][usize::from(kind) % 3],
                        name: (kind == 0).then_some(name),
                        version: Version(which),
                        at: (seconds > 0).then(|| time(seconds)),
                        created: None,
                        by: None,
                        description: Text::new(),
                        tags: Vec::new(),
                    }),
                }
            }
            agrees(&snapshots);
        }
    }

    fn time(seconds: i64) -> Time {
        chrono::DateTime::from_timestamp(seconds, 0).unwrap()
    }

    /// Every way to find one against going through the list.
    fn agrees(snapshots: &Snapshots) {
        let listed = snapshots.listed();
        for name in ["name0", "name1", "name2", "none"] {
            let mut expected: Vec<_> = listed.iter().filter(|mark| mark.name.as_deref() == Some(name)).collect();
            expected.sort_by_key(|mark| mark.id);
            assert_eq!(snapshots.of_name(name).collect::<Vec<_>>(), expected);
        }
        for seconds in 0..6 {
            let expected = listed.iter().filter(|mark| mark.at.is_some_and(|at| at <= time(seconds)));
            assert_eq!(snapshots.closest(time(seconds)), expected.max_by_key(|mark| mark.at));
        }
        for kind in [SnapshotKind::Named, SnapshotKind::Auto, SnapshotKind::Checkpoint] {
            let own = &snapshots.kinds[kind as usize];
            let listed: Vec<_> = listed.iter().filter(|mark| mark.kind == kind).collect();
            assert_eq!(own.made, listed.iter().map(|mark| mark.id).collect());
            assert_eq!(own.marked, listed.iter().map(|mark| mark.version).collect::<Vec<_>>());
            assert_eq!(own.times.len(), listed.iter().filter(|mark| mark.at.is_some()).count());
        }
    }
}
