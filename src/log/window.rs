//! Lines out of a file without holding the file: a range of its bytes, moved along as reading goes.
//!
//! Must not name: `codec`, `record`.

use super::line::MAX_LINE;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::ops::Range;

/// Bytes fetched at once.
const CHUNK: usize = 64 * 1024;

/// Bytes that can be read from any offset: a file, or memory in tests.
pub trait ReadAt {
    /// Reads some bytes from `offset` on; 0 at the end.
    ///
    /// # Errors
    /// When the operating system refuses.
    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> io::Result<usize>;
}

impl ReadAt for &File {
    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        self.seek(SeekFrom::Start(offset))?;
        loop {
            match self.read(into) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                done => return done,
            }
        }
    }
}

impl ReadAt for &[u8] {
    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        let rest = usize::try_from(offset).ok().and_then(|offset| self.get(offset..)).unwrap_or_default();
        let count = rest.len().min(into.len());
        into[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }
}

/// A range of a file's bytes.
#[derive(Debug, Default)]
pub struct FileWindow {
    offset: u64,
    bytes: Vec<u8>,
}

/// What stands at an offset.
#[derive(Debug, PartialEq, Eq)]
pub enum WindowLine {
    /// A line: where its bytes without the newline are in the window.
    Line(Range<usize>),
    /// A line above [`MAX_LINE`]: its length with the newline.
    TooLong(u64),
    /// No whole line before the end.
    End,
}

impl FileWindow {
    /// The line at `offset`, which ends before `end`. Holds at most twice the line's bytes, and a chunk.
    ///
    /// # Errors
    /// When the bytes cannot be read.
    pub fn line(&mut self, source: &mut dyn ReadAt, offset: u64, end: u64) -> io::Result<WindowLine> {
        let mut start = self.index(offset);
        let mut searched = start;
        loop {
            if let Some(length) = memchr::memchr(b'\n', &self.bytes[searched..]) {
                let line = start..searched + length;
                return Ok(if line.len() > MAX_LINE {
                    WindowLine::TooLong(line.len() as u64 + 1)
                } else {
                    WindowLine::Line(line)
                });
            }
            self.bytes.drain(..start);
            (self.offset, start, searched) = (offset, 0, self.bytes.len());
            if searched > MAX_LINE {
                return self.skip(source, end).map(WindowLine::TooLong);
            }
            if !self.fetch(source, end)? {
                return Ok(WindowLine::End);
            }
        }
    }

    /// Bytes of a line found before the next call.
    pub fn bytes(&self, line: Range<usize>) -> &[u8] {
        &self.bytes[line]
    }

    /// Gives memory back that one long line took.
    pub fn trim(&mut self) {
        if self.bytes.capacity() > 4 * CHUNK {
            *self = Self::default();
        }
    }

    /// Where `offset` is in the bytes held, after forgetting them when it is not.
    fn index(&mut self, offset: u64) -> usize {
        let index = offset.checked_sub(self.offset).and_then(|index| usize::try_from(index).ok());
        if let Some(index) = index.filter(|index| *index <= self.bytes.len()) {
            return index;
        }
        self.bytes.clear();
        self.offset = offset;
        0
    }

    /// Doubles the bytes held, a chunk at least, up to `end`; whether there were any.
    fn fetch(&mut self, source: &mut dyn ReadAt, end: u64) -> io::Result<bool> {
        let held = self.bytes.len();
        let from = self.offset + held as u64;
        let room = usize::try_from(end.saturating_sub(from)).unwrap_or(usize::MAX);
        let wanted = held.max(CHUNK).min(room).min(MAX_LINE + CHUNK - held);
        self.bytes.reserve_exact(wanted);
        self.bytes.resize(held + wanted, 0);
        let outcome = source.read_at(from, &mut self.bytes[held..]);
        self.bytes.truncate(held + outcome.as_ref().copied().unwrap_or(0));
        Ok(outcome? > 0)
    }

    /// Reads over the rest of a line too long to hold: its whole length.
    fn skip(&mut self, source: &mut dyn ReadAt, end: u64) -> io::Result<u64> {
        let start = self.offset;
        loop {
            self.offset += self.bytes.len() as u64;
            self.bytes = Vec::new();
            if !self.fetch(source, end)? {
                return Ok(self.offset - start);
            }
            if let Some(length) = memchr::memchr(b'\n', &self.bytes) {
                return Ok(self.offset - start + length as u64 + 1);
            }
        }
    }
}

/// Goes through a file's newlines from behind, a chunk at a time.
pub struct Backward<'a> {
    source: &'a mut dyn ReadAt,
    offset: u64,
    bytes: Vec<u8>,
}

impl<'a> Backward<'a> {
    /// Over the bytes of `source`.
    pub fn new(source: &'a mut dyn ReadAt) -> Self {
        Self { source, offset: 0, bytes: Vec::new() }
    }

    /// The bytes it goes through.
    pub fn source(&mut self) -> &mut dyn ReadAt {
        self.source
    }

    /// The offset after the last newline before `end`; 0 when there is none.
    ///
    /// # Errors
    /// When the bytes cannot be read.
    pub fn line_start(&mut self, mut end: u64) -> io::Result<u64> {
        while end > 0 {
            let held = self.before(end)?;
            if let Some(index) = memchr::memrchr(b'\n', held) {
                return Ok(self.offset + index as u64 + 1);
            }
            end = self.offset;
        }
        Ok(0)
    }

    /// Some bytes that end at `end`, fetched when they are not at hand.
    fn before(&mut self, end: u64) -> io::Result<&[u8]> {
        if end <= self.offset || end > self.offset + self.bytes.len() as u64 {
            self.offset = end.saturating_sub(CHUNK as u64);
            self.fetch(end)?;
        }
        let count = usize::try_from(end - self.offset).unwrap_or(usize::MAX);
        Ok(&self.bytes[..count.min(self.bytes.len())])
    }

    fn fetch(&mut self, end: u64) -> io::Result<()> {
        self.bytes.resize(usize::try_from(end - self.offset).unwrap_or(CHUNK), 0);
        let mut done = 0;
        while done < self.bytes.len() {
            match self.source.read_at(self.offset + done as u64, &mut self.bytes[done..])? {
                0 => break,
                count => done += count,
            }
        }
        self.bytes.truncate(done);
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// All lines of `text` with the offsets they start at, forward.
    fn forward(text: &[u8], end: u64) -> Vec<(u64, Vec<u8>)> {
        let (mut source, mut window, mut at, mut lines) = (text, FileWindow::default(), 0, Vec::new());
        while let WindowLine::Line(line) = window.line(&mut source, at, end).unwrap() {
            let bytes = window.bytes(line).to_vec();
            let next = at + bytes.len() as u64 + 1;
            lines.push((at, bytes));
            at = next;
        }
        lines
    }

    fn expected(text: &[u8]) -> Vec<(u64, Vec<u8>)> {
        let mut at = 0;
        let whole = text.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n"));
        whole
            .map(|line| {
                at += line.len() as u64;
                (at - line.len() as u64, line[..line.len() - 1].to_vec())
            })
            .collect()
    }

    fn texts() -> Vec<Vec<u8>> {
        let long = |count| [vec![b'x'; count], b"\n".to_vec()].concat();
        let mut texts: Vec<Vec<u8>> =
            ["", "\n", "a", "a\n", "\n\n\n", "a\nbc\n\nd"].iter().map(|t| t.as_bytes().to_vec()).collect();
        texts.push((0..40_000).flat_map(|n: u32| format!("{n}\n").into_bytes()).collect());
        for count in [CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK] {
            texts.push([long(count), long(0), long(7), long(count), b"tail".to_vec()].concat());
        }
        texts
    }

    #[test]
    fn lines_forward_are_those_of_split() {
        for text in texts() {
            assert_eq!(forward(&text, text.len() as u64), expected(&text));
        }
    }

    #[test]
    fn line_starts_backward_are_those_of_split() {
        for text in texts() {
            let mut source = &text[..];
            let mut backward = Backward::new(&mut source);
            let mut end = backward.line_start(text.len() as u64).unwrap();
            for (start, _) in expected(&text).into_iter().rev() {
                end = backward.line_start(end - 1).unwrap();
                assert_eq!(end, start);
            }
            assert_eq!(end, 0);
        }
    }

    #[test]
    fn any_order_of_offsets_gives_the_same_lines() {
        let text: Vec<u8> = (0..40_000).flat_map(|n: u32| format!("{n}\n").into_bytes()).collect();
        let (mut source, mut window) = (&text[..], FileWindow::default());
        let lines = expected(&text);
        for step in 0..lines.len() {
            let (at, bytes) = &lines[step * 7919 % lines.len()];
            let WindowLine::Line(line) = window.line(&mut source, *at, text.len() as u64).unwrap() else {
                panic!("{at}")
            };
            assert_eq!(window.bytes(line), bytes);
        }
    }

    /// A line of `length` bytes that is nowhere in memory, then one more line.
    struct Endless(u64);

    impl ReadAt for Endless {
        fn read_at(&mut self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
            let end = self.0 + 3;
            let count = into.len().min(usize::try_from(end.saturating_sub(offset)).unwrap());
            for (at, byte) in (offset..).zip(&mut into[..count]) {
                *byte = if at == self.0 || at + 1 == end { b'\n' } else { b'x' };
            }
            Ok(count)
        }
    }

    #[test]
    fn a_line_too_long_is_stepped_over_without_holding_it() {
        let length = MAX_LINE as u64 + 5 * CHUNK as u64;
        let mut window = FileWindow::default();
        let end = length + 3;
        assert_eq!(window.line(&mut Endless(length), 0, end).unwrap(), WindowLine::TooLong(length + 1));
        assert!(window.bytes.capacity() <= MAX_LINE + 2 * CHUNK);
        window.trim();
        assert!(window.bytes.capacity() <= 4 * CHUNK);
        let WindowLine::Line(line) = window.line(&mut Endless(length), length + 1, end).unwrap() else { panic!() };
        assert_eq!(window.bytes(line), b"x");
    }
}
