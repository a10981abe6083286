//! Who wrote what the state tree shows, in words beside its rows.

use super::text::{self, SafeText, joined};
use crate::history::History;
use crate::questions::Blame;
use crate::record::Version;
use crate::value::Path;
use std::collections::HashMap;

/// A version, and the choices of what names the elements of its arrays.
pub type BlamedAt = (Version, u64);

/// What is known of the writers of one version's values.
#[derive(Debug, Default)]
pub struct Writers {
    of: Option<BlamedAt>,
    known: HashMap<Path, ValueWriter>,
}

impl Writers {
    /// Who wrote what is at a path; empty where nobody did, `None` as long as that is not known.
    pub fn writer(&self, path: &Path) -> Option<&ValueWriter> {
        self.known.get(path)
    }

    /// Those of the paths of which nothing is known. What is known of another version goes.
    pub fn unknown(&mut self, at: BlamedAt, paths: impl Iterator<Item = Path>) -> Vec<Path> {
        if self.of != Some(at) {
            (self.of, self.known) = (Some(at), HashMap::new());
        }
        paths.filter(|path| !self.known.contains_key(path)).collect()
    }

    /// Takes what was found of the paths that were asked about; an answer about another version is dropped.
    pub fn take(&mut self, at: BlamedAt, asked: &[Path], found: Vec<(Path, ValueWriter)>) {
        if self.of != Some(at) {
            return;
        }
        // Nothing is asked twice.
        for path in asked {
            self.known.entry(path.clone()).or_default();
        }
        self.known.extend(found);
    }
}

/// Who wrote a value: `#6 ann`; `#2 ann ⟲ #7` where a rollback brought it back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ValueWriter {
    version: SafeText,
    by: SafeText,
    back: SafeText,
}

impl ValueWriter {
    /// Of what was found.
    pub fn of(history: &History, blame: &Blame) -> Self {
        let Some(version) = blame.version else { return Self { version: "cut off".into(), ..Self::default() } };
        Self {
            version: text::number(version).into(),
            by: history.info(version).and_then(|info| info.by).map(|by| SafeText::from(&by)).unwrap_or_default(),
            back: blame.brought_back_by.map(|back| joined!["⟲ ", text::number(back)]).unwrap_or_default(),
        }
    }

    /// In so many columns: the author gives way, so that the numbers stay.
    pub fn words(&self, columns: usize) -> SafeText {
        let room = columns.saturating_sub(self.least() + 1);
        let by = if room > 1 { self.by.fit(room) } else { SafeText::default() };
        let parts = [&self.version, &by, &self.back].into_iter().filter(|part| !part.is_empty());
        SafeText::join(parts.cloned(), " ")
    }

    /// Columns of all of it.
    pub fn width(&self) -> usize {
        self.words(usize::MAX).width()
    }

    /// Columns of its numbers.
    pub fn least(&self) -> usize {
        self.version.width() + if self.back.is_empty() { 0 } else { 1 + self.back.width() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_few_columns_the_author_gives_way_and_the_numbers_stay() {
        let writer = |by: &str, back: &str| ValueWriter {
            version: "#150".into(),
            by: SafeText::data(by),
            back: SafeText::data(back),
        };
        for (writer, columns, expected) in [
            (writer("ann", "⟲ #148"), 22, "#150 ann ⟲ #148"),
            (writer("ann", "⟲ #148"), 14, "#150 a… ⟲ #148"),
            (writer("ann", "⟲ #148"), 12, "#150 ⟲ #148"),
            (writer("ann", "⟲ #148"), 5, "#150 ⟲ #148"),
            (writer("a long name", ""), 12, "#150 a long…"),
            (writer("ann", ""), 5, "#150"),
            (writer("", "⟲ #148"), 40, "#150 ⟲ #148"),
        ] {
            assert_eq!(writer.words(columns).unmarked(), expected, "{columns}");
        }
    }
}
