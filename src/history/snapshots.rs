//! Marks on versions: which are in the list, and finding one by id, index, name and time.
//!
//! Must not know: values, the tree of versions, how targets are written.

use super::History;
use super::activity::any_in;
use crate::record::{NewSnapshot, SnapshotId, SnapshotKind, SnapshotNote, Time, Version};
use crate::value::Text;
use std::collections::BTreeMap;
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
    /// Who made it.
    pub by: Option<Text>,
    /// Free text.
    pub description: Text,
    /// Tags.
    pub tags: Vec<Text>,
}

impl Snapshot {
    /// The snapshot a record makes.
    pub(super) fn new(id: SnapshotId, new: &NewSnapshot, at: Option<Time>, by: Option<&Text>) -> Self {
        Self {
            id,
            kind: new.kind,
            name: new.name.clone(),
            version: new.version,
            at,
            by: by.cloned(),
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
    /// The versions they mark, sorted, by kind: for asking whether there is one in a stretch.
    marked: [Vec<Version>; 3],
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
            let marked = &mut self.marked[gone.kind as usize];
            marked.remove(marked.partition_point(|version| *version < gone.version));
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
        }
        Some(before)
    }

    fn list(&mut self, snapshot: Snapshot) {
        let at = self.listed.partition_point(|listed| listed.place() < snapshot.place());
        let marked = &mut self.marked[snapshot.kind as usize];
        marked.insert(marked.partition_point(|version| *version < snapshot.version), snapshot.version);
        self.listed.insert(at, snapshot);
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

    /// The one of this name that was made last.
    pub fn named(&self, name: &str) -> Option<&Snapshot> {
        self.listed.iter().filter(|snapshot| snapshot.name.as_deref() == Some(name)).max_by_key(|snapshot| snapshot.id)
    }

    /// The closest at or before `at`; of several with one time, the last in the list.
    pub fn closest(&self, at: Time) -> Option<&Snapshot> {
        self.listed
            .iter()
            .filter(|snapshot| snapshot.at.is_some_and(|own| own <= at))
            .max_by_key(|snapshot| snapshot.at)
    }

    /// Those of versions in `range`.
    pub fn within(&self, range: &Range<u64>) -> &[Snapshot] {
        let first = self.listed.partition_point(|snapshot| snapshot.version.0 < range.start);
        let end = self.listed.partition_point(|snapshot| snapshot.version.0 < range.end);
        &self.listed[first..end.max(first)]
    }

    /// Whether one of a kind marks a version of `range`. O(log n).
    pub fn any_of(&self, kind: SnapshotKind, range: &Range<u64>) -> bool {
        any_in(&self.marked[kind as usize], range, |version| *version)
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
    use crate::record::Position;

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
            };
            let at = chrono::DateTime::from_timestamp(*seconds, 0);
            snapshots.add(Snapshot::new(id(*n), &new, at, None));
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
}
