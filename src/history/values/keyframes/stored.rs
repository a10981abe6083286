//! Values that are kept in a segment: which versions' there are, and where. They are read when they are asked for.

use super::chain::{APART, Chain, ValueLink, follow};
use super::{Keyframe, Keyframes};
use crate::bytes::{Binary, ByteReader, LazyBytes};
use crate::record::Version;
use crate::value::Value;
use std::ops::Range;
use std::sync::Arc;

/// Where the values of some versions are.
#[derive(Clone)]
pub(super) struct StoredValues {
    /// By version, each with the byte that it begins at. The first one is whole.
    links: Arc<[(ValueLink, u64)]>,
    blob: Arc<dyn LazyBytes>,
}

impl std::fmt::Debug for StoredValues {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.links.iter()).finish()
    }
}

impl StoredValues {
    /// How many links begin up to a version.
    fn up_to(&self, version: Version) -> usize {
        self.links.partition_point(|(link, _)| link.version <= version)
    }

    /// The last one that begins up to a version: its first version, and how many more it is of.
    #[cfg(feature = "query")]
    pub fn last_up_to(&self, version: Version) -> Option<(Version, u32)> {
        let (link, _) = self.links.get(self.up_to(version).checked_sub(1)?)?;
        Some((link.version, link.more))
    }

    /// The value of a version, where it is stored and can be read. O(bytes of the links since the last whole one).
    fn read(&self, version: Version) -> Option<Value> {
        let last = self.up_to(version).checked_sub(1)?;
        self.links[last].0.covers(version).then_some(())?;
        let first = self.links[..=last].iter().rposition(|(link, _)| link.is_whole)?;
        let mut value = Value::Null;
        self.bytes(first..last + 1, |link, bytes| follow(&mut value, link, bytes))?;
        Some(value)
    }

    /// Reads links, and hands each out with its bytes.
    fn bytes(&self, range: Range<usize>, mut each: impl FnMut(&ValueLink, &[u8]) -> Option<()>) -> Option<()> {
        let links = &self.links[range];
        let (Some((_, start)), Some((last, last_start))) = (links.first(), links.last()) else { return Some(()) };
        let bytes = self.blob.read(*start..last_start.checked_add(last.length)?)?;
        let from = &mut ByteReader::new(&bytes);
        links.iter().try_for_each(|(link, _)| each(link, from.take(usize::try_from(link.length).ok()?)?))
    }
}

/// Links in their form on the disk.
#[derive(Default)]
struct WrittenLinks {
    links: Vec<ValueLink>,
    bytes: Vec<u8>,
    /// Links that were skipped, up to the next whole one.
    is_gap: bool,
}

impl WrittenLinks {
    fn add(&mut self, link: ValueLink, bytes: &[u8]) {
        self.links.push(link);
        self.bytes.extend_from_slice(bytes);
    }
}

impl Keyframes {
    /// The value of a version that is not in memory, where it is kept and can be read. O(bytes).
    pub fn read(&self, version: Version) -> Option<Value> {
        self.chain.read(version).or_else(|| self.stored.as_ref()?.read(version))
    }

    /// Values of about so many bytes in all: which they are, and their bytes. None of versions whose records alone give them.
    pub fn store(&self, most: u64) -> (Vec<u8>, Vec<u8>) {
        let chain = self.chain_of_kept(most);
        let stored = self.stored.iter().flat_map(|stored| stored.links.iter().map(|(link, _)| *link));
        let all: Vec<ValueLink> = stored.chain(chain.links().map(|(link, _)| *link)).collect();
        let stays = chosen(&all, most);
        let (mut written, mut at) = (WrittenLinks::default(), 0);
        let mut add = |link: &ValueLink, bytes: &[u8]| {
            written.is_gap &= !link.is_whole;
            written.is_gap |= !stays[at] || crc32fast::hash(bytes) != link.crc;
            at += 1;
            if !written.is_gap {
                written.add(*link, bytes);
            }
            Some(())
        };
        if let Some(stored) = &self.stored {
            let read = stored.bytes(0..stored.links.len(), &mut add);
            if read.is_none() {
                return self.store_without(most);
            }
        }
        for (link, bytes) in chain.links() {
            add(link, bytes);
        }
        (written.links.to_bytes(), written.bytes)
    }

    /// The same of those in memory, where a segment's cannot be read.
    fn store_without(&self, most: u64) -> (Vec<u8>, Vec<u8>) {
        Self { stored: None, ..self.clone() }.store(most)
    }

    /// The chain, and behind it values that are kept in memory, at about equal distances.
    fn chain_of_kept(&self, most: u64) -> Chain {
        let mut chain = self.chain.clone();
        let last = |link: ValueLink| link.version.0 + u64::from(link.more);
        let of_chain = chain.links().last().map(|(link, _)| last(*link));
        let of_stored = self.stored.as_ref().and_then(|stored| stored.links.last()).map(|(link, _)| last(*link));
        let end = of_chain.max(of_stored).unwrap_or(0);
        let behind = |kept: &&Keyframe| kept.version.0 > end && !kept.run.is_whole();
        let kept: Vec<&Keyframe> = self.kept.iter().filter(behind).collect();
        let average = kept.iter().map(|kept| kept.value.size()).sum::<u64>() / (kept.len() as u64).max(1);
        let newest = kept.last().map_or(0, |last| last.version.0);
        let apart = ((newest - end.min(newest)) / (most / average.max(1)).max(1)).max(APART);
        let mut next = end + apart;
        for kept in kept {
            if kept.version.0 >= next && chain.push(kept.version, kept.run.more(), &kept.value, most) {
                next = kept.version.0 + apart;
            }
        }
        chain
    }

    /// Goes by values that are stored.
    pub fn restore(&mut self, links: &[u8], blob: Arc<dyn LazyBytes>, newest: Version) -> Option<()> {
        let links = Vec::<ValueLink>::from_bytes(links)?;
        let ends = |link: &ValueLink| link.version.0.checked_add(u64::from(link.more));
        let apart = links.windows(2).all(|pair| ends(&pair[0]).is_some_and(|end| end < pair[1].version.0));
        let within = links.last().is_none_or(|last| ends(last).is_some_and(|end| end <= newest.0));
        if !(apart && within && links.first().is_none_or(|first| first.is_whole)) {
            return None;
        }
        let mut end = 0_u64;
        let place = |link: ValueLink| {
            let start = end;
            end = end.checked_add(link.length)?;
            Some((link, start))
        };
        let links = links.into_iter().map(place).collect::<Option<_>>()?;
        self.stored = Some(StoredValues { links, blob });
        Some(())
    }
}

/// Which links stay, so that all take about so many bytes: whole values with what follows on them, at equal distances.
fn chosen(links: &[ValueLink], most: u64) -> Vec<bool> {
    let all: u64 = links.iter().map(|link| link.length).sum();
    let every = all.div_ceil(most.max(1)).max(1);
    let (mut series, mut taken) = (0_u64, 0_u64);
    let stays = |link: &ValueLink| {
        series += u64::from(link.is_whole);
        let stays = series.saturating_sub(1).is_multiple_of(every) && link.length <= most.saturating_sub(taken);
        taken += if stays { link.length } else { 0 };
        stays
    };
    links.iter().map(stays).collect()
}
