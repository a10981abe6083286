//! Appending to a tenant's file: under its lock, at the expected position, all or none, acknowledged as promised.
//!
//! Must not name: `directory`.

use super::AppendId;
use super::codec::{Stamp, encode};
use super::disk::{self, Lock, Make, extend};
use super::index::Place;
use super::line::{Header, MAX_LINE, POSITIONS, Seed};
use super::tenant::{State, Synced, TenantFile, held, regular_file};
use crate::record::{Entry, Position};
use crate::{Error, Result};
use std::fs::{File, Metadata};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Files kept open for writing; further tenants open theirs for each append, so that file handles last.
const KEPT_OPEN: usize = 256;

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
        match self.append_locked(&mut state, expected, id, entries)? {
            Some((_, last)) => Ok(Position(last)),
            None => Err(Error::Conflict { expected: expected.0, actual: 0 }),
        }
    }

    /// See [`Log::find`](super::Log::find).
    pub fn find(&self, expected: Position, id: &AppendId) -> Result<Option<Position>> {
        let (mut found, mut number) = (None, 0);
        loop {
            let batch = self.read(found.unwrap_or(expected), 64)?;
            let own = batch.records.iter().take_while(|record| {
                number += 1;
                record.id == id.record(number - 1)
            });
            let Some(last) = own.last() else { return Ok(found) };
            found = Some(last.position);
        }
    }

    pub(super) fn refuse(&self, state: &State) -> Result<()> {
        let Some(why) = &state.refused else { return Ok(()) };
        let words = format!("an earlier write failed ({why}), so what is on the disk is not known. Open it again");
        Err(self.cannot("write")(std::io::Error::other(words)))
    }

    /// Appends under the lock; none when there is no such file and there should be.
    fn append_locked(
        &self,
        state: &mut State,
        expected: Position,
        id: &AppendId,
        entries: &[Entry],
    ) -> Result<Option<(Arc<File>, u64)>> {
        while let Some(file) = self.writer(state, expected)? {
            let lock = Lock::take(&file).map_err(self.cannot("lock"))?;
            let metadata = file.metadata().map_err(self.cannot("read"))?;
            if disk::has_name(&metadata) {
                let last = self.append_to(state, &file, &metadata, expected, id, entries)?;
                drop(lock);
                return Ok(Some((file, last)));
            }
            // Someone removed or replaced the file: what is written to it would be lost.
            state.writer = None;
        }
        Ok(None)
    }

    /// The file to write to, made when it is the first append; none when it is missing though it should be there.
    fn writer(&self, state: &mut State, expected: Position) -> Result<Option<Arc<File>>> {
        if let Some(writer) = &state.writer {
            return Ok(Some(Arc::clone(writer)));
        }
        let make = match regular_file(self.path())? {
            Some(_) => Make::Never,
            None if expected.0 == 0 => Make::IfMissing,
            None => return Ok(None),
        };
        let file = Arc::new(disk::open_to_write(self.path(), make).map_err(self.cannot("open"))?);
        if self.shared.opened.fetch_add(1, Ordering::Relaxed) < KEPT_OPEN {
            state.writer = Some(Arc::clone(&file));
        }
        Ok(Some(file))
    }

    fn append_to(
        &self,
        state: &mut State,
        file: &File,
        metadata: &Metadata,
        expected: Position,
        id: &AppendId,
        entries: &[Entry],
    ) -> Result<u64> {
        let mut source = file;
        state.refresh(&self.origin, &mut source, metadata)?;
        at_expected(expected, state.reader.last(&mut source)?)?;
        let first = state.reader.next(&mut source)?;
        self.room_for(first, entries.len() as u64)?;
        let end = state.reader.end();
        if metadata.len() > end {
            disk::set_aside(file, self.path(), end)?;
        }
        self.write(state, file, first, id, entries)
    }

    fn room_for(&self, first: u64, count: u64) -> Result<()> {
        if first + count > POSITIONS {
            return Err(self.cannot("write")(std::io::Error::other("its positions are used up")));
        }
        Ok(())
    }

    fn write(&self, state: &mut State, file: &File, first: u64, append: &AppendId, entries: &[Entry]) -> Result<u64> {
        let end = state.reader.end();
        let seed = state.reader.seed().or(self.origin.spare).unwrap_or_else(Seed::random);
        let mut places: Vec<Place> = Vec::with_capacity(entries.len());
        let mut stamps = (first..).zip((0..entries.len() as u64).rev()).zip(entries);
        let mut disk = file;
        let written = extend(&mut disk, self.path(), end, |out| {
            let Some(((position, more), entry)) = stamps.next() else { return Ok(false) };
            let start = out.len();
            if end == 0 && position == first {
                Header::write(out, seed, Some(&self.origin.tenant));
            }
            let line = out.len();
            encode(out, seed, &Stamp { position, more, id: append.record((position - first) as usize) }, entry);
            within_line(out.len() - line)?;
            let before = places.last().map_or(end, |place| place.offset);
            places.push(Place { after: position, offset: before + (out.len() - start) as u64 });
            Ok(more > 0)
        });
        written.map_err(|failed| {
            state.refused = failed.left.map(|left| format!("{}, then: {left}", failed.error));
            failed.error
        })?;
        state.reader.appended(seed, &places);
        Ok(first + entries.len() as u64 - 1)
    }

    /// See [`Log::sync`](super::Log::sync).
    pub fn sync_all(&self) -> Result<()> {
        let (file, reached) = {
            let mut state = held(&self.state);
            self.refuse(&state)?;
            // Nothing appended through here: nothing to wait for.
            let Some(file) = self.writer(&mut state, Position(u64::MAX))? else { return Ok(()) };
            (file, Synced { identity: state.identity, end: state.reader.end() })
        };
        self.sync(&file, &reached)
    }

    /// See [`Log::refused`](super::Log::refused).
    pub fn refused(&self) -> Option<String> {
        held(&self.state).refused.clone()
    }

    /// Waits until the file is on the disk up to `reached`. Whoever syncs first does it for all who wrote before.
    fn sync(&self, file: &File, reached: &Synced) -> Result<()> {
        let mut synced = held(&self.synced);
        let state = held(&self.state);
        self.refuse(&state)?;
        if synced.identity == reached.identity && synced.end >= reached.end {
            return Ok(());
        }
        let end = if state.identity == reached.identity { state.reader.end() } else { reached.end };
        drop(state);
        self.sync_file(file, synced.identity != reached.identity).inspect_err(|error| {
            held(&self.state).refused = Some(error.to_string());
        })?;
        *synced = Synced { identity: reached.identity, end };
        Ok(())
    }

    /// The name of a file must be on the disk too, once.
    fn sync_file(&self, file: &File, new: bool) -> Result<()> {
        file.sync_data().map_err(self.cannot("sync"))?;
        if new { disk::sync_directory(self.path().parent().unwrap_or(Path::new(""))) } else { Ok(()) }
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
