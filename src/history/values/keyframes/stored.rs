//! Values that are kept in a segment: which versions' there are, and where. They are read when they are asked for.

use super::{Keyframe, Keyframes};
use crate::bytes::{Binary, ByteReader, LazyBytes, binary_struct};
use crate::record::Version;
use crate::value::{Value, parse};
use std::sync::Arc;

/// Versions between two stored values, at least: so many steps are replayed in less than a value is read.
const APART: u64 = 256;

/// Where the values of some versions are.
#[derive(Clone)]
pub(super) struct StoredValues {
    /// By version.
    places: Arc<[StoredKeyframe]>,
    blob: Arc<dyn LazyBytes>,
}

impl std::fmt::Debug for StoredValues {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.places.iter()).finish()
    }
}

/// A value as JSON.
#[derive(Debug, Clone, Copy)]
struct StoredKeyframe {
    version: Version,
    /// So many versions right behind it have the value too.
    more: u32,
    start: u64,
    length: u64,
    crc: u32,
}
binary_struct!(StoredKeyframe { version, more, start, length, crc });

impl StoredValues {
    fn before_or_at(&self, version: Version) -> Option<&StoredKeyframe> {
        let after = self.places.partition_point(|stored| stored.version <= version);
        self.places.get(after.checked_sub(1)?)
    }

    /// The last one that begins up to a version: its first version, and how many more it is of.
    #[cfg(feature = "query")]
    pub fn last_up_to(&self, version: Version) -> Option<(Version, u32)> {
        self.before_or_at(version).map(|stored| (stored.version, stored.more))
    }

    fn find(&self, version: Version) -> Option<&StoredKeyframe> {
        let stored = self.before_or_at(version)?;
        (version.0 - stored.version.0 <= u64::from(stored.more)).then_some(stored)
    }

    fn text(&self, stored: &StoredKeyframe) -> Option<Vec<u8>> {
        let text = self.blob.read(stored.start..stored.start.checked_add(stored.length)?)?;
        (crc32fast::hash(&text) == stored.crc).then_some(text)
    }
}

/// One that may be stored.
enum KeyframeCandidate<'a> {
    Kept(&'a Keyframe),
    Stored(&'a StoredKeyframe),
}

impl KeyframeCandidate<'_> {
    fn version(&self) -> Version {
        match self {
            Self::Kept(kept) => kept.version,
            Self::Stored(stored) => stored.version,
        }
    }

    fn bytes(&self) -> u64 {
        match self {
            Self::Kept(kept) => kept.value.size(),
            Self::Stored(stored) => stored.length,
        }
    }
}

impl Keyframes {
    /// The value of a version, where it is stored and can be read. O(bytes).
    pub fn read(&self, version: Version) -> Option<Value> {
        let values = self.stored.as_ref()?;
        parse(&values.text(values.find(version)?)?).ok()
    }

    /// Values at about equal distances, of about so many bytes in all: where they are, and their texts. None of versions whose
    /// records alone give them.
    pub fn store(&self, most: u64) -> (Vec<u8>, Vec<u8>) {
        let candidates = self.candidates();
        let average = candidates.iter().map(KeyframeCandidate::bytes).sum::<u64>() / (candidates.len() as u64).max(1);
        let newest = candidates.last().map_or(0, |last| last.version().0);
        let apart = (newest / (most / average.max(1)).max(1)).max(APART);
        let (mut places, mut texts, mut next): (Vec<StoredKeyframe>, _, _) = (Vec::new(), Vec::new(), apart);
        for candidate in candidates.iter().filter(|one| one.bytes() <= most) {
            if candidate.version().0 < next || texts.len() as u64 + candidate.bytes() > most {
                continue;
            }
            next = candidate.version().0 + apart;
            places.extend(self.put(candidate, &mut texts));
        }
        (places.to_bytes(), texts)
    }

    fn put(&self, candidate: &KeyframeCandidate<'_>, texts: &mut Vec<u8>) -> Option<StoredKeyframe> {
        let text = match candidate {
            KeyframeCandidate::Kept(kept) => kept.value.to_json().into_bytes(),
            KeyframeCandidate::Stored(stored) => self.stored.as_ref()?.text(stored)?,
        };
        let more = match candidate {
            KeyframeCandidate::Kept(kept) => kept.run.more(),
            KeyframeCandidate::Stored(stored) => stored.more,
        };
        let (start, length, crc) = (texts.len() as u64, text.len() as u64, crc32fast::hash(&text));
        texts.extend(text);
        Some(StoredKeyframe { version: candidate.version(), more, start, length, crc })
    }

    /// Those stored, then those kept, which are behind them.
    fn candidates(&self) -> Vec<KeyframeCandidate<'_>> {
        let stored = self.stored.iter().flat_map(|stored| stored.places.iter()).map(KeyframeCandidate::Stored);
        let last = self.stored.as_ref().and_then(|stored| stored.places.last()).map(|last| last.version);
        let kept = self.kept.iter().filter(|kept| Some(kept.version) > last && !kept.run.is_whole());
        stored.chain(kept.map(KeyframeCandidate::Kept)).collect()
    }

    /// Goes by values that are stored.
    pub fn restore(&mut self, places: &[u8], blob: Arc<dyn LazyBytes>, newest: Version) -> Option<()> {
        let from = &mut ByteReader::new(places);
        let places: Vec<StoredKeyframe> = Vec::decode(from).filter(|_| from.is_at_end())?;
        let ends = |stored: &StoredKeyframe| stored.version.0.checked_add(u64::from(stored.more));
        let apart = places.windows(2).all(|pair| ends(&pair[0]).is_some_and(|end| end < pair[1].version.0));
        let within = places.last().is_none_or(|last| ends(last).is_some_and(|end| end <= newest.0));
        if !(apart && within) {
            return None;
        }
        self.stored = Some(StoredValues { places: places.into(), blob });
        Some(())
    }
}
