//! A file of assertions: one a line, what is indented goes on with the line before, `#` begins a comment.

use super::{Assertion, WrongAssertion};
use std::fmt;

/// Why a file of assertions cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongFile {
    /// The line, from 1.
    pub line: usize,
    /// The byte in it, from 0.
    pub byte: usize,
    /// What is wrong there.
    pub wrong: WrongAssertion,
}

impl fmt::Display for WrongFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, byte {}: {}", self.line, self.byte, self.wrong.why)?;
        self.wrong.hint.as_ref().map_or(Ok(()), |hint| write!(f, "; {hint}"))
    }
}

impl std::error::Error for WrongFile {}

/// All assertions of a text. O(its length), beside compiling their filters.
///
/// # Errors
/// The first that is wrong, by line and byte.
pub fn all_of_text(text: &str) -> Result<Vec<Assertion>, WrongFile> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let items = items(text);
    items.into_iter().map(|(line, item)| Assertion::parse(item).map_err(|wrong| placed(line, item, wrong))).collect()
}

/// Each assertion with the number of its first line.
fn items(text: &str) -> Vec<(usize, &str)> {
    let mut found: Vec<(usize, usize, usize)> = Vec::new();
    let mut start = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let end = start + line.len();
        let is_empty = line.trim().is_empty() || line.trim_start().starts_with('#');
        let goes_on = line.starts_with([' ', '\t']);
        match found.last_mut() {
            _ if is_empty => {}
            Some((_, _, last)) if goes_on => *last = end,
            _ => found.push((number + 1, start, end)),
        }
        start = end;
    }
    found.into_iter().map(|(line, start, end)| (line, text[start..end].trim_end())).collect()
}

/// The place in the file of what is wrong with one of its assertions.
fn placed(first: usize, item: &str, wrong: WrongAssertion) -> WrongFile {
    let before = item.get(..wrong.at).unwrap_or(item);
    let line = first + before.matches('\n').count();
    let byte = before.len() - before.rfind('\n').map_or(0, |end| end + 1);
    WrongFile { line, byte, wrong }
}
