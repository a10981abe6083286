//! Text in lines: broken at blanks, by the columns it takes on the screen, so that no character is lost.

use super::{fit, letters, prefix, suffix, width};
use std::borrow::Cow;
use std::ops::Range;

/// Breaks text into lines of at most `columns` at blanks. A word that is longer than a line goes on in the next one; a marked
/// blank is a character of the data, and stays. Every line is indented as the first one is. O(bytes).
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    wrap_by(text, columns, width)
}

/// As [`wrap`], where a character takes as many columns as `measure` says.
pub fn wrap_by(text: &str, columns: usize, measure: impl Fn(&str) -> usize) -> Vec<String> {
    let blanks = letters(text).take_while(|letter| letter.text == " ").count();
    let indent = " ".repeat(blanks.min(columns / 2).min(columns.saturating_sub(2)));
    let mut lines =
        LineFiller { done: Vec::new(), line: indent.clone(), used: indent.len(), word: None, indent, columns };
    for letter in letters(&text[blanks..]) {
        match letter.text {
            " " | "\t" | "\n" | "\r" | "\r\n" => lines.blank(),
            text => lines.push(text, measure(text)),
        }
    }
    lines.finish()
}

/// Lines being filled.
struct LineFiller {
    done: Vec<String>,
    line: String,
    /// Columns of the line so far.
    used: usize,
    /// Where the blanks before the last word begin and end in the line, and the columns up to there.
    word: Option<(usize, usize, usize)>,
    indent: String,
    columns: usize,
}

impl LineFiller {
    fn blank(&mut self) {
        let start = match self.word {
            Some((start, end, _)) if end == self.line.len() => start,
            _ => self.line.len(),
        };
        self.line.push(' ');
        self.used += 1;
        self.word = Some((start, self.line.len(), self.used));
    }

    fn push(&mut self, grapheme: &str, columns: usize) {
        if self.used + columns > self.columns && self.line.len() > self.indent.len() {
            self.turn();
            // What was taken along may leave no room either.
            if self.used + columns > self.columns && self.line.len() > self.indent.len() {
                self.turn();
            }
        }
        self.line.push_str(grapheme);
        self.used += columns;
    }

    /// Ends the line before its last word, or here where it has one word only.
    fn turn(&mut self) {
        let mut next = self.indent.clone();
        let mut used = self.indent.len();
        if let Some((start, end, columns)) = self.word.take().filter(|(start, ..)| *start > self.indent.len()) {
            next.push_str(&self.line[end..]);
            used += self.used - columns;
            self.line.truncate(start);
        }
        self.done.push(std::mem::replace(&mut self.line, next));
        self.used = used;
    }

    fn finish(mut self) -> Vec<String> {
        // Blanks that no word follows are room for nothing.
        if let Some((start, ..)) = self.word.filter(|(_, end, _)| *end == self.line.len() && self.used > self.columns) {
            self.line.truncate(start);
        }
        self.done.push(self.line);
        self.done
    }
}

/// The text cut in its middle to at most `columns`, with `…` there: its end tells as much as its beginning.
pub fn fit_middle(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let Some(room) = columns.checked_sub(1) else { return Cow::Borrowed("") };
    let head = prefix(text, columns / 2);
    Cow::Owned(format!("{}…{}", &text[..head], &text[suffix(text, room - columns / 2)..]))
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
/// letter at byte `at`, which tells it from others; else whole words of its beginning stay, and what stands from there on.
pub fn fit_from(text: &str, at: usize, columns: usize) -> Cow<'_, str> {
    let at = text.floor_char_boundary(at);
    if width(text) <= columns || width(&text[..at]) + 2 <= columns || columns < LEAST {
        return fit(text, columns);
    }
    // From the beginning of the word, of a long one from that of its part.
    let begins = |ends: &[char]| text[..at].rfind(ends).map_or(0, |end| text.ceil_char_boundary(end + 1));
    let near = |start: &usize| width(&text[*start..at]) <= WORD;
    let at = [begins(&ENDS[..1]), begins(&ENDS)].into_iter().find(near).unwrap_or(at);
    let head = columns.saturating_sub(width(&text[at..]) + 1).max(columns / 4);
    let head = &text[..prefix(text, head)];
    // No word of the beginning is cut, unless that leaves much of the room.
    let words = head.rfind(ENDS).map_or("", |end| &head[..head.ceil_char_boundary(end + 1)]).trim_end_matches(' ');
    let head = if width(head) >= width(words) + LEAST_OF_WORD { head.trim_end_matches(' ') } else { words };
    let tail = fit(&text[at..], columns.saturating_sub(width(head) + 1));
    Cow::Owned(format!("{head}…{tail}"))
}

/// The text cut to at most `columns`, with `…` where its beginning is missing; a quote at its beginning stays.
pub fn fit_end(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let quote = if text.starts_with('"') && columns > 2 { "\"" } else { "" };
    let Some(room) = columns.checked_sub(quote.len() + 1) else { return Cow::Borrowed("") };
    Cow::Owned(format!("{quote}…{}", &text[suffix(text, room)..]))
}

/// The text cut to at most `columns` so that a place of it is seen, with `…` where something is missing; a quote at its beginning
/// stays.
pub fn fit_around(text: &str, place: Range<usize>, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns || width(&text[..place.end]) < columns {
        return fit(text, columns);
    }
    let quote = if text.starts_with('"') { "\"" } else { "" };
    let Some(room) = columns.checked_sub(quote.len() + 1).filter(|room| *room > 0) else { return fit(text, columns) };
    // A third of the room for what stands before the place, more where nothing follows it.
    let wanted = width(&text[place.clone()]);
    let after = width(&text[place.end..]);
    let after = after.min((room * 2 / 3).saturating_sub(wanted).max(1));
    let before = room.saturating_sub(wanted + after);
    let from = suffix(&text[..place.start], before);
    Cow::Owned(format!("{quote}…{}", fit(&text[from..], room)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::text::{MARK, marked};
    use proptest::prelude::*;
    use unicode_segmentation::UnicodeSegmentation;

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
            ("screen: labels make texts of changes", "screen: labels are cut at their end", 14, "…make texts o…"),
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
            assert!(width(&shown) <= columns && shown.ends_with('…'), "{columns}: {shown}");
        }
        assert_eq!(fit_around("a needle at the beginning", 2..8, 12), "a needle at…");
        assert_eq!(fit_around("what ends in a needle", 15..21, 12), "…in a needle");
        assert_eq!(fit_around("short needle", 6..12, 12), "short needle");
    }

    #[test]
    fn lines_are_broken_at_blanks() {
        for (text, columns, lines) in [
            ("", 5, &[""][..]),
            ("one two", 7, &["one two"]),
            ("one two", 6, &["one", "two"]),
            ("one  two", 8, &["one  two"]),
            ("one  two", 7, &["one", "two"]),
            ("one two three", 7, &["one two", "three"]),
            ("  one two", 6, &["  one", "  two"]),
            ("      one", 4, &["  on", "  e"]),
            ("abcdefgh", 3, &["abc", "def", "gh"]),
            ("a bcdefgh", 4, &["a", "bcde", "fgh"]),
            ("日本語", 4, &["日本", "語"]),
            ("日本語", 5, &["日本", "語"]),
            ("e\u{301}e\u{301}e\u{301}", 2, &["e\u{301}e\u{301}", "e\u{301}"]),
            ("日本", 1, &["日", "本"]),
            ("one\ntwo", 9, &["one two"]),
            ("one      ", 5, &["one"]),
        ] {
            assert_eq!(wrap(text, columns), lines, "{text:?} in {columns}");
        }
    }

    #[test]
    fn a_blank_of_the_data_is_kept_where_a_line_ends() {
        for (text, columns) in [("a  b", 2), ("a   b", 3), (" a", 1), ("a ", 1), ("x  y  z", 3)] {
            let lines = wrap(&marked(text), columns);
            assert_eq!(lines.concat().replace(MARK, ""), text, "{lines:?}");
        }
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
        fn no_character_is_lost_and_every_line_fits(
            text in "[ab \u{301}日🦀é.]{0,60}|( {0,9}[a-c]{1,12}){0,8}",
            columns in 2usize..20,
            keeps in any::<bool>(),
        ) {
            let text = if keeps { marked(&text).into_owned() } else { text };
            let lines = wrap(&text, columns);
            let kept = |text: &str| text.graphemes(true).filter(|one| *one != " ").collect::<String>();
            prop_assert_eq!(kept(&lines.join(" ")), kept(&text));
            for line in &lines {
                prop_assert!(width(line) <= columns, "{:?} in {}", line, columns);
            }
        }

        #[test]
        fn what_is_cut_in_its_middle_fits(text in "[ab日🦀é]{0,30}", columns in 0usize..20) {
            prop_assert!(width(&fit_middle(&text, columns)) <= columns);
        }
    }
}
