//! The number tokens of a JSON text that `serde_json` would hand over as doubles, so that their digits can be kept.
//!
//! `serde_json` gives a visitor no number text, and refuses `1e400`. It does visit numbers in the order of the text:
//! the n-th double it visits is the n-th token found here.

use std::borrow::Cow;

/// The text to parse, and the number tokens in it that will arrive as doubles.
pub(super) struct Doubles<'t> {
    /// As given, but a token beyond the range of doubles is `0.0` and blanks of the same length.
    pub text: Cow<'t, [u8]>,
    /// In the order of the text.
    pub tokens: Vec<&'t str>,
}

pub(super) fn find(text: &[u8]) -> Doubles<'_> {
    let mut doubles = Doubles { text: Cow::Borrowed(text), tokens: Vec::new() };
    let mut at = 0;
    while at < text.len() {
        match text[at] {
            b'"' => at = after_string(text, at + 1),
            b'-' | b'0'..=b'9' => {
                let end = after_number(text, at);
                doubles.take(text, at, end);
                at = end;
            }
            _ => at += 1,
        }
    }
    doubles
}

impl<'t> Doubles<'t> {
    fn take(&mut self, text: &'t [u8], start: usize, end: usize) {
        let Ok(token) = std::str::from_utf8(&text[start..end]) else { return };
        if fits_an_integer(token) {
            return;
        }
        self.tokens.push(token);
        // What is no number is left for the parser to refuse.
        if super::Number::parse(token).is_some() && token.parse::<f64>().is_ok_and(f64::is_infinite) {
            let blank = &mut self.text.to_mut()[start..end];
            blank.fill(b' ');
            blank[..3].copy_from_slice(b"0.0");
        }
    }
}

/// Whether `serde_json` visits it as an integer: in range of `i64` or `u64`; `-0` arrives as a double.
fn fits_an_integer(token: &str) -> bool {
    token != "-0" && (token.parse::<i64>().is_ok() || token.parse::<u64>().is_ok())
}

fn after_number(text: &[u8], start: usize) -> usize {
    let part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
    text[start..].iter().position(|byte| !part(byte)).map_or(text.len(), |length| start + length)
}

fn after_string(text: &[u8], mut at: usize) -> usize {
    while let Some(found) = memchr::memchr2(b'"', b'\\', &text[at.min(text.len())..]) {
        at += found;
        match text[at] {
            b'"' => return at + 1,
            _ => at += 2,
        }
    }
    text.len()
}
