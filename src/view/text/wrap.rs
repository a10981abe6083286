//! Text in lines: broken at blanks, by the columns it takes on the screen, so that no character is lost.

use super::{letters, width};

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::text::{MARK, marked};
    use proptest::prelude::*;
    use unicode_segmentation::UnicodeSegmentation;

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
    }
}
