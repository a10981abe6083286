//! One key press, as a person writes it: `.`, `R`, `ctrl+o`, `shift+Left`, `PgUp`. `Ctrl-o` and `C-o` are read as well.
//!
//! Must not name: `action`, `keymap`.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use std::fmt;

/// A key press. Letters carry their case, not Shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    code: KeyCode,
    modifiers: KeyModifiers,
}

/// Names of keys; the first one of a key is the one shown.
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
    ("Insert", KeyCode::Insert),
    ("Return", KeyCode::Enter),
    ("Escape", KeyCode::Esc),
    ("PageUp", KeyCode::PageUp),
    ("PageDown", KeyCode::PageDown),
    // No terminal sends this one: in a binding it stands for every letter.
    ("<letter>", KeyCode::Null),
];

/// Names of modifiers, before `+` or `-`; the first one of a modifier is the one shown.
const MODIFIERS: &[(&str, KeyModifiers)] = &[
    ("ctrl", KeyModifiers::CONTROL),
    ("alt", KeyModifiers::ALT),
    ("shift", KeyModifiers::SHIFT),
    ("c", KeyModifiers::CONTROL),
    ("a", KeyModifiers::ALT),
    ("m", KeyModifiers::ALT),
    ("s", KeyModifiers::SHIFT),
];

impl Key {
    /// Reads one key.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some((modifier, rest)) = parse_modifier(text) {
            let key = Self::parse(rest)?;
            return Some(Self { modifiers: key.modifiers | modifier, ..key }.with_case());
        }
        Some(Self { code: parse_code(text)?, modifiers: KeyModifiers::NONE })
    }

    /// A letter with Shift is the capital.
    fn with_case(self) -> Self {
        match self.code {
            KeyCode::Char(letter) if self.modifiers.contains(KeyModifiers::SHIFT) => Self {
                code: KeyCode::Char(letter.to_ascii_uppercase()),
                modifiers: self.modifiers - KeyModifiers::SHIFT,
            },
            _ => self,
        }
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

    /// In a binding: any letter.
    pub const LETTER: Self = Self { code: KeyCode::Null, modifiers: KeyModifiers::NONE };

    /// The letter of a plain letter key.
    pub fn letter(self) -> Option<char> {
        match self.code {
            KeyCode::Char(letter) if self.modifiers.is_empty() && letter.is_ascii_alphabetic() => Some(letter),
            _ => None,
        }
    }

    /// The terminal event that this key comes from.
    pub fn event(self) -> KeyEvent {
        KeyEvent::new(self.code, self.modifiers)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, modifier) in &MODIFIERS[..3] {
            if self.modifiers.contains(*modifier) {
                write!(f, "{name}+")?;
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

/// A sequence as hints and help show it: `gg`, `[c`, `ctrl+o`; with blanks where a key has a name: `g Enter`.
pub fn sequence_text(keys: &[Key]) -> String {
    let texts: Vec<String> = keys.iter().map(ToString::to_string).collect();
    let letters = texts.iter().all(|text| text.chars().count() == 1);
    texts.join(if letters { "" } else { " " })
}

fn parse_modifier(text: &str) -> Option<(KeyModifiers, &str)> {
    let end = text.find(['+', '-']).filter(|end| end + 1 < text.len())?;
    let named = MODIFIERS.iter().find(|(name, _)| name.eq_ignore_ascii_case(&text[..end]));
    named.map(|(_, modifier)| (*modifier, &text[end + 1..]))
}

fn parse_code(text: &str) -> Option<KeyCode> {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) => Some(KeyCode::Char(letter)),
        (Some('F' | 'f'), Some(_)) if text[1..].parse::<u8>().is_ok() => text[1..].parse().ok().map(KeyCode::F),
        _ => NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)).map(|(_, code)| *code),
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
        check("ctrl+o", KeyCode::Char('o'), KeyModifiers::CONTROL);
        check("ctrl++", KeyCode::Char('+'), KeyModifiers::CONTROL);
        check("alt+Left", KeyCode::Left, KeyModifiers::ALT);
        check("shift+Tab", KeyCode::Tab, KeyModifiers::SHIFT);
        check("Space", KeyCode::Char(' '), KeyModifiers::NONE);
        check("<letter>", KeyCode::Null, KeyModifiers::NONE);
    }

    #[test]
    fn letters_are_plain_ones() {
        for (text, letter) in [("a", Some('a')), ("R", Some('R')), ("1", None), ("Ctrl-a", None), ("Enter", None)] {
            assert_eq!(Key::parse(text).unwrap().letter(), letter, "{text}");
        }
    }

    #[test]
    fn a_key_has_several_spellings_and_one_name() {
        for (spellings, name) in [
            ("ctrl+o Ctrl-o C-o CTRL+o", "ctrl+o"),
            ("A-Left alt-left M-Left", "alt+Left"),
            ("S-Tab shift+tab", "shift+Tab"),
            ("shift+r S-r R", "R"),
            ("PageUp pgup", "PgUp"),
            ("Escape esc", "Esc"),
            ("f5 F5", "F5"),
        ] {
            for spelling in spellings.split(' ') {
                assert_eq!(Key::parse(spelling).unwrap().to_string(), name, "{spelling}");
            }
        }
    }

    #[test]
    fn sequences_are_short_and_still_told_apart() {
        for (keys, text) in [("g g", "gg"), ("' '", "''"), ("g Enter", "g Enter"), ("C-x s", "ctrl+x s")] {
            assert_eq!(sequence_text(&Key::parse_sequence(keys).unwrap()), text);
        }
    }

    #[test]
    fn terminals_differ_and_keys_do_not() {
        let back_tab = KeyEvent::new(KeyCode::BackTab, KeyModifiers::SHIFT);
        assert_eq!(Key::of(&back_tab), Key::parse("shift+Tab").unwrap());
        let shifted = KeyEvent::new(KeyCode::Char('R'), KeyModifiers::SHIFT);
        assert_eq!(Key::of(&shifted), Key::parse("R").unwrap());
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for text in ["", "Strg-o", "Ctrl-", "C-", "ab", "F0x", "ctrl+Strg+o"] {
            assert_eq!(Key::parse(text), None, "{text}");
        }
    }
}
