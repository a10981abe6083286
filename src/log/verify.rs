//! Reading every byte of a recording, and saying what is wrong with it.

use super::directory::{Directory, MARKER, file_id, header_of, read_marker};
use super::line::LogHeader;
use super::open;
use super::tenant::{LogShared, TenantFile};
use super::{Damage, codec};
use crate::error::counted;
use crate::record::{Body, Position, Record, TenantId};
use crate::value::Text;
use crate::{Error, Result};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Records read at once.
const BATCH: usize = 1024;

/// What [`verify`] found.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct VerifyReport {
    /// Good records.
    pub records: u64,
    /// What cannot be used, in the order of the files.
    pub damage: Vec<Damage>,
    /// Good records that say something unknown here.
    pub unknown: Vec<UnknownRecord>,
    /// What is no damage but should be known, and of which file: further hard links, files left unfinished.
    pub notes: Vec<(PathBuf, String)>,
}

/// A record with a right checksum that says something unknown here.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownRecord {
    /// The tenant's log file.
    pub file: PathBuf,
    /// The record's position in the log.
    pub position: Position,
    /// Its type; empty where it has none.
    pub kind: Text,
    /// Why it cannot be read.
    pub why: Text,
}

impl UnknownRecord {
    fn of(record: &Record, file: &Path) -> Option<Self> {
        let Body::Unknown { kind, why, .. } = &record.entry.body else { return None };
        Some(Self { file: file.into(), position: record.position, kind: kind.clone(), why: why.clone() })
    }

    /// Whether a newer program may have written it; otherwise it is broken.
    pub fn is_newer(&self) -> bool {
        !self.kind.is_empty() && !codec::TYPES.contains(&self.kind.as_str())
    }
}

/// Reads every byte of a recording.
///
/// # Errors
/// When it cannot be read at all.
pub fn verify(directory: &Path) -> Result<VerifyReport> {
    let opened = Directory::open(directory)?;
    let mut report = VerifyReport::default();
    if let Some(LogHeader::Damaged(why)) = read_marker(directory)? {
        report.damage.push(at_start(&directory.join(MARKER), why));
    }
    for (file, why) in opened.irregular()? {
        report.damage.push(at_start(&file, why));
    }
    for (id, file) in opened.files()? {
        report.file(&opened, &id, &file)?;
    }
    for file in opened.unfinished()? {
        let why = "an unfinished file that nothing reads: the next write replaces it, and it may be deleted";
        report.notes.push((file, why.into()));
    }
    Ok(report)
}

impl VerifyReport {
    fn file(&mut self, directory: &Directory, id: &str, file: &Path) -> Result<()> {
        let (tenant, base) = match header_of(file)? {
            Some(LogHeader::Good { tenant: Some(tenant), cut, through, .. }) => {
                (tenant, (cut > 0 || through.is_some()).then_some(Position(cut + 1)))
            }
            _ => (TenantId(id.into()), None),
        };
        if file_id(&tenant) != id && tenant.0 != id {
            let why = format!("the header names a tenant whose log is {}.jsonl", file_id(&tenant));
            self.damage.push(at_start(file, why));
        }
        self.links(file)?;
        let log = TenantFile::new(directory.origin_at(file.into(), tenant), LogShared::default());
        match self.log(&log, base) {
            Err(Error::Damaged { file, why, .. }) => {
                self.damage.push(at_start(&file, why));
                Ok(())
            }
            done => done,
        }
    }

    /// `base`: where its header says that a record stands for what was cut off.
    fn log(&mut self, log: &TenantFile, base: Option<Position>) -> Result<()> {
        let mut after = Position::default();
        loop {
            let batch = log.read(after, BATCH)?;
            if after == Position::default() {
                self.damage.extend(base.and_then(|base| without_base(base, batch.records.first(), log.path())));
            }
            self.damage.extend(batch.damage);
            self.records += batch.records.len() as u64;
            self.unknown.extend(batch.records.iter().filter_map(|record| UnknownRecord::of(record, log.path())));
            match batch.records.last() {
                Some(last) => after = last.position,
                None => break,
            }
        }
        self.damage.extend(log.broken_appends()?);
        Ok(())
    }

    /// Another name of the same file is written with it, until compaction parts the two.
    fn links(&mut self, file: &Path) -> Result<()> {
        let Some(metadata) = open::regular(file).map_err(Error::io("open", file))? else { return Ok(()) };
        let others = metadata.nlink().saturating_sub(1);
        if others > 0 {
            let names = counted(others, "other name");
            let why =
                format!("the file has {names} (hard links): what is appended here is there too, until a compaction");
            self.notes.push((file.into(), why));
        }
        Ok(())
    }
}

/// A header says that a record stands for what compaction cut off, and there is none.
fn without_base(base: Position, first: Option<&Arc<Record>>, file: &Path) -> Option<Damage> {
    let stands = first.is_some_and(|record| match &record.entry.body {
        Body::Base(_) => true,
        // One that cannot be read is told as that.
        Body::Unknown { kind, .. } => record.position == base && kind == "base",
        _ => false,
    });
    let why = format!(
        "its header says that the records before position {} were compacted, but the record that replaces them is missing",
        base.0
    );
    (!stands).then(|| at_start(file, why))
}

/// Damage of a file's first line.
fn at_start(file: &Path, why: String) -> Damage {
    Damage { file: file.into(), offset: 0, length: 0, after: Position(0), why, torn: false }
}
