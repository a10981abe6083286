//! What is known of versions, as bytes. Of histories from which nothing is missing.

use super::words::TextTable;
use super::{Timeline, VersionRows};
use crate::bytes::{Binary, ByteReader};
use crate::history::chunked::Chunked;
use crate::history::timeline::pyramid::Pyramid;
use crate::record::Version;
use std::sync::Arc;

impl Timeline {
    /// As bytes, those of the rows by themselves; `None` where records are missing.
    pub fn store(&self) -> Option<(Vec<u8>, Vec<u8>)> {
        if !self.missing.is_empty() || !self.doubts.is_empty() {
            return None;
        }
        let mut out = self.through.to_bytes();
        let (small, columns) = self.rows.store();
        out.extend(small);
        self.pyramid.store(&mut out);
        self.words.texts.encode(&mut out);
        self.milestones.encode(&mut out);
        self.returns.encode(&mut out);
        self.broken.encode(&mut out);
        self.problems.encode(&mut out);
        self.sources.encode(&mut out);
        self.arrived.encode(&mut out);
        self.own_times.encode(&mut out);
        Some((out, columns))
    }

    /// Of bytes; the rows are decoded when they are asked for.
    pub fn restore(bytes: &[u8], columns: &Arc<Vec<u8>>) -> Option<Self> {
        let from = &mut ByteReader::new(bytes);
        let through = u64::decode(from)?;
        let rows = VersionRows::restore(from, columns)?;
        let versions = Self {
            through,
            pyramid: Pyramid::restore(from, rows.len())?,
            rows,
            words: TextTable::restored(Binary::decode(from)?),
            milestones: Binary::decode(from)?,
            returns: Binary::decode(from)?,
            broken: Binary::decode(from)?,
            problems: Binary::decode(from)?,
            sources: Binary::decode(from)?,
            arrived: Binary::decode(from)?,
            own_times: Binary::decode(from)?,
            missing: Chunked::default(),
            doubts: Chunked::default(),
        };
        (from.is_at_end() && versions.is_sound()).then_some(versions)
    }

    /// The newest version that has a row.
    pub fn newest(&self) -> Option<Version> {
        self.through.checked_add(self.rows.len() as u64).map(Version)
    }

    fn is_sound(&self) -> bool {
        let Some(newest) = self.newest() else { return false };
        let there = |version: &Version| version.0 > self.through && *version <= newest;
        self.milestones.are_within(self.through, newest.0)
            && self.returns.iter().all(|(version, parent)| there(version) && parent < version)
            && self.broken.iter().all(there)
            && self.problems.iter().all(|(version, _)| there(version))
            && self.sources.iter().all(|(version, _)| there(version))
            && self.arrived.iter().all(|(first, last)| there(first) && there(last) && first <= last)
            && self.own_times.iter().all(|(version, _)| there(version))
    }
}
