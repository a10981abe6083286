//! Dirt round and in a JSON text that a reader can pass over: the rest of the text stands.
//!
//! Must not name: `texts`, `emit`.

use crate::error::counted;
use serde::de::IgnoredAny;

/// The record separator of RFC 7464.
const SEPARATOR: u8 = 0x1E;
pub(super) const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// How often each kind of dirt occurred.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dirt {
    pub nul_bytes: u64,
    pub separators: u64,
    pub commas: u64,
    pub characters: u64,
    pub numbers: u64,
    pub marks: u64,
}

impl Dirt {
    pub fn is_none(self) -> bool {
        self == Self::default()
    }

    pub fn add(&mut self, more: Self) {
        self.nul_bytes += more.nul_bytes;
        self.separators += more.separators;
        self.commas += more.commas;
        self.characters += more.characters;
        self.numbers += more.numbers;
        self.marks += more.marks;
    }

    /// `16 NUL bytes, 2 commas after a value`.
    pub fn words(self) -> String {
        let kinds = [
            (self.nul_bytes, "NUL byte", ""),
            (self.separators, "record separator", ""),
            (self.commas, "comma", " after a value"),
            (self.characters, "broken UTF-8 character", " (read as U+FFFD)"),
            (self.numbers, "number", " that JSON lacks, as NaN (read as null)"),
            (self.marks, "byte order mark", ""),
        ];
        let told = kinds
            .iter()
            .filter(|(count, ..)| *count > 0)
            .map(|(count, name, more)| format!("{}{more}", counted(*count, name)));
        told.collect::<Vec<_>>().join(", ")
    }
}

/// Whether a byte between two texts belongs to neither: blanks, NUL bytes, record separators, a comma.
pub(super) fn is_between(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, 0 | SEPARATOR | b',')
}

/// What of the bytes between two texts is dirt.
pub(super) fn between(bytes: &[u8]) -> Dirt {
    let mut dirt = Dirt::default();
    // Nearly always a line end and nothing else.
    for byte in bytes.iter().filter(|byte| !byte.is_ascii_whitespace()) {
        match *byte {
            0 => dirt.nul_bytes += 1,
            SEPARATOR => dirt.separators += 1,
            _ => dirt.commas += 1,
        }
    }
    dirt
}

/// How many bytes of a text stand before what was left out or replaced in `clean`.
pub(super) fn first_dirt(bytes: &[u8], clean: &str) -> usize {
    bytes.iter().zip(clean.bytes()).take_while(|(byte, kept)| **byte == *kept).count()
}

/// A text without its dirt; `None` where there is none, or where the rest is no JSON either. O(text).
pub(super) fn mended(bytes: &[u8]) -> Option<(String, Dirt)> {
    let mut dirt = Dirt::default();
    let text = lossy(bytes, &mut dirt);
    let clean = without_dirt(&text, &mut dirt);
    let stands = clean.trim().is_empty() || serde_json::from_str::<IgnoredAny>(&clean).is_ok();
    (!dirt.is_none() && stands).then_some((clean, dirt))
}

fn lossy(bytes: &[u8], dirt: &mut Dirt) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            dirt.characters += 1;
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    text
}

fn without_dirt(text: &str, dirt: &mut Dirt) -> String {
    let (mut clean, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(char) = rest.chars().next() {
        let taken = match char {
            '"' => string(rest, &mut clean, dirt),
            _ => outside(rest, char, &mut clean, dirt),
        };
        rest = &rest[taken..];
    }
    clean
}

/// Copies a string without its NUL bytes; how many bytes it has.
fn string(rest: &str, clean: &mut String, dirt: &mut Dirt) -> usize {
    let mut escaped = false;
    for (at, char) in rest.char_indices() {
        if char == '\0' {
            dirt.nul_bytes += 1;
            continue;
        }
        clean.push(char);
        if at > 0 && char == '"' && !escaped {
            return at + 1;
        }
        escaped = char == '\\' && !escaped;
    }
    rest.len()
}

/// Copies what stands at the start of `rest`, outside of strings; how many bytes were taken.
fn outside(rest: &str, char: char, clean: &mut String, dirt: &mut Dirt) -> usize {
    for word in ["NaN", "Infinity", "-Infinity"] {
        if rest.starts_with(word) {
            dirt.numbers += 1;
            clean.push_str("null");
            return word.len();
        }
    }
    match char {
        '\0' => dirt.nul_bytes += 1,
        '\u{1E}' => dirt.separators += 1,
        BYTE_ORDER_MARK if clean.is_empty() => dirt.marks += 1,
        ',' if is_trailing(&rest[1..]) => dirt.commas += 1,
        _ => clean.push(char),
    }
    char.len_utf8()
}

/// Whether nothing follows a comma before the end of the text, or of what it stands in.
fn is_trailing(behind: &str) -> bool {
    let next = behind.bytes().find(|byte| !byte.is_ascii_whitespace() && *byte != 0);
    matches!(next, None | Some(b'}' | b']'))
}

/// Whether a line that is no JSON is words between the states, and not a broken state: what a program or its logger said.
pub(super) fn is_words(line: &str) -> bool {
    let Some(first) = line.bytes().next() else { return false };
    if !has_letters(line) {
        return false;
    }
    match first {
        b'{' | b'}' | b']' | b'"' => false,
        // `[INFO] starting`: behind what is in brackets there is more.
        b'[' => {
            let inside = line.split(']').next().unwrap_or(line);
            !inside[1..].contains([',', '{', '"', '[']) && line.len() > inside.len() + 1
        }
        _ => serde_json::from_str::<IgnoredAny>(line).is_err_and(|error| !error.is_eof()),
    }
}

/// Whether there is anything but signs and what colours a terminal.
pub(super) fn has_letters(line: &str) -> bool {
    let mut parts = line.split("\u{1B}[");
    let plain = |part: &str| part.contains(char::is_alphanumeric);
    let coloured = |part: &str| part.split_once('m').is_some_and(|(_, behind)| plain(behind));
    parts.next().is_some_and(plain) || parts.any(coloured)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dirt_that_can_be_passed_over() {
        for (dirty, clean, words) in [
            (&b"{\"n\":1},"[..], "{\"n\":1}", "1 comma after a value"),
            (b"{\"n\":[1,2,],}", "{\"n\":[1,2]}", "2 commas after a value"),
            (b"\x1e{\"n\":1}", "{\"n\":1}", "1 record separator"),
            (b"\0\0{\"n\":1}\0", "{\"n\":1}", "3 NUL bytes"),
            (b"{\"n\":\"a\0b\"}", "{\"n\":\"ab\"}", "1 NUL byte"),
            (
                b"{\"n\":NaN,\"m\":-Infinity,\"s\":\"NaN,}\"}",
                "{\"n\":null,\"m\":null,\"s\":\"NaN,}\"}",
                "2 numbers that JSON lacks",
            ),
            (b"{\"n\":\"\xff\"}", "{\"n\":\"\u{FFFD}\"}", "1 broken UTF-8 character (read as"),
            (b"\xEF\xBB\xBF{}", "{}", "1 byte order mark"),
            (b"{\"a\\\"\":\"\\\\\",}", "{\"a\\\"\":\"\\\\\"}", "1 comma"),
            (b"\0\0", "", "2 NUL bytes"),
        ] {
            let (found, dirt) = mended(dirty).unwrap_or_default();
            assert_eq!(found, clean, "{dirty:?}");
            assert!(dirt.words().starts_with(words), "{}", dirt.words());
        }
        for kept in [&b"{\"n\":1}"[..], b"{\"n\":1", b"{\"n\":NaN", b"{n:1,}", b"\xff", b"{\"a\":1}}", b"{,}x"] {
            assert_eq!(mended(kept), None, "{kept:?}");
        }
    }

    #[test]
    fn words_between_states_are_told_from_broken_states() {
        for words in [
            "2026-01-01 10:00:00 INFO starting",
            "[INFO] starting",
            "[2026-01-01 10:00] up",
            "done",
            "12 kB",
            "\u{1b}[32mINFO\u{1b}[0m up",
        ] {
            assert!(is_words(words), "{words}");
        }
        for broken in
            ["{\"a\":", "[1 2]", "tru", "\"half", "}", "[1,2] x", "[3[4]]", "", "5", "[{\"a\":1]", "\u{1b}[31m", "---"]
        {
            assert!(!is_words(broken), "{broken}");
        }
    }
}
