//! Appending to a tenant's file: under its lock, at the expected position, all or none, acknowledged as promised.
//!
//! Must not name: `directory`.

use super::AppendId;
use super::begin::header_begun;
use super::codec::{LineStamp, encode};
use super::disk::{self, Disk, extend};
use super::find::by_reading;
use super::index::{LineKey, LineOffset};
use super::line::{LogHeader, MAX_LINE, POSITIONS, Seed};
use super::logfile::Locked;
use super::open::{FileId, Make, Signature};
use super::tenant::{TenantFile, TenantLogState, changed, held};
use super::window::ReadAt;
use crate::record::{Entry, Position};
use crate::{Error, LogChange, Result};
use std::fs::File;

impl TenantFile {
    /// See [`Log::append`](super::Log::append).
    pub fn append(&self, expected: Position, id: &AppendId, entries: &[Entry]) -> Result<Position> {
        match self.append_once(expected, id, entries) {
            Err(error @ Error::Conflict { .. }) => self.find(expected, id)?.ok_or(error),
            done => done,
        }
    }

    fn append_once(&self, expected: Position, id: &AppendId, entries: &[Entry]) -> Result<Position> {
        if entries.is_empty() {
            return self.last().and_then(|last| at_expected(expected, last.0)).map(Position);
        }
        let mut state = held(&self.state);
        self.refuse(&state)?;
        let Some(locked) = self.lock(&mut state, expected)? else {
            return Err(Error::Conflict { expected: expected.0, actual: 0 });
        };
        let last = self.append_locked(&mut state, &locked, expected, id, entries)?;
        drop(locked);
        Ok(Position(last))
    }

    /// See [`Log::find`](super::Log::find).
    pub fn find(&self, expected: Position, id: &AppendId) -> Result<Option<Position>> {
        let cut_off = |state: &mut TenantLogState, bytes: &mut dyn ReadAt| {
            let last = state.reader.last(bytes)?;
            Ok((state.reader.base() > expected.0).then_some(last))
        };
        if let Some(actual) = self.look(cut_off)?.flatten() {
            return Err(Error::Conflict { expected: expected.0, actual });
        }
        by_reading(expected, id, |after, limit| self.read(after, limit))
    }

    pub(super) fn refuse(&self, state: &TenantLogState) -> Result<()> {
        let Some(why) = &state.refused else { return Ok(()) };
        let words = format!("an earlier write failed ({why}), so what is on the disk is not known. Open it again");
        Err(self.cannot("write")(std::io::Error::other(words)))
    }

    /// The file, held for writing and read again under its lock; made when it is the first append. None when there is
    /// no such file.
    pub(super) fn lock(&self, state: &mut TenantLogState, expected: Position) -> Result<Option<Locked>> {
        let is_there = state.signature(&self.origin)?.is_some();
        let make = if expected.0 == 0 && !is_there { Make::IfMissing } else { Make::Never };
        if !is_there && make == Make::Never {
            return Ok(None);
        }
        let Some(locked) = state.file.lock(make)? else {
            return if state.knows_something() { Err(changed(&self.origin, LogChange::Deleted)) } else { Ok(None) };
        };
        state.read_again(&self.origin, &mut &*locked.file, Signature::of(&locked.metadata))?;
        Ok(Some(locked))
    }

    fn append_locked(
        &self,
        state: &mut TenantLogState,
        locked: &Locked,
        expected: Position,
        id: &AppendId,
        entries: &[Entry],
    ) -> Result<u64> {
        let mut source = &*locked.file;
        at_expected(expected, state.reader.last(&mut source)?)?;
        self.check_header(state, locked)?;
        let first = state.reader.next(&mut source)?;
        self.room_for(first, entries.len() as u64)?;
        let end = state.reader.end();
        if locked.metadata.len() > end {
            disk::quarantine_tail(&locked.file, self.path(), end)?;
        }
        let last = self.write(state, &locked.file, first, id, entries)?;
        if !state.file.leads_to(FileId::of(&locked.metadata))? {
            // It was moved away while it was written: acknowledged only where the file that is there has it too.
            self.look_in(state, |state, bytes| state.reader.last(bytes))?
                .ok_or_else(|| changed(&self.origin, LogChange::Deleted))?;
        }
        Ok(last)
    }

    /// What is appended behind a damaged header might belong to another log.
    pub(super) fn check_header(&self, state: &TenantLogState, locked: &Locked) -> Result<()> {
        let damaged = |why: &str| Error::Damaged {
            file: self.path().into(),
            offset: 0,
            why: format!(
                "{why}. Nothing is appended to such a file; put its first line back from a copy, or move it away"
            ),
        };
        match state.reader.header_damage() {
            Some(why) => Err(damaged(&format!("the header: {why}"))),
            None if state.reader.seed().is_some() => Ok(()),
            None => match header_begun(&mut &*locked.file, locked.metadata.len()).map_err(self.cannot("read"))? {
                true => Ok(()),
                false => Err(damaged("it is not a log: it does not begin with a header")),
            },
        }
    }

    fn room_for(&self, first: u64, count: u64) -> Result<()> {
        if first.saturating_add(count) > POSITIONS {
            return Err(self.cannot("write")(std::io::Error::other("its positions are used up")));
        }
        Ok(())
    }

    fn write(
        &self,
        state: &mut TenantLogState,
        file: &File,
        first: u64,
        append: &AppendId,
        entries: &[Entry],
    ) -> Result<u64> {
        let end = state.reader.end();
        let seed = state.reader.seed().or(self.origin.spare).unwrap_or_else(Seed::random);
        let mut written: Vec<(LineOffset, LineKey)> = Vec::with_capacity(entries.len());
        let mut header = Vec::new();
        if end == 0 {
            LogHeader::write(&mut header, seed, Some(&self.origin.tenant));
        }
        let mut stamps = (first..).zip((0..entries.len() as u64).rev()).zip(entries).enumerate();
        let outcome = extend(&mut self.disk(file), self.path(), end, |out| {
            let Some((number, ((position, more), entry))) = stamps.next() else { return Ok(false) };
            let before = written.last().map_or(end + header.len() as u64, |(place, _)| place.offset);
            if number == 0 {
                out.extend_from_slice(&header);
            }
            let start = out.len();
            encode(out, seed, &LineStamp { position, more, id: append.record(number) }, entry);
            let line = &out[start..];
            within_line(line.len())?;
            let place = LineOffset { after: position, offset: before + line.len() as u64 };
            written.push((place, LineKey::of(line, before, more)));
            Ok(more > 0)
        });
        outcome.map_err(|failed| {
            let Some(left) = failed.left else { return failed.error };
            let words = format!("{}; it could not be cut off again ({left}), so it may be in the log", failed.error);
            state.refused = Some(words.clone());
            self.cannot("write")(std::io::Error::other(words))
        })?;
        state.reader.appended((end == 0).then_some((seed, &header)), &written);
        Ok(first + entries.len() as u64 - 1)
    }

    /// What writes to the file: in tests, a disk that may refuse.
    #[cfg(not(test))]
    #[expect(clippy::unused_self, reason = "tests put their faults in between")]
    pub(super) fn disk<'a>(&'a self, file: &'a File) -> impl Disk + 'a {
        file
    }

    #[cfg(test)]
    pub(super) fn disk<'a>(&'a self, file: &'a File) -> impl Disk + 'a {
        super::tests::Faulty { file, faults: &self.faults }
    }
}

fn at_expected(expected: Position, actual: u64) -> Result<u64> {
    if expected.0 == actual { Ok(actual) } else { Err(Error::Conflict { expected: expected.0, actual }) }
}

pub(super) fn within_line(length: usize) -> Result<()> {
    if length > MAX_LINE {
        return Err(Error::TooLarge { size: length as u64, limit: MAX_LINE as u64 });
    }
    Ok(())
}
