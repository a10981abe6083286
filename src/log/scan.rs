//! One step after another through a log's lines: which are records, which are damage, and where the log ends.
//!
//! Must not name: files, `codec`.

use super::index::LineOffset;
use super::line::{Envelope, LineFault, LogHeader, MAX_LINE, Seed};
use super::window::{Backward, FileWindow, ReadAt, WindowLine};
use std::io;
use std::ops::Range;

/// A walk over the lines before `end`.
pub struct LineScan<'a> {
    /// Where the bytes come from.
    pub source: &'a mut dyn ReadAt,
    /// The bytes at hand.
    pub window: &'a mut FileWindow,
    /// What the checksums start from.
    pub seed: Seed,
    /// The byte after the last finished line.
    pub end: u64,
    /// How far it has come.
    pub place: LineOffset,
    /// Whether it has just passed damage, which explains missing positions.
    pub passed_damage: bool,
}

/// What stands next.
#[derive(Debug)]
pub enum ScanStep {
    /// A record, whose checksum and place are right.
    Record {
        position: u64,
        /// How many records of the same append it says follow it.
        more: u64,
        /// The byte its line starts at.
        offset: u64,
        /// Its line, in the window.
        line: Range<usize>,
    },
    /// Bytes that are no record.
    Damage {
        /// Where they start.
        offset: u64,
        /// How many there are; 0 when something is missing here.
        length: u64,
        /// What is wrong.
        why: LineFault,
    },
    /// Nothing more before the end.
    End,
}

/// What a good line is.
enum ScannedLine {
    /// The log's header; positions up to `cut` were cut off.
    Header {
        cut: u64,
    },
    Record(Envelope),
}

impl LineScan<'_> {
    /// The next step. The header is passed over when it is good.
    ///
    /// # Errors
    /// When the bytes cannot be read.
    pub fn step(&mut self) -> io::Result<ScanStep> {
        let offset = self.place.offset;
        let found = self.window.line(self.source, offset, self.end)?;
        let line = match found {
            WindowLine::End => return Ok(ScanStep::End),
            WindowLine::TooLong(length) => return Ok(self.damage(length, too_long())),
            WindowLine::Line(line) => line,
        };
        let length = line.len() as u64 + 1;
        match self.judge(line.clone()) {
            Err(why) => Ok(self.damage(length, why)),
            Ok(ScannedLine::Header { cut }) => {
                self.place = LineOffset { after: cut, offset: length };
                if cut > 0 && self.next_claims(cut)? {
                    self.place.after = cut - 1;
                }
                self.step()
            }
            Ok(ScannedLine::Record(Envelope { position, .. }))
                if position - self.place.after > 1 && !self.passed_damage =>
            {
                Ok(self.gap(position))
            }
            Ok(ScannedLine::Record(Envelope { position, more })) => {
                self.place = LineOffset { after: position, offset: offset + length };
                self.passed_damage = false;
                Ok(ScanStep::Record { position, more, offset, line })
            }
        }
    }

    /// Whether the next line says that it is the record at a position. The base record stands behind what was cut off;
    /// other writers of this format may have put it at its end.
    fn next_claims(&mut self, position: u64) -> io::Result<bool> {
        let WindowLine::Line(line) = self.window.line(self.source, self.place.offset, self.end)? else {
            return Ok(false);
        };
        Ok(Envelope::claimed(self.window.bytes(line)).is_some_and(|envelope| envelope.position == position))
    }

    /// What a good line is.
    fn judge(&self, line: Range<usize>) -> Result<ScannedLine, LineFault> {
        let line = self.window.bytes(line);
        if self.place.offset == 0 {
            return match LogHeader::read(line) {
                LogHeader::Damaged(why) => Err(format!("the header: {why}")),
                LogHeader::Good { cut, .. } => Ok(ScannedLine::Header { cut }),
                LogHeader::Newer(_) => Ok(ScannedLine::Header { cut: 0 }),
            };
        }
        let envelope = Envelope::checked(line, self.seed)?;
        if envelope.position > self.place.after {
            return Ok(ScannedLine::Record(envelope));
        }
        Err(format!("it says position {}, but follows position {}", envelope.position, self.place.after))
    }

    fn damage(&mut self, length: u64, why: LineFault) -> ScanStep {
        let offset = self.place.offset;
        self.place.offset += length;
        self.passed_damage = true;
        ScanStep::Damage { offset, length, why }
    }

    fn gap(&mut self, position: u64) -> ScanStep {
        self.passed_damage = true;
        let why = format!("positions {} to {} are missing", self.place.after + 1, position - 1);
        ScanStep::Damage { offset: self.place.offset, length: 0, why }
    }
}

fn too_long() -> LineFault {
    format!("it is longer than {} MiB", MAX_LINE >> 20)
}

/// The byte after the last finished append in the first `length` bytes: behind a newline, and behind no record that
/// says that more of the same append follow it. What comes after is torn.
///
/// # Errors
/// When the bytes cannot be read.
pub fn finished_end(source: &mut dyn ReadAt, length: u64, seed: Seed) -> io::Result<u64> {
    let mut backward = Backward::new(source);
    let mut end = backward.line_start(length)?;
    while end > 0 {
        let start = backward.line_start(end - 1)?;
        if start == 0 || !promises_more(backward.source(), start, end, seed)? {
            break;
        }
        end = start;
    }
    Ok(end)
}

/// Whether the line from `start` to `end` is a good record with more to follow. Cheap when it does not even say so.
fn promises_more(source: &mut dyn ReadAt, start: u64, end: u64, seed: Seed) -> io::Result<bool> {
    let says_more = |line: &[u8]| Envelope::claimed(line).is_some_and(|envelope| envelope.more > 0);
    let mut head = [0; 80];
    let count = source.read_at(start, &mut head)?;
    if !says_more(&head[..count]) {
        return Ok(false);
    }
    let mut window = FileWindow::default();
    match window.line(source, start, end)? {
        WindowLine::Line(line) => Ok(Envelope::checked(window.bytes(line), seed).is_ok()),
        WindowLine::TooLong(_) | WindowLine::End => Ok(false),
    }
}
