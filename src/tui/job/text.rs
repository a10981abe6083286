//! Long texts made of values, and the names in a directory: nobody waits for them with a key in hand.

use crate::bytes::sha256_digits;
use crate::value::Value;
use std::path::Path;

/// Makes a text when it is run.
pub struct Making(Box<dyn FnOnce() -> String + Send>);

impl Making {
    /// From what makes it.
    pub fn new(make: impl FnOnce() -> String + Send + 'static) -> Self {
        Self(Box::new(make))
    }

    /// A text that is there already.
    pub fn of(text: impl Into<String>) -> Self {
        let text = text.into();
        Self::new(move || text)
    }

    /// With something done to the text.
    #[must_use]
    pub fn then(self, change: impl FnOnce(String) -> String + Send + 'static) -> Self {
        Self::new(move || change(self.make()))
    }

    /// The text.
    pub fn make(self) -> String {
        (self.0)()
    }
}

/// The first 16 digits of the SHA-256 of a value's JSON.
pub fn hash(value: &Value) -> String {
    sha256_digits(value.to_json().as_bytes(), 16)
}

/// Names in a directory, those of directories with a slash behind, sorted; at most so many are looked at.
pub(super) fn names(directory: &Path, most: usize) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(directory) else { return Vec::new() };
    let name = |entry: std::fs::DirEntry| {
        // A link to a directory counts as one.
        let is_directory = entry.path().is_dir();
        format!("{}{}", entry.file_name().to_string_lossy(), if is_directory { "/" } else { "" })
    };
    let mut names: Vec<String> = entries.filter_map(Result::ok).take(most).map(name).collect();
    names.sort();
    names
}
