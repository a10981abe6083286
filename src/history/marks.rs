//! Snapshots on versions: which are in the list, and finding one by id, index, name and time.
//!
//! Must not name: values, `lineage`, `target`.

mod hidden;
mod stored;

use super::packed::Packed;
use crate::escape::in_quotes;
use crate::record::{Entry, NewSnapshot, Position, SnapshotId, SnapshotKind, SnapshotNote, Time, Version};
use crate::value::Text;
use hidden::HiddenSnapshot;
use im::{OrdMap, OrdSet};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// A mark on a version.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Snapshot {
    /// The position of its record, which names it.
    pub id: SnapshotId,
    /// Named, auto or checkpoint.
    pub kind: SnapshotKind,
    /// Its name, if it has one.
    pub name: Option<Text>,
    /// The version it marks.
    pub version: Version,
    /// The time of the version it marks; `None` where that has none.
    pub at: Option<Time>,
    /// When the mark was made.
    pub created: Option<Time>,
    /// Who made it.
    pub by: Option<Text>,
    /// Free text.
    pub description: Text,
    /// Tags that the user gave it.
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

    /// When it was: the time of its version, or, where that has none, when the mark was made. Finding by time goes by it.
    pub fn moment(&self) -> Option<Time> {
        self.at.or(self.created)
    }

    /// What to call it in a sentence: `snapshot "v2"`, `auto snapshot of #12`.
    pub(super) fn title(&self) -> String {
        let kind = match self.kind {
            SnapshotKind::Named => "snapshot",
            SnapshotKind::Auto => "auto snapshot",
            SnapshotKind::Checkpoint => "checkpoint",
        };
        match &self.name {
            Some(name) => format!("{kind} {}", in_quotes(name)),
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

/// Snapshots: those in the list by index, id, name, kind and time; of those that left it some 30 bytes each.
#[derive(Debug, Default, Clone)]
pub struct Marks {
    shown: OrdMap<SnapshotId, Snapshot>,
    /// Those that were made and are not in the list, by id.
    hidden: Packed<HiddenSnapshot>,
    /// The list as it is read, by version, then by making: made when it is asked for, and out of date with the next change. So a
    /// record that takes out or adds many costs no more for each than one does.
    listed: OnceLock<Arc<[Snapshot]>>,
    /// Those in the list, by name.
    names: SnapshotNames,
    /// Those in the list, by kind.
    kinds: [OfKind; 3],
}

/// The snapshots of one kind in the list.
#[derive(Debug, Default, Clone)]
struct OfKind {
    /// By the version they mark: for asking whether there is one in a stretch.
    marked: OrdSet<(Version, SnapshotId)>,
    /// In order of making.
    made: OrdSet<SnapshotId>,
    /// By their [moments](Snapshot::moment); those without one are left out.
    times: OrdSet<(Time, Version, SnapshotId)>,
}

impl OfKind {
    fn add(&mut self, new: &Snapshot) {
        self.marked.insert(new.place());
        self.made.insert(new.id);
        new.moment().map(|at| self.times.insert((at, new.version, new.id)));
    }

    fn remove(&mut self, gone: &Snapshot) {
        self.marked.remove(&gone.place());
        self.made.remove(&gone.id);
        gone.moment().map(|at| self.times.remove(&(at, gone.version, gone.id)));
    }

    /// Those whose time is at or before `at`, by time.
    fn up_to(&self, at: Time) -> impl DoubleEndedIterator<Item = &(Time, Version, SnapshotId)> {
        self.times.range(..=(at, Version(u64::MAX), SnapshotId(Position(u64::MAX))))
    }
}

impl Marks {
    /// Adds a new one. O(log n).
    pub(super) fn add(&mut self, snapshot: Snapshot) {
        if let Some(twice) = self.shown.get(&snapshot.id).cloned() {
            self.unlist(&twice);
        }
        self.hidden.remove(snapshot.id.0.0);
        self.list(&snapshot);
        self.shown.insert(snapshot.id, snapshot);
    }

    /// Takes one out of the list, once more if it is out already. O(log n).
    pub(super) fn hide(&mut self, id: SnapshotId) {
        let gone = match self.shown.remove(&id) {
            Some(snapshot) => {
                self.unlist(&snapshot);
                HiddenSnapshot { snapshot, times: 1 }
            }
            None => match self.hidden.get(id.0.0) {
                Some(hidden) => HiddenSnapshot { times: hidden.times.saturating_add(1), ..hidden },
                None => return,
            },
        };
        self.hidden.insert(id.0.0, &gone);
    }

    /// Takes back one [`hide`](Self::hide). O(log n).
    pub(super) fn show(&mut self, id: SnapshotId) {
        match self.hidden.remove(id.0.0) {
            Some(HiddenSnapshot { snapshot, times: 1 }) => self.add(snapshot),
            Some(hidden) => self.hidden.insert(id.0.0, &HiddenSnapshot { times: hidden.times - 1, ..hidden }),
            None => {}
        }
    }

    /// Gives one another name, description and tags; answers what they were.
    pub(super) fn edit(&mut self, id: SnapshotId, note: &SnapshotNote) -> Option<SnapshotNote> {
        let Some(snapshot) = self.shown.get_mut(&id) else {
            let mut hidden = self.hidden.get(id.0.0)?;
            let before = hidden.snapshot.note();
            hidden.snapshot.take(note);
            self.hidden.insert(id.0.0, &hidden);
            return Some(before);
        };
        let before = snapshot.note();
        snapshot.take(note);
        self.listed.take();
        forget(&mut self.names, before.name.as_ref(), id);
        learn(&mut self.names, note.name.as_ref(), id);
        Some(before)
    }

    fn list(&mut self, snapshot: &Snapshot) {
        self.listed.take();
        self.kinds[snapshot.kind as usize].add(snapshot);
        learn(&mut self.names, snapshot.name.as_ref(), snapshot.id);
    }

    fn unlist(&mut self, gone: &Snapshot) {
        self.listed.take();
        self.kinds[gone.kind as usize].remove(gone);
        forget(&mut self.names, gone.name.as_ref(), gone.id);
    }

    /// Those in the list, oldest version first (ties: order of making). `index:N` counts in this order. O(1); O(n · log n) for the first who asks after a change.
    pub fn listed(&self) -> &[Snapshot] {
        self.listed.get_or_init(|| {
            let mut listed: Vec<_> = self.shown.values().cloned().collect();
            listed.sort_by_key(Snapshot::place);
            listed.into()
        })
    }

    /// One in the list, by id. O(log n).
    pub fn get(&self, id: SnapshotId) -> Option<&Snapshot> {
        self.shown.get(&id)
    }

    /// One that was made, in the list or not. O(log n).
    pub(super) fn ever(&self, id: SnapshotId) -> Option<Snapshot> {
        self.get(id).cloned().or_else(|| Some(self.hidden.get(id.0.0)?.snapshot))
    }

    /// Those of this name in the list, in order of making: one, unless a log from elsewhere says otherwise. O(log n) for
    /// each.
    pub fn of_name(&self, name: &str) -> impl DoubleEndedIterator<Item = &Snapshot> {
        let of = |id: u64| (Text::from(name), SnapshotId(Position(id)));
        self.names.range(of(0)..=of(u64::MAX)).filter_map(|(_, id)| self.get(*id))
    }

    /// The one of this name that was made last.
    pub(super) fn named(&self, name: &str) -> Option<&Snapshot> {
        self.of_name(name).next_back()
    }

    /// The closest at or before `at`; of several with one time, the last in the list.
    pub(super) fn closest(&self, at: Time) -> Option<&Snapshot> {
        let closest = self.kinds.iter().filter_map(|kind| kind.up_to(at).next_back()).max();
        closest.and_then(|(_, _, id)| self.get(*id))
    }

    /// Those in the list that mark versions of `range`, in order. O(log n).
    pub fn within(&self, range: Range<u64>) -> &[Snapshot] {
        let listed = self.listed();
        let first = listed.partition_point(|snapshot| snapshot.version.0 < range.start);
        let end = listed.partition_point(|snapshot| snapshot.version.0 < range.end);
        &listed[first..end.max(first)]
    }

    /// The newest version of `range` that is marked. O(log n).
    pub(super) fn last_marked(&self, range: &Range<u64>) -> Option<Version> {
        let of_kinds = self.kinds.iter().filter_map(|kind| in_range(&kind.marked, range).next_back());
        of_kinds.max().map(|(version, _)| *version)
    }

    /// Whether one of a kind marks a version of `range`. O(log n).
    pub(super) fn any_of(&self, kind: SnapshotKind, range: &Range<u64>) -> bool {
        in_range(&self.kinds[kind as usize].marked, range).next().is_some()
    }

    /// Those of a kind in the list, in the order they were made. O(1).
    pub(crate) fn of_kind(&self, kind: SnapshotKind) -> &OrdSet<SnapshotId> {
        &self.kinds[kind as usize].made
    }

    /// Those of a kind in the list whose time is at or before `at`, oldest first. O(log n) for each.
    pub(crate) fn aged(&self, kind: SnapshotKind, at: Time) -> impl Iterator<Item = SnapshotId> {
        self.kinds[kind as usize].up_to(at).map(|(_, _, id)| *id)
    }

    /// The names in the list.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.listed().iter().filter_map(|snapshot| snapshot.name.as_deref())
    }
}

/// Names with their snapshots, those of one name in order of making.
type SnapshotNames = OrdSet<(Text, SnapshotId)>;

fn learn(names: &mut SnapshotNames, name: Option<&Text>, id: SnapshotId) {
    name.map(|name| names.insert((name.clone(), id)));
}

fn forget(names: &mut SnapshotNames, name: Option<&Text>, id: SnapshotId) {
    name.map(|name| names.remove(&(name.clone(), id)));
}

/// The places of versions in `range`.
fn in_range<'a>(
    places: &'a OrdSet<(Version, SnapshotId)>,
    range: &Range<u64>,
) -> impl DoubleEndedIterator<Item = &'a (Version, SnapshotId)> + use<'a> {
    let from = |version: u64| (Version(version), SnapshotId(Position(0)));
    places.range(from(range.start)..from(range.end.max(range.start)))
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
    fn made(all: &[(u64, &str, u64, i64)]) -> Marks {
        let mut snapshots = Marks::default();
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
        assert_eq!(ids(snapshots.within(2..5)), [4]);
        assert_eq!(ids(snapshots.within(5..6)), [2, 6]);
        assert!(snapshots.within(Range { start: 9, end: 3 }).is_empty());
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
            let mut snapshots = Marks::default();
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

    /// Adding, taking out, showing again and renaming many in any order makes the list for nobody: it is made once, when
    /// somebody reads it.
    #[test]
    fn the_list_is_made_once_for_its_reader_however_many_changed_before() {
        let orders: [fn(u64) -> u64; 3] = [|n| n, |n| 2_000 - n, |n| n * 7_919 % 2_003];
        for order in orders {
            let all: Vec<_> = (1..2_000).map(|n| (n, format!("s{n}"), order(n))).collect();
            let mut snapshots =
                made(&all.iter().map(|(n, name, version)| (*n, name.as_str(), *version, 5)).collect::<Vec<_>>());
            (1..1_900).for_each(|n| snapshots.hide(id(order(n) % 1_999 + 1)));
            (1..500).for_each(|n| snapshots.show(id(n)));
            for n in 1..100 {
                let name: Text = format!("renamed{n}").into();
                snapshots.edit(id(n), &SnapshotNote { name: Some(name.clone()), ..Default::default() });
                assert_eq!(snapshots.named(&name).map(|found| found.id), snapshots.get(id(n)).map(|found| found.id));
                assert_eq!(
                    snapshots.last_marked(&(0..n)).is_some(),
                    snapshots.shown.values().any(|mark| mark.version.0 < n)
                );
            }
            assert!(snapshots.listed.get().is_none(), "nobody asked for the list");
            let read: *const Snapshot = snapshots.listed().as_ptr();
            assert_eq!(read, snapshots.listed().as_ptr(), "made once");
            agrees(&snapshots);
        }
    }

    /// Every way to find one against going through the list.
    fn agrees(snapshots: &Marks) {
        let listed = snapshots.listed();
        for name in ["name0", "name1", "name2", "none"] {
            let mut expected: Vec<_> = listed.iter().filter(|mark| mark.name.as_deref() == Some(name)).collect();
            expected.sort_by_key(|mark| mark.id);
            assert_eq!(snapshots.of_name(name).collect::<Vec<_>>(), expected);
        }
        for seconds in 0..6 {
            let expected = listed.iter().filter(|mark| mark.moment().is_some_and(|at| at <= time(seconds)));
            assert_eq!(snapshots.closest(time(seconds)), expected.max_by_key(|mark| mark.moment()));
        }
        for kind in [SnapshotKind::Named, SnapshotKind::Auto, SnapshotKind::Checkpoint] {
            let own = &snapshots.kinds[kind as usize];
            let listed: Vec<_> = listed.iter().filter(|mark| mark.kind == kind).collect();
            assert_eq!(own.made, listed.iter().map(|mark| mark.id).collect());
            let marked: Vec<_> = own.marked.iter().map(|(version, _)| *version).collect();
            assert_eq!(marked, listed.iter().map(|mark| mark.version).collect::<Vec<_>>());
            for (from, to) in [(0, 3), (2, 9), (5, 5), (9, 3), (0, u64::MAX)] {
                let inside = listed.iter().any(|mark| (from..to).contains(&mark.version.0));
                assert_eq!(snapshots.any_of(kind, &(from..to)), inside, "{from}..{to}");
            }
            assert_eq!(own.times.len(), listed.iter().filter(|mark| mark.moment().is_some()).count());
        }
    }
}
