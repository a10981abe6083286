//! The number tokens of a JSON text that `serde_json` would hand over as doubles, so that their digits can be kept.
//!
//! `serde_json` gives a visitor no number text, and refuses `1e400`. It does visit numbers in the order of the text:
//! the n-th double it visits is the n-th token found here.

use std::borrow::Cow;

/// The text to parse: as given, but a token beyond the range of doubles is `0.0` and blanks of the same length. O(bytes).
pub(super) fn readable(text: &[u8]) -> Cow<'_, [u8]> {
    let (mut found, mut at) = (Cow::Borrowed(text), 0);
    while let Some((token, end)) = next_double(text, at) {
        at = end;
        // What is no number is left for the parser to refuse.
        if token.parse::<f64>().is_ok_and(f64::is_infinite) && super::Number::parse(token).is_some() {
            let blank = &mut found.to_mut()[end - token.len()..end];
            blank.fill(b' ');
            blank[..3].copy_from_slice(b"0.0");
        }
    }
    found
}

/// The first token at or behind a byte outside of strings that will arrive as a double, and where it ends. O(bytes up to
/// there).
pub(super) fn next_double(text: &[u8], mut at: usize) -> Option<(&str, usize)> {
    while at < text.len() {
        match text[at] {
            b'"' => at = after_string(text, at + 1),
            b'-' | b'0'..=b'9' => {
                let (start, end) = (at, after_number(text, at));
                at = end;
                let token = std::str::from_utf8(&text[start..end]).ok();
                if let Some(token) = token.filter(|token| !fits_an_integer(token)) {
                    return Some((token, end));
                }
            }
            _ => at += 1,
        }
    }
    None
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
