//! Which texts a recipe is for.

use super::Recipe;
use super::field::at;
use crate::value::{Step, Text, Value};

/// Texts of ten that a recipe has to fit: the others may be damaged, or of kinds nobody knows yet.
const FITTING: usize = 8;

/// What a text must and must not have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextPattern {
    /// Paths that are there. `*` is any key or element.
    pub has: Vec<Text>,
    /// Paths, and texts of which one is there; one that ends with `*` is a beginning.
    pub is: Vec<(Text, Vec<Text>)>,
    /// Paths that are not there.
    pub lacks: Vec<Text>,
    /// Whether texts of this kind only accompany others, and are found in other sources too.
    pub also: bool,
}

impl TextPattern {
    /// Whether a text is of this kind.
    pub fn fits(&self, text: &Value) -> bool {
        let there = |path: &Text| !all(text, path).is_empty();
        self.has.iter().all(there)
            && self.is.iter().all(|(path, known)| all(text, path).into_iter().any(|value| is_one_of(value, known)))
            && !self.lacks.iter().any(there)
    }
}

/// Elements of an array by which the rest is judged.
const ELEMENTS: usize = 64;

/// The first elements, where all that is there is one array.
fn elements(texts: &[Value]) -> Option<Vec<Value>> {
    let [Value::Array(array)] = texts else { return None };
    Some(array.iter().take(ELEMENTS).cloned().collect()).filter(|first: &Vec<Value>| !first.is_empty())
}

impl Recipe {
    /// Whether a text is an array of such texts as it is for, rather than one.
    pub(super) fn is_array_of_texts(&self, text: &Value) -> bool {
        if !matches!(text, Value::Array(_)) || self.patterns.iter().any(|pattern| pattern.fits(text)) {
            return false;
        }
        elements(std::slice::from_ref(text)).is_some_and(|elements| self.fits_each(&elements).is_some())
    }

    /// Whether it is for a source that begins with these texts, or is an array of such, and what speaks for it.
    pub fn fits(&self, texts: &[Value]) -> Option<String> {
        let of_array = || {
            let why = self.fits_each(&elements(texts)?)?;
            Some(format!("one array, {why}"))
        };
        self.fits_each(texts).or_else(of_array)
    }

    /// Whether it is for a source that begins with these texts, and what speaks for it. One text is of a kind that is
    /// found nowhere else; nearly all are of one of its kinds.
    fn fits_each(&self, texts: &[Value]) -> Option<String> {
        let main = || self.patterns.iter().filter(|pattern| !pattern.also);
        let fitting = texts.iter().filter(|text| self.patterns.iter().any(|pattern| pattern.fits(text))).count();
        let is_most = fitting > 0 && fitting * 10 >= texts.len() * FITTING;
        let of_main = |text| main().find(|pattern| pattern.fits(text)).map(|pattern| (text, pattern));
        let (known, main) = texts.iter().find_map(of_main).filter(|_| is_most)?;
        let mut shown: Vec<String> = Vec::new();
        for (path, _) in &main.is {
            let value = all(known, path).into_iter().next().and_then(short);
            shown.extend(value.map(|value| format!("{path} is {value}")));
        }
        shown.extend(main.has.iter().map(|path| format!("has {path}")));
        shown.truncate(3);
        let count = if texts.len() == 1 { String::new() } else { format!("{fitting} of {} JSON texts: ", texts.len()) };
        Some(format!("{count}{}", shown.join(", ")))
    }
}

fn is_one_of(value: &Value, known: &[Text]) -> bool {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(_) | Value::Bool(_) => value.to_json().as_str().into(),
        _ => return false,
    };
    known.iter().any(|one| match one.strip_suffix('*') {
        // JSON in a string may be written with blanks.
        Some(beginning) if beginning.starts_with(['{', '[']) => begins(&text, beginning),
        Some(beginning) => text.starts_with(beginning),
        None => text == *one,
    })
}

/// Whether a text begins so, blanks aside.
fn begins(text: &str, beginning: &str) -> bool {
    let mut text = text.chars().filter(|char| !char.is_ascii_whitespace());
    beginning.chars().all(|char| text.next() == Some(char))
}

/// What of a value is shown in a sentence.
fn short(value: &Value) -> Option<String> {
    const SHOWN: usize = 24;
    match value {
        Value::String(text) if text.chars().count() > SHOWN => {
            Some(format!("{}…", text.chars().take(SHOWN).collect::<String>()))
        }
        Value::String(text) => Some(text.to_string()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_json()),
        _ => None,
    }
}

/// Elements of an array or object that `*` looks at.
const LOOKED_AT: usize = 8;

/// All that stands at a path with `*`. `null` is nothing.
fn all<'v>(value: &'v Value, path: &str) -> Vec<&'v Value> {
    let Some((before, behind)) = path.split_once('*') else {
        return at(value, path).filter(|found| !matches!(found, Value::Null)).into_iter().collect();
    };
    let Some(parent) = at(value, before.trim_end_matches('.')) else { return Vec::new() };
    let behind = behind.trim_start_matches('.');
    let children: Vec<&Value> = match parent {
        Value::Object(object) => object.iter().take(LOOKED_AT).map(|(_, child)| child).collect(),
        Value::Array(_) => (0..LOOKED_AT).map_while(|index| parent.child(&Step::Index(index))).collect(),
        _ => Vec::new(),
    };
    children.into_iter().flat_map(|child| all(child, behind)).collect()
}
