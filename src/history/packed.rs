//! Many small entries by number, as bytes: what is kept of each record for the rare case that it is asked for.
//!
//! Entries lie in blocks of up to `BLOCK`, in order of their keys, and clones share the blocks. Must not name: `record`,
//! values.

use crate::bytes::{Binary, ByteReader};
use im::OrdMap;
use std::marker::PhantomData;
use std::sync::Arc;

/// Entries of a block at most.
const BLOCK: usize = 64;

/// What can be kept as bytes under a key.
pub(super) trait PackedEntry: Sized {
    /// Appends its bytes; what follows from the key need not be among them.
    fn pack(&self, key: u64, out: &mut Vec<u8>);

    /// Reads it back.
    fn unpack(key: u64, from: &mut ByteReader<'_>) -> Option<Self>;
}

/// Entries by key. `clone` is O(1); finding, adding and removing one reads the bytes of one block: O(log n + `BLOCK`).
pub(super) struct Packed<T> {
    /// By the first key in each.
    blocks: OrdMap<u64, PackedBlock>,
    len: usize,
    of: PhantomData<fn() -> T>,
}

#[derive(Clone)]
struct PackedBlock {
    last: u64,
    count: usize,
    /// Of each entry what its key is more than the one before, then the entry.
    bytes: Arc<Vec<u8>>,
}

impl<T> Default for Packed<T> {
    fn default() -> Self {
        Self { blocks: OrdMap::new(), len: 0, of: PhantomData }
    }
}

impl<T> Clone for Packed<T> {
    fn clone(&self) -> Self {
        Self { blocks: self.blocks.clone(), len: self.len, of: PhantomData }
    }
}

impl<T> std::fmt::Debug for Packed<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Packed").field("len", &self.len).finish_non_exhaustive()
    }
}

impl<T: PackedEntry> Packed<T> {
    /// The entry of a key.
    pub fn get(&self, key: u64) -> Option<T> {
        let (first, block) = self.block_of(key)?;
        entries(first, block)
            .find(|(found, _)| *found >= key)
            .filter(|(found, _)| *found == key)
            .map(|(_, entry)| entry)
    }

    /// Adds an entry, in place of the one of that key if there is one.
    pub fn insert(&mut self, key: u64, entry: &T) {
        if let Some((first, last)) = self.blocks.get_max().map(|(first, block)| (*first, block.last))
            && last < key
            && self.push_onto(first, key, entry)
        {
            return;
        }
        let Some((first, block)) = self.block_of(key) else {
            self.write(&[(key, entry)]);
            self.len += 1;
            return;
        };
        let held: Vec<(u64, T)> = entries(first, block).collect();
        let mut all: Vec<(u64, &T)> = held.iter().map(|(key, entry)| (*key, entry)).collect();
        match all.binary_search_by_key(&key, |(key, _)| *key) {
            Ok(at) => all[at] = (key, entry),
            Err(at) => {
                all.insert(at, (key, entry));
                self.len += 1;
            }
        }
        self.blocks.remove(&first);
        let half = if all.len() > BLOCK { all.len() / 2 } else { all.len() };
        let (before, behind) = all.split_at(half);
        self.write(before);
        self.write(behind);
    }

    /// Takes an entry out.
    pub fn remove(&mut self, key: u64) -> Option<T> {
        let (first, block) = self.block_of(key)?;
        let mut all: Vec<(u64, T)> = entries(first, block).collect();
        let at = all.binary_search_by_key(&key, |(key, _)| *key).ok()?;
        let (_, taken) = all.remove(at);
        self.blocks.remove(&first);
        self.write(&all.iter().map(|(key, entry)| (*key, entry)).collect::<Vec<_>>());
        self.len -= 1;
        Some(taken)
    }

    /// All of them, by key.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (u64, T)> {
        self.blocks.iter().flat_map(|(first, block)| entries(*first, block).collect::<Vec<_>>())
    }

    /// The block that the key belongs into: the last that begins at or before it, else the first.
    fn block_of(&self, key: u64) -> Option<(u64, &PackedBlock)> {
        let before = self.blocks.get_prev(&key).or_else(|| self.blocks.get_min().map(|(first, block)| (first, block)));
        before.map(|(first, block)| (*first, block))
    }

    /// Appends to the last block, if there is room.
    fn push_onto(&mut self, first: u64, key: u64, entry: &T) -> bool {
        let Some(block) = self.blocks.get_mut(&first) else { return false };
        if block.count >= BLOCK {
            self.write(&[(key, entry)]);
        } else {
            let bytes = Arc::make_mut(&mut block.bytes);
            (key - block.last).encode(bytes);
            entry.pack(key, bytes);
            (block.last, block.count) = (key, block.count + 1);
            if block.count == BLOCK {
                bytes.shrink_to_fit();
            }
        }
        self.len += 1;
        true
    }

    /// Writes a block of entries that no block holds.
    fn write(&mut self, entries: &[(u64, &T)]) {
        let (Some((first, _)), Some((last, _))) = (entries.first(), entries.last()) else { return };
        let (mut bytes, mut before) = (Vec::new(), *first);
        for (key, entry) in entries {
            (key - before).encode(&mut bytes);
            entry.pack(*key, &mut bytes);
            before = *key;
        }
        bytes.shrink_to_fit();
        self.blocks.insert(*first, PackedBlock { last: *last, count: entries.len(), bytes: Arc::new(bytes) });
    }
}

/// Each key by what it is more than the one before, then its entry.
impl<T: PackedEntry> Binary for Packed<T> {
    fn encode(&self, out: &mut Vec<u8>) {
        self.len.encode(out);
        let mut before = 0;
        for (key, entry) in self.iter() {
            (key - before).encode(out);
            entry.pack(key, out);
            before = key;
        }
    }

    fn decode(from: &mut ByteReader<'_>) -> Option<Self> {
        let (mut packed, mut key) = (Self::default(), 0u64);
        for _ in 0..from.count()? {
            let more = u64::decode(from).filter(|more| *more > 0 || packed.len == 0)?;
            key = key.checked_add(more)?;
            packed.insert(key, &T::unpack(key, from)?);
        }
        Some(packed)
    }
}

/// The entries of a block, in order.
fn entries<T: PackedEntry>(first: u64, block: &PackedBlock) -> impl Iterator<Item = (u64, T)> {
    let (mut from, mut key) = (ByteReader::new(&block.bytes), first);
    std::iter::from_fn(move || {
        if from.is_at_end() {
            return None;
        }
        key = key.checked_add(u64::decode(&mut from)?)?;
        Some((key, T::unpack(key, &mut from)?))
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    impl PackedEntry for u64 {
        fn pack(&self, key: u64, out: &mut Vec<u8>) {
            self.wrapping_sub(key).encode(out);
        }

        fn unpack(key: u64, from: &mut ByteReader<'_>) -> Option<Self> {
            Some(Self::wrapping_add(crate::bytes::Binary::decode(from)?, key))
        }
    }

    #[derive(Debug, Clone)]
    enum PackedChange {
        Push(u64),
        Insert(u64),
        Remove(u64),
        Hold,
    }

    fn step() -> impl Strategy<Value = PackedChange> {
        prop_oneof![
            3 => (1u64..200).prop_map(PackedChange::Push),
            2 => prop_oneof![0u64..600, Just(u64::MAX)].prop_map(PackedChange::Insert),
            2 => (0u64..600).prop_map(PackedChange::Remove),
            1 => Just(PackedChange::Hold),
        ]
    }

    fn same(packed: &Packed<u64>, plain: &BTreeMap<u64, u64>) -> bool {
        let pairs = || plain.iter().map(|(key, value)| (*key, *value));
        packed.len == plain.len()
            && packed.iter().eq(pairs())
            && packed.iter().rev().eq(pairs().rev())
            && (0..610).chain([u64::MAX]).all(|key| packed.get(key) == plain.get(&key).copied())
            && Packed::<u64>::from_bytes(&packed.to_bytes()).is_some_and(|read| read.iter().eq(pairs()))
            && packed.blocks.values().all(|block| (1..=BLOCK).contains(&block.count))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]
        /// Whatever is done to it, clones made before keep what they held.
        #[test]
        fn it_holds_what_a_plain_map_holds(steps in prop::collection::vec(step(), 0..40)) {
            let (mut packed, mut plain, mut value) = (Packed::default(), BTreeMap::new(), 0u64);
            let mut held = Vec::new();
            for step in steps {
                match step {
                    PackedChange::Push(many) => (0..many).for_each(|_| {
                        let key = plain.last_key_value().map_or(0, |(key, _): (&u64, &u64)| key.saturating_add(1 + value % 3));
                        value += 1;
                        packed.insert(key, &value);
                        plain.insert(key, value);
                    }),
                    PackedChange::Insert(key) => {
                        value += 1;
                        packed.insert(key, &value);
                        plain.insert(key, value);
                    }
                    PackedChange::Remove(key) => prop_assert_eq!(packed.remove(key), plain.remove(&key)),
                    PackedChange::Hold => held.push((packed.clone(), plain.clone())),
                }
            }
            held.push((packed, plain));
            for (packed, plain) in &held {
                prop_assert!(same(packed, plain));
            }
        }
    }
}
