//! The summary of a diff, in words and in numbers.

use super::text::{self, SafeText, joined};
use super::{Sign, delta};
use crate::diff::{ChangeKind, Counts, Diff};
use crate::value::{Number, Path, Step, Value};

/// Something counted: a container's size, or a whole number, on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// Its path on the right.
    pub path: Path,
    /// Its name: the last step of the path, or where that is not the only one of its name, the path.
    pub name: String,
    /// On the left.
    pub old: u64,
    /// On the right.
    pub new: u64,
}

/// Whether two values are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Equality {
    /// They are.
    #[default]
    Equal,
    /// They are not.
    Differ,
    /// Comparing them was stopped.
    Unknown,
}

/// What a diff comes to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DiffSummary {
    /// Whether both values are equal.
    pub verdict: Equality,
    /// Counted things, most telling first (at most three).
    pub counted: Vec<Counted>,
    /// Keys by what happened to them.
    pub counts: Counts,
    /// Names of the keys that were added, changed, removed and moved, where they have names and may have room; without
    /// those that are counted.
    pub names: Box<[Option<Vec<String>>; 4]>,
    /// Bytes on both sides.
    pub bytes: (u64, u64),
    /// Differences left out, of paths that are ignored.
    pub ignored: usize,
}

/// Counted things shown at most.
const MOST: usize = 3;
/// Keys of one kind of change that are named at most: more have room nowhere.
const MOST_NAMES: usize = 16;
/// Between the parts of a line.
const BETWEEN: &str = " │ ";
/// Rows that keys may be named in, those of one kind too.
const ROWS: usize = 2;
/// Columns of the first of two parts in one line.
const COLUMN: usize = 17;
/// Columns of a name, at least.
const LEAST_NAME: usize = 8;
/// Kinds of change, in the order they are told.
const SIGNS: [Sign; 4] = [Sign::Added, Sign::Changed, Sign::Removed, Sign::Moved];
/// Whole numbers above are times, ids and hashes rather than counts.
const LARGEST_COUNT: u64 = 1_000_000_000;
/// What to say when nothing differs.
const EQUAL: &str = "A and B are equal";
/// What to say when nobody knows.
const UNKNOWN: &str = "not compared: stopped";

/// How keys are told.
#[derive(Debug, Clone, Copy)]
enum KeyWording {
    /// `added_keys: ["beta"]` of these kinds of change, `added_keys: 1` of the others.
    Named([bool; SIGNS.len()]),
    /// `+1 ~3`.
    Signs,
}

/// Keys of every kind by name.
const NAMED: KeyWording = KeyWording::Named([true; SIGNS.len()]);

impl DiffSummary {
    /// The summary of a diff of these two values.
    pub fn new(diff: &Diff, left: &Value, right: &Value) -> Self {
        let counted = counted(diff);
        Self {
            verdict: if diff.is_empty() { Equality::Equal } else { Equality::Differ },
            names: Box::new(SIGNS.map(|sign| names(diff, sign, &counted))),
            counted,
            counts: diff.counts(),
            bytes: (left.size(), right.size()),
            ignored: diff.ignored,
        }
    }

    /// `sessions: 100 → 150 (+50) │ added_keys: ["beta"] │ changed_keys: 34 │ 2.1 → 3.0 KB`, or `A and B are equal`. Keys
    /// are named, but for those whose figures stand before them; very many are counted. What is 0 is not said.
    pub fn line(&self) -> SafeText {
        self.join(NAMED, true)
    }

    /// The same: as much of it as fits into `columns`. Sizes go first, then names, those of the longest list first, then
    /// words; what is counted goes last.
    pub fn fit(&self, columns: usize) -> SafeText {
        let ways =
            self.ways().into_iter().flat_map(|keys| [(keys, true), (keys, false)]).chain([(KeyWording::Signs, false)]);
        let mut lines = ways.map(|(keys, sizes)| self.join(keys, sizes));
        lines.find(|line| line.width() <= columns).unwrap_or_else(|| self.signs())
    }

    /// The same with the names of keys in at most two rows, where one has no room for them; else as [`Self::fit`] says.
    pub fn rows(&self, columns: usize) -> Vec<SafeText> {
        let mut ways = self.ways();
        // By number one row is enough.
        ways.truncate(ways.len().saturating_sub(1).max(1));
        let ways = ways.into_iter().flat_map(|keys| [(keys, true), (keys, false)]);
        let mut named = ways.map(|(keys, sizes)| wrapped(self.parts(keys, sizes), columns));
        let fitting = named.find(|rows| rows.len() <= ROWS && rows.iter().all(|row| row.width() <= columns));
        fitting.unwrap_or_else(|| vec![self.fit(columns)])
    }

    /// How keys may be told: all by name; then those of the longest list by number, and so on.
    fn ways(&self) -> Vec<KeyWording> {
        let mut by_length: Vec<(usize, usize)> =
            (0..SIGNS.len()).filter_map(|at| Some((self.keys(at, true)?.width(), at))).collect();
        by_length.sort_unstable_by_key(|(width, _)| std::cmp::Reverse(*width));
        let mut kinds = [true; SIGNS.len()];
        let shorter = by_length.into_iter().map(|(_, at)| {
            kinds[at] = false;
            KeyWording::Named(kinds)
        });
        std::iter::once(NAMED).chain(shorter).collect()
    }

    /// The same for the message line: `sessions: 100 → 150 (+50)  +51 ~4`.
    pub fn signs(&self) -> SafeText {
        if let Some(words) = self.without_counts() {
            return words;
        }
        let first = self.counted.first().map(Counted::words).into_iter();
        SafeText::join(first.chain(self.key_words(KeyWording::Signs)).chain(self.ignored_short()), "  ")
    }

    /// The same in lines of at most `columns` where they can be split, as in the Changes pane.
    pub fn lines(&self, columns: usize) -> Vec<SafeText> {
        if let Some(words) = self.without_counts() {
            return vec![words];
        }
        let mut lines: Vec<SafeText> = self.counted.iter().map(|counted| counted.within(columns)).collect();
        let figures = lines.len();
        let keys = (0..SIGNS.len()).map(|at| self.key_rows(at, columns));
        for rows in keys.chain(self.ignored_words().map(|words| vec![words])) {
            match (rows.as_slice(), lines.get_mut(figures..).and_then(<[_]>::last_mut)) {
                ([words], Some(line)) if line.width().max(COLUMN) + words.width() < columns => {
                    *line = joined![line.filled(COLUMN), "  ", words];
                }
                _ => lines.extend(rows),
            }
        }
        lines
    }

    fn join(&self, keys: KeyWording, sizes: bool) -> SafeText {
        SafeText::join(self.parts(keys, sizes), BETWEEN)
    }

    fn parts(&self, keys: KeyWording, sizes: bool) -> Vec<SafeText> {
        if let Some(words) = self.without_counts() {
            return vec![words];
        }
        let sizes = sizes.then(|| bytes(self.bytes));
        let counted = self.counted.iter().map(Counted::words);
        counted.chain(self.key_words(keys)).chain(self.ignored_words()).chain(sizes).collect()
    }

    /// What happened to keys, one part for each kind of change there is.
    fn key_words(&self, form: KeyWording) -> Vec<SafeText> {
        let kinds = 0..SIGNS.len();
        match form {
            KeyWording::Named(named) => kinds.filter_map(|at| self.keys(at, named[at])).collect(),
            KeyWording::Signs => {
                let there = self.kinds().into_iter().filter(|(.., count)| *count > 0);
                vec![SafeText::join(there.map(|(sign, _, count)| format!("{sign}{count}").into()), " ")]
            }
        }
    }

    /// What happened to the keys of one kind, by name where they have names, else by number; nothing where figures say it.
    fn keys(&self, at: usize, named: bool) -> Option<SafeText> {
        let (_, kind, count) = self.kinds()[at];
        match &self.names[at] {
            _ if count == 0 => None,
            Some(names) if names.is_empty() => None,
            Some(names) if named => {
                Some(joined![kind, "_keys: [", SafeText::join(names.iter().map(|name| literal(name)), ", "), "]"])
            }
            _ => Some(joined![kind, "_keys: ", text::thousands(count.into())]),
        }
    }

    /// The same in rows of at most `columns`: names below each other where one row has no room for them.
    fn key_rows(&self, at: usize, columns: usize) -> Vec<SafeText> {
        let (Some(whole), Some(names)) = (self.keys(at, true), &self.names[at]) else {
            return self.keys(at, false).into_iter().collect();
        };
        if whole.width() <= columns {
            return vec![whole];
        }
        let head = joined![self.kinds()[at].1, "_keys: ["];
        let mut rows = vec![head.clone()];
        for (nth, name) in names.iter().enumerate() {
            let word = joined![literal(name), if nth + 1 == names.len() { "]" } else { "," }];
            let row = rows.pop().unwrap_or_default();
            let is_first = row.width() == head.width();
            let longer = joined![&row, if is_first { "" } else { " " }, &word];
            if longer.width() <= columns || is_first {
                rows.push(longer);
            } else {
                rows.extend([row, joined![SafeText::repeated(" ", head.width()), word]]);
            }
        }
        let fits = rows.len() <= ROWS && rows.iter().all(|row| row.width() <= columns);
        if fits { rows } else { self.keys(at, false).into_iter().collect() }
    }

    fn kinds(&self) -> [(char, &'static str, u32); 4] {
        let Counts { added, changed, removed, moved } = self.counts;
        [('+', "added", added), ('~', "changed", changed), ('-', "removed", removed), ('>', "moved", moved)]
    }

    /// What there is to say where there is nothing to count.
    fn without_counts(&self) -> Option<SafeText> {
        match self.verdict {
            Equality::Equal => Some(SafeText::join([EQUAL.into()].into_iter().chain(self.ignored_words()), ", ")),
            Equality::Unknown => Some(UNKNOWN.into()),
            Equality::Differ => None,
        }
    }

    /// `2 paths ignored`, where some are.
    fn ignored_words(&self) -> Option<SafeText> {
        match self.ignored {
            0 => None,
            1 => Some("1 path ignored".into()),
            more => Some(joined![text::thousands(more as u64), " paths ignored"]),
        }
    }

    /// The same in a word less.
    fn ignored_short(&self) -> Option<SafeText> {
        (self.ignored > 0).then(|| joined!["ignored ", text::thousands(self.ignored as u64)])
    }
}

fn literal(name: &str) -> SafeText {
    text::json_literal(name).into()
}

/// Parts in rows: as many in each as have room.
fn wrapped(parts: Vec<SafeText>, columns: usize) -> Vec<SafeText> {
    let mut rows: Vec<SafeText> = Vec::new();
    for part in parts {
        match rows.last_mut() {
            Some(row) if row.width() + text::width(BETWEEN) + part.width() <= columns => {
                *row = SafeText::join([row.clone(), part], BETWEEN);
            }
            _ => rows.push(part),
        }
    }
    rows
}

impl Counted {
    fn words(&self) -> SafeText {
        joined![self.name.clone(), self.figures()]
    }

    /// The same in so many columns: of a long path the middle is left out, never a figure.
    fn within(&self, columns: usize) -> SafeText {
        let figures = self.figures();
        let name =
            SafeText::from(self.name.clone()).fit_middle(columns.saturating_sub(figures.width()).max(LEAST_NAME));
        joined![name, figures]
    }

    fn figures(&self) -> SafeText {
        let (old, new) = (text::thousands(self.old), text::thousands(self.new));
        joined![": ", old, " → ", new, " (", delta::count(self.old, self.new), ")"]
    }

    fn change(&self) -> u64 {
        self.new.abs_diff(self.old)
    }
}

/// `2.1 → 3.0 KB`, or `999 B → 3.0 KB` where the units differ.
fn bytes((old, new): (u64, u64)) -> SafeText {
    let (old, new) = (text::size(old), text::size(new));
    if old == new {
        return new.into();
    }
    let old = match (old.split_once(' '), new.split_once(' ')) {
        (Some((number, unit)), Some((_, other))) if unit == other => number.to_owned(),
        _ => old,
    };
    joined![old, " → ", new]
}

/// Containers and whole numbers of the first level, by how much they changed; small changes beside a large one tell
/// nothing.
fn counted(diff: &Diff) -> Vec<Counted> {
    let sizes = diff.sizes.iter().take(MOST).filter_map(|size| named(&size.path, size.old as u64, size.new as u64));
    let numbers = diff.changes.iter().filter(|change| change.path.0.len() == 1);
    let numbers = numbers.filter_map(|change| match &change.kind {
        ChangeKind::Changed { old: Value::Number(old), new: Value::Number(new), .. } => {
            named(&change.path, count(old)?, count(new)?)
        }
        _ => None,
    });
    let mut numbers: Vec<_> = numbers.collect();
    numbers.sort_by_key(|number| std::cmp::Reverse(number.change()));
    let mut counted: Vec<_> = sizes.chain(numbers.into_iter().take(MOST)).collect();
    counted.sort_by_key(|counted| std::cmp::Reverse(counted.change()));
    let largest = counted.iter().map(Counted::change).max().unwrap_or(0);
    counted.retain(|counted| counted.change() * 10 >= largest);
    counted.truncate(MOST);
    // Two of one name are told apart by their paths.
    let is_repeated = |name: &str| counted.iter().filter(|counted| counted.name == name).count() > 1;
    let repeated: Vec<bool> = counted.iter().map(|counted| is_repeated(&counted.name)).collect();
    for (counted, _) in counted.iter_mut().zip(repeated).filter(|(_, repeated)| *repeated) {
        counted.name = super::path::printed(&counted.path);
    }
    counted
}

/// The names of the keys with this change, those of one name by their paths: none where they are very many, or one of
/// them has no name of its own.
fn names(diff: &Diff, sign: Sign, counted: &[Counted]) -> Option<Vec<String>> {
    let changes = diff.changes.iter().filter(|change| Sign::from(&change.kind) == sign);
    let changes = changes.filter(|change| !counted.iter().any(|counted| counted.path == change.path));
    let paths: Vec<&Path> = changes.take(MOST_NAMES + 1).map(|change| &change.path).collect();
    let names: Option<Vec<String>> = paths.iter().map(|path| last_key(path)).collect();
    let names = names.filter(|names| names.len() <= MOST_NAMES)?;
    let is_repeated = |name: &str| names.iter().filter(|other| *other == name).count() > 1;
    let name = |(name, path): (&String, &&Path)| match is_repeated(name) {
        true => super::path::printed(path).trim_start_matches('.').to_owned(),
        false => name.clone(),
    };
    Some(names.iter().zip(&paths).map(name).collect())
}

fn last_key(path: &Path) -> Option<String> {
    match path.0.last() {
        Some(Step::Key(key)) => Some(key.to_string()),
        Some(Step::Index(_)) | None => None,
    }
}

fn count(number: &Number) -> Option<u64> {
    number.as_i64().and_then(|number| u64::try_from(number).ok()).filter(|count| *count < LARGEST_COUNT)
}

/// `players[0][2]`: an index alone tells nothing.
fn name_of_element(path: &Path) -> String {
    let key = path.0.iter().rposition(|step| matches!(step, Step::Key(_))).unwrap_or(0);
    let name = super::path::printed(&Path(path.0[key..].to_vec()));
    name.strip_prefix('.').map(str::to_owned).unwrap_or(name)
}

fn named(path: &Path, old: u64, new: u64) -> Option<Counted> {
    let name = match path.0.last() {
        Some(Step::Key(key)) => text::key(key).into_owned(),
        Some(Step::Index(_)) => name_of_element(path),
        None => super::path::ROOT.into(),
    };
    (old != new).then(|| Counted { path: path.clone(), name, old, new })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::diff;
    use crate::value::parse;

    #[track_caller]
    #[expect(clippy::unwrap_used, reason = "a test")]
    fn of(left: &str, right: &str) -> DiffSummary {
        let (left, right) = (parse(left.as_bytes()).unwrap(), parse(right.as_bytes()).unwrap());
        DiffSummary::new(&diff(&left, &right), &left, &right)
    }

    #[track_caller]
    fn check(left: &str, right: &str, line: &str, signs: &str) {
        let summary = of(left, right);
        assert_eq!((&*summary.line().unmarked(), &*summary.signs().unmarked()), (line, signs));
    }

    const RELEASES: [&str; 2] = [
        r#"{"app_data":{"theme":"light","lang":"en"},"cache_entries":50,"sessions":100}"#,
        r#"{"app_data":{"theme":"dark","lang":"en","beta":true},"cache_entries":75,"sessions":150}"#,
    ];

    #[test]
    fn the_summary_uses_the_words_of_the_guide() {
        let [old, new] = RELEASES;
        check(
            old,
            new,
            r#"sessions: 100 → 150 (+50) │ cache_entries: 50 → 75 (+25) │ added_keys: ["beta"] │ changed_keys: ["theme"] │ 76 → 87 B"#,
            "sessions: 100 → 150 (+50)  +1 ~3",
        );
        check("[1,2]", "[1,2]", "A and B are equal", "A and B are equal");
        check(
            r#"{"items":[]}"#,
            r#"{"items":[1,2,3]}"#,
            "items: 0 → 3 (+3) │ added_keys: 3 │ 12 → 17 B",
            "items: 0 → 3 (+3)  +3",
        );
        check(
            r#"{"at":1700000000000,"gone":1}"#,
            r#"{"at":1700000000009}"#,
            r#"state: 2 → 1 (-1) │ changed_keys: ["at"] │ removed_keys: ["gone"] │ 29 → 20 B"#,
            "state: 2 → 1 (-1)  ~1 -1",
        );
    }

    #[test]
    fn keys_are_named_in_two_rows_where_one_has_no_room() {
        let [old, new] = RELEASES;
        let summary = of(old, new);
        let rows = |columns| summary.rows(columns).iter().map(|row| row.unmarked().into_owned()).collect::<Vec<_>>();
        assert_eq!(
            rows(78),
            [
                "sessions: 100 → 150 (+50) │ cache_entries: 50 → 75 (+25)",
                r#"added_keys: ["beta"] │ changed_keys: ["theme"] │ 76 → 87 B"#
            ]
        );
        assert_eq!(rows(200).len(), 1);
        assert_eq!(rows(50), ["sessions: 100 → 150 (+50)  +1 ~3"]);
        assert_eq!(of("[1,2]", "[1,2]").rows(78).len(), 1);
    }

    #[test]
    fn a_long_path_leaves_its_figures_their_room() {
        let of_players =
            |a: u32, b: u32| format!(r#"{{"agents":[{{"observation":{{"players":[[1,[2]],[1,{a},{b}]]}}}}]}}"#);
        let mut summary = of(&of_players(7, 7), &of_players(5, 4));
        let path = |at: &str| Counted { path: Path::default(), name: at.to_owned(), old: 1_000, new: 5 };
        summary.counted =
            vec![path(".agents[0].observation.players[0][2]"), path(".agents[0].observation.players[1][2]")];
        for (columns, line) in [
            (60, ".agents[0].observation.players[0][2]: 1,000 → 5 (-995)"),
            (40, ".agents[0].…yers[0][2]: 1,000 → 5 (-995)"),
            (20, ".age…[2]: 1,000 → 5 (-995)"),
        ] {
            let lines = summary.lines(columns);
            assert_eq!(lines[0].unmarked(), line, "{columns}");
            assert_eq!(lines[0] != lines[1], columns > 20, "told apart in {columns}");
        }
    }

    #[test]
    fn keys_are_named_where_they_are_few_and_told_apart() {
        let keys = |right: &str| of(r#"{"a":{},"b":{}}"#, right).key_words(NAMED);
        assert_eq!(keys(r#"{"a":{"q\"\n":true},"b":{}}"#), [r#"added_keys: ["q\"\u000a"]"#]);
        assert_eq!(keys(r#"{"a":{"x":1},"b":{"x":1}}"#), [r#"added_keys: ["a.x", "b.x"]"#], "one name for two");
        assert_eq!(keys(r#"{"a":{"x":1,"y":1,"z":1},"b":{}}"#), [r#"added_keys: ["x", "y", "z"]"#]);
        let many = (0..20).map(|at| format!("\"k{at:02}\":1")).collect::<Vec<_>>();
        let of_many = |count: usize| keys(&format!("{{\"a\":{{{}}},\"b\":{{}}}}", many[..count].join(",")));
        assert!(of_many(MOST_NAMES)[0].unmarked().ends_with("\"k15\"]"));
        assert_eq!(of_many(MOST_NAMES + 1), ["added_keys: 17"]);
    }

    #[test]
    fn names_of_keys_have_two_rows_of_a_narrow_pane() {
        let right = r#"{"a":1,"b":{"algorithm":2,"strategy":"x","version":3,"window":"y"}}"#;
        let summary = of(r#"{"a":1,"b":{"algorithm":1,"strategy":"","version":1,"window":""}}"#, right);
        for (columns, rows) in [
            (70, &[r#"changed_keys: ["algorithm", "strategy", "version", "window"]"#][..]),
            (44, &[r#"changed_keys: ["algorithm", "strategy","#, r#"               "version", "window"]"#]),
            (30, &["changed_keys: 4"]),
        ] {
            let lines = summary.lines(columns);
            assert_eq!(lines.iter().map(|line| line.unmarked().into_owned()).collect::<Vec<_>>(), rows, "{columns}");
        }
    }

    #[test]
    fn an_element_is_named_with_its_array_and_one_size_is_said_once() {
        let line = |left, right| of(left, right).line().unmarked().into_owned();
        assert_eq!(
            line(r#"{"a":{"players":[[1],[1,2]]}}"#, r#"{"a":{"players":[[1],[1,2,3]]}}"#),
            "players[1]: 2 → 3 (+1) │ added_keys: 1 │ 29 → 31 B"
        );
        assert_eq!(line("[[1],[2]]", "[[1],[2,3]]"), "[1]: 1 → 2 (+1) │ added_keys: 1 │ 9 → 11 B");
        assert_eq!(line(r#"{"a":"b"}"#, r#"{"a":"c"}"#), r#"changed_keys: ["a"] │ 9 B"#);
    }

    #[test]
    fn a_line_that_must_be_short_loses_sizes_then_names_then_words() {
        let [old, new] = RELEASES;
        let summary = of(old, new);
        let counted = "sessions: 100 → 150 (+50) │ cache_entries: 50 → 75 (+25)";
        let named = r#"added_keys: ["beta"] │ changed_keys: ["theme"]"#;
        for (columns, line) in [
            (200, format!("{counted} │ {named} │ 76 → 87 B")),
            (106, format!("{counted} │ {named}")),
            (102, format!("{counted} │ added_keys: [\"beta\"] │ changed_keys: 3")),
            (90, format!("{counted} │ added_keys: 1 │ changed_keys: 3")),
            (70, format!("{counted} │ +1 ~3")),
            (30, "sessions: 100 → 150 (+50)  +1 ~3".to_owned()),
        ] {
            assert_eq!(summary.fit(columns).unmarked(), line, "{columns}");
        }
    }
}
