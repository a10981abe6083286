//! A path in words: `.cart.items[sku=A7].qty` where elements were matched by a key.

use super::text;
use crate::diff::{Diff, Matching};
use crate::value::{Path, Step, Value};
use std::collections::HashMap;

/// How the arrays of a diff were matched, by path on the right.
#[derive(Debug, Clone, Default)]
pub struct Keys(HashMap<Path, crate::value::Text>);

impl Keys {
    /// Of a diff.
    pub fn new(diff: &Diff) -> Self {
        let key = |(path, matching): &(Path, Matching)| match matching {
            Matching::Key(field) => Some((path.clone(), field.clone())),
            Matching::Lcs | Matching::Index | Matching::Place => None,
        };
        Self(diff.arrays.iter().filter_map(key).collect())
    }

    /// The path in words, safe to print; `root` is the value it leads into.
    pub fn words(&self, path: &Path, root: &Value) -> String {
        let mut words = String::new();
        let mut here = Path::default();
        let mut value = Some(root);
        for step in &path.0 {
            value = value.and_then(|value| value.child(step));
            let field = (!self.0.is_empty()).then(|| self.0.get(&here)).flatten();
            words += &step_words(step, field.map(|field| (&**field, value)));
            here.0.push(step.clone());
        }
        if words.is_empty() { ".".into() } else { words }
    }
}

fn step_words(step: &Step, field: Option<(&str, Option<&Value>)>) -> String {
    match (step, field) {
        (Step::Key(key), _) => format!(".{}", key_words(key)),
        (Step::Index(index), Some((field, element))) => {
            match element.and_then(|element| element.child(&Step::Key(field.into()))) {
                Some(name) => format!("[{}={}]", text::key(field), text::bare(name)),
                None => format!("[{index}]"),
            }
        }
        (Step::Index(index), None) => format!("[{index}]"),
    }
}

/// A key that could be taken for more than one step is quoted.
fn key_words(key: &str) -> String {
    let shown = text::key(key);
    if key.contains(['.', '[', ']', ' ']) && shown == key { text::literal(key) } else { shown.into_owned() }
}
