//! Colours JSON in a line of text by type: names, strings, numbers, true and false, null.
//!
//! Works on what is painted: literals are written so that a quote ends a string, and what is cut by `…` is of the type it
//! begins with.

use crate::tui::theme::Theme;
use crate::view::text::{unmarked, width};
use ratatui::style::Style;

/// What a piece of a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    String,
    Number,
    Boolean,
    Null,
    /// A bare name: of a field, or what is not JSON.
    Name,
    /// Brackets with a count, commas, arrows, blanks.
    Rest,
}

impl Token {
    /// Its style in a theme.
    pub(super) fn style(self, theme: &Theme) -> Style {
        match self {
            Self::String => theme.string,
            Self::Number => theme.number,
            Self::Boolean => theme.boolean,
            Self::Null => theme.null,
            Self::Name => theme.key,
            Self::Rest => theme.text,
        }
    }
}

/// The pieces of a line, in order, nothing left out. It begins `inside` of a string that a line before it did not end, and says
/// whether it ends inside of one. O(length).
pub(super) fn tokens<'t>(mut text: &'t str, inside: &mut bool) -> Vec<(Token, &'t str)> {
    let mut found = Vec::new();
    while let Some(first) = text.chars().next() {
        let (token, end) = match first {
            _ if *inside || first == '"' => {
                let end = string_end(text, usize::from(!*inside));
                *inside = end.is_none();
                (Token::String, end.unwrap_or(text.len()))
            }
            '{' | '[' => (Token::Rest, count_end(text, first)),
            _ if is_word(first) => {
                let end = text.find(|letter| !is_word(letter)).unwrap_or(text.len());
                (word(&text[..end]), end)
            }
            _ => (Token::Rest, text.find(|letter| is_word(letter) || "\"{[".contains(letter)).unwrap_or(text.len())),
        };
        let end = end.max(first.len_utf8());
        // What takes no column belongs to the character before it.
        let joined = text[end..].find(|letter| !is_joined(letter)).unwrap_or(text.len() - end);
        let (piece, rest) = text.split_at(end + joined);
        found.push((token, piece));
        text = rest;
    }
    found
}

/// Whether it takes no column of its own.
fn is_joined(letter: char) -> bool {
    width(letter.encode_utf8(&mut [0; 4])) == 0
}

fn is_word(letter: char) -> bool {
    is_joined(letter) || letter.is_alphanumeric() || matches!(letter, '_' | '-' | '+' | '.' | '$' | '@' | '/')
}

/// Behind the quote that ends a string of which so many letters are past; `None` where the line ends before.
fn string_end(text: &str, past: usize) -> Option<usize> {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(past) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// `{5}` and `[2]` are counts, no numbers of the state.
fn count_end(text: &str, open: char) -> usize {
    let close = if open == '{' { '}' } else { ']' };
    let inside =
        text[1..].find(|letter: char| !letter.is_ascii_digit() && letter != ',').map_or(text.len(), |at| at + 1);
    if text[inside..].starts_with(close) { inside + 1 } else { 1 }
}

fn word(word: &str) -> Token {
    let word = unmarked(word);
    match &*word {
        "true" | "false" => Token::Boolean,
        "null" => Token::Null,
        _ => {
            let digits = word.strip_prefix(['-', '+']).unwrap_or(&word);
            let is_number = digits.starts_with(|letter: char| letter.is_ascii_digit())
                && digits
                    .chars()
                    .all(|letter| letter.is_ascii_digit() || matches!(letter, '.' | 'e' | 'E' | '-' | '+'));
            if is_number { Token::Number } else { Token::Name }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Token::{Boolean, Name, Null, Number, Rest, String};
    use super::*;

    #[test]
    fn every_value_has_the_token_of_its_type_and_nothing_is_lost() {
        let cases: [(&str, &[(Token, &str)]); 10] = [
            ("-\u{fe0e}5 e\u{301}", &[(Number, "-\u{fe0e}5"), (Rest, " "), (Name, "e\u{301}")]),
            ("\"a \\\" b\" 1", &[(String, "\"a \\\" b\""), (Rest, " "), (Number, "1")]),
            ("\"cut …", &[(String, "\"cut …")]),
            ("-1.5e+3", &[(Number, "-1.5e+3")]),
            ("true", &[(Boolean, "true")]),
            ("null", &[(Null, "null")]),
            ("{12}", &[(Rest, "{12}")]),
            (
                "qty 2, state \"idle\"",
                &[
                    (Name, "qty"),
                    (Rest, " "),
                    (Number, "2"),
                    (Rest, ", "),
                    (Name, "state"),
                    (Rest, " "),
                    (String, "\"idle\""),
                ],
            ),
            ("{1,204} é", &[(Rest, "{1,204}"), (Rest, " "), (Name, "é")]),
            ("{\"a\":1}", &[(Rest, "{"), (String, "\"a\""), (Rest, ":"), (Number, "1"), (Rest, "}")]),
        ];
        let mut inside = false;
        for (line, expected) in [
            ("note \"one", &[(Name, "note"), (Rest, " "), (String, "\"one")][..]),
            ("two 2", &[(String, "two 2")]),
            ("3\", n 4", &[(String, "3\""), (Rest, ", "), (Name, "n"), (Rest, " "), (Number, "4")]),
        ] {
            assert_eq!(tokens(line, &mut inside), expected, "{line}");
        }
        assert!(!inside);
        for (text, expected) in cases {
            assert_eq!(tokens(text, &mut false), expected, "{text}");
            assert_eq!(
                tokens(text, &mut false).into_iter().map(|(_, piece)| piece).collect::<std::string::String>(),
                text
            );
        }
    }
}
