//! One key press, as a person writes it: `.`, `R`, `Ctrl-o`, `S-Left`, `PgUp`.
//!
//! Must not know: what any key does.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use std::fmt;

/// A key press. Letters carry their case, not Shift; Shift-Tab is `S-Tab`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    code: KeyCode,
    modifiers: KeyModifiers,
}

const NAMES: &[(&str, KeyCode)] = &[
    ("Space", KeyCode::Char(' ')),
    ("Tab", KeyCode::Tab),
    ("Enter", KeyCode::Enter),
    ("Esc", KeyCode::Esc),
    ("Backspace", KeyCode::Backspace),
    ("Delete", KeyCode::Delete),
    ("Left", KeyCode::Left),
    ("Right", KeyCode::Right),
    ("Up", KeyCode::Up),
    ("Down", KeyCode::Down),
    ("Home", KeyCode::Home),
    ("End", KeyCode::End),
    ("PgUp", KeyCode::PageUp),
    ("PgDn", KeyCode::PageDown),
];

const MODIFIERS: &[(&str, KeyModifiers)] =
    &[("Ctrl-", KeyModifiers::CONTROL), ("Alt-", KeyModifiers::ALT), ("S-", KeyModifiers::SHIFT)];

impl Key {
    /// Reads one key.
    pub fn parse(text: &str) -> Option<Self> {
        for (prefix, modifier) in MODIFIERS {
            if let Some(rest) = text.strip_prefix(prefix) {
                let key = Self::parse(rest)?;
                return Some(Self { modifiers: key.modifiers | *modifier, ..key });
            }
        }
        Some(Self { code: parse_code(text)?, modifiers: KeyModifiers::NONE })
    }

    /// Reads keys separated by blanks.
    pub fn parse_sequence(text: &str) -> Option<Vec<Self>> {
        text.split_whitespace().map(Self::parse).collect()
    }

    /// The key of a terminal event.
    pub fn of(event: &KeyEvent) -> Self {
        let modifiers = event.modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT);
        match event.code {
            KeyCode::BackTab => Self { code: KeyCode::Tab, modifiers: modifiers | KeyModifiers::SHIFT },
            KeyCode::Char(_) => Self { code: event.code, modifiers: modifiers - KeyModifiers::SHIFT },
            code => Self { code, modifiers },
        }
    }

    /// The terminal event that this key comes from.
    pub fn event(self) -> KeyEvent {
        KeyEvent::new(self.code, self.modifiers)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (prefix, modifier) in MODIFIERS {
            if self.modifiers.contains(*modifier) {
                f.write_str(prefix)?;
            }
        }
        match (NAMES.iter().find(|(_, code)| *code == self.code), self.code) {
            (Some((name, _)), _) => f.write_str(name),
            (None, KeyCode::Char(letter)) => write!(f, "{letter}"),
            (None, KeyCode::F(number)) => write!(f, "F{number}"),
            (None, code) => write!(f, "{code:?}"),
        }
    }
}

/// A sequence as hints and help show it: `gg`, `[c`, `Ctrl-o`.
pub fn sequence_text(keys: &[Key]) -> String {
    keys.iter().map(ToString::to_string).collect()
}

fn parse_code(text: &str) -> Option<KeyCode> {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) => Some(KeyCode::Char(letter)),
        (Some('F'), Some(_)) if text[1..].parse::<u8>().is_ok() => text[1..].parse().ok().map(KeyCode::F),
        _ => NAMES.iter().find(|(name, _)| *name == text).map(|(_, code)| *code),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, code: KeyCode, modifiers: KeyModifiers) {
        let key = Key::parse(text).unwrap();
        assert_eq!(key, Key { code, modifiers });
        assert_eq!(key.to_string(), text);
        assert_eq!(Key::of(&key.event()), key);
    }

    #[test]
    fn keys_are_read_as_they_are_written() {
        check(".", KeyCode::Char('.'), KeyModifiers::NONE);
        check("R", KeyCode::Char('R'), KeyModifiers::NONE);
        check("-", KeyCode::Char('-'), KeyModifiers::NONE);
        check("F", KeyCode::Char('F'), KeyModifiers::NONE);
        check("F1", KeyCode::F(1), KeyModifiers::NONE);
        check("Ctrl-o", KeyCode::Char('o'), KeyModifiers::CONTROL);
        check("Alt-Left", KeyCode::Left, KeyModifiers::ALT);
        check("S-Tab", KeyCode::Tab, KeyModifiers::SHIFT);
        check("Space", KeyCode::Char(' '), KeyModifiers::NONE);
    }

    #[test]
    fn terminals_differ_and_keys_do_not() {
        let back_tab = KeyEvent::new(KeyCode::BackTab, KeyModifiers::SHIFT);
        assert_eq!(Key::of(&back_tab), Key::parse("S-Tab").unwrap());
        let shifted = KeyEvent::new(KeyCode::Char('R'), KeyModifiers::SHIFT);
        assert_eq!(Key::of(&shifted), Key::parse("R").unwrap());
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for text in ["", "Strg-o", "Ctrl-", "ab", "F0x"] {
            assert_eq!(Key::parse(text), None, "{text}");
        }
    }
}
