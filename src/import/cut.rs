//! A JSON text that is cut off, as far as it is there.

use crate::value::{self, Value};

/// The value of a text that ends anywhere, closed behind its last whole member; of a string that is cut off, its
/// beginning. `None` where it is no JSON. O(text).
pub(super) fn closed(text: &[u8]) -> Option<Value> {
    let mut walk = CutWalk { open: Vec::new(), end: 0, closers: Vec::new(), is_key: false };
    let mut rest = walk.run(text)?;
    rest.extend(walk.closers.iter().rev());
    value::parse(&rest).ok()
}

struct CutWalk {
    /// What closes each container that is open.
    open: Vec<u8>,
    /// Where the last whole value ends, and what is open there.
    end: usize,
    closers: Vec<u8>,
    /// Whether a string that comes is a key.
    is_key: bool,
}

impl CutWalk {
    /// The text up to its last whole value.
    fn run(&mut self, text: &[u8]) -> Option<Vec<u8>> {
        let mut at = 0;
        while let Some(byte) = text.get(at) {
            match byte {
                b'{' | b'[' => {
                    self.open.push(if *byte == b'{' { b'}' } else { b']' });
                    self.is_key = *byte == b'{';
                    at += 1;
                    self.mark(at);
                }
                b'}' | b']' => {
                    self.open.pop().filter(|closer| closer == byte)?;
                    at += 1;
                    self.mark(at);
                }
                b'"' => match string_end(&text[at..]) {
                    Ok(length) => {
                        at += length;
                        if !self.is_key {
                            self.mark(at);
                        }
                    }
                    Err(_) if self.is_key => break,
                    Err(whole) => {
                        let mut kept = text[..at + whole].to_vec();
                        kept.push(b'"');
                        self.closers.clone_from(&self.open);
                        return Some(kept);
                    }
                },
                b':' => {
                    self.is_key = false;
                    at += 1;
                }
                b',' => {
                    self.is_key = self.open.last() == Some(&b'}');
                    at += 1;
                }
                blank if blank.is_ascii_whitespace() => at += 1,
                _ => {
                    let end = text[at..].iter().position(|byte| byte.is_ascii_whitespace() || b",]}".contains(byte));
                    let Some(length) = end.filter(|length| *length > 0) else { break };
                    at += length;
                    self.mark(at);
                }
            }
        }
        Some(text[..self.end].to_vec())
    }

    fn mark(&mut self, end: usize) {
        self.end = end;
        self.closers.clone_from(&self.open);
    }
}

/// The length of a string, or how much of one that is cut off is whole characters.
fn string_end(text: &[u8]) -> Result<usize, usize> {
    let mut at = 1;
    let mut whole = 1;
    while let Some(byte) = text.get(at) {
        let length = match byte {
            b'"' => return Ok(at + 1),
            b'\\' if text.get(at + 1) == Some(&b'u') => 6,
            b'\\' | 0xC0..=0xDF => 2,
            0..=0x7F => 1,
            0xE0..=0xEF => 3,
            _ => 4,
        };
        if at + length > text.len() {
            break;
        }
        at += length;
        // Half of a pair of surrogates is no character.
        let is_half = text[at - length..at].to_ascii_lowercase().starts_with(b"\\ud");
        if !is_half || text.get(at) != Some(&b'\\') {
            whole = at;
        }
    }
    Err(whole)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_there_of_a_cut_text_is_found() {
        for (text, expected) in [
            ("{\"a\":1,\"b\":[1,{\"c\":tr", "{\"a\":1,\"b\":[1,{}]}"),
            ("{\"a\":\"hal", "{\"a\":\"hal\"}"),
            ("{\"a\":\"x\\", "{\"a\":\"x\"}"),
            ("{\"a\":\"x\\u00", "{\"a\":\"x\"}"),
            ("{\"a\":{\"b\":1},\"c", "{\"a\":{\"b\":1}}"),
            ("[1,2", "[1]"),
            ("[", "[]"),
            ("{\"a\"", "{}"),
            ("{\"a\":\"\u{e4}", "{\"a\":\"\u{e4}\"}"),
        ] {
            assert_eq!(closed(text.as_bytes()).map(|value| value.to_json()).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "]", "{]", "nope", "{\"a\":1]"] {
            assert_eq!(closed(text.as_bytes()), None, "{text}");
        }
    }

    proptest! {
        /// Wherever an object is cut, something of it is there, and nothing else.
        #[test]
        fn any_cut_of_an_object_closes(members in prop::collection::btree_map("[a-z]{1,3}", any::<Option<i32>>(), 0..6), at in 1_usize..80) {
            let text = serde_json::to_string(&members).unwrap();
            let cut = &text.as_bytes()[..at.min(text.len())];
            let found = closed(cut).unwrap();
            for (key, value) in found.as_object().unwrap().iter() {
                let expected = members[key.as_str()].map_or("null".to_owned(), |number| number.to_string());
                prop_assert_eq!(value.to_json(), expected);
            }
        }
    }
}
