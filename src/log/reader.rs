//! What is known of one log by reading it: its seed, its end, where its records are. Never writes.
//!
//! Must not name: files, locks, `directory`.

use super::index::{Index, Place};
use super::line::{FORMAT, Header, Seed, Why};
use super::raw_batch::RawBatch;
use super::scan::{Scan, Step, finished_end};
use super::window::{Found, ReadAt, Window};
use super::{CutOff, Damage};
use crate::record::{Position, TenantId, Version};
use crate::{Error, Result};
use std::path::PathBuf;

/// Whose log it is, and how a person finds it.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The file.
    pub file: PathBuf,
    /// Whose log it has to be.
    pub tenant: TenantId,
    /// The recording's seed, for a header that cannot be read.
    pub spare: Option<Seed>,
}

/// What is known of one log.
#[derive(Debug)]
pub struct Reader {
    origin: Origin,
    window: Window,
    index: Index,
    /// Behind the record handed out last, for those who go on from there.
    recent: Place,
    seed: Option<Seed>,
    /// What its header says was cut off.
    cut: Option<CutOff>,
    length: u64,
    end: u64,
    /// How far the index knows the file, and how many damaged lines lie between its frontier and there.
    indexed: u64,
    lost: u64,
}

impl Reader {
    /// Knows nothing yet.
    pub fn new(origin: Origin) -> Self {
        Self {
            origin,
            window: Window::default(),
            index: Index::default(),
            recent: Place::default(),
            seed: None,
            cut: None,
            length: 0,
            end: 0,
            indexed: 0,
            lost: 0,
        }
    }

    /// Takes notice of the file's present length.
    ///
    /// # Errors
    /// `NewerFormat`, `Format` when it is another tenant's, `Damaged` when no seed is known, `Io`.
    pub fn refresh(&mut self, source: &mut dyn ReadAt, length: u64) -> Result<()> {
        if length < self.end {
            *self = Self::new(self.origin.clone());
        }
        if length == self.length {
            return Ok(());
        }
        if self.seed.is_none() {
            self.seed = self.find_seed(source, length)?;
        }
        if let Some(seed) = self.seed {
            self.end = finished_end(source, length, seed).map_err(self.cannot("read"))?;
        }
        self.length = length;
        Ok(())
    }

    /// The seed in the header, or the recording's when the header is damaged; none when no header is finished yet.
    fn find_seed(&mut self, source: &mut dyn ReadAt, length: u64) -> Result<Option<Seed>> {
        let file = self.origin.file.clone();
        match read_header(source, length).map_err(self.cannot("read"))? {
            None => Ok(None),
            Some(Header::Newer(found)) => Err(Error::NewerFormat { file, found, known: FORMAT }),
            Some(Header::Good { seed, tenant: Some(tenant), cut, through }) if tenant == self.origin.tenant => {
                self.cut = (cut > 0).then(|| CutOff { position: Position(cut), through: through.map(Version) });
                Ok(Some(seed))
            }
            Some(Header::Good { .. }) => Err(self.not_ours()),
            Some(Header::Damaged(why)) => match self.origin.spare {
                Some(seed) => Ok(Some(seed)),
                None => Err(Error::Damaged { file, offset: 0, why: unseeded(&why) }),
            },
        }
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
        self.seed
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

    /// The position the next record gets: behind every damaged line too, so that none of theirs is given twice.
    ///
    /// # Errors
    /// `Io`.
    pub fn next(&mut self, source: &mut dyn ReadAt) -> Result<u64> {
        Ok(self.last(source)? + self.lost + 1)
    }

    /// Takes notice of an append of our own: the places behind its records, the last of which is the end.
    pub fn appended(&mut self, seed: Seed, places: &[Place]) {
        for place in places {
            self.index.note(*place);
        }
        let end = self.index.frontier().offset;
        (self.seed, self.length, self.end, self.indexed, self.lost) = (Some(seed), end, end, end, 0);
    }

    fn index_to_end(&mut self, source: &mut dyn ReadAt) -> Result<()> {
        let Some(seed) = self.seed.filter(|_| self.indexed != self.end) else { return Ok(()) };
        let place = self.index.frontier();
        let (window, end) = (&mut self.window, self.end);
        let mut scan = Scan { source, window, seed, end, place, passed_damage: false };
        let mut lost = 0;
        loop {
            match scan.step().map_err(Error::io("read", self.origin.file.clone()))? {
                Step::End => break,
                Step::Damage { length, .. } => lost += u64::from(length > 0),
                Step::Record { .. } => {
                    self.index.note(scan.place);
                    lost = 0;
                }
            }
        }
        (self.indexed, self.lost) = (self.end, lost);
        self.window.trim();
        Ok(())
    }

    /// Where to start for the record after `position`.
    fn start(&self, position: u64) -> Place {
        let noted = self.index.before(position.saturating_add(1));
        if self.recent.after <= position && self.recent.offset > noted.offset { self.recent } else { noted }
    }

    /// Up to `limit` lines after `after` and the damage between them, a megabyte or one line at most.
    ///
    /// # Errors
    /// `Io`.
    pub fn raw_batch(&mut self, source: &mut dyn ReadAt, after: u64, limit: usize) -> Result<RawBatch> {
        let mut raw = RawBatch::empty(after);
        let Some(seed) = self.seed else { return Ok(raw) };
        let place = self.start(after);
        let (window, end) = (&mut self.window, self.end);
        let scan = Scan { source, window, seed, end, place, passed_damage: false };
        raw.fill(scan, limit, &mut self.index, &self.origin.file)?;
        raw.cut = self.cut.filter(|cut| after <= cut.position.0);
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
                "a write was not finished: {length} bytes are no whole record. The next write moves them to a file of \
                 their own beside this one"
            ),
            torn: true,
        })
    }
}

fn unseeded(why: &Why) -> Why {
    format!("the header: {why}. The seed of the checksums is lost, since the recording's asof.json is damaged too")
}

/// The first line of a file of `length` bytes, if one is finished.
///
/// # Errors
/// When the bytes cannot be read.
pub fn read_header(source: &mut dyn ReadAt, length: u64) -> std::io::Result<Option<Header>> {
    let mut window = Window::default();
    Ok(Some(match window.line(source, 0, length)? {
        Found::Line(line) => Header::read(window.bytes(line)),
        Found::TooLong(_) => Header::Damaged("it is too long".into()),
        Found::End => return Ok(None),
    }))
}
