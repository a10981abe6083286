//! The summary of a diff, in words and in numbers.

use super::{Sign, delta, text};
use crate::diff::{ChangeKind, Counts, Diff};
use crate::value::{Number, Path, Step, Value};

/// Something counted: a container's size, or a whole number, on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// Its path on the right.
    pub path: Path,
    /// Its name: the last step of the path.
    pub name: String,
    /// On the left.
    pub old: u64,
    /// On the right.
    pub new: u64,
}

/// Whether two values are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Verdict {
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
pub struct Summary {
    /// Whether both values are equal.
    pub verdict: Verdict,
    /// Counted things, most telling first (at most three).
    pub counted: Vec<Counted>,
    /// Keys by what happened to them.
    pub counts: Counts,
    /// Names of the keys that were added, changed, removed and moved, where they are few and have names; without those
    /// that are counted.
    pub names: Box<[Option<Vec<String>>; 4]>,
    /// Bytes on both sides.
    pub bytes: (u64, u64),
    /// Differences left out, of paths that are ignored.
    pub ignored: usize,
}

/// Counted things shown at most, and keys named at most of one kind of change.
const MOST: usize = 3;
/// Columns of the first of two parts in one line.
const COLUMN: usize = 17;
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
enum Keys {
    /// `added_keys: ["beta"]`.
    Named(Quote),
    /// `added_keys: 1`.
    Counted,
    /// `+1 ~3`.
    Signs,
}

/// How names are written.
#[derive(Debug, Clone, Copy)]
enum Quote {
    /// As JSON.
    Json,
    /// As JSON, marked as recorded.
    Shown,
}

impl Quote {
    fn list(self, names: &[String]) -> String {
        let quoted = names.iter().map(|name| text::json_literal(name));
        let quoted = quoted.map(|name| match self {
            Self::Json => name,
            Self::Shown => text::marked(&name).into_owned(),
        });
        quoted.collect::<Vec<_>>().join(", ")
    }
}

impl Summary {
    /// The summary of a diff of these two values.
    pub fn new(diff: &Diff, left: &Value, right: &Value) -> Self {
        let counted = counted(diff);
        Self {
            verdict: if diff.is_empty() { Verdict::Equal } else { Verdict::Differ },
            names: Box::new(SIGNS.map(|sign| names(diff, sign, &counted))),
            counted,
            counts: diff.counts(),
            bytes: (left.size(), right.size()),
            ignored: diff.ignored,
        }
    }

    /// `sessions: 100 → 150 (+50) │ added_keys: ["beta"] │ changed_keys: 14 │ 2.1 → 3.0 KB`, or `A and B are equal`. A few
    /// keys are named, but for those whose figures stand before them; more are counted. What is 0 is not said.
    pub fn line(&self) -> String {
        self.join(&self.counted_words(Counted::words), Keys::Named(Quote::Json), true)
    }

    /// The same for the screen: as much of it as fits into `columns`. Sizes go first, then names, then words; what is
    /// counted goes last.
    pub fn fit(&self, columns: usize) -> String {
        let counted = self.counted_words(Counted::shown);
        let named = Keys::Named(Quote::Shown);
        let ways = [(named, true), (named, false), (Keys::Counted, true), (Keys::Counted, false), (Keys::Signs, false)];
        let lines = ways.map(|(keys, sizes)| self.join(&counted, keys, sizes));
        let fitting = lines.into_iter().find(|line| text::width(line) <= columns);
        fitting.unwrap_or_else(|| self.signs())
    }

    /// The same for the message line: `sessions: 100 → 150 (+50)  +51 ~4`.
    pub fn signs(&self) -> String {
        if let Some(words) = self.without_counts() {
            return words;
        }
        let first = self.counted.first().map(Counted::shown).into_iter();
        first.chain(self.key_words(Keys::Signs)).chain(self.ignored_short()).collect::<Vec<_>>().join("  ")
    }

    /// The same in lines of at most `columns` where they can be split, as in the Changes pane.
    pub fn lines(&self, columns: usize) -> Vec<String> {
        if let Some(words) = self.without_counts() {
            return vec![words];
        }
        let mut lines = self.counted_words(Counted::shown);
        let named = self.key_words(Keys::Named(Quote::Shown));
        let keys =
            if named.iter().all(|words| text::width(words) <= columns) { named } else { self.key_words(Keys::Counted) };
        for words in keys.into_iter().chain(self.ignored_words()) {
            match lines.last_mut() {
                Some(line)
                    if line.contains("_keys: ") && text::width(line).max(COLUMN) + text::width(&words) < columns =>
                {
                    *line = format!("{line:<COLUMN$}  {words}");
                }
                _ => lines.push(words),
            }
        }
        lines
    }

    fn join(&self, counted: &[String], keys: Keys, sizes: bool) -> String {
        if let Some(words) = self.without_counts() {
            return words;
        }
        let sizes = sizes.then(|| text::sizes(self.bytes.0, self.bytes.1));
        let parts = counted.iter().cloned().chain(self.key_words(keys)).chain(self.ignored_words()).chain(sizes);
        parts.collect::<Vec<_>>().join(" │ ")
    }

    fn counted_words(&self, words: impl Fn(&Counted) -> String) -> Vec<String> {
        self.counted.iter().map(words).collect()
    }

    /// What happened to keys, one part for each kind of change there is.
    fn key_words(&self, form: Keys) -> Vec<String> {
        let kinds = self.kinds().into_iter().zip(&*self.names).filter(|((.., count), _)| *count > 0);
        let all = matches!(form, Keys::Signs);
        let words = kinds.filter_map(|((sign, name, count), names)| match (form, names) {
            (Keys::Signs, _) => Some(format!("{sign}{count}")),
            (Keys::Named(_), Some(names)) if names.is_empty() => None,
            (Keys::Named(quote), Some(names)) => Some(format!("{name}_keys: [{}]", quote.list(names))),
            (Keys::Named(_), None) | (Keys::Counted, _) => {
                Some(format!("{name}_keys: {}", text::thousands(count.into())))
            }
        });
        let words: Vec<String> = words.collect();
        if all { vec![words.join(" ")] } else { words }
    }

    fn kinds(&self) -> [(char, &'static str, u32); 4] {
        let Counts { added, changed, removed, moved } = self.counts;
        [('+', "added", added), ('~', "changed", changed), ('-', "removed", removed), ('>', "moved", moved)]
    }

    /// What there is to say where there is nothing to count.
    fn without_counts(&self) -> Option<String> {
        match self.verdict {
            Verdict::Equal => {
                Some([EQUAL.into()].into_iter().chain(self.ignored_words()).collect::<Vec<_>>().join(", "))
            }
            Verdict::Unknown => Some(UNKNOWN.into()),
            Verdict::Differ => None,
        }
    }

    /// `2 paths ignored`, where some are.
    fn ignored_words(&self) -> Option<String> {
        match self.ignored {
            0 => None,
            1 => Some("1 path ignored".into()),
            more => Some(format!("{} paths ignored", text::thousands(more as u64))),
        }
    }

    /// The same in a word less.
    fn ignored_short(&self) -> Option<String> {
        (self.ignored > 0).then(|| format!("ignored {}", text::thousands(self.ignored as u64)))
    }
}

impl Counted {
    fn words(&self) -> String {
        self.with_name(&self.name)
    }

    fn shown(&self) -> String {
        self.with_name(&text::marked(&self.name))
    }

    fn with_name(&self, name: &str) -> String {
        let (old, new) = (text::thousands(self.old), text::thousands(self.new));
        format!("{name}: {old} → {new} ({})", delta::count(self.old, self.new))
    }

    fn change(&self) -> u64 {
        self.new.abs_diff(self.old)
    }
}

/// Containers, then whole numbers of the first level, each by how much they changed; small changes beside a large one
/// tell nothing.
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
    let largest = counted.iter().map(Counted::change).max().unwrap_or(0);
    counted.retain(|counted| counted.change() * 10 >= largest);
    counted.truncate(MOST);
    counted
}

/// The names of the keys with this change: none where they are many, or one of them has no name of its own.
fn names(diff: &Diff, sign: Sign, counted: &[Counted]) -> Option<Vec<String>> {
    let changes = diff.changes.iter().filter(|change| Sign::from(&change.kind) == sign);
    let changes = changes.filter(|change| !counted.iter().any(|counted| counted.path == change.path));
    let paths: Vec<&Path> = changes.take(MOST + 1).map(|change| &change.path).collect();
    let names: Option<Vec<String>> = paths.iter().map(|path| last_key(path)).collect();
    let names = names.filter(|names| names.len() <= MOST)?;
    let are_told_apart = names.iter().enumerate().all(|(at, name)| !names[..at].contains(name));
    are_told_apart.then_some(names)
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

fn named(path: &Path, old: u64, new: u64) -> Option<Counted> {
    let name = match path.0.last() {
        Some(Step::Key(key)) => text::key(key).into_owned(),
        Some(Step::Index(index)) => format!("[{index}]"),
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
    fn of(left: &str, right: &str) -> Summary {
        let (left, right) = (parse(left.as_bytes()).unwrap(), parse(right.as_bytes()).unwrap());
        Summary::new(&diff(&left, &right), &left, &right)
    }

    #[track_caller]
    fn check(left: &str, right: &str, line: &str, signs: &str) {
        let summary = of(left, right);
        assert_eq!((summary.line().as_str(), summary.signs().as_str()), (line, signs));
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
    fn keys_are_named_where_they_are_few_and_told_apart() {
        let keys = |right| of(r#"{"a":{},"b":{}}"#, right).key_words(Keys::Named(Quote::Json));
        assert_eq!(keys(r#"{"a":{"q\"\n":true},"b":{}}"#), [r#"added_keys: ["q\"\u000a"]"#]);
        assert_eq!(keys(r#"{"a":{"x":1},"b":{"x":1}}"#), ["added_keys: 2"], "one name for two");
        assert_eq!(keys(r#"{"a":{"x":1,"y":1,"z":1},"b":{}}"#), [r#"added_keys: ["x", "y", "z"]"#]);
        assert_eq!(keys(r#"{"a":{"x":1,"y":1,"z":1},"b":{"w":1}}"#), ["added_keys: 4"]);
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
            (102, format!("{counted} │ added_keys: 1 │ changed_keys: 3 │ 76 → 87 B")),
            (90, format!("{counted} │ added_keys: 1 │ changed_keys: 3")),
            (70, format!("{counted} │ +1 ~3")),
            (30, "sessions: 100 → 150 (+50)  +1 ~3".to_owned()),
        ] {
            assert_eq!(text::unmarked(&summary.fit(columns)), line, "{columns}");
        }
    }
}
