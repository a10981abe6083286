//! The letters of a text as the screen has them: clusters of characters, each with its columns. A written escape is one letter,
//! so that no line and no cut ends in the middle of it.
//!
//! Most texts are ASCII and signs of the program, marked or not: their letters are told without the tables of Unicode.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Follows a character of the data on the screen, so that no glyph set takes it for decoration. It takes no column, and no text
/// that is safe to print holds it otherwise.
pub const MARK: char = '\u{fe0e}';

/// A letter, the byte it begins at, and the columns it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Letter<'t> {
    pub at: usize,
    pub text: &'t str,
    pub columns: usize,
    /// Whether it is one plain character, marked or not, of one column.
    pub is_plain: bool,
}

/// The letters of a text, from the first. O(bytes).
pub fn letters(text: &str) -> impl Iterator<Item = Letter<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let letter = if let Some(length) = escape(rest) {
            Letter { at, text: &rest[..length], columns: length, is_plain: false }
        } else if let Some(length) = plain(rest) {
            Letter { at, text: &rest[..length], columns: 1, is_plain: true }
        } else {
            let text = rest.graphemes(true).next()?;
            Letter { at, text, columns: text.width(), is_plain: false }
        };
        at += letter.text.len();
        Some(letter)
    })
}

/// Bytes of the escape that a written text begins with: `\n`, `\"`, `\\`, `\u{1b}`, and the `\u001b` of JSON; `None` of any other
/// text, and where what follows combines with the end of it.
fn escape(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('\\')?;
    let length = match rest.chars().next()? {
        'n' | 'r' | 't' | '"' | '\\' => 2,
        'u' => unicode_escape(&rest[1..])? + 2,
        _ => return None,
    };
    let after = text[length..].chars().next();
    after.is_none_or(|after| after.is_ascii() || after.width() != Some(0)).then_some(length)
}

/// Bytes of `{1b}`, or of four digits.
fn unicode_escape(text: &str) -> Option<usize> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_hexdigit).count();
    match text.strip_prefix('{') {
        Some(inside) => {
            let length = digits(inside);
            (length > 0 && inside[length..].starts_with('}')).then_some(length + 2)
        }
        None => (digits(text) >= 4).then_some(4),
    }
}

/// Bytes of the first letter, where it is one plain character, marked or not, that nothing behind it can be part of.
fn plain(text: &str) -> Option<usize> {
    let mut rest = text.chars();
    rest.next().filter(|first| is_plain(*first))?;
    let (unmarked, mut after) = (rest.as_str(), rest.next());
    let mut end = unmarked;
    if after == Some(MARK) {
        end = rest.as_str();
        after = rest.next();
    }
    after.is_none_or(|after| after.is_ascii() || is_plain(after)).then(|| text.len() - end.len())
}

/// Whether a character takes one column and joins no other: printable ASCII, and the signs most used by the program.
fn is_plain(char: char) -> bool {
    matches!(char, ' '..='~' | '·' | '…' | '→' | '─'..='▟' | '⠀'..='⣿')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str) {
        let slow: Vec<_> = text.grapheme_indices(true).map(|(at, text)| (at, text, text.width())).collect();
        // What combines with the end of an escape stays by itself.
        if escape_in(text) {
            return;
        }
        let quick: Vec<_> = letters(text).map(|letter| (letter.at, letter.text, letter.columns)).collect();
        assert_eq!(quick, slow, "{text:?}");
    }

    fn escape_in(text: &str) -> bool {
        text.match_indices('\\').any(|(at, _)| escape(&text[at..]).is_some())
    }

    #[test]
    fn an_escape_is_one_letter() {
        for (text, expected) in [
            ("a\\u{202e}b", &["a", "\\u{202e}", "b"][..]),
            ("\\n\\t\\\"", &["\\n", "\\t", "\\\""]),
            ("\\\\u{1b}", &["\\\\", "u", "{", "1", "b", "}"]),
            ("\\u001b1", &["\\u001b", "1"]),
            ("\\u{}\\d\\", &["\\", "u", "{", "}", "\\", "d", "\\"]),
        ] {
            assert_eq!(letters(text).map(|letter| letter.text).collect::<Vec<_>>(), expected, "{text}");
            assert_eq!(letters(text).map(|letter| letter.columns).sum::<usize>(), text.len(), "{text}");
        }
    }

    #[test]
    fn every_plain_character_is_a_letter_of_one_column() {
        for char in ('\0'..='\u{2fff}').filter(|char| is_plain(*char)) {
            for other in ['a', ' ', '│', '⣿'] {
                check(&format!("{char}"));
                check(&format!("{char}{MARK}"));
                check(&format!("{other}{char}{MARK}{other}"));
                check(&format!("{char}{other}{MARK}"));
            }
        }
    }

    proptest! {
        #[test]
        fn letters_are_the_clusters_of_unicode(
            parts in prop::collection::vec(prop::sample::select(vec![
                "a", "1", "#", " ", "-", "\r", "\n", "\t", "\u{1b}", "…", "·", "→", "│", "█", "⣿", "◆", "▶", "é", "日", "한",
                "🦀", "👩", "🏽", "🇩", "🇪", "\u{301}", "\u{fe0e}", "\u{fe0e}", "\u{fe0f}", "\u{200d}", "\u{200c}",
                "\u{20e3}", "\u{600}", "\u{903}", "क", "\u{94d}", "ष", "\u{1112}", "\u{1161}", "\u{11ab}", "\u{e0041}",
            ]), 0..24),
        ) {
            check(&parts.concat());
        }

        #[test]
        fn letters_of_any_text_are_its_clusters(text in any::<String>()) {
            check(&text);
        }
    }
}
