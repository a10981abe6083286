//! Every change of one part of the value, newest first, with a curve of its numbers.

use super::change_labels::ChangeLabel;
use super::clock::date_time;
use super::found::{MOST, brief, sample};
use super::list::{ListCursor, ListMove};
use super::path::printed;
use super::table::{RowTone, Table, TableColumn, TableRow, numbers, prose, words};
use super::text::{self, SafeText, joined};
use super::timeline::TimelineModel;
use super::{Sign, delta};
use crate::diff::counted;
use crate::history::History;
use crate::record::Version;
use crate::value::{Path, Step, Value};
use std::collections::VecDeque;
use std::ops::Range;

/// Changes that are kept: nobody scrolls through more.
pub const MOST_CHANGES: usize = 100_000;

/// One change, in words: values would keep whole states in memory.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeRow {
    /// The version that made it.
    pub version: Version,
    /// Where the part is there; for what was removed, where it was.
    pub path: Path,
    pub sign: Sign,
    /// The value before, safe to print; empty where there was none.
    pub before: SafeText,
    /// The value it made; empty where it removed it.
    pub after: SafeText,
    /// How much: `+50 (+42.4%)`, `+1 ~2` for the members of a container.
    pub delta: SafeText,
    /// The first parts of a container that changed.
    pub inside: Vec<ChangeLabel>,
    /// The new value as a number, where it is one, or the length of a container.
    pub sample: Option<f64>,
    /// What the sample counts: `keys`, `elements`; empty of a number.
    pub unit: &'static str,
}

impl ChangeRow {
    /// Of the values on both sides.
    pub fn new(version: Version, path: Path, old: Option<&Value>, new: Option<&Value>) -> Self {
        let sign = Sign::between(old, new);
        let words = |value: Option<&Value>| value.map(brief).unwrap_or_default();
        let delta = old.zip(new).map(|(old, new)| how_much(old, new)).unwrap_or_default();
        let mut inside = Vec::new();
        if let Some((old, new)) = old.zip(new) {
            parts(old, new, &mut Path::default(), &mut inside);
        }
        let unit = match new {
            Some(Value::Object(_)) => "keys",
            Some(Value::Array(_)) => "elements",
            _ => "",
        };
        Self { version, path, sign, before: words(old), after: words(new), delta, inside, sample: sample(new), unit }
    }

    /// `1 → 2`, `created as 1`, `removed, was 2`.
    pub fn words(&self) -> SafeText {
        match self.sign {
            Sign::Added => joined!["created as ", &self.after],
            Sign::Removed => joined!["removed, was ", &self.before],
            _ => joined![&self.before, " → ", &self.after],
        }
    }
}

/// Parts of a container that are told.
const MOST_PARTS: usize = 4;

/// The first members at any depth that differ; an array is told by its length. O(what differs before them).
fn parts(old: &Value, new: &Value, path: &mut Path, told: &mut Vec<ChangeLabel>) {
    let (Value::Object(left), Value::Object(right)) = (old, new) else { return };
    let gone = left.iter().filter(|(key, _)| right.get(key).is_none()).map(|(key, old)| (key, Some(old), None));
    let there = right.iter().map(|(key, new)| (key, left.get(key), Some(new)));
    let differs = |old: Option<&Value>, new: Option<&Value>| match (old, new) {
        (Some(old), Some(new)) => !old.identical(new),
        (old, new) => old.is_some() != new.is_some(),
    };
    for (key, old, new) in there.chain(gone).filter(|(_, old, new)| differs(*old, *new)) {
        if told.len() == MOST_PARTS {
            return;
        }
        path.0.push(Step::Key(key.clone()));
        match (old, new) {
            (Some(old @ Value::Object(_)), Some(new @ Value::Object(_))) => parts(old, new, path, told),
            (old, new) => {
                let side = |value: Option<&Value>| value.map_or_else(|| "nothing".into(), brief);
                told.push(ChangeLabel { sign: "", path: printed(path).into(), old: side(old), new: side(new) });
            }
        }
        path.0.pop();
    }
}

/// What changed in an object, counted at every depth as transitions are; how much longer an array is; between scalars their
/// difference.
fn how_much(old: &Value, new: &Value) -> SafeText {
    match (old, new) {
        (Value::Object(_), Value::Object(_)) => delta::counts(counted(old, new).counts).into(),
        (Value::Array(_), Value::Array(_)) => delta::len(old, new).into(),
        _ => delta::scalar(old, new),
    }
}

/// How far a question over time has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum QuestionExtent {
    /// It is being answered.
    #[default]
    Running,
    /// Before it is answered the paths of the versions are indexed: so many percent are.
    Indexing(u8),
    /// All was looked at.
    Whole,
    /// It was stopped here.
    Stopped(Version),
    /// It met an error.
    Failed(String),
}

/// How far the index of paths is, which the first question makes.
pub fn indexing(percent: u8) -> String {
    format!("indexing paths {percent}%")
}

impl QuestionExtent {
    /// Whether it is being answered.
    pub fn is_running(&self) -> bool {
        matches!(self, Self::Running | Self::Indexing(_))
    }

    /// Takes a part of the answer: how much is indexed, or that all of it is.
    pub fn go_on(&mut self, indexed: Option<u8>) {
        if self.is_running() {
            *self = indexed.map_or(Self::Running, Self::Indexing);
        }
    }
}

#[derive(Debug, Clone)]
pub struct PathHistory {
    /// Where, in the version it was asked in.
    pub path: Path,
    pub at: Version,
    /// Its path in words, elements by their names, safe to print.
    pub name: SafeText,
    /// How far it has come.
    pub extent: QuestionExtent,
    /// The newest version looked at.
    pub newest: Version,
    changes: VecDeque<ChangeRow>,
    /// Of the changes so far.
    unit: Option<&'static str>,
    list: ListCursor,
    /// The version of which the change is selected once it is known, unless a row is chosen before.
    awaited: Option<Version>,
}

const COLUMNS: &[TableColumn] = &[
    numbers("version", 0),
    words("before", 0).of_values(),
    words("after", 0).of_values(),
    numbers("change", 4).of_signs(),
    prose("label", 1, 16),
    prose("by", 2, 8),
    words("time", 3),
];

impl PathHistory {
    /// Of a path into a version, nothing known yet. The change that the version at the cursor saw last is to be selected.
    pub fn new(path: Path, at: Version, name: SafeText, cursor: Version) -> Self {
        let (extent, newest, changes, unit, list) = Default::default();
        Self { path, at, name, extent, newest, changes, unit, list, awaited: Some(cursor) }
    }

    /// Rows on the screen.
    pub fn resize(&mut self, height: usize) {
        self.list.resize(height);
    }

    /// Moves the cursor.
    pub fn act(&mut self, step: ListMove) {
        self.awaited = None;
        self.list.act(step, self.changes.len());
    }

    /// Takes changes that are older than all before them.
    pub fn take(&mut self, changes: Vec<ChangeRow>) {
        self.count_units(&changes);
        self.changes.extend(changes);
        if self.oldest() <= self.awaited {
            self.select_awaited();
        }
    }

    /// Takes changes of versions that came since, newest first. The cursor stays on its row unless it is on the newest.
    pub fn take_newer(&mut self, changes: Vec<ChangeRow>) {
        let selected = self.list.selected(self.changes.len()).filter(|at| *at > 0);
        let count = changes.len();
        self.count_units(&changes);
        changes.into_iter().rev().for_each(|change| self.changes.push_front(change));
        if let Some(at) = selected {
            self.list.select(at + count, self.changes.len());
        }
    }

    fn count_units(&mut self, changes: &[ChangeRow]) {
        for change in changes.iter().filter(|change| change.sample.is_some()) {
            let unit = self.unit.get_or_insert(change.unit);
            if *unit != change.unit {
                *unit = "";
            }
        }
    }

    /// All changes known, newest first.
    #[cfg(test)]
    pub fn rows(&self) -> impl Iterator<Item = &ChangeRow> {
        self.changes.iter()
    }

    /// The oldest version that is known to have changed it.
    pub fn oldest(&self) -> Option<Version> {
        self.changes.back().map(|change| change.version)
    }

    /// The change under the cursor.
    pub fn selected(&self) -> Option<&ChangeRow> {
        self.changes.get(self.list.selected(self.changes.len())?)
    }

    /// Puts the cursor on the change that the awaited version saw last, as far as changes are known.
    pub fn select_awaited(&mut self) {
        if let Some(version) = self.awaited.take() {
            let at = self.changes.partition_point(|change| change.version > version);
            self.list.select(at, self.changes.len());
        }
    }

    /// How many versions of a range changed it, at most [`MOST`]. O(log changes).
    pub fn count_within(&self, range: Range<u64>) -> usize {
        let from = self.changes.partition_point(|change| change.version.0 >= range.end);
        let to = self.changes.partition_point(|change| change.version.0 >= range.start);
        (to - from).min(MOST)
    }

    /// What its curve counts; empty of numbers, and of what was both.
    pub fn unit(&self) -> &'static str {
        self.unit.unwrap_or_default()
    }

    /// What it was, as a number, at the end of each column. Empty where it never was one. O(columns · log changes).
    pub fn curve(&self, timeline: &TimelineModel) -> Vec<Option<f64>> {
        if self.changes.iter().take(MOST).all(|change| change.sample.is_none()) {
            return Vec::new();
        }
        let at = |versions: Range<u64>| {
            let first = self.changes.partition_point(|change| change.version.0 >= versions.end);
            self.changes.get(first).and_then(|change| change.sample)
        };
        timeline.wide_cells().map(|(_, versions)| at(versions)).collect()
    }

    /// The rows on the screen; `cursor` is the version being looked at. O(height · log n).
    pub fn table(&self, history: &History, cursor: Version, (columns, height): (usize, usize)) -> Table {
        let len = self.changes.len();
        let selected = self.list.selected(len);
        let longest = (columns / 5).clamp(10, 40);
        let row = |at: usize| {
            let change = &self.changes[at];
            let info = history.info(change.version);
            let by = info.as_ref().and_then(|info| info.by.as_ref()).map(SafeText::from);
            let at_time = info.as_ref().and_then(|info| info.at).map(date_time);
            TableRow {
                sign: change.sign.word(),
                tone: if change.version == cursor { RowTone::Strong } else { RowTone::Plain },
                cells: vec![
                    text::thousands(change.version.0).into(),
                    change.before.fit(longest),
                    change.after.fit(longest),
                    change.delta.clone(),
                    info.map(|info| SafeText::from(&info.label)).unwrap_or_default(),
                    by.unwrap_or_default(),
                    at_time.unwrap_or_default().into(),
                ],
                selected: selected == Some(at),
            }
        };
        let empty = match &self.extent {
            QuestionExtent::Running | QuestionExtent::Indexing(_) => vec!["Looking for changes …".into()],
            QuestionExtent::Failed(why) => vec![why.clone().into()],
            _ => vec![joined!["No change of ", &self.name, " in these versions"]],
        };
        Table {
            columns: COLUMNS,
            rows: self.list.window(len, height).map(row).collect(),
            position: self.position(),
            empty,
        }
    }

    /// `3 of 41`, and how far it has come.
    pub fn position(&self) -> SafeText {
        let len = self.changes.len();
        let count = text::thousands(len as u64);
        let at = self.list.selected(len).map(|at| joined![text::thousands(at as u64 + 1), " of "]);
        let more = match &self.extent {
            QuestionExtent::Running => " … Esc stops".into(),
            QuestionExtent::Indexing(percent) => joined![" · ", indexing(*percent), " · Esc stops"],
            QuestionExtent::Stopped(at) => joined![" · stopped at ", text::number(*at)],
            QuestionExtent::Whole if len >= MOST_CHANGES => " · older ones left out".into(),
            QuestionExtent::Whole | QuestionExtent::Failed(_) => SafeText::default(),
        };
        joined![at.unwrap_or_default(), count, more]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::parse;

    #[test]
    fn a_curve_says_what_it_counts_where_that_is_one_thing() {
        for (values, unit) in [
            (vec!["1", "2.5"], ""),
            (vec![r#"{"a":1}"#, r#"{"a":2}"#], "keys"),
            (vec!["[1]", "[1,2]"], "elements"),
            (vec!["null", "[1,2]", "\"text\""], "elements"),
            (vec!["7", "[1,2]"], ""),
            (vec!["[1]", "{}", "[2]"], ""),
        ] {
            let values: Vec<Value> = values.iter().map(|text| parse(text.as_bytes()).unwrap()).collect();
            let rows = values.iter().map(|new| ChangeRow::new(Version(1), Path::default(), None, Some(new)));
            let mut older = PathHistory::new(Path::default(), Version(1), SafeText::default(), Version(1));
            older.take(rows.clone().collect());
            let mut newer = PathHistory::new(Path::default(), Version(1), SafeText::default(), Version(1));
            rows.for_each(|row| newer.take_newer(vec![row]));
            assert_eq!((older.unit(), newer.unit()), (unit, unit), "{values:?}");
        }
    }
}
