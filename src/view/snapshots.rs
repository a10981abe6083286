//! The snapshots list, newest first, as a pane and as a view of its own.

use super::clock;
use super::list::ListCursor;
use super::needle::Needle;
use super::table::{RowTone, Table, TableColumn, TableRow, numbers, words};
use super::text::{self, SafeText, joined};
use super::timeline::TimelineMark;
use crate::export::json::{JsonOutput, optional};
use crate::history::{History, Snapshot};
use crate::ops::{kind, snapshot_shape};
use crate::record::{SnapshotId, SnapshotKind, Time, Version};
use crate::value::Text;

/// A snapshot as every list has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotRow {
    /// Its index: 0 = oldest, as in `index:N`.
    pub index: usize,
    pub snapshot: Snapshot,
    /// Bytes of its state.
    pub size: Option<u64>,
    /// Why the value of its version may be wrong.
    pub doubt: Option<Text>,
    /// Whether the list's cursor is on it.
    pub selected: bool,
    /// Whether it marks the version being looked at.
    pub current: bool,
}

impl SnapshotRow {
    /// Of the snapshot at an index; `cursor` is the version being looked at. O(log n).
    pub fn new(history: &History, index: usize, cursor: Version) -> Self {
        let snapshot = history.marks().listed()[index].clone();
        Self {
            index,
            size: history.info(snapshot.version).map(|info| info.size),
            doubt: history.doubts().of(snapshot.version),
            selected: false,
            current: snapshot.version == cursor,
            snapshot,
        }
    }

    /// For machines.
    pub fn json(&self) -> JsonOutput {
        let problem = ("problem", optional(self.doubt.clone()));
        JsonOutput::Fields(snapshot_shape(self.index, &self.snapshot).into_iter().chain([problem]).collect())
    }

    /// The glyph of its kind.
    pub fn mark(&self) -> TimelineMark {
        mark(self.snapshot.kind)
    }

    /// Its name, or its kind where it has none.
    pub fn name(&self) -> SafeText {
        name(&self.snapshot)
    }

    /// `48,211`.
    pub fn number(&self) -> SafeText {
        text::thousands(self.snapshot.version.0).into()
    }

    /// Tags, with a space between.
    pub fn tags(&self) -> SafeText {
        self.snapshot.tags.join(" ").into()
    }
}

/// The rows on the screen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshots {
    /// Newest version first.
    pub rows: Vec<SnapshotRow>,
    /// `4 of 214`.
    pub position: SafeText,
    /// The words that they are filtered by.
    pub needles: Vec<Needle>,
}

/// Which snapshots a filter lets through, newest first.
pub struct Listed<'a> {
    all: &'a [Snapshot],
    /// Their indexes, oldest first; all of them without a filter.
    kept: Option<Vec<usize>>,
}

impl<'a> Listed<'a> {
    /// Those with all words of the filter in their kind, name, author, tags or description; all for an empty one, which
    /// costs nothing. O(snapshots) else.
    pub fn new(history: &'a History, filter: &str) -> Self {
        let all = history.marks().listed();
        let filter = filter.to_lowercase();
        let wanted: Vec<&str> = filter.split_whitespace().collect();
        let kept =
            (!wanted.is_empty()).then(|| (0..all.len()).filter(|index| contains_all(&all[*index], &wanted)).collect());
        Self { all, kept }
    }

    pub fn count(&self) -> usize {
        self.kept.as_ref().map_or(self.all.len(), Vec::len)
    }

    /// The index of a row in the history's list, `row` below the number of rows.
    pub fn index(&self, row: usize) -> usize {
        let from_oldest = self.count() - 1 - row;
        self.kept.as_ref().map_or(from_oldest, |kept| kept[from_oldest])
    }

    /// The row of a snapshot.
    pub fn row_of(&self, id: SnapshotId) -> Option<usize> {
        (0..self.count()).find(|row| self.all[self.index(*row)].id == id)
    }
}

fn contains_all(snapshot: &Snapshot, wanted: &[&str]) -> bool {
    let Snapshot { name, by, description, tags, .. } = snapshot;
    let kind = kind(snapshot.kind);
    let texts = [name.as_deref().unwrap_or_default(), by.as_deref().unwrap_or_default(), description, kind];
    let texts = texts.into_iter().chain(tags.iter().map(Text::as_str));
    let all = texts.collect::<Vec<_>>().join("\n").to_lowercase();
    wanted.iter().all(|word| all.contains(word))
}

/// Rows of the window. O(height) without a filter.
pub fn snapshots(history: &History, list: &ListCursor, filter: &str, cursor: Version, height: usize) -> Snapshots {
    let listed = Listed::new(history, filter);
    let selected = list.selected(listed.count());
    let row = |at: usize| SnapshotRow {
        selected: selected == Some(at),
        ..SnapshotRow::new(history, listed.index(at), cursor)
    };
    let place =
        selected.map(|at| joined![text::thousands(at as u64 + 1), " of ", text::thousands(listed.count() as u64)]);
    let rows = list.window(listed.count(), height).map(row).collect();
    Snapshots { rows, position: place.unwrap_or_default(), needles: Needle::words(filter) }
}

/// The snapshot under the list's cursor.
pub fn selected(history: &History, list: &ListCursor, filter: &str) -> Option<SnapshotId> {
    let listed = Listed::new(history, filter);
    list.selected(listed.count()).map(|at| history.marks().listed()[listed.index(at)].id)
}

/// The snapshot before one in the list.
pub fn previous(history: &History, id: SnapshotId) -> Option<&Snapshot> {
    let all = history.marks().listed();
    let at = all.iter().position(|snapshot| snapshot.id == id)?;
    all.get(at.checked_sub(1)?)
}

const COLUMNS: &[TableColumn] = &[
    words("kind", 3),
    words("name", 0),
    numbers("at", 0),
    numbers("made", 1),
    numbers("keys", 4),
    numbers("size", 5),
    words("author", 2),
    words("tags", 0),
    words("description", 6),
];

/// The rows as a table, at a time on the recording's clock; `keys` knows how many keys a version has, where that has been counted already.
pub fn table(shown: &Snapshots, now: Time, keys: impl Fn(Version) -> Option<u64>) -> Table {
    let row = |row: &SnapshotRow| TableRow {
        sign: sign(row.mark()),
        tone: if row.current { RowTone::Strong } else { RowTone::Plain },
        cells: vec![
            kind(row.snapshot.kind).into(),
            row.name(),
            row.number(),
            row.snapshot.created.map(|made| text::ago(now - made)).unwrap_or_default().into(),
            keys(row.snapshot.version).map(text::thousands).unwrap_or_default().into(),
            row.size.map(text::size).unwrap_or_default().into(),
            SafeText::data(row.snapshot.by.as_deref().unwrap_or_default()),
            row.tags(),
            SafeText::data(&row.snapshot.description),
        ],
        selected: row.selected,
    };
    Table {
        columns: COLUMNS,
        rows: shown.rows.iter().map(row).collect(),
        position: shown.position.clone(),
        empty: Vec::new(),
    }
}

/// How many of the kinds that retention counts are in the list, of how many that it keeps: `auto 10 of 10 · named 6 of
/// 50`.
pub fn kept(history: &History) -> SafeText {
    let retention = &history.ledger().settings().retention;
    let listed = history.marks().listed();
    let kind = |(kind, word): (SnapshotKind, &'static str)| {
        let most = retention.of(kind)?;
        let there = listed.iter().filter(|snapshot| snapshot.kind == kind).count();
        Some(joined![word, " ", text::thousands(there as u64), " of ", text::thousands(most)])
    };
    let kinds = [(SnapshotKind::Auto, "auto"), (SnapshotKind::Named, "named")];
    let kinds = SafeText::join(kinds.into_iter().filter_map(kind), " · ");
    if kinds.is_empty() { kinds } else { joined!["kept: ", kinds] }
}

/// The sign of a kind of snapshot.
pub fn sign(mark: TimelineMark) -> &'static str {
    match mark {
        TimelineMark::Named => "◆",
        TimelineMark::Checkpoint => "■",
        TimelineMark::Rollback => "⟲",
        TimelineMark::Auto => "◇",
        TimelineMark::Broken => "!",
    }
}

/// What is known of one snapshot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SnapshotDetail {
    /// `◆ pre-checkout #48,211`.
    pub title: SafeText,
    /// Author, time, tags, branch: each with its name, empty ones left out.
    pub facts: Vec<(&'static str, SafeText)>,
    /// Free text.
    pub description: SafeText,
}

/// What is known of a snapshot in the list.
pub fn detail(history: &History, id: SnapshotId) -> Option<SnapshotDetail> {
    let snapshot = history.marks().get(id)?;
    let kept = if history.transactions().holds(snapshot) { "while its transaction is unfinished" } else { "" };
    let facts = [
        ("author", SafeText::data(snapshot.by.as_deref().unwrap_or_default())),
        ("created", snapshot.created.map(clock::date_time).unwrap_or_default().into()),
        ("tags", snapshot.tags.join(" ").into()),
        ("branch", SafeText::data(&history.lineage().branch_of(snapshot.version))),
        ("kept", kept.into()),
    ];
    Some(SnapshotDetail {
        title: joined![sign(mark(snapshot.kind)), " ", name(snapshot), " ", text::number(snapshot.version)],
        facts: facts.into_iter().filter(|(_, fact)| !fact.is_empty()).collect(),
        description: SafeText::data(&snapshot.description),
    })
}

/// `◆ v1.0.0`, `◇ auto`, for a line that has other things to say too.
pub fn title(snapshot: &Snapshot) -> String {
    format!("{} {}", sign(mark(snapshot.kind)), text::short_name(&name(snapshot).unmarked()))
}

fn name(snapshot: &Snapshot) -> SafeText {
    snapshot.name.as_ref().map_or_else(|| kind(snapshot.kind).into(), SafeText::from)
}

fn mark(kind: SnapshotKind) -> TimelineMark {
    match kind {
        SnapshotKind::Named => TimelineMark::Named,
        SnapshotKind::Auto => TimelineMark::Auto,
        SnapshotKind::Checkpoint => TimelineMark::Checkpoint,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::recording::{Recording, SnapshotRequest};

    /// The age is that of the mark, by the clock of the recording.
    #[test]
    fn a_snapshot_tells_how_long_ago_it_was_made() {
        let made = Time::from_timestamp_millis(1_760_000_000_000).unwrap();
        let tenant = Recording::memory().with_clock(move || made).tenant_or_new(&"shop".into()).unwrap();
        tenant.set("one", 1_i64.into()).unwrap();
        tenant.snapshot(&SnapshotRequest::named("v1")).unwrap();
        let shown = snapshots(&tenant.history(), &ListCursor::default(), "", Version(1), 10);
        for (seconds, age) in [
            (0, "just now"),
            (59, "just now"),
            (60, "1 min ago"),
            (3_600, "an hour ago"),
            (7_200, "2 hours ago"),
            (86_400, "yesterday"),
            (172_800, "2 days ago"),
        ] {
            let table = table(&shown, made + chrono::Duration::seconds(seconds), |_| None);
            let at = table.columns.iter().position(|column| column.title == "made").unwrap();
            assert_eq!(table.rows[0].cells[at], age, "{seconds}");
        }
    }
}
