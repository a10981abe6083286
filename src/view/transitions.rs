//! The transitions list: a window of rows round the cursor, on the line the cursor is on.

mod detail;
mod filter;

pub use detail::{Fact, detail};
pub use filter::Filter;

use super::change_labels::ChangeLabel;
use super::counts::KeyCounts;
use super::delta;
use super::needle::Needle;
use super::text::{self, SafeText, joined};
use super::timeline::{Cast, Hue, TimelineMark, mark};
use crate::diff::Counts;
use crate::history::{History, VersionInfo, VersionKind};
use crate::record::Version;

/// Where a row stands in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowTime {
    /// Before the cursor.
    Past,
    /// The cursor's version.
    Cursor,
    /// After the cursor: `┊`.
    Future,
}

/// What came of a transition, at the right of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransitionOutcome {
    /// Keys changed: `+51 ~4`; `None` as long as they are being counted.
    Counts(Option<Counts>),
    /// `INVALID`.
    Invalid,
    /// `DELETED`.
    Deleted,
    /// The application's state went back.
    Rollback,
    /// A rollback was taken back.
    Undo,
    /// Someone promoted a variant.
    Promote,
    /// Cut off by compaction.
    Cut,
    /// Stands for the versions that the rollback in the row below left behind.
    Abandoned,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransitionRow {
    pub version: Version,
    /// Before, at or after the cursor.
    pub when: RowTime,
    /// The mark on it.
    pub mark: Option<TimelineMark>,
    /// `48,213`.
    pub number: SafeText,
    /// Time since the version before it in the log: `+4.1ms`; empty when unknown.
    pub since: SafeText,
    pub label: SafeText,
    /// Whether the version before or after it has the same label, so that it tells nothing.
    pub repeats: bool,
    /// What it is called by one of its changes, for want of a label of its own; behind one that repeats.
    pub change: Option<ChangeLabel>,
    /// The author; empty when unknown.
    pub by: SafeText,
    /// Its author or action, where that has a hue of its own. What happened to its keys is told beside it.
    pub hue: Option<Hue>,
    /// What came of it.
    pub outcome: TransitionOutcome,
    /// Its right-hand words: `+51 ~4`, `INVALID`, `DELETED`, `rollback`, `undo`.
    pub result: SafeText,
    /// What the columns of expressions have; whoever knows them fills them in.
    pub cells: Vec<SafeText>,
}

impl TransitionRow {
    /// Whether its changes may tell what its label does not, in a list of so many columns: it has none, or one that repeats and
    /// leaves room.
    pub fn wants_change(&self, columns: usize) -> bool {
        let has_room = self.repeats && self.label.width() + BESIDE_LABEL <= columns;
        self.change.is_none() && self.may_be_called_by_change() && (self.label.is_empty() || has_room)
    }

    fn may_be_called_by_change(&self) -> bool {
        (self.label.is_empty() || self.repeats) && matches!(self.outcome, TransitionOutcome::Counts(_))
    }
}

/// The rows on the screen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Transitions {
    /// Oldest first.
    pub rows: Vec<TransitionRow>,
    /// Names of the columns of expressions; whoever knows them fills them in.
    pub headings: Vec<SafeText>,
    /// `48,213 of 1,204,377`.
    pub position: SafeText,
    /// The words that labels and authors are filtered by.
    pub needles: Vec<Needle>,
    /// Who made all of them, where the history has one author.
    pub only_author: SafeText,
}

impl Transitions {
    /// Puts what is known of changes into the rows whose labels tell nothing.
    pub fn fill_changes<'l>(&mut self, known: impl Fn(Version) -> Option<&'l ChangeLabel>) {
        for row in self.rows.iter_mut().filter(|row| row.may_be_called_by_change()) {
            row.change = known(row.version).cloned().or(row.change.take());
        }
    }
}

/// Columns of a list beside a label, from which on they hold its number, its time, its counts and one of its changes.
const BESIDE_LABEL: usize = 44;

/// Rows before the cursor, of ten.
const BEFORE: usize = 6;

/// The head of the line a version is on: the current branch's when it is on it, else its own branch's.
pub fn line_of(history: &History, version: Version) -> Version {
    let head = history.head();
    if history.lineage().on_line(version, head) {
        return head;
    }
    let name = history.lineage().branch_of(version);
    history.branches().into_iter().find(|branch| branch.name == name).map_or(head, |branch| branch.head)
}

/// Rows round a version of the cursor's line, which ends at `end`: round the cursor, unless the list has been scrolled
/// away from it. Where a filter is on, only what it lets through, and the middle one. O(height); with a filter O(versions
/// of other lines that it lets through), too.
pub fn transitions(
    history: &History,
    (cursor, end): (Version, Version),
    middle: Version,
    (filter, counts, cast): (&Filter, &KeyCounts, &Cast),
    height: usize,
) -> Transitions {
    let (after, mut before): (Vec<Version>, Vec<Version>) = if filter.is_on() {
        let after = filter.after(history, end, middle).take(height).collect();
        (after, filter.before(history, end, middle).take(height).collect())
    } else {
        let after = successors(middle, |at| history.lineage().child_towards(at, end)).take(height).collect();
        (after, successors(middle, |at| recorded(history.step_back(at)?)).take(height).collect())
    };
    let behind = (height * BEFORE / 10).max(height.saturating_sub(after.len() + 1));
    before.truncate(behind.min(height.saturating_sub(1)));
    before.reverse();
    let row = |version| row(history, version, (cursor, end), (counts, cast));
    let left = |version: &Version| abandoned(history, *version).filter(|_| !filter.is_on());
    let rows = |versions: Vec<Version>| versions.into_iter().flat_map(|at| left(&at).into_iter().chain(row(at)));
    let mut above: Vec<_> = rows(before).chain(left(&middle)).collect();
    let mut below: Vec<_> = row(middle).into_iter().chain(rows(after)).collect();
    // The row of the middle stays on the screen.
    above.drain(..(above.len() + below.len()).saturating_sub(height).min(above.len().saturating_sub(behind)));
    below.truncate(height.saturating_sub(above.len()));
    above.append(&mut below);
    let needles = Needle::words(filter.words());
    let only_author = if matches!(cast, Cast::Authors(_)) { SafeText::default() } else { same_author(&above) };
    Transitions { rows: above, headings: Vec::new(), position: position(history, cursor, filter), needles, only_author }
}

/// The author that all these have.
fn same_author(rows: &[TransitionRow]) -> SafeText {
    let mut authors = rows.iter().filter(|row| row.outcome != TransitionOutcome::Abandoned).map(|row| &row.by);
    let first = authors.next().cloned().unwrap_or_default();
    if authors.all(|author| *author == first) { first } else { SafeText::default() }
}

/// `48,213 of 1,204,377`; with a filter `3 of 1,204,377 shown`.
fn position(history: &History, cursor: Version, filter: &Filter) -> SafeText {
    let all = text::thousands(history.newest().0);
    if !filter.is_on() {
        return joined![text::thousands(cursor.0), " of ", all];
    }
    let more = if filter.is_behind(history) { " …" } else { "" };
    joined![text::thousands(filter.shown() as u64), " of ", all, " shown", more]
}

fn successors(cursor: Version, next: impl Fn(Version) -> Option<Version>) -> impl Iterator<Item = Version> {
    std::iter::successors(next(cursor), move |at| next(*at))
}

/// `#0` is no transition.
fn recorded(version: Version) -> Option<Version> {
    (version.0 > 0).then_some(version)
}

/// What a rollback, promotion or undo left behind, as a row before it.
fn abandoned(history: &History, version: Version) -> Option<TransitionRow> {
    let branch = history.lineage().kept_by(version)?;
    let count = text::counted(usize::try_from(branch.versions).unwrap_or(usize::MAX), "version");
    Some(TransitionRow {
        version: branch.head,
        when: RowTime::Past,
        mark: None,
        number: SafeText::default(),
        since: SafeText::default(),
        label: joined![count, " left on ", &branch.name],
        repeats: false,
        change: None,
        by: SafeText::default(),
        hue: None,
        result: SafeText::default(),
        cells: Vec::new(),
        outcome: TransitionOutcome::Abandoned,
    })
}

fn row(
    history: &History,
    version: Version,
    (cursor, end): (Version, Version),
    (counts, cast): (&KeyCounts, &Cast),
) -> Option<TransitionRow> {
    let info = history.info(version)?;
    let outcome = outcome(&info, counts);
    let when = match version {
        _ if version == cursor => RowTime::Cursor,
        // What leads to the cursor comes before it, whatever the numbers say after a rollback.
        _ if history.lineage().on_line(version, cursor) || end == cursor => RowTime::Past,
        _ => RowTime::Future,
    };
    let label = if version.0 == 0 { "before anything was recorded".into() } else { SafeText::from(&info.label) };
    Some(TransitionRow {
        version,
        when,
        mark: mark(&history.activity(version.0..version.0 + 1)),
        number: text::thousands(version.0).into(),
        since: since(history, &info).into(),
        label,
        repeats: repeats(history, &info),
        change: None,
        by: info.by.as_ref().map(SafeText::from).unwrap_or_default(),
        hue: cast.hue(history, version).filter(|hue| matches!(hue, Hue::Maker(_))),
        result: words(outcome, &info).into(),
        cells: Vec::new(),
        outcome,
    })
}

fn repeats(history: &History, info: &VersionInfo) -> bool {
    let label = |version| history.author_and_label(version).map(|(_, label)| label);
    let is_same = |version: u64| label(Version(version)).is_some_and(|label| label == info.label);
    let Version(at) = info.version;
    !info.label.is_empty() && (at > 1 && is_same(at - 1) || is_same(at + 1))
}

fn since(history: &History, info: &VersionInfo) -> String {
    let before = info.version.0.checked_sub(1).and_then(|before| history.info(Version(before))?.at);
    before.zip(info.at).map(|(before, at)| text::since(before, at)).unwrap_or_default()
}

fn outcome(info: &VersionInfo, counts: &KeyCounts) -> TransitionOutcome {
    match info.kind {
        VersionKind::Transition => TransitionOutcome::Counts(counts.of(info.version, info.counts)),
        VersionKind::Invalid => TransitionOutcome::Invalid,
        VersionKind::Deleted => TransitionOutcome::Deleted,
        VersionKind::Cut => TransitionOutcome::Cut,
        VersionKind::Rollback => TransitionOutcome::Rollback,
        VersionKind::Promote => TransitionOutcome::Promote,
        VersionKind::Undo => TransitionOutcome::Undo,
    }
}

fn words(outcome: TransitionOutcome, info: &VersionInfo) -> String {
    match outcome {
        TransitionOutcome::Counts(counts) => delta::counts_or_dots(counts),
        TransitionOutcome::Invalid => "INVALID".to_owned(),
        TransitionOutcome::Deleted => "DELETED".to_owned(),
        TransitionOutcome::Rollback | TransitionOutcome::Promote | TransitionOutcome::Cut | TransitionOutcome::Undo => {
            info.act().to_owned()
        }
        TransitionOutcome::Abandoned => String::new(),
    }
}
