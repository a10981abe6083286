//! Lines copied out of a log, and the answers made of them, so that decoding keeps no other reader waiting.
//!
//! Must not name: files, locks.

use super::codec::decode;
use super::index::{LineIndex, LineKey, LineOffset};
use super::log_source::LogSource;
use super::scan::{LineScan, ScanStep};
use super::{CutOff, Damage, LogBatch, no_record};
use crate::record::{Position, Record};
use crate::{Error, Result};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// Bytes of lines copied at once: what a reader waits for while another reads.
const BYTES: usize = 1024 * 1024;

/// Lines copied out of a log, with the damage between them.
#[derive(Debug, Default)]
pub struct RawBatch {
    bytes: Vec<u8>,
    chunks: Vec<Chunk>,
    lines: usize,
    /// Behind its last record.
    pub last: LineOffset,
    /// What its header says was cut off, where that is asked from within.
    pub cut: Option<CutOff>,
    /// Whether the log ends here.
    pub at_end: bool,
    /// The share of the log's bytes before its end.
    pub progress: f64,
}

#[derive(Debug)]
enum Chunk {
    Line { offset: u64, bytes: Range<usize> },
    Damage(Damage),
}

impl RawBatch {
    /// Nothing, and the end.
    pub fn empty(after: u64) -> Self {
        Self { last: LineOffset { after, offset: 0 }, at_end: true, progress: 1.0, ..Self::default() }
    }

    /// Goes on until there are `limit` lines, or enough bytes, or the end. What is passed on the way to the first line
    /// is noted in the index and left out.
    ///
    /// # Errors
    /// `Io`.
    pub fn fill(&mut self, mut scan: LineScan<'_>, limit: usize, index: &mut LineIndex, file: &Path) -> Result<()> {
        let wanted = self.last.after;
        while self.lines < limit && self.bytes.len() < BYTES {
            let after = scan.place.after;
            match scan.step().map_err(Error::io("read", file))? {
                ScanStep::End => break,
                ScanStep::Damage { offset, length, why } => {
                    index.note_damage();
                    self.damage(Damage { file: file.into(), offset, length, after: Position(after), why, torn: false });
                }
                ScanStep::Record { position, more, offset, line } => {
                    index.note(scan.place, LineKey::of(scan.window.bytes(line.clone()), offset, more));
                    if position > wanted {
                        self.make_room(limit, line.len());
                        self.line(offset, scan.window.bytes(line));
                        self.last = scan.place;
                    } else {
                        // What was damaged before a record already read is told already.
                        self.chunks.clear();
                    }
                }
            }
        }
        self.at_end = scan.place.offset >= scan.end;
        self.progress = share(scan.place.offset, scan.end);
        Ok(())
    }

    /// Its first record's line, and the byte it starts at.
    pub fn first_line(&self) -> Option<(u64, &[u8])> {
        self.chunks.iter().find_map(|chunk| match chunk {
            Chunk::Line { offset, bytes } => Some((*offset, &self.bytes[bytes.clone()])),
            Chunk::Damage(_) => None,
        })
    }

    /// Before the first line: for as many as are wanted, if the others are about as long.
    fn make_room(&mut self, limit: usize, line: usize) {
        if self.lines == 0 {
            self.bytes.reserve(line.saturating_mul(limit).clamp(line, BYTES.max(line)));
        }
    }

    fn line(&mut self, offset: u64, line: &[u8]) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(line);
        self.chunks.push(Chunk::Line { offset, bytes: start..self.bytes.len() });
        self.lines += 1;
    }

    /// Adds damage; lines damaged one after another are one damaged range, however many a hostile file has.
    fn damage(&mut self, damage: Damage) {
        match self.chunks.last_mut() {
            Some(Chunk::Damage(last)) if last.length > 0 && last.offset + last.length == damage.offset => {
                last.length += damage.length;
            }
            _ => self.chunks.push(Chunk::Damage(damage)),
        }
    }

    /// Reads the lines: records in order, and the damage among them.
    fn decode(self) -> impl Iterator<Item = std::result::Result<Record, Damage>> {
        let Self { bytes, chunks, .. } = self;
        chunks.into_iter().map(move |chunk| match chunk {
            Chunk::Damage(damage) => Err(damage),
            Chunk::Line { bytes: line, .. } => Ok(decode(&bytes[line])),
        })
    }
}

/// The answer to [`Log::read`](super::Log::read), out of raw batches. Damage behind the last record waits for the next
/// one, so that whoever reads to the end meets each chunk once.
///
/// # Errors
/// Those of `next`.
pub fn read_batch(after: Position, mut next: impl FnMut(u64) -> Result<RawBatch>) -> Result<LogBatch> {
    let mut batch = LogBatch::default();
    let (mut after, mut told) = (after.0, 0);
    loop {
        let raw = next(after)?;
        let at_end = raw.at_end;
        (after, batch.progress) = (raw.last.after, raw.progress);
        batch.cut = batch.cut.or(raw.cut);
        for chunk in raw.decode() {
            match chunk {
                Err(damage) => batch.damage.push(damage),
                Ok(record) => {
                    batch.records.push(Arc::new(record));
                    told = batch.damage.len();
                }
            }
        }
        if !batch.records.is_empty() {
            batch.damage.truncate(told);
            return Ok(batch);
        }
        if at_end {
            return Ok(batch);
        }
    }
}

/// The record at `position`, out of the raw batch after the one before it.
///
/// # Errors
/// `NotFound`, or `Damaged` when damage stands in its place.
pub fn read_record(origin: &LogSource, position: Position, raw: RawBatch) -> Result<Arc<Record>> {
    let mut damaged = None;
    for chunk in raw.decode() {
        match chunk {
            Ok(record) if record.position == position => return Ok(Arc::new(record)),
            Ok(_) => break,
            Err(damage) => damaged = damaged.or(Some(damage)),
        }
    }
    Err(match damaged {
        Some(Damage { file, offset, why, .. }) => Error::Damaged { file, offset, why },
        None => no_record(&origin.tenant, position),
    })
}

#[expect(clippy::cast_precision_loss, reason = "a share is shown, not computed with")]
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}
