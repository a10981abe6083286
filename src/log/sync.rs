//! Waiting for the disk, and taking back an append that the disk refused.
//!
//! Must not name: `directory`.

use super::AppendId;
use super::codec::decode;
use super::disk::{self, Disk as _};
use super::logfile::Locked;
use super::reader::LogReader;
use super::tenant::{Synced, TenantFile, changed, held};
use super::window::ReadAt;
use crate::error::of_system;
use crate::record::Position;
use crate::{Error, LogChange, Result};
use std::fs::File;
use std::io;
use std::path::Path;

/// Why an append could not be taken back.
enum Stays {
    /// Others appended behind it, or it cannot be found.
    InLog,
    /// It was cut off, but that is not on the disk for certain.
    CutOff,
}

impl TenantFile {
    /// See [`Log::sync`](super::Log::sync).
    pub fn sync(&self) -> Result<()> {
        let (file, id, end) = {
            let mut state = held(&self.state);
            self.refuse(&state)?;
            if !state.knows_something() {
                return Ok(()); // nothing appended through here: nothing to wait for
            }
            let end = self.look_in(&mut state, |state, _| Ok(state.reader.end()))?;
            let handle = state.file.handle()?;
            let (Some(end), Some((file, id))) = (end, handle) else {
                return Err(changed(&self.origin, LogChange::Deleted));
            };
            // Replaced this very moment: what is there now is to be synced whole.
            (file, id, if state.seen() == Some(id) { end } else { u64::MAX })
        };
        let reached = Synced { file: Some(id), end };
        self.sync_through(&file, &reached)?;
        // Acknowledged only where the file that is there now has it.
        self.last().map(drop)
    }

    /// Waits until a file is on the disk up to `reached`. Whoever syncs first does it for all who wrote before.
    fn sync_through(&self, file: &File, reached: &Synced) -> Result<()> {
        let mut synced = held(&self.synced);
        let state = held(&self.state);
        self.refuse(&state)?;
        if synced.file == reached.file && synced.end >= reached.end {
            return Ok(());
        }
        let end = if state.seen() == reached.file { state.reader.end() } else { 0 };
        drop(state);
        self.sync_file(file, synced.file != reached.file).inspect_err(|error| {
            held(&self.state).refused = Some(error.to_string());
        })?;
        *synced = Synced { file: reached.file, end };
        Ok(())
    }

    /// The name of a file must be on the disk too, once.
    fn sync_file(&self, file: &File, new: bool) -> Result<()> {
        self.disk(file).sync().map_err(self.cannot("sync"))?;
        if new { disk::sync_directory(self.path().parent().unwrap_or(Path::new(""))) } else { Ok(()) }
    }

    /// See [`Log::sync_append`](super::Log::sync_append).
    pub fn sync_append(&self, expected: Position, id: &AppendId) -> Result<()> {
        let (failed, source) = match self.sync() {
            Err(Error::Io { path, source, .. }) => (path, source),
            done => return done,
        };
        let stays = match self.withdraw(expected, id) {
            Ok(None) => {
                let words = format!("{}. The write was withdrawn", of_system(&source));
                return Err(Error::io("sync", failed)(io::Error::new(source.kind(), words)));
            }
            Ok(Some(stays)) => stays,
            Err(_) => Stays::InLog,
        };
        let position = self.find(expected, id).ok().flatten().map_or(expected.0 + 1, |last| last.0);
        let withdrawn = matches!(stays, Stays::CutOff);
        Err(Error::Unsynced { file: self.path().into(), position, withdrawn, source })
    }

    /// Cuts an append off the log again when it is the last one there; why it could not, or none when it is gone from the
    /// disk too.
    fn withdraw(&self, expected: Position, id: &AppendId) -> Result<Option<Stays>> {
        let mut state = held(&self.state);
        let Some(locked) = self.lock(&mut state, Position(u64::MAX))? else { return Ok(Some(Stays::InLog)) };
        let Some(start) = last_append(&mut state.reader, &mut &*locked.file, expected, id)? else {
            return Ok(Some(Stays::InLog));
        };
        self.disk(&locked.file).cut(start).map_err(self.cannot("cut"))?;
        let synced = self.disk(&locked.file).sync();
        // What this process knew of the log is gone with it.
        state.forget_all(&self.origin);
        self.know_again(&mut state, locked)?;
        Ok(synced.is_err().then_some(Stays::CutOff))
    }

    /// Reads to the end, so that a later change of what is there now is noticed.
    fn know_again(&self, state: &mut super::tenant::TenantLogState, locked: Locked) -> Result<()> {
        self.look_in(state, |state, bytes| state.reader.last(bytes))?;
        drop(locked);
        Ok(())
    }
}

/// The byte where an append starts that ends the log; none when something else does.
fn last_append(
    reader: &mut LogReader,
    source: &mut dyn ReadAt,
    expected: Position,
    id: &AppendId,
) -> Result<Option<u64>> {
    let last = reader.last(source)?;
    let Some((start, first)) = reader.line_after(source, expected.0)? else { return Ok(None) };
    let Some((_, end)) = reader.line_after(source, last.saturating_sub(1))? else { return Ok(None) };
    let (first, end) = (decode(&first), decode(&end));
    let number = usize::try_from(last.saturating_sub(first.position.0)).unwrap_or(usize::MAX);
    let is_own = first.id == id.record(0) && end.id == id.record(number);
    Ok(Some(start).filter(|_| is_own))
}
