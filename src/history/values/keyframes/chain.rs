//! Values some hundred versions apart, as what each changes in the one before: neighbours differ little, so that many more can be
//! kept than values, and a replay between them is short.

use crate::bytes::{ByteReader, Effort, apply_difference, binary_struct, encode_difference};
use crate::history::chunked::Chunked;
use crate::record::Version;
use crate::value::Value;
use std::sync::Arc;

/// Versions between two links, at least: replaying so many takes about as long as making a value of its chain.
pub(super) const APART: u64 = 256;
/// Instructions that links may take for each version: a twentieth of what its record takes.
const WORK: u64 = 1_000;
/// About how many a byte of a link takes.
const BYTE_WORK: u64 = 25;
/// And how many reading a byte of a value takes.
const BYTE_READ: u64 = 32;
/// Differences of small values are put in a chain until they have so many bytes.
const SHORT: u64 = 16 * 1024;
/// Links take one byte of so many that the versions take in memory.
const PART: u64 = 64;
/// Links of logs that are small may take so much nevertheless.
const LEAST: u64 = 64 * 1024;
/// Where differences took longer than a value so many times in a row, no more are made: the state changes all over.
const IN_VAIN: u8 = 3;
/// A value takes at least one of so many bytes of its JSON.
const SHORTER: u64 = 3;

/// One value: whole, or what it changes in that of the link before.
#[derive(Debug, Clone, Copy)]
pub(super) struct ValueLink {
    pub version: Version,
    /// So many versions right behind it have the value too.
    pub more: u32,
    /// Whether it needs none of the links before.
    pub is_whole: bool,
    /// Bytes, and their checksum.
    pub length: u64,
    pub crc: u32,
}
binary_struct!(ValueLink { version, more, is_whole, length, crc });

impl ValueLink {
    pub fn covers(&self, version: Version) -> bool {
        version.0.checked_sub(self.version.0).is_some_and(|behind| behind <= u64::from(self.more))
    }
}

/// Makes `value` that of the next link; `None` where these are not its bytes. O(bytes).
pub(super) fn follow(value: &mut Value, link: &ValueLink, bytes: &[u8]) -> Option<()> {
    let from = &mut ByteReader::new(bytes);
    (crc32fast::hash(bytes) == link.crc).then_some(())?;
    if link.is_whole {
        *value = Value::Null;
    }
    apply_difference(value, from).filter(|()| from.is_at_end())
}

/// The links that were made while versions were loaded.
#[derive(Debug, Clone, Default)]
pub(super) struct Chain {
    links: Chunked<(ValueLink, Arc<[u8]>)>,
    /// The value of the last link, where it is known.
    newest: Option<Value>,
    /// Bytes of all links.
    bytes: u64,
    /// What the differences since the last whole value take to be applied, and that value.
    behind: u64,
    whole: u64,
    /// The version from which on there may be a next link.
    due: u64,
    /// Bytes that the versions so far may take.
    earned: u64,
    /// Whole values in a row that differences were made for in vain.
    in_vain: u8,
}

impl Chain {
    pub fn links(&self) -> impl ExactSizeIterator<Item = &(ValueLink, Arc<[u8]>)> {
        self.links.iter()
    }

    /// The last link that begins up to a version.
    #[cfg(feature = "query")]
    pub fn before_or_at(&self, version: Version) -> Option<&ValueLink> {
        let after = self.links.partition_point(|(link, _)| link.version <= version);
        self.links.get(after.checked_sub(1)?).map(|(link, _)| link)
    }

    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The value of a version, where a link has it. O(bytes of the links since the last whole one).
    pub fn read(&self, version: Version) -> Option<Value> {
        let last = self.links.partition_point(|(link, _)| link.version <= version).checked_sub(1)?;
        self.links.get(last).filter(|(link, _)| link.covers(version))?;
        let first = (0..=last).rev().find(|at| self.links.get(*at).is_some_and(|(link, _)| link.is_whole))?;
        let mut value = Value::Null;
        for (link, bytes) in self.links.range(first..last + 1) {
            follow(&mut value, link, bytes)?;
        }
        Some(value)
    }

    /// Offers the newest version's value, of which `new` bytes of memory are new; all links may take `most` bytes. A version whose
    /// record alone gives its value needs no link.
    pub fn offer(&mut self, version: Version, value: &Value, (new, is_whole): (u64, bool), most: impl FnOnce() -> u64) {
        if new == 0 && self.extend(version, value) {
            return;
        }
        self.earned = self.earned.saturating_add(new / PART);
        if is_whole {
            self.due = self.due.max(version.0 + APART);
        }
        if version.0 < self.due {
            return;
        }
        let most = most();
        let room = self.earned.saturating_add(LEAST).min(most).saturating_sub(self.bytes);
        if !self.push(version, 0, value, room) {
            // Nothing is held meanwhile where there will be no room.
            if self.bytes >= most {
                self.newest = None;
            }
            self.due = version.0 + (version.0 - self.last()).max(APART);
        }
    }

    /// The version of the last link.
    fn last(&self) -> u64 {
        self.links.last().map_or(0, |(link, _)| link.version.0)
    }

    /// Takes in a version that has the value of the last link, if it goes on with that.
    fn extend(&mut self, version: Version, value: &Value) -> bool {
        let Some((link, _)) =
            self.links.last_mut().filter(|_| self.newest.as_ref().is_some_and(|newest| newest.same(value)))
        else {
            return false;
        };
        let follows = link.covers(Version(version.0.saturating_sub(1))) && link.more < u32::MAX;
        link.more += u32::from(follows);
        follows
    }

    /// Forgets the value that the next link would be made of.
    pub fn pause(&mut self) {
        self.newest = None;
    }

    /// Adds a link, if it takes no more than `room` bytes; whether it did.
    pub fn push(&mut self, version: Version, more: u32, value: &Value, room: u64) -> bool {
        let mut bytes = Vec::new();
        let changes = usize::try_from(version.0 - self.last()).unwrap_or(usize::MAX);
        let effort = match &self.newest {
            Some(newest) => encode_difference(newest, value, changes, &mut bytes),
            None if value.size() / SHORTER > room => return false,
            None => Effort::default(),
        };
        let cost = (bytes.len() as u64).saturating_add(effort.applied / BYTE_READ);
        let is_whole = self.newest.is_none() || self.behind.saturating_add(cost) > self.whole.max(SHORT);
        if is_whole {
            bytes.clear();
            encode_difference(&Value::Null, value, 0, &mut bytes);
        }
        let length = bytes.len() as u64;
        if length > room {
            return false;
        }
        let in_vain = is_whole && self.behind == 0 && self.newest.is_some();
        // What is whole after many differences took no longer than these.
        let in_bytes = if is_whole && self.behind > 0 { 0 } else { length * BYTE_WORK };
        let work = effort.made.saturating_add(in_bytes);
        (self.behind, self.whole) = if is_whole { (0, length) } else { (self.behind + cost, self.whole) };
        self.bytes += length;
        self.due = version.0 + (work / WORK).max(APART);
        self.newest = Some(value.clone());
        self.in_vain = if in_vain { self.in_vain.saturating_add(1) } else { 0 };
        if self.in_vain == IN_VAIN {
            (self.newest, self.due) = (None, u64::MAX);
        }
        let link = ValueLink { version, more, is_whole, length, crc: crc32fast::hash(&bytes) };
        self.links.push((link, bytes.into()));
        true
    }
}
