//! Which versions the list of transitions shows where only some are wanted: those with all words in label or author.
//!
//! The history is looked through piece by piece, so that keys come first; what is appended later is looked at when it comes.

use crate::history::History;
use crate::record::Version;

/// Words, and the versions that have them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    words: String,
    /// In the order of writing, whatever their branch.
    found: Vec<Version>,
    /// Everything up to here has been looked at.
    through: Version,
    /// The line whose versions were counted, by its end, how many of `found` were looked at, and how many are on it.
    counted: (Version, usize, usize),
}

impl Filter {
    /// These words, without regard to case; none lets everything through.
    pub fn new(words: &str) -> Self {
        Self { words: words.trim().to_owned(), ..Self::default() }
    }

    pub fn words(&self) -> &str {
        &self.words
    }

    /// Whether anything may be left out.
    pub fn is_on(&self) -> bool {
        !self.words.is_empty()
    }

    /// Whether versions are left that have not been looked at.
    pub fn is_behind(&self, history: &History) -> bool {
        self.is_on() && self.through < history.newest()
    }

    /// Looks at up to `budget` further versions, and counts those on the line that ends at `end`. O(budget).
    pub fn look(&mut self, history: &History, end: Version, budget: u64) {
        if !self.is_on() {
            return;
        }
        let wanted = self.words.to_lowercase();
        let wanted: Vec<&str> = wanted.split_whitespace().collect();
        let from = self.through.0.max(history.first().0.saturating_sub(1)) + 1;
        let to = from.saturating_add(budget).min(history.newest().0 + 1);
        self.found.extend((from..to).map(Version).filter(|version| has_all(history, *version, &wanted)));
        self.through = Version(to.saturating_sub(1)).max(self.through);
        self.count(history, end);
    }

    /// A line that has grown is counted on, another one anew.
    fn count(&mut self, history: &History, end: Version) {
        let (line, through, count) = self.counted;
        let grown = line == end || line.0 > 0 && history.lineage().on_line(line, end);
        let (from, count) = if grown { (through, count) } else { (0, 0) };
        let more = self.found[from..].iter().filter(|version| history.lineage().on_line(**version, end)).count();
        self.counted = (end, self.found.len(), count + more);
    }

    /// How many are shown of the line that was counted last.
    pub fn shown(&self) -> usize {
        self.counted.2
    }

    /// Those on the line that ends at `end`, before `from`, nearest first.
    pub fn before<'a>(
        &'a self,
        history: &'a History,
        end: Version,
        from: Version,
    ) -> impl Iterator<Item = Version> + 'a {
        let at = self.found.partition_point(|version| *version < from);
        self.found[..at].iter().rev().copied().filter(move |version| history.lineage().on_line(*version, end))
    }

    /// Those after `from`, nearest first.
    pub fn after<'a>(
        &'a self,
        history: &'a History,
        end: Version,
        from: Version,
    ) -> impl Iterator<Item = Version> + 'a {
        let at = self.found.partition_point(|version| *version <= from);
        self.found[at..].iter().copied().filter(move |version| history.lineage().on_line(*version, end))
    }
}

fn has_all(history: &History, version: Version, wanted: &[&str]) -> bool {
    history.info(version).is_some_and(|info| {
        let text = format!("{}\n{}", info.label, info.by.as_deref().unwrap_or_default()).to_lowercase();
        wanted.iter().all(|word| text.contains(word))
    })
}
