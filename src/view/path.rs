//! A path in words: `.cart.items[sku=A7].qty` where elements were matched by a key. Safe to print, and read back by
//! [`Path::parse`] as the same path.

use super::text;
use crate::diff::{ArrayKey, Diff, DiffRules, Matching, name_in, repeated_names};
use crate::value::{Path, Step, Value};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

/// What the root is called.
pub const ROOT: &str = "state";

/// How the arrays of a diff were matched, by path on the right.
#[derive(Debug, Clone, Default)]
pub struct ArrayKeys {
    matched: HashMap<Path, crate::value::Text>,
    settled: DiffRules,
    repeated: Arc<Mutex<HashMap<Path, Repeated>>>,
}

/// An array, and hashes of the names that several of its elements have: those are written by index.
type Repeated = (Value, Arc<HashSet<u64>>);

impl ArrayKeys {
    /// Of what holds for arrays.
    pub fn of(keys: &DiffRules) -> Self {
        Self { settled: keys.clone(), ..Self::default() }
    }

    /// Of a diff, and what holds for the other arrays.
    pub fn new(diff: &Diff, settled: &DiffRules) -> Self {
        let key = |(path, matching): &(Path, Matching)| match matching {
            Matching::Key(field) => Some((path.clone(), field.clone())),
            Matching::Lcs | Matching::Index | Matching::Place => None,
        };
        Self { matched: diff.arrays.iter().filter_map(key).collect(), ..Self::of(settled) }
    }

    fn field(&self, array: &Path) -> Option<crate::value::Text> {
        self.matched.get(array).cloned().or_else(|| match self.settled.of(&array.0)? {
            ArrayKey::Field(field) => Some(field),
            ArrayKey::Index | ArrayKey::Content => None,
        })
    }

    /// Whether no other element of the array has the same name.
    fn is_alone(&self, path: &Path, array: &Value, step: &Step, field: &str) -> bool {
        let (Some(elements), Some(element)) = (array.as_array(), array.child(step)) else { return false };
        let Some(name) = name_in(element, field) else { return true };
        let mut known = self.repeated.lock().unwrap_or_else(PoisonError::into_inner);
        let repeated = if let Some((_, repeated)) = known.get(path).filter(|(of, _)| of.same(array)) {
            Arc::clone(repeated)
        } else {
            let found = Arc::new(repeated_names(elements, field));
            known.insert(path.clone(), (array.clone(), Arc::clone(&found)));
            found
        };
        !repeated.contains(&name.hash64())
    }

    /// The field and its value by which the element at a path is matched, where no other element has that name.
    pub fn element_name(&self, path: &Path, root: &Value) -> Option<(crate::value::Text, Value)> {
        let (step, array) = path.0.split_last()?;
        let array = Path(array.to_vec());
        let (field, elements) = (self.field(&array)?, root.at(&array)?);
        let name = name_in(elements.child(step)?, &field).filter(|_| self.is_alone(&array, elements, step, &field))?;
        Some((field, name.clone()))
    }

    /// The path in words, safe to print; `root` is the value it leads into.
    pub fn words(&self, path: &Path, root: &Value) -> String {
        let mut words = String::new();
        let mut here = Path::default();
        let mut value = Some(root);
        for step in &path.0 {
            let field = if matches!(step, Step::Index(_)) { self.field(&here) } else { None };
            let field = field.filter(|field| value.is_some_and(|array| self.is_alone(&here, array, step, field)));
            words += &step_words(step, here.0.is_empty(), field.as_deref().zip(value));
            value = value.and_then(|value| value.child(step));
            here.0.push(step.clone());
        }
        if words.is_empty() { ".".into() } else { words }
    }
}

/// A path as it is written, safe to print.
pub fn printed(path: &Path) -> String {
    let written = path.to_string();
    if text::is_plain(&written) {
        return written;
    }
    let step = |(at, step): (usize, &Step)| match step {
        Step::Key(key) if !text::is_plain(key) => format!(".{}", text::json_literal(key)),
        Step::Index(index) if at > 0 => format!("[{index}]"),
        step => Path(vec![step.clone()]).to_string(),
    };
    path.0.iter().enumerate().map(step).collect()
}

fn step_words(step: &Step, at_start: bool, field: Option<(&str, &Value)>) -> String {
    let dot = if at_start { "." } else { "" };
    match (step, field) {
        (Step::Key(key), _) => format!(".{}", token(key, &['.', '[', ']', ' '])),
        (Step::Index(index), field) => {
            let named = field.and_then(|(field, array)| element_words(*index, field, array));
            format!("{dot}[{}]", named.unwrap_or_else(|| index.to_string()))
        }
    }
}

/// `sku=A7`; `None` where the name is too long to be shown.
fn element_words(index: usize, field: &str, array: &Value) -> Option<String> {
    let name = array.child(&Step::Index(index))?.child(&Step::Key(field.into()))?;
    let name = match name {
        Value::String(name) if name.len() > LONGEST => return None,
        // What a number or a word of JSON is written as stands for that.
        Value::String(name) if crate::value::parse(name.as_bytes()).is_ok() => text::json_literal(name),
        Value::String(name) => token(name, &[']']),
        Value::Array(_) | Value::Object(_) => return None,
        other => Some(other.to_json()).filter(|name| name.len() <= LONGEST)?,
    };
    Some(format!("{}={name}", token(field, &['=', ']'])))
}

/// Bytes of a name that a path shows.
const LONGEST: usize = 400;

/// A key or name as it is when it is read back so and nothing about it could mislead, otherwise as a JSON string.
fn token(name: &str, ends: &[char]) -> String {
    let plain = !name.contains(ends) && !name.starts_with(|char: char| char.is_ascii_digit() && ends.contains(&'='));
    if plain && text::key(name) == name { name.to_owned() } else { text::json_literal(name) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::diff::diff;
    use crate::value::parse;
    use proptest::prelude::*;

    /// Keys that end paths, look like other steps, or that a terminal would act on.
    const ODD: &[&str] = &[
        "",
        " ",
        "a b",
        ".",
        "a.b",
        "[0]",
        "a[0]",
        "]",
        "=",
        "a=b",
        "\"",
        "\"a\"",
        "\\",
        "\\u{1b}",
        "\u{1b}[2J",
        "\n",
        "\t",
        "\u{7f}",
        "\u{202e}abc",
        "\u{200b}",
        "a\u{200d}b",
        "\u{3164}",
        "\u{feff}",
        "\u{e0041}",
        "\u{301}",
        "e\u{301}",
        " \u{301}",
        "/",
        "a/b",
        "~",
        "~0",
        "~1",
        "-",
        "0",
        "01",
        "日本",
        "🦀",
        "null",
        "true",
        "12",
        "-1",
        "$ref",
        "@type",
        "*",
        "..",
        "'",
        "#",
    ];

    fn check(path: &Path, root: &Value) {
        let shown = printed(path);
        assert_eq!(text::visible(&shown), shown, "{path:?}");
        assert_eq!(Path::parse(&shown, root).unwrap(), *path, "{shown}");
        assert_eq!(Path::parse(&path.to_string(), root).unwrap(), *path, "{path}");
        let words = ArrayKeys::default().words(path, root);
        assert_eq!(text::visible(&words), words, "{path:?}");
        assert_eq!(Path::parse(&words, root).unwrap(), *path, "{words}");
    }

    #[test]
    fn a_printed_path_is_read_back_whatever_its_keys() {
        for key in ODD {
            let key = Step::Key((*key).into());
            for steps in [
                vec![key.clone()],
                vec![Step::Index(0), key.clone()],
                vec![key.clone(), Step::Index(3), key.clone(), key],
            ] {
                check(&Path(steps), &Value::Null);
            }
        }
    }

    /// Elements are named by what they are matched by; the name leads back to the element.
    #[test]
    fn a_path_with_names_of_elements_is_read_back() {
        for field in ["id", "", "a b", "x=y", "a]b", "7"] {
            let names: Vec<Value> =
                ODD.iter().map(|name| Value::from(*name)).chain([12u64.into(), true.into(), Value::Null]).collect();
            let rows = |extra: u64| -> Value {
                let row = |(at, name): (usize, &Value)| -> Value {
                    let count = if at == 1 { 0 } else { extra };
                    [(field.into(), name.clone()), ("count".into(), count.into())].into_iter().collect()
                };
                let rows: Value = names.iter().enumerate().map(row).collect();
                [("rows".into(), rows)].into_iter().collect()
            };
            let (left, right) = (rows(1), rows(2));
            let matched = std::iter::once((Path(vec![Step::Key("rows".into())]), field.into())).collect();
            let keys = ArrayKeys { matched, ..ArrayKeys::default() };
            for change in diff(&left, &right).changes {
                let words = keys.words(&change.path, &right);
                assert!(words.contains('='), "{words}");
                assert_eq!(text::visible(&words), words);
                assert_eq!(Path::parse(&words, &right).unwrap(), change.path, "{words}");
            }
        }
        let gone = Path::parse(".rows[id=nobody].x", &parse(br#"{"rows":[{"id":1}]}"#).unwrap()).unwrap();
        assert_eq!(parse(br#"{"rows":[{"id":1}]}"#).unwrap().at(&gone), None);
    }

    proptest! {
        #[test]
        fn any_path_is_read_back(keys in prop::collection::vec(prop_oneof![any::<String>().prop_map(|key| Step::Key(key.into())), (0usize..1000).prop_map(Step::Index)], 0..6)) {
            check(&Path(keys), &Value::Null);
        }
    }
}
