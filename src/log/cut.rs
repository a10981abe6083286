//! Cutting off the beginning of a tenant's file: the only thing that takes records away, and only when asked.
//!
//! A new file is written beside the log, synced, and renamed over it, all under the log's lock: a crash leaves one or the
//! other. Who waits for the lock of the old file finds that the log's name does not lead to it, and takes the new one.
//! Which records stay is the caller's business.

use super::AppendId;
use super::codec::{LineStamp, encode};
use super::disk;
use super::line::{LogHeader, MAX_LINE, Seed};
use super::open::{self, FileId};
use super::scan::{LineScan, ScanStep};
use super::tenant::{TenantFile, changed, held};
use super::window::FileWindow;
use crate::error::counted;
use crate::record::{Body, Entry, Position};
use crate::{Error, LogChange, Result};
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

/// What is to be cut off, and what is left of it.
#[derive(Debug)]
#[non_exhaustive]
pub struct LogCut {
    /// The last record of the log, as the caller knows it.
    pub expected: Position,
    /// Records up to here go.
    pub through: Position,
    /// What stands in their place, at the position of the last of them.
    pub base: Entry,
}

fn too_long(length: usize) -> String {
    format!(
        "the record that replaces the deleted versions would take {}, the limit is {MAX_LINE}. Nothing was deleted; \
         delete fewer versions, or before a version with fewer branches of large values",
        counted(length as u64, "byte")
    )
}

impl TenantFile {
    /// See [`Log::cut`](super::Log::cut).
    pub fn cut(&self, cut: &LogCut) -> Result<u64> {
        let mut state = held(&self.state);
        self.refuse(&state)?;
        let Some(locked) = self.lock(&mut state, Position(u64::MAX))? else {
            return Err(Error::Conflict { expected: cut.expected.0, actual: 0 });
        };
        let actual = state.reader.last(&mut &*locked.file)?;
        if actual != cut.expected.0 {
            return Err(Error::Conflict { expected: cut.expected.0, actual });
        }
        self.check_header(&state, &locked)?;
        let seed = state.reader.seed().ok_or_else(|| self.cannot("read")(std::io::ErrorKind::InvalidData.into()))?;
        let side = self.path().with_extension("jsonl.new");
        let new = disk::make_unfinished(&side).map_err(Error::io("create", &side))?;
        open::share_like(&new, self.path());
        let written = self.write_shorter(&locked.file, &new, &side, seed, state.reader.end(), cut).and_then(|length| {
            if !state.file.leads_to(FileId::of(&locked.metadata))? {
                return Err(changed(&self.origin, LogChange::Deleted));
            }
            std::fs::rename(&side, self.path()).map_err(self.cannot("replace")).map(|()| length)
        });
        // What was begun is of no use to anyone, and the disk may be full.
        let length = written.inspect_err(|_| drop(std::fs::remove_file(&side)))?;
        disk::sync_directory(self.path().parent().unwrap_or(Path::new("")))?;
        state.forget(&self.origin);
        state.file.close();
        Ok(locked.metadata.len().saturating_sub(length))
    }

    /// Writes the new file and waits until it is on the disk; answers its length.
    fn write_shorter(&self, from: &File, new: &File, side: &Path, seed: Seed, end: u64, cut: &LogCut) -> Result<u64> {
        let cannot = || Error::io("write", side);
        let mut out = BufWriter::new(new);
        let mut head = Vec::new();
        let versions = match &cut.base.body {
            Body::Base(base) => base.through.0,
            _ => 0,
        };
        LogHeader::write_cut(&mut head, seed, Some(&self.origin.tenant), Some((cut.through.0 - 1, versions)));
        let stamp = LineStamp { position: cut.through.0, more: 0, id: AppendId::new().record(0) };
        encode(&mut head, seed, &stamp, &cut.base);
        if head.len() > MAX_LINE {
            return Err(cannot()(std::io::Error::new(std::io::ErrorKind::FileTooLarge, too_long(head.len()))));
        }
        out.write_all(&head).map_err(cannot())?;
        self.copy_rest(from, &mut out, seed, end, cut)?;
        out.flush().map_err(cannot())?;
        new.sync_all().map_err(cannot())?;
        Ok(new.metadata().map_err(cannot())?.len())
    }

    /// Copies what stays, byte for byte, damage too.
    fn copy_rest(&self, from: &File, out: &mut dyn std::io::Write, seed: Seed, end: u64, cut: &LogCut) -> Result<()> {
        let (mut source, mut window) = (from, FileWindow::default());
        let place = super::index::LineOffset::default();
        let mut scan = LineScan { source: &mut source, window: &mut window, seed, end, place, passed_damage: false };
        loop {
            let after = scan.place.after;
            let bytes = match scan.step().map_err(self.cannot("read"))? {
                ScanStep::End => return Ok(()),
                ScanStep::Damage { .. } if after < cut.through.0 => continue,
                ScanStep::Damage { offset, length, .. } => {
                    disk::bytes_at(from, offset, length).map_err(self.cannot("read"))?
                }
                ScanStep::Record { position, .. } if position <= cut.through.0 => continue,
                ScanStep::Record { line, .. } => [scan.window.bytes(line), b"\n"].concat(),
            };
            out.write_all(&bytes).map_err(Error::io("write", self.path()))?;
        }
    }
}
