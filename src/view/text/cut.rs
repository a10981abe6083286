//! Text cut to the columns there are, with `…` where something is missing.
//!
//! One rule for quotation marks: what is cut inside of a string literal is closed behind the `…`, and opened before it, so that
//! what follows is never taken for a part of the string.

use super::{letters, width};
use std::borrow::Cow;
use std::ops::Range;

/// In fewer columns a literal that is cut has no room for the quote that closes it.
const LEAST_CLOSED: usize = 4;

/// The text cut to at most `columns`, with `…` at its end when something is missing; no blank stands before that.
pub fn fit(text: &str, columns: usize) -> Cow<'_, str> {
    fit_rest(text, 0, columns)
}

/// The same of what stands from a byte on.
fn fit_rest(text: &str, from: usize, columns: usize) -> Cow<'_, str> {
    let rest = &text[from..];
    if width(rest) <= columns {
        return Cow::Borrowed(rest);
    }
    let Some(room) = columns.checked_sub(1) else { return Cow::Borrowed("") };
    let end = |room: usize| from + prefix(rest, room);
    let is_closed = columns >= LEAST_CLOSED && is_inside(text, end(room)) && ends_inside(text, end(room));
    let end = if is_closed { end(room - 1) } else { end(room) };
    let close = if is_closed && is_inside(text, end) { "\"" } else { "" };
    Cow::Owned(format!("{}…{close}", text[from..end].trim_end_matches(' ')))
}

/// Bytes of the longest prefix that takes at most `columns`.
pub fn prefix(text: &str, columns: usize) -> usize {
    let mut used = 0;
    for letter in letters(text) {
        used += letter.columns;
        if used > columns {
            return letter.at;
        }
    }
    text.len()
}

/// Where the longest suffix begins that takes at most `columns`.
pub(super) fn suffix(text: &str, columns: usize) -> usize {
    let mut left = width(text);
    for letter in letters(text) {
        if left <= columns {
            return letter.at;
        }
        left -= letter.columns;
    }
    text.len()
}

/// The bytes at which a string literal begins or ends, in turn. A quote behind a letter or a digit, as in `5"`, begins none.
fn quotes(text: &str) -> impl Iterator<Item = usize> + '_ {
    let (mut is_open, mut before) = (false, "");
    letters(text).filter_map(move |letter| {
        let begins = !before.ends_with(char::is_alphanumeric);
        before = letter.text;
        let is_quote = letter.text == "\"" && (is_open || begins);
        is_open ^= is_quote;
        is_quote.then_some(letter.at)
    })
}

/// Whether a byte is inside of a string literal. O(bytes).
fn is_inside(text: &str, at: usize) -> bool {
    quotes(text).take_while(|quote| *quote < at).count() % 2 == 1
}

/// Whether the literal that a byte is inside of has an end.
fn ends_inside(text: &str, at: usize) -> bool {
    quotes(text).any(|quote| quote >= at)
}

/// The text cut in its middle to at most `columns`, with `…` there: its end tells as much as its beginning.
pub fn fit_middle(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let Some(room) = columns.checked_sub(1) else { return Cow::Borrowed("") };
    let head = prefix(text, columns / 2);
    let left = room.saturating_sub(width(&text[..head]));
    let tail = |columns: usize| suffix(text, columns);
    let is_closed = columns < LEAST_CLOSED || is_inside(text, head) == is_inside(text, tail(left));
    let quote = if is_closed { "" } else { "\"" };
    Cow::Owned(format!("{}…{quote}{}", &text[..head], &text[tail(left.saturating_sub(quote.len()))..]))
}

/// Bytes that two texts begin with alike.
pub fn shared_start(one: &str, other: &str) -> usize {
    let alike = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    one.floor_char_boundary(other.floor_char_boundary(alike))
}

/// What ends a word of a path, an address or a label.
const ENDS: [char; 8] = [' ', '/', '.', '-', '_', ':', '@', '='];

/// Columns of the word round a place that are kept, at most.
const WORD: usize = 12;

/// Columns of a word that tell something of it.
const LEAST_OF_WORD: usize = 4;

/// In fewer columns no part but the beginning tells anything.
const LEAST: usize = 6;

/// The text cut to at most `columns`, with `…` where something is missing. It is cut at its end where that leaves the
/// letter at byte `at`, which tells it from others; else whole words of its beginning stay, and what stands from there on; where
/// that is too long as well, it alone. It is never cut at both ends: before that, in its middle.
pub fn fit_from(text: &str, at: usize, columns: usize) -> Cow<'_, str> {
    let at = letter_start(text, at);
    if width(text) <= columns || width(&text[..at]) + 2 <= columns || columns < LEAST {
        return fit(text, columns);
    }
    // From the beginning of the word, of a long one from that of its part.
    let begins = |ends: &[char]| text[..at].rfind(ends).map_or(0, |end| text.ceil_char_boundary(end + 1));
    let near = |start: &usize| width(&text[*start..at]) <= WORD;
    let at = [begins(&ENDS[..1]), begins(&ENDS)].into_iter().find(near).unwrap_or(at);
    let at = letter_start(text, at);
    let room = columns.saturating_sub(width(&text[at..]) + 1);
    let head = &text[..prefix(text, room)];
    // No word of the beginning is cut, unless that leaves much of the room.
    let words = head.rfind(ENDS).map_or("", |end| &head[..head.ceil_char_boundary(end + 1)]).trim_end_matches(' ');
    let head = if width(head) >= width(words) + LEAST_OF_WORD { head.trim_end_matches(' ') } else { words };
    let is_closed = width(head) + 2 > columns || is_inside(text, head.len()) == is_inside(text, at);
    let quote = if is_closed { "" } else { "\"" };
    let left = columns.saturating_sub(width(head) + 1 + quote.len());
    if head.is_empty() && width(&text[at..]) > left {
        return fit_middle(text, columns);
    }
    let tail = fit_rest(text, at, left);
    Cow::Owned(format!("{head}…{quote}{tail}"))
}

/// The text cut to at most `columns`, with `…` where its beginning is missing; inside of a string, behind a quote.
pub fn fit_end(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let Some(room) = columns.checked_sub(1) else { return Cow::Borrowed("") };
    let quote = if columns > 2 && is_inside(text, suffix(text, room)) { "\"" } else { "" };
    Cow::Owned(format!("{quote}…{}", &text[suffix(text, room - quote.len())..]))
}

/// The text cut to at most `columns` so that a place of it is seen, with `…` where something is missing; inside of a string, between
/// quotes.
pub fn fit_around(text: &str, place: Range<usize>, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns || width(&text[..place.end]) + 1 < columns {
        return fit(text, columns);
    }
    let quote = if is_inside(text, place.start) { "\"" } else { "" };
    let Some(room) = columns.checked_sub(quote.len() + 1).filter(|room| *room > 0) else { return fit(text, columns) };
    // A third of the room for what stands before the place, more where nothing follows it.
    let wanted = width(&text[place.clone()]);
    let after = width(&text[place.end..]);
    let after = after.min((room * 2 / 3).saturating_sub(wanted).max(1 + quote.len()));
    let before = room.saturating_sub(wanted + after);
    let from = suffix(&text[..place.start], before);
    Cow::Owned(format!("{quote}…{}", fit_rest(text, from, room)))
}

/// Where the letter begins that a byte belongs to.
fn letter_start(text: &str, at: usize) -> usize {
    if at >= text.len() {
        return text.len();
    }
    letters(text).map(|letter| letter.at).take_while(|start| *start <= at).last().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_tells_two_texts_apart_is_kept() {
        for (one, other, columns, shown) in [
            ("Update to version 2026.8.10", "Update to version 2026.8.9", 27, "Update to version 2026.8.10"),
            ("Update to version 2026.8.10", "Update to version 2026.8.9", 20, "Update to…2026.8.10"),
            ("Update to version 2026.8.10", "Update to version 2025.8.9", 20, "Update to…2026.8.10"),
            (
                "screen: labels make texts of changes",
                "screen: labels are cut at their end",
                30,
                "screen: labels make texts of…",
            ),
            ("screen: labels make texts of changes", "screen: labels are cut at their end", 14, "screen:…hanges"),
            (
                "screen: labels make texts of changes",
                "screen: labels are cut at their end",
                22,
                "screen: labels make t…",
            ),
            ("first of many words", "second of many words", 10, "first of…"),
            ("mise: Update to version 2026.8.10", "mise: Update to version 2026.8.9", 20, "mise: Upda…2026.8.10"),
            ("https://example.org/v1/tool.zip", "https://example.org/v2/tool.zip", 18, "https:…v1/tool.zip"),
        ] {
            assert_eq!(fit_from(one, shared_start(one, other), columns), shown, "{one} in {columns}");
        }
        assert_eq!(shared_start("日本", "日曜"), 3);
    }

    #[test]
    fn a_place_that_is_searched_for_stays_in_view() {
        let text = format!("\"{} needle {}\"", "lorem ".repeat(20), "ipsum ".repeat(20));
        let place = |text: &str| text.find("needle").map(|at| at..at + 6).unwrap();
        for columns in [12, 20, 40, 100] {
            let shown = fit_around(&text, place(&text), columns);
            assert!(shown.contains("needle") && shown.starts_with("\"…"), "{columns}: {shown}");
            assert!(width(&shown) <= columns && shown.ends_with("…\""), "{columns}: {shown}");
        }
        assert_eq!(fit_around("a needle at the beginning", 2..8, 12), "a needle at…");
        assert_eq!(fit_around("what ends in a needle", 15..21, 12), "…in a needle");
        assert_eq!(fit_around("short needle", 6..12, 12), "short needle");
    }

    #[test]
    fn a_string_that_is_cut_is_closed_and_an_escape_is_whole_or_gone() {
        type Cut = fn(&str, usize) -> Cow<'_, str>;
        let long = r#""one two three four""#;
        let pair = r#""one two" → "three four""#;
        for (cut, text, columns, shown) in [
            (fit as Cut, long, 9, r#""one tw…""#),
            (fit, long, 3, r#""o…"#),
            (fit, pair, 7, r#""one…""#),
            (fit, pair, 11, r#""one two"…"#),
            (fit, pair, 17, r#""one two" → "th…""#),
            (fit, r#"a 5" disk of many"#, 9, r#"a 5" dis…"#),
            (fit, r#""say \"no\" to them""#, 10, r#""say \"n…""#),
            (fit, r#""a\u{202e}b\u{202e}""#, 14, r#""a\u{202e}b…""#),
            (fit, r#""a\u{202e}b\u{202e}""#, 10, r#""a…""#),
            (fit_middle, long, 9, r#""one…our""#),
            (fit_middle, pair, 11, r#""one …four""#),
            (fit_middle, r#""one two three" 12"#, 9, r#""one…" 12"#),
            (fit_middle, r"\u{202e} and \u{202d}", 12, r"…nd \u{202d}"),
            (fit_end, long, 8, r#""… four""#),
            (fit_end, r#"12 "one two""#, 6, r#""…two""#),
            (fit_end, r#""one two" 12"#, 4, "… 12"),
        ] {
            assert_eq!(cut(text, columns), shown, "{text} in {columns}");
            assert!(width(&cut(text, columns)) <= columns);
        }
        let place = long.find("three").map(|at| at..at + 5).unwrap();
        assert_eq!(fit_around(long, place, 13), r#""…two three…""#);
    }

    #[test]
    fn what_is_too_long_is_cut_in_its_middle() {
        for (text, columns, shown) in [
            ("abcdef", 6, "abcdef"),
            ("abcdefg", 6, "abc…fg"),
            ("abcdefg", 5, "ab…fg"),
            ("abcdefg", 1, "…"),
            ("abcdefg", 2, "a…"),
            ("abcdefg", 0, ""),
            ("日本語日本語", 6, "日…語"),
        ] {
            assert_eq!(fit_middle(text, columns), shown, "{text} in {columns}");
        }
    }

    proptest! {
        #[test]
        fn what_is_cut_fits(text in "[ab 日🦀é\"\\\\nu{}1]{0,30}", at in 0usize..30, columns in 0usize..20) {
            for cut in [fit, fit_middle, fit_end] {
                prop_assert!(width(&cut(&text, columns)) <= columns, "{}", cut(&text, columns));
            }
            let shown = fit_from(&text, at, columns);
            prop_assert!(width(&shown) <= columns, "{shown}");
            prop_assert!(shown == "…" || !(shown.starts_with('…') && shown.ends_with('…')), "{shown}");
        }
    }
}
