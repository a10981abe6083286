//! One line of text being typed.
//!
//! Must not name: `app`, `job`.

use crate::view::text::{SafeText, joined};
use crossterm::event::Event;
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler;

/// Bytes of a line, at most: what is longer belongs into a file.
const LONGEST: usize = 4096;

/// One line of text being typed.
#[derive(Debug, Clone, Default)]
pub struct EditLine(Input);

impl EditLine {
    /// A line with a text and the cursor at its end.
    pub fn of(text: &str) -> Self {
        Self(Input::new(text.to_owned()))
    }

    pub fn text(&self) -> &str {
        self.0.value()
    }

    /// Takes a key; whether it meant something. A line that is full takes no more letters.
    pub fn handle(&mut self, event: &Event) -> bool {
        let before = self.0.clone();
        let taken = self.0.handle_event(event).is_some();
        if self.text().len() > LONGEST && self.text().len() > before.value().len() {
            self.0 = before;
        }
        taken
    }

    /// Takes a pasted text, as much as there is room for. Line ends become blanks, other control characters are left out.
    /// Answers how many letters there was no room for.
    pub fn paste(&mut self, text: &str) -> usize {
        // Terminals send the end of a line as a carriage return; the last one is not part of the text.
        let text = text.trim_end_matches(['\r', '\n']).replace("\r\n", "\n");
        let blank = |letter| if matches!(letter, '\n' | '\r' | '\t') { ' ' } else { letter };
        let letters = text.chars().map(blank).filter(|letter| !letter.is_control());
        let line: Vec<char> = self.text().chars().collect();
        let (before, after) = line.split_at(self.0.cursor().min(line.len()));
        let mut room = LONGEST.saturating_sub(self.text().len());
        let (mut taken, mut left) = (String::new(), 0);
        for letter in letters {
            match room.checked_sub(letter.len_utf8()).filter(|_| left == 0) {
                Some(rest) => {
                    room = rest;
                    taken.push(letter);
                }
                None => left += 1,
            }
        }
        let cursor = before.len() + taken.chars().count();
        let whole: String = before.iter().copied().chain(taken.chars()).chain(after.iter().copied()).collect();
        self.0 = Input::new(whole).with_cursor(cursor);
        left
    }

    /// The part that fits into `columns`, safe to print, and the cursor's column in it.
    pub fn window(&self, columns: usize) -> (SafeText, usize) {
        let before: String = self.0.value().chars().take(self.0.cursor()).collect();
        let (before, all) = (SafeText::data(&before), SafeText::data(self.0.value()));
        let cursor = before.width();
        if cursor < columns {
            return (all.fit(columns), cursor);
        }
        let tail = joined!["…", before.tail(columns.saturating_sub(2))];
        let at = tail.width();
        (tail, at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pasted_control_characters_are_never_keys() {
        for (pasted, text) in [
            ("a\x1b[31m\nb\r", "a[31m b"),
            ("goto 12\rquit\r", "goto 12 quit"),
            ("goto 12\r\nquit\r\n", "goto 12 quit"),
            ("goto 12\nquit\n", "goto 12 quit"),
            ("v9\r", "v9"),
            ("v9 ", "v9 "),
            ("a\tb", "a b"),
            ("\r\n", ""),
        ] {
            let mut line = EditLine::default();
            assert_eq!(line.paste(pasted), 0);
            assert_eq!(line.text(), text, "{pasted:?}");
        }
    }
}
