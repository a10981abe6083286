//! Marks what is text of the data, so that no glyph set takes it for decoration: a mark stands behind each character that one
//! could take for a sign, a line, or room.

use super::{MARK, letters};
use std::borrow::Cow;
use unicode_width::UnicodeWidthChar;

/// Marks all of a text that is safe to print. A blank between two words stays one, so that lines can be broken there.
pub fn marked(text: &str) -> Cow<'_, str> {
    let mut before = "";
    mark(text, |grapheme, after| {
        let lone = grapheme == " " && !matches!(before, "" | " ") && !after.is_empty() && !after.starts_with(' ');
        before = grapheme;
        !lone
    })
}

/// Marked text without its marks: what it says, for whoever prints it.
pub fn unmarked(text: &str) -> Cow<'_, str> {
    if text.contains(MARK) { Cow::Owned(text.replace(MARK, "")) } else { Cow::Borrowed(text) }
}

/// Marks the characters that `is_data` answers for, given what follows them. It is asked about each one, in order.
fn mark<'t>(text: &'t str, mut is_data: impl FnMut(&'t str, &'t str) -> bool) -> Cow<'t, str> {
    let mut marked = String::new();
    if text.bytes().all(|byte| byte.is_ascii() && !matches!(byte, b' ' | b'-')) {
        return Cow::Borrowed(text);
    }
    for letter in letters(text) {
        let after = text.get(letter.at + letter.text.len()..).unwrap_or_default();
        if is_data(letter.text, after) && needs_mark(letter.text) {
            if marked.is_empty() {
                marked.reserve(text.len() + text.len() / 2);
                marked.push_str(&text[..letter.at]);
            }
            marked.push_str(letter.text);
            marked.push(MARK);
        } else if !marked.is_empty() {
            marked.push_str(letter.text);
        }
    }
    if marked.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(marked) }
}

/// Whether a glyph set could take a character for decoration, or room from it: signs, lines, blanks.
fn needs_mark(grapheme: &str) -> bool {
    let mut letters = grapheme.chars();
    match (letters.next(), letters.next()) {
        // The last is a Greek letter that stands for a difference.
        (Some(' ' | '-' | 'Δ'), None) => true,
        (Some(letter), None) => !letter.is_ascii() && !letter.is_alphanumeric() && letter.width() == Some(1),
        _ => false,
    }
}
