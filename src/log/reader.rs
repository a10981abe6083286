//! What is known of one log by reading it: its seed, its end, where its records are. Never writes.
//!
//! Must not name: files, locks, `directory`.

use super::begin;
use super::index::{KEY_BYTES, LineIndex, LineKey, LineOffset};
use super::line::{FORMAT, LineFault, LogHeader, Seed};
use super::log_source::LogSource;
use super::positions::LogPositions;
use super::raw_batch::RawBatch;
use super::scan::{LineScan, ScanStep, finished_end};
use super::window::{FileWindow, ReadAt, WindowLine};
use super::{CutOff, Damage};
use crate::error::counted;
use crate::record::{Position, Version};
use crate::{Error, LogChange, Result};

/// What is known of one log.
#[derive(Debug)]
pub struct LogReader {
    origin: LogSource,
    window: FileWindow,
    index: LineIndex,
    /// Behind the record handed out last, for those who go on from there.
    recent: LineOffset,
    head: Option<FirstLine>,
    length: u64,
    end: u64,
    /// How far the index knows the file, and how many damaged lines lie between its frontier and there.
    indexed: u64,
    lost: u64,
}

/// What is known of the first line.
#[derive(Debug)]
struct FirstLine {
    /// What the checksums start from.
    seed: Seed,
    /// What was cut off.
    cut: Option<CutOff>,
    /// The position of the record that stands for what compaction cut off; 0 where it was never compacted.
    base: u64,
    /// The byte behind it.
    end: u64,
    /// Its first bytes, to know it again.
    start: Vec<u8>,
    /// Why it cannot be used, when the seed comes from the recording's marker.
    damage: Option<LineFault>,
}

/// What tells one state of a log from all that are no continuation of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogFingerprint {
    seed: Seed,
    position: u64,
    crc: [u8; 8],
}

impl LogReader {
    /// Knows nothing yet.
    pub fn new(origin: LogSource) -> Self {
        Self {
            origin,
            window: FileWindow::default(),
            index: LineIndex::default(),
            recent: LineOffset::default(),
            head: None,
            length: 0,
            end: 0,
            indexed: 0,
            lost: 0,
        }
    }

    /// Whether what is known of the file still stands in it: its first line, and the last record read. Reads those.
    ///
    /// # Errors
    /// `Io`.
    pub fn still_holds(&self, source: &mut dyn ReadAt, length: u64) -> Result<bool> {
        let Some(head) = &self.head else { return Ok(true) };
        let (frontier, line) = (self.index.frontier().offset, self.index.line());
        if length < frontier.max(head.end) || begin::bytes(source, 0).map_err(self.cannot("read"))? != head.start {
            return Ok(false);
        }
        Ok(frontier == 0 || line.begins(&begin::bytes(source, line.start).map_err(self.cannot("read"))?))
    }

    /// Finds the end of a file of `length` bytes, whose known part still holds.
    ///
    /// # Errors
    /// `NewerFormat`, `Format` when it is another tenant's, `Damaged` when no seed is known, `Io`.
    pub fn refresh(&mut self, source: &mut dyn ReadAt, length: u64) -> Result<()> {
        // Bytes behind the last record read may have been taken back, and others written there.
        self.window = FileWindow::default();
        if self.head.is_none() {
            self.head = self.find_head(source, length)?;
        }
        if let Some(head) = &self.head {
            let (frontier, line) = (self.index.frontier(), self.index.line());
            self.end = match frontier.offset == length && line.more == 0 {
                true => length,
                false => finished_end(source, length, head.seed).map_err(self.cannot("read"))?,
            };
        }
        (self.length, self.indexed) = (length, 0);
        Ok(())
    }

    /// What is in the header, or the recording's seed when it is damaged; none when no header is finished yet.
    fn find_head(&self, source: &mut dyn ReadAt, length: u64) -> Result<Option<FirstLine>> {
        let file = || self.origin.file.clone();
        let Some((header, end)) = begin::first_line(source, length).map_err(self.cannot("read"))? else {
            return Ok(None);
        };
        let (seed, cut, base, damage) = match header {
            LogHeader::Newer(found) => return Err(Error::NewerFormat { file: file(), found, known: FORMAT }),
            LogHeader::Good { seed, tenant: Some(tenant), cut, through } if tenant == self.origin.tenant => {
                let cut_off = CutOff { position: Position(cut), through: through.map(Version) };
                let base = if cut > 0 || through.is_some() { cut + 1 } else { 0 };
                (seed, (cut > 0).then_some(cut_off), base, None)
            }
            LogHeader::Good { .. } => return Err(self.not_ours()),
            LogHeader::Damaged(why) => match self.origin.spare {
                Some(seed) => (seed, None, 0, Some(why)),
                None => return Err(Error::Damaged { file: file(), offset: 0, why: unseeded(&why) }),
            },
        };
        let start = begin::bytes(source, 0).map_err(self.cannot("read"))?;
        Ok(Some(FirstLine { seed, cut, base, end, start, damage }))
    }

    fn not_ours(&self) -> Error {
        let why = format!(
            "this file has the name of the log of tenant {:?}, but its header names another one. Move it away",
            self.origin.tenant.0
        );
        Error::Format { file: self.origin.file.display().to_string(), why }
    }

    fn cannot(&self, doing: &'static str) -> impl FnOnce(std::io::Error) -> Error {
        Error::io(doing, self.origin.file.as_path())
    }

    /// What its checksums start from; none before it has a header.
    pub fn seed(&self) -> Option<Seed> {
        self.head.as_ref().map(|head| head.seed)
    }

    /// What is wrong with the header, if anything is.
    pub fn header_damage(&self) -> Option<&LineFault> {
        self.head.as_ref()?.damage.as_ref()
    }

    /// The byte after the last finished append.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// The position of the last good record. The first call reads the log once.
    ///
    /// # Errors
    /// `Io`.
    pub fn last(&mut self, source: &mut dyn ReadAt) -> Result<u64> {
        self.index_to_end(source)?;
        Ok(self.index.frontier().after)
    }

    /// The position the next record gets: behind what was cut off, and behind every damaged line too, so that none of
    /// theirs is given twice.
    ///
    /// # Errors
    /// `Io`.
    pub fn next(&mut self, source: &mut dyn ReadAt) -> Result<u64> {
        let cut = self.cut_through();
        Ok(self.last(source)?.max(cut).saturating_add(self.lost).saturating_add(1))
    }

    /// The position of the record that stands for what compaction cut off; 0 where it was never compacted.
    pub fn base(&self) -> u64 {
        self.head.as_ref().map_or(0, |head| head.base)
    }

    /// Positions up to here were cut off.
    fn cut_through(&self) -> u64 {
        self.head.as_ref().and_then(|head| head.cut).map_or(0, |cut| cut.position.0)
    }

    /// The last record read, as far as it has one.
    pub fn known(&self) -> Option<LogFingerprint> {
        let seed = self.seed()?;
        Some(LogFingerprint { seed, position: self.index.frontier().after, crc: self.index.line().crc })
    }

    /// How this log differs from one that goes on behind what is known, if it does. Reads up to there.
    ///
    /// # Errors
    /// `Io`.
    pub fn change_since(&mut self, source: &mut dyn ReadAt, known: &LogFingerprint) -> Result<Option<LogChange>> {
        let Some(head) = &self.head else { return Ok(Some(LogChange::Emptied)) };
        if head.seed != known.seed {
            return Ok(Some(LogChange::Replaced));
        }
        // Nothing, or compaction has cut it off, or has put its record in this one's place.
        if known.position <= self.base() {
            return Ok(None);
        }
        if self.last(source)? < known.position {
            return Ok(Some(LogChange::Shortened { last: self.last(source)?, known: known.position }));
        }
        let there = self.key_after(source, known.position - 1)?;
        let same = there == Some((known.position, known.crc));
        Ok((!same).then_some(LogChange::Rewritten { position: known.position }))
    }

    /// Position and checksum of the first record after `position`.
    fn key_after(&mut self, source: &mut dyn ReadAt, position: u64) -> Result<Option<(u64, [u8; 8])>> {
        let raw = self.raw_batch(source, position, 1)?;
        Ok(raw.first_line().map(|(start, line)| (raw.last.after, LineKey::of(line, start, 0).crc)))
    }

    /// The line of the first record after `position`, and the byte it starts at.
    ///
    /// # Errors
    /// `Io`.
    pub fn line_after(&mut self, source: &mut dyn ReadAt, position: u64) -> Result<Option<(u64, Vec<u8>)>> {
        let raw = self.raw_batch(source, position, 1)?;
        Ok(raw.first_line().map(|(start, line)| (start, line.to_vec())))
    }

    /// Takes notice of an append of our own behind the end: its records, the last of which is the new end.
    pub fn appended(&mut self, head: Option<(Seed, &[u8])>, records: &[(LineOffset, LineKey)]) {
        for (place, line) in records {
            self.index.note(*place, *line);
        }
        if let Some((seed, line)) = head {
            let start = line[..line.len().min(KEY_BYTES)].to_vec();
            self.head = Some(FirstLine { seed, cut: None, base: 0, end: line.len() as u64, start, damage: None });
        }
        let end = self.index.frontier().offset;
        (self.length, self.end, self.indexed, self.lost) = (end, end, end, 0);
    }

    fn index_to_end(&mut self, source: &mut dyn ReadAt) -> Result<()> {
        let Some(seed) = self.seed().filter(|_| self.indexed != self.end) else { return Ok(()) };
        let place = self.index.frontier();
        let (window, end) = (&mut self.window, self.end);
        let mut scan = LineScan { source, window, seed, end, place, passed_damage: false };
        let mut lost = 0;
        loop {
            match scan.step().map_err(Error::io("read", self.origin.file.clone()))? {
                ScanStep::End => break,
                ScanStep::Damage { length, .. } => {
                    self.index.note_damage();
                    lost += u64::from(length > 0);
                }
                ScanStep::Record { more, offset, line, .. } => {
                    self.index.note(scan.place, LineKey::of(scan.window.bytes(line), offset, more));
                    lost = 0;
                }
            }
        }
        (self.indexed, self.lost) = (self.end, lost);
        self.window.trim();
        Ok(())
    }

    /// Places where `more` does not count down to the end of an append, and no damage explains it.
    ///
    /// # Errors
    /// `Io`.
    pub fn broken_appends(&mut self, source: &mut dyn ReadAt) -> Result<Vec<Damage>> {
        let Some(seed) = self.seed() else { return Ok(Vec::new()) };
        let (mut broken, mut window) = (Vec::new(), FileWindow::default());
        let end = self.end;
        let mut scan =
            LineScan { source, window: &mut window, seed, end, place: LineOffset::default(), passed_damage: false };
        // What the record before says: its position, and how many more of its append follow.
        let mut promised = (0, 0);
        loop {
            match scan.step().map_err(Error::io("read", self.origin.file.clone()))? {
                ScanStep::End => return Ok(broken),
                ScanStep::Damage { .. } => promised = (0, 0),
                ScanStep::Record { position, more, offset, .. } => {
                    let (after, left) = std::mem::replace(&mut promised, (position, more));
                    if left > 0 && more + 1 != left {
                        let why = format!(
                            "the record before it says that {left} more of its append follow, but this one says {more}"
                        );
                        let file = self.origin.file.clone();
                        broken.push(Damage { file, offset, length: 0, after: Position(after), why, torn: false });
                    }
                }
            }
        }
    }

    /// Where to start for the record after `position`. A place that another reader noted is taken only where a record
    /// that comes before stands there; otherwise all places are dropped, and the file is read from its start.
    fn start(&mut self, source: &mut dyn ReadAt, seed: Seed, position: u64) -> Result<LineOffset> {
        let noted = self.index.before(position.saturating_add(1));
        if self.recent.after <= position && self.recent.offset > noted.offset {
            return Ok(self.recent);
        }
        if !self.index.is_handed(noted) {
            return Ok(noted);
        }
        let noted = self.index.before(position);
        if noted.offset == 0 || self.line_at(source, seed, noted)?.is_some_and(|line| line.0.after == noted.after + 1) {
            return Ok(noted);
        }
        (self.index, self.recent, self.indexed) = (LineIndex::default(), LineOffset::default(), 0);
        Ok(LineOffset::default())
    }

    /// The line of the record that starts at a place: the place behind it, and what tells it from others; none when no line
    /// starts there, or a damaged one.
    fn line_at(
        &mut self,
        source: &mut dyn ReadAt,
        seed: Seed,
        place: LineOffset,
    ) -> Result<Option<(LineOffset, LineKey)>> {
        let Some(newline) = place.offset.checked_sub(1) else { return Ok(None) };
        let (window, end) = (&mut self.window, self.end);
        let cannot = || Error::io("read", self.origin.file.as_path());
        match window.line(source, newline, end).map_err(cannot())? {
            WindowLine::Line(line) if line.is_empty() => {}
            _ => return Ok(None),
        }
        let mut scan = LineScan { source, window, seed, end, place, passed_damage: false };
        Ok(match scan.step().map_err(cannot())? {
            ScanStep::Record { more, offset, line, .. } => {
                Some((scan.place, LineKey::of(scan.window.bytes(line), offset, more)))
            }
            ScanStep::Damage { .. } | ScanStep::End => None,
        })
    }

    /// What is known of the file, for another reader; none where nothing was read, or damage was met.
    pub fn positions(&self) -> Option<LogPositions> {
        let head = self.head.as_ref().filter(|head| head.damage.is_none())?;
        let whole = !self.index.is_damaged() && self.index.frontier().after > 0;
        whole.then(|| LogPositions::new(head.seed, &head.start, self.index.clone())).flatten()
    }

    /// Goes on from what another reader knows of the file, if the file begins as it did and has the same line at the end of
    /// what is known; whether that is so. Where more is known here already, that stays.
    ///
    /// # Errors
    /// `Io`.
    pub fn resume(&mut self, source: &mut dyn ReadAt, positions: &LogPositions) -> Result<bool> {
        let Some(head) = self.head.as_ref().filter(|head| head.damage.is_none()) else { return Ok(false) };
        let index = positions.index();
        let (seed, frontier, line) = (head.seed, index.frontier(), index.line());
        if !positions.begins(seed, &head.start) || self.index.is_damaged() || frontier.offset > self.end {
            return Ok(false);
        }
        let before = LineOffset { after: frontier.after - 1, offset: line.start };
        if self.line_at(source, seed, before)? != Some((frontier, line)) {
            return Ok(false);
        }
        if self.index.frontier().offset < frontier.offset {
            (self.index, self.recent, self.indexed) = (index.clone(), LineOffset::default(), 0);
        }
        Ok(true)
    }

    /// Up to `limit` lines after `after` and the damage between them, a megabyte or one line at most.
    ///
    /// # Errors
    /// `Io`.
    pub fn raw_batch(&mut self, source: &mut dyn ReadAt, after: u64, limit: usize) -> Result<RawBatch> {
        let mut raw = RawBatch::empty(after);
        let Some(seed) = self.seed() else { return Ok(raw) };
        let place = self.start(source, seed, after)?;
        let (window, end) = (&mut self.window, self.end);
        let scan = LineScan { source, window, seed, end, place, passed_damage: false };
        raw.fill(scan, limit, &mut self.index, &self.origin.file)?;
        raw.cut = self.head.as_ref().and_then(|head| head.cut).filter(|cut| after <= cut.position.0);
        self.recent = raw.last;
        self.window.trim();
        Ok(raw)
    }

    /// What lies behind the last finished append, if anything does.
    pub fn torn(&self) -> Option<Damage> {
        let length = self.length - self.end;
        (length > 0).then(|| Damage {
            file: self.origin.file.clone(),
            offset: self.end,
            length,
            after: Position(self.index.frontier().after),
            why: format!(
                "unfinished record of {} at the end. The next write moves it to a side file",
                counted(length, "byte")
            ),
            torn: true,
        })
    }
}

fn unseeded(why: &LineFault) -> LineFault {
    format!("the header: {why}. The seed of the checksums is lost, since the recording's asof.json is damaged too")
}
