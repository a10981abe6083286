//! What is known of each version without its value: a row a version, most as a few bytes, and what is rare kept aside.
//!
//! Must not name: values, `lineage`, `marks`, `ledger`.

mod columns;
mod info;
mod measures;
mod milestones;
pub(super) mod pyramid;
mod rows;
mod stored;
mod words;

pub(super) use info::{PROMOTED, REDO, ROLLED_BACK};
pub use info::{SourceFacts, VersionInfo, VersionKind};
pub(super) use measures::{BYTES, KEYS, LATENCY};

use super::chunked::Chunked;
use crate::diff::Counts;
use crate::record::{Origin, Position, Time, TimeSource, Version};
use crate::value::Text;
use milestones::Milestones;
use pyramid::Pyramid;
use rows::{RowOrigin, TimelineRow, VersionRows};
use std::ops::{Range, RangeInclusive};
use words::{TextId, TextTable};

/// What the fold says of the version it makes.
pub(super) struct NewVersion {
    pub position: Position,
    pub at: Option<Time>,
    /// Whether that is when it arrived.
    pub arrived: bool,
    pub by: Option<Text>,
    pub origin: Origin,
    pub label: Text,
    pub kind: VersionKind,
    pub parent: Version,
    pub counts: Counts,
    pub size: u64,
    /// Whether the record alone gives the value, without the parent's.
    pub whole: bool,
    pub problem: Option<Text>,
    pub from: SourceFacts,
    /// Why its value may be another.
    pub doubt: Option<Text>,
}

/// Versions whose records are missing.
#[derive(Debug, Clone)]
struct MissingRun {
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
#[derive(Debug, Clone)]
struct DoubtfulRun {
    first: Version,
    last: Version,
    why: Text,
}

/// What is known of each version without its value: its time, which went back, which are broken, which are missing.
#[derive(Debug, Default, Clone)]
pub struct Timeline {
    /// The newest version cut off; rows begin behind it.
    through: u64,
    rows: VersionRows,
    pyramid: Pyramid<64>,
    words: TextTable,
    /// Versions earlier than all versions after them, oldest first: among them is the last one at or before any time.
    milestones: Milestones,
    /// Made by a rollback or undo, with their target.
    returns: Chunked<(Version, Version)>,
    /// Invalid, deleted, or after a gap.
    broken: Chunked<Version>,
    /// What is wrong, by version.
    problems: Chunked<(Version, Text)>,
    /// What sources say of versions, of those of which they say something.
    sources: Chunked<(Version, SourceFacts)>,
    /// Between the rows, in order.
    missing: Chunked<MissingRun>,
    doubts: Chunked<DoubtfulRun>,
    /// Versions whose time is when they arrived: the first and the last of each run, in order.
    arrived: Chunked<(Version, Version)>,
    /// The times of versions of the debugger that are before those of what it had seen.
    own_times: Chunked<(Version, Time)>,
}

impl Timeline {
    /// The versions behind those cut off.
    pub(super) fn cut(through: Version) -> Self {
        Self { through: through.0, ..Self::default() }
    }

    /// The newest version cut off; `#0` where none was.
    pub(super) fn through(&self) -> Version {
        Version(self.through)
    }

    /// The newest version in log order.
    fn last(&self) -> Version {
        Version(self.through + self.rows.len() as u64 + self.skipped())
    }

    /// Adds so many versions whose records are missing. O(1).
    pub(super) fn skip(&mut self, count: u64, size: u64, why: Text) {
        let first = self.last().0 + 1;
        let last = first + count - 1;
        self.doubt_also(Version(first), Version(last), &why);
        self.missing.push(MissingRun { first, last, before: self.rows.len(), sum: self.skipped() + count, size, why });
        self.broken.push(Version(first));
        let latest = self.latest_time();
        self.note_time(Version(last), latest, latest);
    }

    /// Missing versions in all.
    fn skipped(&self) -> u64 {
        self.missing.last().map_or(0, |last| last.sum)
    }

    /// The missing versions that follow each other around one: the first and the last of them.
    pub(super) fn missing_run(&self, version: Version) -> Option<(Version, Version)> {
        self.run(version).map(|run| (Version(run.first), Version(run.last)))
    }

    /// The runs of missing versions that begin or go on within a range, each with its first and last, in order.
    pub(super) fn missing_within(&self, range: &RangeInclusive<u64>) -> impl Iterator<Item = (u64, u64)> + '_ {
        let next = self.missing.partition_point(|run| run.last < *range.start());
        let end = *range.end();
        self.missing
            .range(next..self.missing.len())
            .map(|run| (run.first, run.last))
            .take_while(move |run| run.0 <= end)
    }

    fn run(&self, version: Version) -> Option<&MissingRun> {
        let next = self.missing.partition_point(|run| run.last < version.0);
        self.missing.get(next).filter(|run| run.first <= version.0)
    }

    /// Says that versions behind all those said before are doubtful.
    pub(super) fn doubt_also(&mut self, first: Version, last: Version, why: &Text) {
        match self.doubts.last_mut().filter(|run| run.last.0 + 1 == first.0 && run.why == *why) {
            Some(run) => run.last = last,
            None => self.doubts.push(DoubtfulRun { first, last, why: why.clone() }),
        }
    }

    /// Why the value of a version may be another.
    pub(super) fn doubt(&self, version: Version) -> Option<&Text> {
        let next = self.doubts.partition_point(|run| run.last < version);
        self.doubts.get(next).filter(|run| run.first <= version).map(|run| &run.why)
    }

    /// Adds the next version.
    pub(super) fn push(&mut self, new: NewVersion) {
        let version = Version(self.last().0 + 1);
        match new.kind {
            VersionKind::Rollback | VersionKind::Promote | VersionKind::Undo => {
                self.returns.push((version, new.parent));
            }
            VersionKind::Transition | VersionKind::Invalid | VersionKind::Deleted | VersionKind::Cut => {}
        }
        if matches!(new.kind, VersionKind::Invalid | VersionKind::Deleted)
            || new.problem.is_some()
            || new.doubt.is_some()
        {
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
        let before = self.latest_time();
        let row = self.row_of(&new, before);
        self.own_times.extend(new.at.filter(|at| row.at != Some(*at)).map(|at| (version, at)));
        self.rows.push(row);
        self.pyramid.push(measures::measured(&row, before));
        self.problems.extend(new.problem.map(|problem| (version, problem)));
        self.sources.extend(Some((version, new.from)).filter(|(_, from)| *from != SourceFacts::default()));
        self.note_time(version, row.at, before);
    }

    /// Says what a version changed, which was not known when it was added. O(log n).
    pub(super) fn count(&mut self, version: Version, counts: Counts) {
        let Some(index) = self.index(version) else { return };
        if index < self.rows.len() {
            self.rows.count(index, counts);
            let mut pyramid = std::mem::take(&mut self.pyramid);
            pyramid.changed(index, |index| self.measures(index));
            self.pyramid = pyramid;
        }
    }

    fn row_of(&mut self, new: &NewVersion, latest: Option<Time>) -> TimelineRow {
        // The debugger writes after what it has seen, whatever the clock of the application says.
        let seen = latest.filter(|_| new.origin == Origin::Debugger);
        let after = seen.and_then(|seen| seen.checked_add_signed(chrono::Duration::nanoseconds(1)));
        TimelineRow {
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

    /// Notes the time of the newest version, by that of the one before it.
    fn note_time(&mut self, version: Version, at: Option<Time>, before: Option<Time>) {
        let Some(at) = at else { return };
        let time = |of: Version, all: &Self| if of.0 + 1 == version.0 { before } else { all.time(of) };
        while self.milestones.last().is_some_and(|last| time(last, self) >= Some(at)) {
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
    pub(super) fn earliest_time(&self) -> Option<Time> {
        self.milestones.first().and_then(|version| self.time(version))
    }

    /// The newest version's time; where it has none, that of the one before.
    pub(super) fn latest_time(&self) -> Option<Time> {
        self.rows.last_time()
    }

    /// The time of the last version up to this one that the application wrote and that has one: what a time of day and
    /// a span are counted from, whatever the debugger wrote since. Where it wrote none, of the last that has one.
    /// O(versions of the debugger, or without a time, in between).
    pub(super) fn recorded_time(&self, version: Version) -> Option<Time> {
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

    /// Who made a version, and its label.
    pub(super) fn author_and_label(&self, version: Version) -> Option<(Option<Text>, Text)> {
        let (by, label) = self.rows.author_and_label(self.index(version)?)?;
        Some((by.map(|by| self.words.text(by)), self.words.text(label)))
    }

    /// Keys that a version changed.
    pub(super) fn counts(&self, version: Version) -> Option<Counts> {
        self.row(version).map(|row| row.counts)
    }

    /// What is known of `version`, whose parent is `parent`. `#0` is known.
    pub(super) fn info(&self, version: Version, parent: Version) -> Option<VersionInfo> {
        if version == Version(0) {
            return Some(ORIGIN);
        }
        if version.0 <= self.through {
            return Some(VersionInfo {
                version,
                parent,
                kind: VersionKind::Cut,
                label: "removed by compaction".into(),
                through: version,
                ..ORIGIN
            });
        }
        if let Some(run) = self.run(version) {
            return Some(VersionInfo {
                version,
                parent,
                kind: VersionKind::Invalid,
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
            from: self.source(version).cloned().unwrap_or_default(),
            doubtful: false,
            through: version,
        })
    }

    /// The version listed after one in log order: of missing versions that follow each other only the first is listed.
    /// O(log n).
    pub fn listed_after(&self, version: Version) -> Option<Version> {
        let last = self.missing_run(version).map_or(version, |(_, last)| last);
        (last < self.last()).then(|| Version(last.0 + 1))
    }

    /// The version listed before one: of missing versions that follow each other only the first is listed. O(log n).
    pub fn listed_before(&self, version: Version) -> Option<Version> {
        let first = self.missing_run(version).map_or(version, |(first, _)| first);
        let previous = first.0.checked_sub(1).map(Version)?;
        Some(self.missing_run(previous).map_or(previous, |(first, _)| first))
    }

    /// The longest times without a version in `range`: the versions that ended them, and how long each was, the longest
    /// first; at most `wanted`. Between [moments](Self::there_by), so that a clock that was set back makes none.
    /// O(`wanted` · log n).
    pub fn pauses(&self, range: Range<u64>, wanted: usize) -> Vec<(Version, chrono::Duration)> {
        let inside = self.inside(range);
        let longest = self.slowest(&(inside.start + 1..inside.end.max(inside.start + 1)), wanted);
        let pause = |version: Version| {
            let length = self.there_by(version)? - self.there_by(Version(version.0 - 1))?;
            (length > chrono::Duration::zero()).then_some((version, length))
        };
        let mut pauses: Vec<_> = longest.into_iter().filter_map(pause).collect();
        pauses.sort_by_key(|(version, length)| (std::cmp::Reverse(*length), *version));
        pauses
    }

    /// The part of a range of versions that exists and is more than a number.
    pub(super) fn inside(&self, range: Range<u64>) -> Range<u64> {
        let first = self.through + 1;
        let end = range.end.min(self.last().0 + 1).max(first);
        range.start.clamp(first, end)..end
    }

    /// Its own time.
    pub(super) fn own_time(&self, version: Version) -> Option<Time> {
        let own = self.own_times.binary_search_by_key(&version, |(version, _)| *version).ok();
        let own = own.and_then(|at| self.own_times.get(at)).map(|(_, at)| *at);
        own.or_else(|| self.row(version).filter(|row| row.timed).and_then(|row| row.at))
    }

    fn time_source(&self, version: Version) -> TimeSource {
        let next = self.arrived.partition_point(|run| run.1 < version);
        let arrived = self.arrived.get(next).is_some_and(|run| run.0 <= version);
        if arrived { TimeSource::Arrived } else { TimeSource::Recorded }
    }

    /// What made it; `None` for `#0` and beyond the newest.
    pub(crate) fn kind(&self, version: Version) -> Option<VersionKind> {
        match self.run(version) {
            Some(_) => Some(VersionKind::Invalid),
            None => self.origin(version).map(|made| made.kind),
        }
    }

    /// The record that made it.
    pub(super) fn position(&self, version: Version) -> Option<Position> {
        self.origin(version).map(|made| made.position)
    }

    /// The label of the version that the record at a position made. O(log n).
    pub(super) fn label_at(&self, position: Position) -> Option<Text> {
        let row = self.rows.at_or_behind(position).filter(|row| row.position == position)?;
        Some(self.words.text(row.label))
    }

    /// Whether its record alone gives its value.
    pub(super) fn is_whole(&self, version: Version) -> bool {
        self.origin(version).is_some_and(|made| made.whole)
    }

    /// What is wrong with it.
    pub(super) fn problem(&self, version: Version) -> Option<&Text> {
        let at = self.problems.binary_search_by_key(&version, |(version, _)| *version).ok()?;
        self.problems.get(at).map(|(_, why)| why)
    }

    /// What its source says of it.
    fn source(&self, version: Version) -> Option<&SourceFacts> {
        let at = self.sources.binary_search_by_key(&version, |(version, _)| *version).ok()?;
        self.sources.get(at).map(|(_, from)| from)
    }

    /// The ids that the source gives to versions, in order.
    pub(super) fn ids(&self) -> impl Iterator<Item = (Version, &Text)> {
        self.sources.iter().filter_map(|(version, from)| Some((*version, from.id.as_ref()?)))
    }

    /// Versions made by a rollback, promotion or undo, in order, with the version they equal.
    pub fn rollbacks(&self) -> &Chunked<(Version, Version)> {
        &self.returns
    }

    /// Versions that are invalid or deleted, or after a gap, in order.
    pub fn broken(&self) -> &Chunked<Version> {
        &self.broken
    }

    /// The latest time at which a version was there: its own, or that of a later version where the clock was set back. It
    /// never goes back from one version to the next, and is what [`at_time`](Self::at_time) goes by. `None` where no
    /// version from here on has a time. O(log n).
    pub fn there_by(&self, version: Version) -> Option<Time> {
        self.milestones.from(version).and_then(|milestone| self.time(milestone))
    }

    /// Entries of all lists: what memory grows with.
    #[cfg(test)]
    pub(super) fn entries(&self) -> usize {
        let lists = [self.rows.len(), self.milestones.runs(), self.returns.len(), self.broken.len()];
        lists.iter().sum::<usize>() + self.problems.len() + self.missing.len() + self.doubts.len()
    }

    /// The first version from this one on whose record is there, and where that is. O(log n).
    pub fn recorded_from(&self, version: Version) -> Option<(Version, Position)> {
        let index = self.index_from(version.0);
        self.rows.origin(index).map(|made| (self.version_of(index), made.position))
    }

    /// The last version whose record stands at a position or before it. O(log n).
    pub(crate) fn recorded_through(&self, position: Position) -> Option<Version> {
        let behind = self.rows.index_at_or_behind(Position(position.0 + 1));
        behind.checked_sub(1).map(|index| self.version_of(index))
    }

    fn row(&self, version: Version) -> Option<TimelineRow> {
        self.rows.get(self.index(version)?)
    }

    fn origin(&self, version: Version) -> Option<RowOrigin> {
        self.rows.origin(self.index(version)?)
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
    kind: VersionKind::Transition,
    parent: Version(0),
    counts: Counts { added: 0, changed: 0, removed: 0, moved: 0 },
    size: "null".len() as u64,
    problem: None,
    from: SourceFacts::NONE,
    doubtful: false,
    through: Version(0),
};

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
