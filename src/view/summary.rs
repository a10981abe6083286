//! The summary of a diff, in words and in numbers.

use super::{delta, text};
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
    /// Bytes on both sides.
    pub bytes: (u64, u64),
    /// Differences left out, of paths that are ignored.
    pub ignored: usize,
}

/// Counted things shown at most.
const MOST: usize = 3;
/// Whole numbers above are times, ids and hashes rather than counts.
const LARGEST_COUNT: u64 = 1_000_000_000;
/// What to say when nothing differs.
const EQUAL: &str = "A and B are equal";
/// What to say when nobody knows.
const UNKNOWN: &str = "not compared: stopped";

impl Summary {
    /// The summary of a diff of these two values.
    pub fn new(diff: &Diff, left: &Value, right: &Value) -> Self {
        Self {
            verdict: if diff.is_empty() { Verdict::Equal } else { Verdict::Differ },
            counted: counted(diff),
            counts: diff.counts(),
            bytes: (left.size(), right.size()),
            ignored: diff.ignored,
        }
    }

    /// `sessions: 100 → 150 (+50)`, one for each counted thing, for the screen.
    pub fn counted_words(&self) -> Vec<String> {
        self.counted.iter().map(Counted::shown).collect()
    }

    /// `sessions: 100 → 150 (+50) │ added_keys: 51 │ changed_keys: 4 │ removed_keys: 0 │ moved_keys: 1 │ 2.1 → 3.0 KB`, or
    /// `A and B are equal`.
    pub fn line(&self) -> String {
        self.line_of(self.counted.iter().map(Counted::words))
    }

    /// The same for the screen.
    pub fn shown_line(&self) -> String {
        self.line_of(self.counted.iter().map(Counted::shown))
    }

    fn line_of(&self, counted: impl Iterator<Item = String>) -> String {
        if let Some(words) = self.without_counts() {
            return words;
        }
        let keys = self.keys().map(|(name, count)| format!("{name}_keys: {count}"));
        let sizes = text::sizes(self.bytes.0, self.bytes.1);
        counted.chain(keys).chain(self.ignored_words()).chain([sizes]).collect::<Vec<_>>().join(" │ ")
    }

    /// The same for 80 columns: `sessions: 100 → 150 (+50)  added 51  changed 4  removed 0  moved 1`.
    pub fn short(&self) -> String {
        if let Some(words) = self.without_counts() {
            return words;
        }
        let keys = self.keys().map(|(name, count)| format!("{name} {count}"));
        self.first_counted().chain(keys).chain(self.ignored_short()).collect::<Vec<_>>().join("  ")
    }

    /// The same for the message line: `sessions: 100 → 150 (+50)  +51 ~4 -0 >1`.
    pub fn signs(&self) -> String {
        if let Some(words) = self.without_counts() {
            return words;
        }
        let Counts { added, changed, removed, moved } = self.counts;
        let signs = format!("+{added} ~{changed} -{removed} >{moved}");
        self.first_counted().chain([signs]).chain(self.ignored_short()).collect::<Vec<_>>().join("  ")
    }

    /// The same in lines, as in the Changes pane.
    pub fn lines(&self) -> Vec<String> {
        if let Some(words) = self.without_counts() {
            return vec![words];
        }
        let [added, changed, removed, moved] = self.keys().map(|(name, count)| format!("{name}_keys: {count}"));
        let keys = [format!("{added:<18}{changed}"), format!("{removed:<18}{moved}")];
        self.counted_words().into_iter().chain(keys).chain(self.ignored_words()).collect()
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

    fn first_counted(&self) -> impl Iterator<Item = String> + '_ {
        self.counted.first().map(Counted::shown).into_iter()
    }

    fn keys(&self) -> [(&'static str, String); 4] {
        let Counts { added, changed, removed, moved } = self.counts;
        [("added", added), ("changed", changed), ("removed", removed), ("moved", moved)]
            .map(|(name, count)| (name, text::thousands(count.into())))
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

/// Containers by how much their size changed, then whole numbers of the first level; small changes beside a large one
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
    let mut counted: Vec<_> = sizes.chain(numbers.take(MOST)).collect();
    let largest = counted.iter().map(Counted::change).max().unwrap_or(0);
    counted.retain(|counted| counted.change() * 10 >= largest);
    counted.truncate(MOST);
    counted
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
    fn check(left: &str, right: &str, line: &str, short: &str) {
        let (left, right) = (parse(left.as_bytes()).unwrap(), parse(right.as_bytes()).unwrap());
        let summary = Summary::new(&diff(&left, &right), &left, &right);
        assert_eq!((summary.line().as_str(), summary.short().as_str()), (line, short));
    }

    #[test]
    fn the_summary_uses_the_words_of_the_guide() {
        check(
            r#"{"features":{"new_ui":true,"beta":false},"sessions":100,"version":"2.0.0"}"#,
            r#"{"features":{"new_ui":true,"beta":true},"sessions":150,"version":"2.5.0"}"#,
            "sessions: 100 → 150 (+50) │ added_keys: 0 │ changed_keys: 3 │ removed_keys: 0 │ moved_keys: 0 │ 74 → 73 B",
            "sessions: 100 → 150 (+50)  added 0  changed 3  removed 0  moved 0",
        );
        check("[1,2]", "[1,2]", "A and B are equal", "A and B are equal");
        check(
            r#"{"items":[]}"#,
            r#"{"items":[1,2,3]}"#,
            "items: 0 → 3 (+3) │ added_keys: 3 │ changed_keys: 0 │ removed_keys: 0 │ moved_keys: 0 │ 12 → 17 B",
            "items: 0 → 3 (+3)  added 3  changed 0  removed 0  moved 0",
        );
        check(
            r#"{"at":1700000000000}"#,
            r#"{"at":1700000000009}"#,
            "added_keys: 0 │ changed_keys: 1 │ removed_keys: 0 │ moved_keys: 0 │ 20 → 20 B",
            "added 0  changed 1  removed 0  moved 0",
        );
    }
}
