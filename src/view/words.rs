//! The words of a changed text: what both sides have, what only the old one, what only the new one.

use super::text;
use crate::value::Value;
use similar::{ChangeTag, TextDiff};
use std::time::Duration;

/// A piece of a changed text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The piece, safe to print.
    pub text: String,
    /// Which side it is on.
    pub side: WordSide,
}

/// Which side a piece of text is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordSide {
    /// Both.
    Both,
    /// Only the old one: `[-draft-]`.
    Old,
    /// Only the new one: `{+final+}`.
    New,
}

/// Characters of unchanged text kept beside a changed word.
const CONTEXT: usize = 24;
/// Longer texts are not compared word by word.
const LONGEST: usize = 20_000;
/// The most time one comparison may take: a frame waits for it.
const PATIENCE: Duration = Duration::from_millis(5);

impl Word {
    /// Text that both sides have.
    pub fn both(text: impl Into<String>) -> Self {
        Self { text: text.into(), side: WordSide::Both }
    }
}

/// `"see [-draft-]{+final+} order"`: the words of two strings as one literal; `None` when they have nothing in common, or
/// are too long to compare.
pub fn words(old: &str, new: &str) -> Option<Vec<Word>> {
    if old.len().max(new.len()) > LONGEST {
        return None;
    }
    let diff = TextDiff::configure().timeout(PATIENCE).diff_unicode_words(old, new);
    let mut words: Vec<(WordSide, String)> = Vec::new();
    for change in diff.iter_all_changes() {
        let side = match change.tag() {
            ChangeTag::Equal => WordSide::Both,
            ChangeTag::Delete => WordSide::Old,
            ChangeTag::Insert => WordSide::New,
        };
        match words.last_mut().filter(|(last, _)| *last == side) {
            Some((_, text)) => text.push_str(change.value()),
            None => words.push((side, change.value().to_owned())),
        }
    }
    let common: usize = words.iter().filter(|word| word.0 == WordSide::Both).map(|word| word.1.trim().len()).sum();
    (common * 4 >= old.len().max(new.len())).then(|| quoted(&words))
}

fn quoted(words: &[(WordSide, String)]) -> Vec<Word> {
    let last = words.len() - 1;
    let inner = words.iter().enumerate().map(|(at, (side, text))| {
        let keep = if *side == WordSide::Both { shortened(text, at > 0, at < last) } else { inside(text) };
        Word { text: keep, side: *side }
    });
    let quote = || std::iter::once(Word::both("\""));
    quote().chain(inner).chain(quote()).collect()
}

/// A literal without its quotes.
fn inside(text: &str) -> String {
    let literal = text::literal(text);
    literal[1..literal.len() - 1].to_owned()
}

/// Unchanged text with only what is near to a change: `after` one, `before` one.
fn shortened(text: &str, after: bool, before: bool) -> String {
    let chars = text.chars().count();
    let (head, tail) = (if after { CONTEXT } else { 0 }, if before { CONTEXT } else { 0 });
    if chars <= head + tail + 1 || (!after && !before) {
        return inside(text);
    }
    let start: String = text.chars().take(head).collect();
    let end: String = text.chars().skip(chars - tail).collect();
    format!("{}…{}", inside(&start), inside(&end))
}

/// What a leaf was and is: the words of two strings that have some in common, else `old → new`.
pub fn changed(old: &Value, new: &Value) -> Vec<Word> {
    match (old, new) {
        (Value::String(old), Value::String(new)) => words(old, new),
        _ => None,
    }
    .unwrap_or_else(|| vec![Word::both(format!("{} → {}", summary(old), summary(new)))])
}

/// A value in a few words: `{4}`, `[2]`, or a scalar.
pub fn summary(value: &Value) -> String {
    super::tree::value_words(value, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(words: &[Word]) -> String {
        let word = |word: &Word| match word.side {
            WordSide::Both => word.text.clone(),
            WordSide::Old => format!("[-{}-]", word.text),
            WordSide::New => format!("{{+{}+}}", word.text),
        };
        words.iter().map(word).collect()
    }

    #[test]
    fn changed_words_stand_beside_each_other() {
        for (old, new, expected) in [
            ("see draft order", "see final order", r#""see [-draft-]{+final+} order""#),
            ("one two", "one two three", r#""one two{+ three+}""#),
            ("active", "idle", r#""active" → "idle""#),
            ("", "x", r#""" → "x""#),
            ("say \"no\" twice", "say \"yes\" twice", r#""say \"[-no-]{+yes+}\" twice""#),
        ] {
            assert_eq!(plain(&changed(&old.into(), &new.into())), expected);
        }
    }

    #[test]
    fn of_long_texts_what_is_near_the_change_is_kept() {
        let long = "word ".repeat(30);
        let words = words(&format!("{long}old {long}"), &format!("{long}new {long}"));
        let shown = plain(&words.unwrap_or_default());
        assert_eq!(shown, r#""…ord word word word word [-old-]{+new+} word word word word wor…""#);
    }
}
