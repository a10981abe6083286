//! How recorded or typed text stands in a sentence: what a terminal would obey is an escape, and a backslash of the text is
//! doubled where one would read an escape, so that two texts never give one sentence.
//!
//! The spelling of an escape is decided here: `\u{1b}`, the code point in lower-case hexadecimal; line feed, carriage return
//! and tab have short forms. `view::text` goes on from here for what a screen would hide.

mod invisible;

pub(crate) use invisible::is_invisible;

use std::borrow::Cow;
use std::fmt::Write;
use std::path::Path;

/// A name as it stands in a sentence, without quotation marks.
pub(crate) fn named(text: &str) -> Cow<'_, str> {
    let doubled = doubled(text);
    if !doubled.chars().any(is_obeyed) {
        return doubled;
    }
    let mut shown = String::with_capacity(doubled.len() + 8);
    for char in doubled.chars() {
        if is_obeyed(char) { push(&mut shown, char) } else { shown.push(char) }
    }
    Cow::Owned(shown)
}

/// A name in quotation marks.
pub(crate) fn in_quotes(text: &str) -> String {
    format!("\"{}\"", named(text))
}

/// A file as it stands in a sentence.
pub(crate) fn file(path: &Path) -> String {
    named(&path.to_string_lossy()).into_owned()
}

/// With each backslash doubled behind which the text goes on as an escape would.
pub(crate) fn doubled(text: &str) -> Cow<'_, str> {
    let begins_escape = |next: char| matches!(next, '\\' | 'n' | 'r' | 't' | 'u') || is_invisible(next);
    let mut shown = String::new();
    let mut taken = 0;
    for (at, _) in text.match_indices('\\') {
        if text[at + 1..].chars().next().is_some_and(begins_escape) {
            shown.push_str(&text[taken..=at]);
            shown.push('\\');
            taken = at + 1;
        }
    }
    if taken == 0 {
        return Cow::Borrowed(text);
    }
    shown.push_str(&text[taken..]);
    Cow::Owned(shown)
}

/// Appends the escape of a character.
pub(crate) fn push(shown: &mut String, char: char) {
    match char {
        '\n' => shown.push_str("\\n"),
        '\r' => shown.push_str("\\r"),
        '\t' => shown.push_str("\\t"),
        // Writing to a string does not fail.
        _ => drop(write!(shown, "\\u{{{:x}}}", u32::from(char))),
    }
}

/// Whether a terminal or an editor does something on this character: controls, line ends, the order of writing.
fn is_obeyed(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_terminal_obeys_is_an_escape_and_a_typed_escape_is_told_from_it() {
        for (text, shown) in [
            ("beta", "beta"),
            ("\u{1b}[2J", "\\u{1b}[2J"),
            ("\\u{1b}[2J", "\\\\u{1b}[2J"),
            ("a\nb", "a\\nb"),
            ("a\\nb", "a\\\\nb"),
            ("C:\\data\\états", "C:\\data\\états"),
            ("a\\\u{200b}", "a\\\\\u{200b}"),
            ("a\\\\b", "a\\\\\\b"),
            ("\u{202e}txt", "\\u{202e}txt"),
            ("e\u{301} 👩\u{200d}👧", "e\u{301} 👩\u{200d}👧"),
            ("", ""),
        ] {
            assert_eq!(named(text), shown, "{text:?}");
            assert_eq!(in_quotes(text), ["\"", shown, "\""].concat());
        }
    }

    /// A second way from the shown text back to the one it stands for.
    fn read_back(shown: &str) -> String {
        let mut text = String::new();
        let mut rest = shown;
        while let Some(char) = rest.chars().next() {
            rest = &rest[char.len_utf8()..];
            let escaped = if char == '\\' { rest.chars().next() } else { None };
            match escaped {
                Some('\\') => text.push('\\'),
                Some('n') => text.push('\n'),
                Some('r') => text.push('\r'),
                Some('t') => text.push('\t'),
                Some('u') => {
                    let (code, after) = rest[2..].split_once('}').unwrap();
                    text.push(char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap());
                    rest = after;
                    continue;
                }
                _ => {
                    text.push(char);
                    continue;
                }
            }
            rest = &rest[1..];
        }
        text
    }

    proptest! {
        #[test]
        fn a_name_is_read_back_from_its_sentence(text in "[\\\\nrtu{}1b \u{1b}\n\r\u{202e}\u{200b}é]{0,12}") {
            let shown = named(&text);
            prop_assert_eq!(read_back(&shown), text.clone(), "{}", shown);
            prop_assert!(!shown.chars().any(is_obeyed));
        }
    }
}
