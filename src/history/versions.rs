//! What is known of each version without its value: one 36-byte row a version, and what is rare kept aside.
//!
//! Must not name: values, `branches`, `snapshots`.

mod measures;
mod milestones;
mod rows;

pub(super) use measures::{BYTES, KEYS, LATENCY};

use super::History;
use super::pyramid::Pyramid;
use crate::diff::Counts;
use crate::record::{Origin, Position, Time, TimeSource, Version};
use crate::value::Text;
use milestones::Milestones;
use rows::{Row, Rows};
use rustc_hash::FxHashMap;
use std::num::NonZeroU32;

/// What made a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// The application changed its state.
    Transition,
    /// Someone rolled back.
    Rollback,
    /// A variant won.
    Promote,
    /// Someone took a rollback or promotion back.
    Undo,
    /// The source had something broken here.
    Invalid,
    /// The source was deleted here.
    Deleted,
    /// It was cut off by compaction: only its number is known.
    Cut,
}

impl Kind {
    /// The word in `--json`: `transition`, `rollback`, `promote`, `undo`, `invalid`, `deleted`, `cut`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Transition => "transition",
            Self::Rollback => "rollback",
            Self::Promote => "promote",
            Self::Undo => "undo",
            Self::Invalid => "invalid",
            Self::Deleted => "deleted",
            Self::Cut => "cut",
        }
    }
}

/// One version, without its value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct VersionInfo {
    /// `#n`.
    pub version: Version,
    /// The record that made it.
    pub position: Position,
    /// When.
    pub at: Option<Time>,
    /// What kind of time that is; `None` where there is none.
    pub time_source: Option<TimeSource>,
    /// The label; otherwise `rollback to #k`, `promote NAME`, `undo of #k`, `redo of #k`.
    pub label: Text,
    /// Author.
    pub by: Option<Text>,
    /// Which side wrote it.
    pub origin: Origin,
    /// What made it.
    pub kind: Kind,
    /// The version whose value it started from: the one before on its branch; for a rollback
    /// its target, for a promotion the variant's head.
    pub parent: Version,
    /// Keys changed against the version before it in the log (what the application saw change).
    pub counts: Counts,
    /// Bytes of its value as compact JSON.
    pub size: u64,
    /// What is wrong: an invalid version's reason, or why it is doubtful.
    pub problem: Option<Text>,
    /// Whether its value or its number may be another, because records are missing.
    pub doubtful: bool,
    /// The last of the missing versions that this is the first of; else the version itself.
    pub through: Version,
}

impl History {
    /// What is known of a version; `None` for one that does not exist. `#0` exists. O(log n).
    pub fn info(&self, version: Version) -> Option<VersionInfo> {
        let mut info = self.versions.info(version, self.parent(version).unwrap_or_default())?;
        if let Some(why) = self.doubt(version) {
            info.doubtful = true;
            info.problem.get_or_insert(why);
        }
        Some(info)
    }

    /// Why the value of a version may be another than was recorded, or its number: records are missing. O(log n).
    pub fn doubt(&self, version: Version) -> Option<Text> {
        self.versions.doubt(version).or_else(|| self.gaps.number_doubt(version)).cloned()
    }

    /// Why a version that was asked for may be another than was recorded: [`doubt`](Self::doubt), and, for the head of a
    /// branch, that later records may be missing. O(branches).
    pub fn doubt_when_asked(&self, version: Version) -> Option<Text> {
        let head =
            || self.branches().into_iter().filter(|branch| branch.head == version).find_map(|branch| branch.doubt);
        self.doubt(version).or_else(head)
    }

    /// The first version from this one on whose record is there, and where that is. O(log n).
    pub fn recorded_from(&self, version: Version) -> Option<(Version, Position)> {
        self.versions.recorded_from(version)
    }

    /// The version listed after one in log order: of missing versions that follow each other only the first is listed.
    /// O(log n).
    pub fn listed_after(&self, version: Version) -> Option<Version> {
        let last = self.versions.missing_run(version).map_or(version, |(_, last)| last);
        (last < self.newest()).then(|| Version(last.0 + 1))
    }

    /// The last version in log order whose time is at or before `at`, though times may go back or be equal. Versions
    /// without a time count as the one before them. O(log n).
    pub fn at_time(&self, at: Time) -> Option<Version> {
        self.versions.at_time(at)
    }

    /// Versions made by a rollback, promotion or undo, in order, with the version they equal.
    pub fn rollbacks(&self) -> &[(Version, Version)] {
        self.versions.returns()
    }

    /// The oldest version that can be opened, apart from `#0`: `#1`, or the first behind those that compaction cut off.
    pub fn first(&self) -> Version {
        Version(self.versions.through().0 + 1)
    }

    /// Versions that are invalid or deleted, or after a gap, in order.
    pub fn broken(&self) -> &[Version] {
        self.versions.broken()
    }
}

/// What the fold says of the version it makes.
pub(super) struct NewVersion {
    pub position: Position,
    pub at: Option<Time>,
    /// Whether that is when it arrived.
    pub arrived: bool,
    pub by: Option<Text>,
    pub origin: Origin,
    pub label: Text,
    pub kind: Kind,
    pub parent: Version,
    pub counts: Counts,
    pub size: u64,
    /// Whether the record alone gives the value, without the parent's.
    pub whole: bool,
    pub problem: Option<Text>,
    /// Why its value may be another.
    pub doubt: Option<Text>,
}

/// Versions whose records are missing.
#[derive(Debug)]
struct Missing {
    first: u64,
    last: u64,
    /// Rows before them.
    before: usize,
    /// Missing versions up to the last of these.
    sum: u64,
    /// Bytes of the value as it stayed.
    size: u64,
    why: Text,
}

/// Versions that are doubtful for one reason.
#[derive(Debug)]
struct Doubt {
    first: Version,
    last: Version,
    why: Text,
}

/// A word of the `Words` table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Word(NonZeroU32);

/// The rows of all versions from `#1` on, and which of them are special.
#[derive(Debug, Default)]
pub(super) struct Versions {
    /// The newest version cut off; rows begin behind it.
    through: u64,
    rows: Rows,
    pyramid: Pyramid<64>,
    words: Words,
    /// Versions earlier than all versions after them, oldest first: among them is the last one at or before any time.
    milestones: Milestones,
    /// Made by a rollback or undo, with their target.
    returns: Vec<(Version, Version)>,
    /// Invalid, deleted, or after a gap.
    broken: Vec<Version>,
    /// What is wrong, by version.
    problems: Vec<(Version, Text)>,
    /// Between the rows, in order.
    missing: Vec<Missing>,
    /// In order.
    doubts: Vec<Doubt>,
    /// Versions whose time is when they arrived: the first and the last of each run, in order.
    arrived: Vec<(Version, Version)>,
    /// The times of versions of the debugger that are before those of what it had seen.
    own_times: FxHashMap<Version, Time>,
}

impl Versions {
    /// The versions behind those cut off.
    pub fn cut(through: Version) -> Self {
        Self { through: through.0, ..Self::default() }
    }

    /// The newest version cut off; `#0` where none was.
    pub fn through(&self) -> Version {
        Version(self.through)
    }

    /// Adds so many versions whose records are missing. O(1).
    pub fn skip(&mut self, count: u64, size: u64, why: Text) {
        let first = self.through + self.rows.len() as u64 + self.skipped() + 1;
        let last = first + count - 1;
        self.doubt_also(Version(first), Version(last), &why);
        self.missing.push(Missing { first, last, before: self.rows.len(), sum: self.skipped() + count, size, why });
        self.broken.push(Version(first));
        self.note_time(Version(last));
    }

    /// Missing versions in all.
    fn skipped(&self) -> u64 {
        self.missing.last().map_or(0, |last| last.sum)
    }

    /// The missing versions that follow each other around one: the first and the last of them.
    pub fn missing_run(&self, version: Version) -> Option<(Version, Version)> {
        self.run(version).map(|run| (Version(run.first), Version(run.last)))
    }

    fn run(&self, version: Version) -> Option<&Missing> {
        let next = self.missing.partition_point(|run| run.last < version.0);
        self.missing.get(next).filter(|run| run.first <= version.0)
    }

    /// Says that versions behind all those said before are doubtful.
    pub fn doubt_also(&mut self, first: Version, last: Version, why: &Text) {
        match self.doubts.last_mut().filter(|run| run.last.0 + 1 == first.0 && run.why == *why) {
            Some(run) => run.last = last,
            None => self.doubts.push(Doubt { first, last, why: why.clone() }),
        }
    }

    /// Why the value of a version may be another.
    pub fn doubt(&self, version: Version) -> Option<&Text> {
        let next = self.doubts.partition_point(|run| run.last < version);
        self.doubts.get(next).filter(|run| run.first <= version).map(|run| &run.why)
    }

    /// Adds the next version.
    pub fn push(&mut self, new: NewVersion) {
        let version = Version(self.through + self.rows.len() as u64 + self.skipped() + 1);
        match new.kind {
            Kind::Rollback | Kind::Promote | Kind::Undo => self.returns.push((version, new.parent)),
            Kind::Transition | Kind::Invalid | Kind::Deleted | Kind::Cut => {}
        }
        if matches!(new.kind, Kind::Invalid | Kind::Deleted) || new.problem.is_some() || new.doubt.is_some() {
            self.broken.push(version);
        }
        if let Some(why) = &new.doubt {
            self.doubt_also(version, version, why);
        }
        if new.arrived {
            match self.arrived.last_mut().filter(|run| run.1.0 + 1 == version.0) {
                Some(run) => run.1 = version,
                None => self.arrived.push((version, version)),
            }
        }
        let row = self.row_of(&new);
        self.own_times.extend(new.at.filter(|at| row.at != Some(*at)).map(|at| (version, at)));
        self.rows.push(row);
        self.pyramid.push(self.measures(self.rows.len() - 1));
        self.problems.extend(new.problem.map(|problem| (version, problem)));
        self.note_time(version);
    }

    /// Says what a version changed, which was not known when it was added. O(log n).
    pub fn count(&mut self, version: Version, counts: Counts) {
        let Some(index) = self.index(version) else { return };
        if index < self.rows.len() {
            self.rows.count(index, counts);
            let mut pyramid = std::mem::take(&mut self.pyramid);
            pyramid.changed(index, |index| self.measures(index));
            self.pyramid = pyramid;
        }
    }

    fn row_of(&mut self, new: &NewVersion) -> Row {
        let latest = self.latest_time();
        // The debugger writes after what it has seen, whatever the clock of the application says.
        let seen = latest.filter(|_| new.origin == Origin::Debugger);
        let after = seen.and_then(|seen| seen.checked_add_signed(chrono::Duration::nanoseconds(1)));
        Row {
            position: new.position,
            size: new.size,
            counts: new.counts,
            at: new.at.map(|at| after.map_or(at, |after| after.max(at))).or(latest),
            label: self.words.word(&new.label),
            by: new.by.as_ref().map(|by| self.words.word(by)),
            origin: new.origin,
            kind: new.kind,
            whole: new.whole,
            timed: new.at.is_some(),
        }
    }

    fn note_time(&mut self, version: Version) {
        let Some(at) = self.time(version) else { return };
        while self.milestones.last().is_some_and(|last| self.time(last) >= Some(at)) {
            self.milestones.pop();
        }
        self.milestones.push(version);
    }

    /// The last version in log order whose time is at or before `at`, though times may go back and be equal; a version
    /// without a time counts as the one before it. O(log n).
    pub fn at_time(&self, at: Time) -> Option<Version> {
        self.milestones.last_that(|version| self.time(version) <= Some(at))
    }

    /// The earliest time of any version.
    pub fn earliest_time(&self) -> Option<Time> {
        self.milestones.first().and_then(|version| self.time(version))
    }

    /// The newest version's time; where it has none, that of the one before.
    pub fn latest_time(&self) -> Option<Time> {
        self.rows.last().and_then(|row| row.at)
    }

    /// The time of the last version up to this one that the application wrote and that has one: what a time of day and
    /// a span are counted from, whatever the debugger wrote since. Where it wrote none, of the last that has one.
    /// O(versions of the debugger, or without a time, in between).
    pub fn recorded_time(&self, version: Version) -> Option<Time> {
        let end = (self.index_from(version.0.saturating_add(1))).min(self.rows.len());
        let timed = || self.rows.within(0..end).rev().filter(|row| row.timed);
        timed().find(|row| row.origin == Origin::Application).or_else(|| timed().next()).and_then(|row| row.at)
    }

    /// Its time, or that of the one before.
    fn time(&self, version: Version) -> Option<Time> {
        match self.run(version) {
            // As of the one before.
            Some(run) => run.before.checked_sub(1).and_then(|index| self.rows.time(index)),
            None => self.row(version).and_then(|row| row.at),
        }
    }

    /// What is known of `version`, whose parent is `parent`. `#0` is known.
    pub fn info(&self, version: Version, parent: Version) -> Option<VersionInfo> {
        if version == Version(0) {
            return Some(ORIGIN);
        }
        if version.0 <= self.through {
            return Some(VersionInfo {
                version,
                parent,
                kind: Kind::Cut,
                label: "cut off by compaction".into(),
                through: version,
                ..ORIGIN
            });
        }
        if let Some(run) = self.run(version) {
            return Some(VersionInfo {
                version,
                parent,
                kind: Kind::Invalid,
                label: "missing".into(),
                size: run.size,
                problem: Some(run.why.clone()),
                doubtful: true,
                through: if version.0 == run.first { Version(run.last) } else { version },
                ..ORIGIN
            });
        }
        let row = self.row(version)?;
        Some(VersionInfo {
            version,
            position: row.position,
            at: self.own_time(version),
            time_source: self.own_time(version).map(|_| self.time_source(version)),
            label: self.words.text(row.label),
            by: row.by.map(|by| self.words.text(by)),
            origin: row.origin,
            kind: row.kind,
            parent,
            counts: row.counts,
            size: row.size,
            problem: self.problem(version).cloned(),
            doubtful: false,
            through: version,
        })
    }

    /// Its own time.
    pub fn own_time(&self, version: Version) -> Option<Time> {
        let own = self.own_times.get(&version).copied();
        own.or_else(|| self.row(version).filter(|row| row.timed).and_then(|row| row.at))
    }

    fn time_source(&self, version: Version) -> TimeSource {
        let next = self.arrived.partition_point(|run| run.1 < version);
        let arrived = self.arrived.get(next).is_some_and(|run| run.0 <= version);
        if arrived { TimeSource::Arrived } else { TimeSource::Recorded }
    }

    /// What made it; `None` for `#0` and beyond the newest.
    pub fn kind(&self, version: Version) -> Option<Kind> {
        match self.run(version) {
            Some(_) => Some(Kind::Invalid),
            None => self.row(version).map(|row| row.kind),
        }
    }

    /// The record that made it.
    pub fn position(&self, version: Version) -> Option<Position> {
        self.row(version).map(|row| row.position)
    }

    /// The label of the version that the record at a position made. O(log n).
    pub fn label_at(&self, position: Position) -> Option<String> {
        let row = self.rows.at_or_behind(position).filter(|row| row.position == position)?;
        Some(self.words.text(row.label).to_string())
    }

    /// Whether its record alone gives its value.
    pub fn is_whole(&self, version: Version) -> bool {
        self.row(version).is_some_and(|row| row.whole)
    }

    /// What is wrong with it.
    pub fn problem(&self, version: Version) -> Option<&Text> {
        let at = self.problems.binary_search_by_key(&version, |(version, _)| *version).ok()?;
        Some(&self.problems[at].1)
    }

    /// Versions made by a rollback or undo, with their target.
    pub fn returns(&self) -> &[(Version, Version)] {
        &self.returns
    }

    /// Versions that are invalid, deleted, or after a gap.
    pub fn broken(&self) -> &[Version] {
        &self.broken
    }

    /// The earliest time of a version and all after it.
    pub fn there_by(&self, version: Version) -> Option<Time> {
        self.milestones.from(version).and_then(|milestone| self.time(milestone))
    }

    /// Entries of all lists: what memory grows with.
    #[cfg(test)]
    pub fn entries(&self) -> usize {
        let lists = [self.rows.len(), self.milestones.runs(), self.returns.len(), self.broken.len()];
        lists.iter().sum::<usize>() + self.problems.len() + self.missing.len() + self.doubts.len()
    }

    /// The first version from this one on whose record is there, and where that is.
    pub fn recorded_from(&self, version: Version) -> Option<(Version, Position)> {
        let index = self.index_from(version.0);
        self.rows.get(index).map(|row| (self.version_of(index), row.position))
    }

    fn row(&self, version: Version) -> Option<Row> {
        self.rows.get(self.index(version)?)
    }

    /// The index of a version's row; `None` for one that is cut off or missing.
    fn index(&self, version: Version) -> Option<usize> {
        let number = version.0.checked_sub(self.through + 1)?;
        let runs = self.missing.partition_point(|run| run.first <= version.0);
        let skipped = match runs.checked_sub(1).map(|last| &self.missing[last]) {
            Some(run) if version.0 <= run.last => return None,
            run => run.map_or(0, |run| run.sum),
        };
        usize::try_from(number - skipped).ok()
    }

    /// The index of the first row from a version on.
    fn index_from(&self, version: u64) -> usize {
        let version = Version(version.max(self.through + 1));
        match self.run(version) {
            Some(run) => run.before,
            None => self.index(version).unwrap_or(usize::MAX),
        }
    }

    /// The version of the row at an index.
    fn version_of(&self, index: usize) -> Version {
        let runs = self.missing.partition_point(|run| run.before <= index);
        let skipped = runs.checked_sub(1).map_or(0, |last| self.missing[last].sum);
        Version(self.through + 1 + index as u64 + skipped)
    }
}

/// `#0`.
const ORIGIN: VersionInfo = VersionInfo {
    version: Version(0),
    position: Position(0),
    at: None,
    time_source: None,
    label: Text::new(),
    by: None,
    origin: Origin::Application,
    kind: Kind::Transition,
    parent: Version(0),
    counts: Counts { added: 0, changed: 0, removed: 0, moved: 0 },
    size: "null".len() as u64,
    problem: None,
    doubtful: false,
    through: Version(0),
};

/// Labels and authors, each text once.
#[derive(Debug, Default)]
struct Words {
    texts: Vec<Text>,
    known: FxHashMap<Text, Word>,
}

impl Words {
    fn word(&mut self, text: &Text) -> Word {
        if let Some(word) = self.known.get(text) {
            return *word;
        }
        self.texts.push(text.clone());
        // Beyond 4 billion different texts all further ones would share one word; memory ends long before.
        let word = Word(u32::try_from(self.texts.len()).ok().and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MAX));
        self.known.insert(text.clone(), word);
        word
    }

    fn text(&self, word: Word) -> Text {
        self.texts[word.0.get() as usize - 1].clone()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn moment(seconds: i64) -> Time {
        chrono::DateTime::from_timestamp(seconds, 0).unwrap()
    }

    fn versions(times: &[Option<i64>]) -> Versions {
        let mut versions = Versions::default();
        for (n, at) in (1..).zip(times) {
            let counts = Counts { added: 1, changed: 2, removed: 3, moved: 4 };
            versions.push(NewVersion {
                position: Position(n * 10),
                at: at.map(moment),
                arrived: false,
                by: (n % 2 == 0).then(|| "ann".into()),
                origin: Origin::Application,
                label: format!("label {}", n % 3).as_str().into(),
                kind: Kind::Transition,
                parent: Version(n - 1),
                counts,
                size: n,
                whole: n % 2 == 0,
                problem: (n % 4 == 0).then(|| "why".into()),
                doubt: None,
            });
        }
        versions
    }

    #[test]
    fn rows_give_back_what_went_in() {
        let versions = versions(&[Some(5), None, Some(3), Some(3)]);
        let info = versions.info(Version(4), Version(3)).unwrap();
        assert_eq!((info.position, info.at, info.size), (Position(40), Some(moment(3)), 4));
        assert_eq!((info.label.as_str(), info.by.as_deref()), ("label 1", Some("ann")));
        assert_eq!(info.problem.as_deref(), Some("why"));
        assert_eq!(versions.info(Version(2), Version(1)).unwrap().at, None);
        assert_eq!(versions.info(Version(0), Version(0)).unwrap().size, 4);
        assert_eq!(versions.info(Version(5), Version(4)), None);
        assert_eq!(versions.tallies(&(1..5))[KEYS].sum, 40);
        assert_eq!(versions.broken(), [Version(4)]);
        assert_eq!(versions.words.texts.len(), 4);
    }

    #[test]
    fn missing_versions_take_numbers_and_no_rows() {
        let (mut versions, far) = (versions(&[Some(5), Some(7)]), 1 << 52);
        versions.skip(far, 9, "lost".into());
        let new = |position, seconds| NewVersion {
            position: Position(position),
            at: Some(moment(seconds)),
            arrived: false,
            by: None,
            label: "later".into(),
            kind: Kind::Transition,
            parent: Version(2),
            counts: Counts { added: 1, ..Counts::default() },
            size: 3,
            whole: true,
            problem: None,
            doubt: None,
            origin: Origin::Application,
        };
        versions.push(new(far + 3, 9));
        versions.skip(1, 3, "lost too".into());
        versions.push(new(far + 5, 11));
        let kinds: Vec<_> = [2, 3, far + 2, far + 3, far + 4, far + 5, far + 6]
            .map(|n| versions.info(Version(n), Version(0)).map(|info| (info.label.to_string(), info.through.0)))
            .into();
        let row = |label: &str, n: u64| Some((label.to_owned(), n));
        let expected = [
            row("label 2", 2),
            row("missing", far + 2),
            row("missing", far + 2),
            row("later", far + 3),
            row("missing", far + 4),
            row("later", far + 5),
            None,
        ];
        assert_eq!(kinds, expected);
        for (at, expected) in [(6, 1), (8, far + 2), (9, far + 4), (11, far + 5)] {
            assert_eq!(versions.at_time(moment(at)), Some(Version(expected)), "{at}");
        }
        assert_eq!(versions.there_by(Version(4)), Some(moment(7)));
        assert_eq!(versions.tallies(&(1..far + 6))[KEYS].sum, 22);
        assert_eq!(versions.tallies(&(3..far + 5))[KEYS].sum, 1);
        assert_eq!(versions.slowest(&(1..far + 6), 1).len(), 1);
        assert_eq!(versions.broken(), [Version(3), Version(far + 4)]);
        assert_eq!(versions.recorded_from(Version(5)), Some((Version(far + 3), Position(far + 3))));
        let doubtful = |n: u64| versions.doubt(Version(n)).map(Text::to_string);
        assert_eq!(
            [2, 3, far + 2, far + 3, far + 4].map(doubtful).map(|why| why.is_some()),
            [false, true, true, false, true]
        );
    }

    #[test]
    fn time_finds_the_last_version_at_or_before() {
        for (times, at, expected) in [
            (&[][..], 0, None),
            (&[None, None], 9, None),
            (&[Some(10), Some(20), Some(30)], 9, None),
            (&[Some(10), Some(20), Some(30)], 10, Some(1)),
            (&[Some(10), Some(20), Some(30)], 29, Some(2)),
            (&[Some(10), Some(20), Some(30)], 99, Some(3)),
            // Ties: the last of them.
            (&[Some(10), Some(10), Some(10), Some(20)], 10, Some(3)),
            // No time: counts as the one before.
            (&[None, Some(10), None, None, Some(20)], 15, Some(4)),
            (&[None, Some(10), None, None, Some(20)], 9, None),
            // The clock was set back: what was written last counts.
            (&[Some(10), Some(30), Some(20), Some(25)], 20, Some(3)),
            (&[Some(10), Some(30), Some(20), Some(25)], 19, Some(1)),
            (&[Some(10), Some(30), Some(20), Some(25)], 35, Some(4)),
            // One time far ahead does not hide the rest.
            (&[Some(10), Some(999), Some(20), Some(30)], 25, Some(3)),
        ] {
            assert_eq!(versions(times).at_time(moment(at)), expected.map(Version), "{times:?} at {at}");
        }
    }

    proptest! {
        #[test]
        fn time_agrees_with_a_scan(times in prop::collection::vec(prop::option::of(0i64..20), 0..40), at in -1i64..22) {
            let mut last = None;
            let effective: Vec<_> = times.iter().map(|time| { last = time.or(last); last }).collect();
            let expected = effective.iter().rposition(|time| time.is_some_and(|time| time <= at));
            let versions = versions(&times);
            prop_assert_eq!(versions.at_time(moment(at)), expected.map(|index| Version(index as u64 + 1)));
            let moments: Vec<_> = (1..=times.len() as u64).map(|n| versions.there_by(Version(n))).collect();
            let latest = |index: usize| effective[index..].iter().flatten().min().copied().map(moment);
            prop_assert_eq!(moments, (0..times.len()).map(latest).collect::<Vec<_>>());
            prop_assert_eq!(versions.earliest_time(), effective.iter().flatten().min().copied().map(moment));
        }
    }
}
