//! TOML with places: what is wrong in a file is said with its line.
//!
//! Must not name: `value`, screens.

use crate::escape;
pub use ::toml::Spanned;
pub use ::toml::de::{DeTable, DeValue};
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Something wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TomlProblem {
    /// The file, or the variable or flag.
    pub file: PathBuf,
    /// Its line, from 1; 0 where there is none.
    pub line: usize,
    /// What is wrong, and what would be right.
    pub why: String,
}

impl fmt::Display for TomlProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", escape::file(&self.file), self.why),
            line => write!(f, "{}:{line}: {}", escape::file(&self.file), self.why),
        }
    }
}

/// A file's text.
#[derive(Debug, Clone, Copy)]
pub struct TomlText<'t> {
    /// Its name.
    pub file: &'t Path,
    /// Its content.
    pub text: &'t str,
}

/// A name, where it stands, and its value.
pub type TomlEntry<'e, 't> = (&'e str, Range<usize>, &'e Spanned<DeValue<'t>>);

impl<'t> TomlText<'t> {
    /// Reads the file; what cannot be read is left out and reported.
    pub fn parse(&self, problems: &mut Vec<TomlProblem>) -> DeTable<'t> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        problems.extend(errors.into_iter().map(|error| {
            let span = error.span().unwrap_or_default();
            self.problem(span, error.message().replace('\n', "; "))
        }));
        table.into_inner()
    }

    /// Something wrong at a place.
    pub fn problem(&self, span: Range<usize>, why: impl Into<String>) -> TomlProblem {
        TomlProblem { file: self.file.to_owned(), line: self.line(span), why: why.into() }
    }

    /// The line of a place, from 1.
    pub fn line(&self, span: Range<usize>) -> usize {
        let start = span.start.min(self.text.len());
        1 + memchr::memchr_iter(b'\n', &self.text.as_bytes()[..start]).count()
    }
}

/// The entries of a table in the order of the file.
pub fn entries<'e, 't>(table: &'e DeTable<'t>) -> Vec<TomlEntry<'e, 't>> {
    let mut entries: Vec<TomlEntry<'e, 't>> =
        table.iter().map(|(name, value)| (name.get_ref().as_ref(), name.span(), value)).collect();
    entries.sort_by_key(|(_, span, _)| span.start);
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_name_their_line() {
        let check = |text: &str, expected: &[usize]| {
            let mut problems = Vec::new();
            TomlText { file: Path::new("x.toml"), text }.parse(&mut problems);
            let lines: Vec<usize> = problems.iter().map(|problem| problem.line).collect();
            assert_eq!(lines, expected, "{text:?}: {problems:?}");
        };
        check("a = 1\nb = true\n", &[]);
        check("a = 1\nb = \n", &[2]);
        check("a = 1\n\na = 2\n", &[3]);
        check("a = \"x\nb = 1\n", &[1]);
        check("", &[]);
    }

    #[test]
    fn entries_come_in_the_order_of_the_file() {
        let text = "b = 1\na = 2\n";
        let table = TomlText { file: Path::new("x"), text }.parse(&mut Vec::new());
        assert_eq!(entries(&table).iter().map(|entry| entry.0).collect::<Vec<_>>(), ["b", "a"]);
    }
}
