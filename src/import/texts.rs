//! An input cut into texts: one a line, or whole JSON documents over several lines, each with its line and byte.
//!
//! No more than one text is held, and of one beyond the limit only its first part. Must not name: `envelope`, `value`.

use super::input::{ImportInput, TextStream};
use super::mend::{self, Dirt, is_between};
use super::packing::read_once;
use super::prefix::json_behind;
use super::scanner::{Scanner, TextLayout};
use crate::error::counted;
use std::io::{self, Read};

/// How much of a text beyond the limit, or of a broken one, is kept to be shown.
pub(super) const KEPT: usize = 64 * 1024;

/// How many times the limit a text may be before the input is given up: a device never ends a line.
const HOPELESS: u64 = 16;

/// Room asked for at each read.
const CHUNK: usize = 256 * 1024;

/// One text and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'a> {
    /// Its line, from 1.
    pub line: u64,
    /// Offset of its first byte in the unpacked input.
    pub byte: u64,
    /// What stands before the text in its line, where that is known to be no part of it.
    pub before: &'a [u8],
    /// The text without white space round it; of one beyond the limit, its first part.
    pub bytes: &'a [u8],
    /// Its length; more than `bytes` when it is beyond the limit.
    pub length: u64,
    pub limit: u64,
}

/// Reads an input text by text.
pub(super) struct Texts {
    rest: Box<dyn Read + Send>,
    scanner: Scanner,
    limit: usize,
    buffer: Vec<u8>,
    /// `buffer[from..to]` is read and not yet given out.
    from: usize,
    to: usize,
    line: u64,
    byte: u64,
    /// Length in the buffer of the text given out last; dropped when the next is asked for.
    given: usize,
    /// First part of a text beyond the limit, while it is given out.
    kept: Vec<u8>,
    /// What stood between the texts, and the line and byte of the first of it.
    dirt: Dirt,
    dirty_at: Option<(u64, u64)>,
}

impl Text<'_> {
    /// Whether it was beyond the limit and `bytes` is only its first part.
    pub fn is_cut(&self) -> bool {
        self.length > self.bytes.len() as u64
    }

    /// Line and byte in the input of the byte `at` of this text.
    pub fn place(&self, at: usize) -> (u64, u64) {
        let before = &self.bytes[..at.min(self.bytes.len())];
        (self.line + memchr::memchr_iter(b'\n', before).count() as u64, self.byte + before.len() as u64)
    }

    /// Where `part`, a slice of this text, begins in it.
    pub fn offset_of(&self, part: &[u8]) -> usize {
        (part.as_ptr() as usize).saturating_sub(self.bytes.as_ptr() as usize).min(self.bytes.len())
    }
}

impl Texts {
    /// Goes on where looking at the start of the input stopped: nothing is read twice.
    pub fn new(input: ImportInput, layout: TextLayout) -> Self {
        // A state within its limit fits with the envelope round it.
        let limit = usize::try_from(input.limits().size).unwrap_or(usize::MAX).saturating_add(KEPT);
        let TextStream { start, rest, offset, line, nul_bytes } = input.into_stream();
        let to = start.len();
        Self {
            rest,
            scanner: Scanner::new(layout),
            limit,
            buffer: start,
            from: 0,
            to,
            line,
            byte: offset,
            given: 0,
            kept: Vec::new(),
            dirt: Dirt { nul_bytes, ..Dirt::default() },
            dirty_at: (nul_bytes > 0).then_some((line, 0)),
        }
    }

    /// The next text that is not blank; `None` at the end.
    ///
    /// # Errors
    /// When the source cannot be read, or a text has no end. Nothing follows then.
    pub fn next(&mut self) -> io::Result<Option<Text<'_>>> {
        self.pass(self.given);
        self.given = 0;
        if !self.skip_blank()? {
            return Ok(None);
        }
        let (line, byte) = (self.line, self.byte);
        self.scanner.begin();
        let mut seen = 0;
        loop {
            let end = self.scanner.end(&self.buffer[self.from + seen..self.to]);
            seen = end.map_or(self.to - self.from, |end| seen + end);
            if seen > self.limit {
                return self.pass_long(line, byte, (seen, end.is_some())).map(Some);
            }
            if end.is_some() || !self.fill()? {
                return Ok(Some(self.give(line, byte, seen)));
            }
        }
    }

    /// Line and byte of what comes next.
    pub fn position(&self) -> (u64, u64) {
        (self.line, self.byte)
    }

    /// What stood between the texts so far, with the line and byte of the first of it.
    pub fn dirt(&self) -> Option<(Dirt, u64, u64)> {
        self.dirty_at.map(|(line, byte)| (self.dirt, line, byte))
    }

    /// Whether the next text has to be waited for: all that was read has been given out, but for an unfinished line.
    pub fn is_drained(&self) -> bool {
        let left = &self.buffer[self.from + self.given..self.to];
        memchr::memchr(b'\n', left.trim_ascii_start()).is_none()
    }

    fn give(&mut self, line: u64, byte: u64, length: usize) -> Text<'_> {
        self.given = length;
        let all = self.buffer[self.from..self.from + length].trim_ascii_end();
        let start = match self.scanner.layout() {
            TextLayout::Prefixed => json_behind(all).unwrap_or(0),
            TextLayout::Lines | TextLayout::Documents => 0,
        };
        let (before, bytes) = all.split_at(start);
        let (byte, limit) = (byte + start as u64, self.limit.saturating_sub(KEPT) as u64);
        Text { line, byte, before, bytes, length: bytes.len() as u64, limit }
    }

    /// Passes a text beyond the limit without holding it; `seen` of it are in the buffer, to its end or not.
    fn pass_long(&mut self, line: u64, byte: u64, (seen, mut ended): (usize, bool)) -> io::Result<Text<'_>> {
        let kept = self.buffer[self.from..self.from + KEPT.min(seen)].to_vec();
        self.pass(seen);
        while !ended && self.fill()? {
            let end = self.scanner.end(&self.buffer[self.from..self.to]);
            self.pass(end.unwrap_or(self.to - self.from));
            ended = end.is_some();
            self.give_up_on_endless(byte)?;
        }
        Ok(self.give_kept(kept, line, byte))
    }

    fn give_up_on_endless(&self, byte: u64) -> io::Result<()> {
        if self.byte.saturating_sub(byte) / HOPELESS <= self.limit as u64 {
            return Ok(());
        }
        let why = format!(
            "nothing was read from byte {byte} on: no JSON text ends within {}, {HOPELESS} times the limit for one",
            counted(self.byte - byte, "byte")
        );
        Err(io::Error::new(io::ErrorKind::FileTooLarge, why))
    }

    fn give_kept(&mut self, kept: Vec<u8>, line: u64, byte: u64) -> Text<'_> {
        let length = self.byte - byte;
        self.kept = kept;
        Text { line, byte, before: &[], bytes: &self.kept, length, limit: self.limit.saturating_sub(KEPT) as u64 }
    }

    /// Moves to the first byte of a text; whether there is one.
    fn skip_blank(&mut self) -> io::Result<bool> {
        let from = self.byte;
        loop {
            self.give_up_on_endless(from)?;
            let waiting = &self.buffer[self.from..self.to];
            let blank = waiting.iter().position(|byte| !is_between(*byte)).unwrap_or(waiting.len());
            let dirt = mend::between(&waiting[..blank]);
            if !dirt.is_none() {
                self.dirt.add(dirt);
                self.dirty_at.get_or_insert((self.line, self.byte));
            }
            self.pass(blank);
            if self.from < self.to {
                return Ok(true);
            }
            if !self.fill()? {
                return Ok(false);
            }
        }
    }

    fn pass(&mut self, length: usize) {
        let passed = &self.buffer[self.from..self.from + length];
        self.line += memchr::memchr_iter(b'\n', passed).count() as u64;
        self.byte += length as u64;
        self.from += length;
    }

    /// Reads more behind what is waiting; `false` at the end of the source.
    fn fill(&mut self) -> io::Result<bool> {
        self.make_room();
        let read = read_once(&mut *self.rest, &mut self.buffer[self.to..])?;
        self.to += read;
        Ok(read > 0)
    }

    fn make_room(&mut self) {
        if self.from > 0 {
            self.buffer.copy_within(self.from..self.to, 0);
            self.to -= self.from;
            self.from = 0;
        }
        if self.buffer.len() < self.to + CHUNK {
            self.buffer.resize(self.to + CHUNK.max(self.to), 0);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::value::Limits;
    use proptest::prelude::*;

    /// Gives a few bytes at a time, as a pipe may.
    struct Dribble(std::io::Cursor<Vec<u8>>, usize);

    impl Read for Dribble {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let room = into.len().min(self.1);
            self.0.read(&mut into[..room])
        }
    }

    type Found = (u64, u64, String, u64);

    fn cut(bytes: &[u8], layout: TextLayout, step: usize, size: u64) -> Vec<Found> {
        let source = Dribble(std::io::Cursor::new(bytes.to_vec()), step);
        let input = ImportInput::new("test", source).unwrap().within(Limits { size, ..Limits::default() });
        let mut texts = Texts::new(input, layout);
        let mut found = Vec::new();
        while let Some(text) = texts.next().unwrap() {
            found.push((text.line, text.byte, String::from_utf8_lossy(text.bytes).into_owned(), text.length));
        }
        found
    }

    /// Each text as `line:byte text`, whatever the size of the reads.
    #[track_caller]
    fn check(layout: TextLayout, bytes: &[u8], expected: &[&str]) {
        for step in [1, 2, 3, 7, 1 << 20] {
            let found = cut(bytes, layout, step, 1 << 20);
            let found: Vec<_> = found.iter().map(|(line, byte, text, _)| format!("{line}:{byte} {text}")).collect();
            assert_eq!(found, expected, "reads of {step}");
        }
    }

    #[test]
    fn lines() {
        let check = |bytes: &[u8], expected: &[&str]| check(TextLayout::Lines, bytes, expected);
        check(b"", &[]);
        check(b"\n\r\n  \n", &[]);
        check(b"1\n2\n", &["1:0 1", "2:2 2"]);
        check(b"1\n2", &["1:0 1", "2:2 2"]);
        check(b"1\r\n2\r\n", &["1:0 1", "2:3 2"]);
        check(b"\n\n  {\"a\": 1} \n\n[]", &["3:4 {\"a\": 1}", "5:15 []"]);
        check(b"\xEF\xBB\xBF1\n2\n", &["1:3 1", "2:5 2"]);
        check(b"{\"a\":\"\\n\n", &["1:0 {\"a\":\"\\n"]);
        check(b"a\0b\n\xFF\n", &["1:0 a\0b", "2:4 \u{FFFD}"]);
    }

    #[test]
    fn documents() {
        let check = |bytes: &[u8], expected: &[&str]| check(TextLayout::Documents, bytes, expected);
        check(b"{\n \"a\": [1,\n 2]\n}\n{}\n", &["1:0 {\n \"a\": [1,\n 2]\n}", "5:18 {}"]);
        check(
            b"{}{}[]1 2\"x\"true[",
            &["1:0 {}", "1:2 {}", "1:4 []", "1:6 1", "1:8 2", "1:9 \"x\"", "1:12 true", "1:16 ["],
        );
        check(b"{\"}\\\"{\":\"]\"}\n5", &["1:0 {\"}\\\"{\":\"]\"}", "2:13 5"]);
        check(b"]}\n{\"a\":\n", &["1:0 ]", "1:1 }", "2:3 {\"a\":"]);
        check(b"\"\\\\\" \"\\\"\"", &["1:0 \"\\\\\"", "1:5 \"\\\"\""]);
    }

    #[test]
    fn a_text_beyond_the_limit_is_passed_and_only_its_beginning_kept() {
        let limit = 1000 + KEPT;
        let long = "x".repeat(limit + 1);
        let bytes = format!("1\n{long}\n{}\n2\n", "y".repeat(limit));
        for step in [4096, 1 << 20] {
            let found = cut(bytes.as_bytes(), TextLayout::Lines, step, 1000);
            let lengths: Vec<_> =
                found.iter().map(|(line, byte, text, length)| (*line, *byte, text.len(), *length)).collect();
            let (n, after) = (limit as u64, limit as u64 + 4);
            let expected = [(1, 0, 1, 1), (2, 2, KEPT, n + 1), (3, after, limit, n), (4, after + n + 1, 1, 1)];
            assert_eq!(lengths, expected, "reads of {step}");
        }
    }

    #[test]
    fn a_source_that_never_ends_a_line_is_given_up() {
        let input = ImportInput::new("test", io::repeat(b'x')).unwrap().within(Limits { size: 0, ..Limits::default() });
        let error = Texts::new(input, TextLayout::Lines).next().map(|_| ()).unwrap_err();
        assert!(
            error.to_string().starts_with("nothing was read from byte 0 on: no JSON text ends within 1"),
            "{error}"
        );
    }

    proptest! {
        /// Against `str::lines`: same texts, and each byte offset leads to its text.
        #[test]
        fn lines_as_the_standard_library_cuts_them(text in "([ab \\t]{0,5}\r?\n?){0,20}", step in 1_usize..9) {
            let found = cut(text.as_bytes(), TextLayout::Lines, step, 1 << 20);
            let model = text.lines().zip(1..).map(|(line, n)| (n, line.trim())).filter(|(_, line)| !line.is_empty());
            prop_assert_eq!(
                found.iter().map(|(line, _, text, _)| (*line, text.as_str())).collect::<Vec<_>>(),
                model.collect::<Vec<_>>()
            );
            for (_, byte, found, _) in &found {
                prop_assert!(text[usize::try_from(*byte).unwrap()..].starts_with(found));
            }
        }

        /// Documents written one after the other with anything blank between them come out as they went in.
        #[test]
        fn documents_come_out_whole(documents in prop::collection::vec(document(), 0..8), gap in "[ \r\n]{1,3}", step in 1_usize..9) {
            let text = documents.join(&gap);
            let found = cut(text.as_bytes(), TextLayout::Documents, step, 1 << 20);
            prop_assert_eq!(found.into_iter().map(|(_, _, text, _)| text).collect::<Vec<_>>(), documents);
        }
    }

    fn document() -> impl Strategy<Value = String> {
        let scalar = prop_oneof![
            Just("1.5e3".to_owned()),
            Just("null".to_owned()),
            "[a-z{}\\[\\]\\\\\"]{0,6}".prop_map(|s| format!("{s:?}"))
        ];
        scalar.prop_recursive(3, 20, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(|all| format!("[{}]", all.join(",\n"))),
                prop::collection::vec(inner, 0..4).prop_map(|all| {
                    format!("{{{}}}", all.iter().map(|v| format!("\"}}\":\t{v}")).collect::<Vec<_>>().join(" , "))
                }),
            ]
        })
    }
}
