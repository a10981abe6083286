//! What a search through time has found: runs of versions, oldest first, each with what made it true.

use super::change_labels::ChangeLabel;
use super::clock::date_time;
use super::found::MOST;
use super::list::{ListCursor, ListMove};
use super::path_history::{QuestionExtent, indexing};
use super::table::{RowTone, Table, TableColumn, TableRow, numbers, words};
use super::text::{self, SafeText, joined};
use crate::history::History;
use crate::questions::{Span, Stats};
use crate::record::Version;
use crate::value::Path;
use std::collections::VecDeque;
use std::ops::Range;

/// Runs of versions that are kept.
pub const MOST_HITS: usize = 100_000;

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FindKind {
    /// Versions whose state a filter is true of.
    #[default]
    Where,
    /// A text or number anywhere in the state.
    Text,
    /// A part of a label.
    Label,
    Author,
    /// A tag of a snapshot.
    Tag,
}

impl FindKind {
    /// All, in the order of Tab.
    pub const ALL: [Self; 5] = [Self::Where, Self::Text, Self::Label, Self::Author, Self::Tag];

    /// Its word before the line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Where => "where",
            Self::Text => "text",
            Self::Label => "label",
            Self::Author => "author",
            Self::Tag => "tag",
        }
    }

    /// What the line takes.
    pub fn about(self) -> &'static str {
        match self {
            Self::Where => "a jq filter: .balance < 0   .items | any(.qty == 0)   .status == \"paid\" and .total > 100",
            Self::Text => "a text or number anywhere in the state",
            Self::Label => "a part of a label",
            Self::Author => "the name of an author",
            Self::Tag => "a tag of a snapshot",
        }
    }

    /// The next one.
    #[must_use]
    pub fn next(self) -> Self {
        let at = Self::ALL.iter().position(|kind| *kind == self).unwrap_or(0);
        Self::ALL[(at + 1) % Self::ALL.len()]
    }
}

/// What changed at the first version of a run, among what was asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// Where, in that version.
    pub path: Path,
    /// The same in words.
    pub name: SafeText,
    /// The value before.
    pub before: SafeText,
    /// The value there.
    pub after: SafeText,
    /// How many other places that were asked about changed with it.
    pub more: usize,
}

impl Cause {
    /// `.balance  12 → -3`.
    pub fn words(&self) -> SafeText {
        self.fit(usize::MAX)
    }

    /// The same in at most so many columns.
    pub fn fit(&self, columns: usize) -> SafeText {
        let more = match self.more as u64 {
            0 => SafeText::default(),
            1 => " and 1 more change".into(),
            more => joined![" and ", text::thousands(more), " more changes"],
        };
        let whole = joined![&self.name, "  ", &self.before, " → ", &self.after, &more];
        if whole.width() <= columns {
            return whole;
        }
        let (path, old, new) = (self.name.clone(), self.before.clone(), self.after.clone());
        let change = ChangeLabel { sign: "", path, old, new };
        joined![change.fit(columns.saturating_sub(more.width())), more]
    }
}

/// What is said of a version that was found because something is missing or `null`.
pub const BY_NULL: &str =
    "null was compared with a number: jq has null below every number; numbers leaves it out, as in .a | numbers < 0";

/// A run of versions that were found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindHit {
    pub span: Span,
    /// What made its first version true; `None` where that is not in the state, or it was true before.
    pub cause: Option<Cause>,
    /// Whether a comparison of `null` with a number held there.
    pub by_null: bool,
}

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FindQuery {
    /// What kind.
    pub kind: FindKind,
    /// The filter or text.
    pub text: String,
    /// Whether the newest are looked for first.
    pub newest_first: bool,
    /// The first version that counts, where A limits it.
    pub first: Option<Version>,
    /// The last one, where B limits it.
    pub last: Option<Version>,
}

impl FindQuery {
    /// `#3 to #40 (A to B)`; `None` where A and B limit nothing.
    pub fn limits(&self) -> Option<SafeText> {
        limits((self.first, self.last))
    }
}

/// `#3 to #40 (A to B)`; `None` where neither limits anything.
pub fn limits(ends: (Option<Version>, Option<Version>)) -> Option<SafeText> {
    match ends {
        (None, None) => None,
        (Some(first), None) => Some(joined!["from A ", text::number(first)]),
        (None, Some(last)) => Some(joined!["up to B ", text::number(last)]),
        (Some(first), Some(last)) => Some(joined![text::number(first), " to ", text::number(last), " (A to B)"]),
    }
}

/// What is said under the line that says what to find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineNote {
    /// What it takes.
    About(&'static str),
    /// What is wrong with it.
    Wrong {
        /// The text before the place.
        before: SafeText,
        why: SafeText,
        /// What was probably meant.
        hint: Option<SafeText>,
    },
}

#[derive(Debug, Clone, Default)]
pub struct FindResults {
    /// What was asked.
    pub query: FindQuery,
    /// How far it has come.
    pub extent: QuestionExtent,
    /// What it took so far.
    pub stats: Stats,
    /// The newest version looked at.
    pub newest: Version,
    hits: VecDeque<FindHit>,
    list: ListCursor,
    /// The first version of the run that is selected once it is found, unless a row is chosen before.
    awaited: Option<Version>,
}

const COLUMNS: &[TableColumn] = &[
    words("versions", 0),
    numbers("length", 2),
    words("became true by", 1),
    words("change", 0),
    words("by", 3),
    words("time", 4),
];

impl FindResults {
    /// Of a question, nothing found yet; the height of the list stays.
    pub fn new(query: FindQuery, before: &Self) -> Self {
        let mut list = before.list;
        list.act(ListMove::First, 0);
        Self { query, list, ..Self::default() }
    }

    /// Rows on the screen.
    pub fn resize(&mut self, height: usize) {
        self.list.resize(height);
    }

    /// Moves the cursor.
    pub fn act(&mut self, step: ListMove) {
        self.awaited = None;
        self.list.act(step, self.hits.len());
    }

    /// Takes runs as they are found: one with the beginning or end of a known one replaces it.
    pub fn take(&mut self, hits: Vec<FindHit>) {
        for hit in hits {
            let selected = self.list.selected(self.hits.len());
            if self.hits.back().is_some_and(|last| last.span.from == hit.span.from) {
                self.hits.pop_back();
            } else if self.hits.front().is_some_and(|first| first.span.to == hit.span.to) {
                self.hits.pop_front();
            }
            let is_last = self.hits.back().is_none_or(|last| last.span.to < hit.span.from);
            if is_last {
                self.hits.push_back(hit);
            } else {
                self.hits.push_front(hit);
            }
            // Newer ones come above the row that the person is on.
            let shifts = self.query.newest_first && is_last && self.hits.len() > 1;
            if let Some(at) = selected.filter(|at| shifts && *at > 0) {
                self.list.select(at + 1, self.hits.len());
            }
        }
        self.select_awaited();
    }

    /// Selects the run that begins at a version, once it is found.
    pub fn await_hit(&mut self, version: Version) {
        self.awaited = Some(version);
        self.select_awaited();
    }

    fn select_awaited(&mut self) {
        let place = |version: Version| self.hits.binary_search_by_key(&version, |hit| hit.span.from).ok();
        if let Some(at) = self.awaited.and_then(place) {
            self.list.select(self.at_row(at), self.hits.len());
        }
    }

    /// All, oldest first.
    pub fn hits(&self) -> &VecDeque<FindHit> {
        &self.hits
    }

    /// Whether nothing was found between A and B, and other versions have not been looked at.
    pub fn is_limited(&self) -> bool {
        self.hits.is_empty() && self.extent == QuestionExtent::Whole && self.query.limits().is_some()
    }

    fn at_row(&self, row: usize) -> usize {
        if self.query.newest_first { self.hits.len().saturating_sub(row + 1) } else { row }
    }

    /// The run under the cursor.
    pub fn selected(&self) -> Option<&FindHit> {
        self.list.selected(self.hits.len()).and_then(|row| self.hits.get(self.at_row(row)))
    }

    /// The nearest run that begins after, or before, a version; the cursor of the list goes there.
    pub fn go_near(&mut self, version: Version, forward: bool) -> Option<&FindHit> {
        self.awaited = None;
        let at = if forward {
            Some(self.hits.partition_point(|hit| hit.span.from <= version)).filter(|at| *at < self.hits.len())
        } else {
            self.hits.partition_point(|hit| hit.span.from < version).checked_sub(1)
        };
        let at = at?;
        // A row is to its place what that is to the row.
        self.list.select(self.at_row(at), self.hits.len());
        self.hits.get(at)
    }

    /// The first run, or the last one; the cursor of the list goes there.
    pub fn go_round(&mut self, to_first: bool) -> Option<&FindHit> {
        let at = if to_first { 0 } else { self.hits.len().checked_sub(1)? };
        self.list.select(self.at_row(at), self.hits.len());
        self.hits.get(at)
    }

    /// How many versions of a range were found, at most [`MOST`]. O(log runs).
    pub fn count_within(&self, range: Range<u64>) -> usize {
        let first = self.hits.partition_point(|hit| hit.span.to.0 < range.start);
        let inside = self.hits.range(first..).take(MOST).take_while(|hit| hit.span.from.0 < range.end);
        let overlap = |hit: &FindHit| {
            let overlap = (hit.span.to.0 + 1).min(range.end).saturating_sub(hit.span.from.0.max(range.start));
            usize::try_from(overlap.min(hit.span.versions)).unwrap_or(MOST)
        };
        inside.map(overlap).fold(0, usize::saturating_add).min(MOST)
    }

    /// The rows on the screen; `cursor` is the version being looked at. O(height · log n).
    pub fn table(&self, history: &History, cursor: Version, height: usize) -> Table {
        let len = self.hits.len();
        let selected = self.list.selected(len);
        let row = |row: usize| {
            let hit = &self.hits[self.at_row(row)];
            let here = hit.span.from <= cursor && cursor <= hit.span.to;
            TableRow {
                sign: " ",
                tone: if here { RowTone::Strong } else { RowTone::Plain },
                cells: self.cells(history, hit),
                selected: selected == Some(row),
            }
        };
        Table {
            columns: COLUMNS,
            rows: self.list.window(len, height).map(row).collect(),
            position: self.position(),
            empty: self.empty(),
        }
    }

    fn cells(&self, history: &History, hit: &FindHit) -> Vec<SafeText> {
        let info = history.info(hit.span.from);
        let by = info.as_ref().and_then(|info| info.by.as_ref()).map(SafeText::from);
        let time = info.as_ref().and_then(|info| info.at).map(date_time);
        vec![
            self.span_words(hit.span),
            text::thousands(hit.span.versions).into(),
            info.map(|info| SafeText::from(&info.label)).unwrap_or_default(),
            hit.cause.as_ref().map(Cause::words).unwrap_or_default(),
            by.unwrap_or_default(),
            time.unwrap_or_default().into(),
        ]
    }

    /// `#5`, `#5 … #9`, `#5 … newest`.
    pub fn span_words(&self, span: Span) -> SafeText {
        let from = text::number(span.from);
        match span.to {
            to if to == self.newest && self.query.last.is_none() => joined![from, " … newest"],
            to if to == span.from => from.into(),
            to => joined![from, " … ", text::number(to)],
        }
    }

    /// `at #5 only`, `from #5 to #9, 5 versions`, `from #5 on, 12 versions`.
    pub fn span_sentence(&self, span: Span) -> SafeText {
        let (from, versions) = (text::number(span.from), text::counted(span.versions, "version"));
        match span.to {
            to if to == self.newest && self.query.last.is_none() => joined!["from ", from, " on, ", versions],
            to if to == span.from => joined!["at ", from, " only"],
            to => joined!["from ", from, " to ", text::number(to), ", ", versions],
        }
    }

    fn empty(&self) -> Vec<SafeText> {
        let versions = text::counted(self.stats.versions, "version");
        match &self.extent {
            _ if self.query.text.is_empty() => Vec::new(),
            QuestionExtent::Indexing(percent) => vec![indexing(*percent).into()],
            QuestionExtent::Running => vec![joined![versions, " looked at, nothing found yet …"]],
            QuestionExtent::Failed(why) => vec![why.clone().into()],
            QuestionExtent::Stopped(_) if self.stats.versions == 0 => {
                vec!["Stopped before any version was looked at".into()]
            }
            QuestionExtent::Stopped(at) => {
                vec![joined!["Stopped at ", text::number(*at), " after ", versions, ": nothing found so far"]]
            }
            QuestionExtent::Whole if self.is_limited() => vec![
                joined!["Nothing found in ", versions, ", ", self.query.limits().unwrap_or_default()],
                "Enter looks in all versions".into(),
            ],
            QuestionExtent::Whole => vec![joined!["Nothing found in ", versions]],
        }
    }

    /// `1 of 3 · 10,000 versions, 49 true · Esc stops`.
    pub fn position(&self) -> SafeText {
        if self.query.text.is_empty() {
            return SafeText::default();
        }
        let len = self.hits.len();
        let at = self
            .list
            .selected(len)
            .map(|at| joined![text::thousands(at as u64 + 1), " of ", text::thousands(len as u64), " · "]);
        let looked = text::counted(self.stats.versions, "version");
        let end = match &self.extent {
            QuestionExtent::Running | QuestionExtent::Indexing(_) => " so far · Esc stops".into(),
            QuestionExtent::Stopped(at) => joined![" · stopped at ", text::number(*at)],
            QuestionExtent::Whole if len >= MOST_HITS => " · later ones left out".into(),
            QuestionExtent::Whole | QuestionExtent::Failed(_) => SafeText::default(),
        };
        joined![at.unwrap_or_default(), looked, " looked at", end]
    }

    /// What could not be judged; empty where all could.
    pub fn trouble(&self) -> SafeText {
        let Stats { errors, first_error, unreadable, .. } = &self.stats;
        let mut parts = Vec::new();
        if let Some((version, why)) = first_error {
            let errors = text::counted(*errors, "version");
            let first = text::number(*version);
            parts.push(joined!["error at ", errors, ", counted as false; first ", first, ": ", why]);
        }
        if *unreadable > 0 {
            parts.push(joined![text::counted(*unreadable, "version"), " could not be read"]);
        }
        SafeText::join(parts, " · ")
    }
}
