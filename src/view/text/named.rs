//! A line of a box: what it is about, and what it says, which goes on below itself.

use super::SafeText;

/// What it is about, with the blanks behind that, and what it says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NamedLine {
    pub name: SafeText,
    pub says: SafeText,
}

impl NamedLine {
    /// In lines of at most so many columns.
    pub fn lines(&self, columns: usize, measure: impl Fn(&str) -> usize) -> Vec<SafeText> {
        self.name.hung_by(&self.says, columns, measure)
    }
}

/// A line about nothing but what it says.
impl From<SafeText> for NamedLine {
    fn from(says: SafeText) -> Self {
        Self { name: SafeText::default(), says }
    }
}
