//! Objects: sorted slices up to 32 keys, `im` trees above.
//!
//! A tree node costs kilobytes even when it holds one key; most objects of real states are small. Sorted order makes
//! comparing two objects a walk side by side, and shared parts of large ones are skipped by pointer.

mod in_place;

use super::{Text, Value, Weight, write};
use im::ordmap::{DiffItem, OrdMap};
use std::ops::Bound;
use std::sync::Arc;
use triomphe::ThinArc;

/// Most keys of a sorted slice; measured best between 16 and 64.
const SMALL: usize = 32;

/// An immutable object. Clone is O(1); get, with and without are O(log n) above 32 keys.
#[derive(Clone)]
pub struct Object(ObjectRepr);

#[derive(Clone)]
enum ObjectRepr {
    Small(ThinArc<Weight, (Text, Value)>),
    Large(Arc<Large>),
}

#[derive(Clone)]
struct Large {
    map: OrdMap<Text, Exact>,
    bytes: u64,
    depths: Depths,
}

/// A value that equals only what is written the same, so that comparing trees finds a change of digits too.
#[derive(Clone)]
struct Exact(Value);

impl PartialEq for Exact {
    fn eq(&self, other: &Self) -> bool {
        self.0.identical(&other.0)
    }
}

/// How many children have each depth, so that the deepest is known after any removal.
#[derive(Clone, Default)]
struct Depths(Vec<u32>);

impl Depths {
    fn add(&mut self, depth: u8) {
        let depth = usize::from(depth);
        if self.0.len() <= depth {
            self.0.resize(depth + 1, 0);
        }
        self.0[depth] += 1;
    }

    fn remove(&mut self, depth: u8) {
        self.0[usize::from(depth)] -= 1;
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }

    fn deepest(&self) -> u8 {
        u8::try_from(self.0.len().saturating_sub(1)).unwrap_or(u8::MAX)
    }
}

/// How one key differs between two objects.
#[derive(Debug)]
pub enum ObjectDiff<'a> {
    /// Only on the right.
    Added(&'a Text, &'a Value),
    /// Only on the left.
    Removed(&'a Text, &'a Value),
    /// On both sides and not the same memory; may still be equal.
    Both(&'a Text, &'a Value, &'a Value),
}

impl Large {
    fn put(&mut self, key: Text, value: Value) {
        let weight = entry_weight(&key, &value);
        self.bytes += weight.bytes;
        self.depths.add(weight.depth);
        let key_len = write::written_len(&key) + 1;
        if let Some(Exact(old)) = self.map.insert(key, Exact(value)) {
            self.forget(key_len, &old);
        }
    }

    fn take(&mut self, key: &str) {
        if let Some(Exact(old)) = self.map.remove(key) {
            self.forget(write::written_len(key) + 1, &old);
        }
    }

    fn forget(&mut self, key_len: u64, value: &Value) {
        let weight = Weight::of(value);
        self.bytes -= key_len + weight.bytes;
        self.depths.remove(weight.depth);
    }
}

fn entry_weight(key: &str, value: &Value) -> Weight {
    let weight = Weight::of(value);
    Weight { bytes: weight.bytes + write::written_len(key) + 1, ..weight }
}

impl Object {
    /// From entries sorted by key without repeats.
    pub(super) fn from_sorted(entries: Vec<(Text, Value)>) -> Self {
        debug_assert!(entries.is_sorted_by(|left, right| left.0 < right.0));
        if entries.len() <= SMALL { Self::small(entries) } else { Self::large(entries) }
    }

    /// Of entries with rising keys, which weigh this together: keys in quotes and colons too.
    pub(super) fn from_weighed(entries: std::vec::Drain<'_, (Text, Value)>, weight: Weight) -> Self {
        match entries.len() <= SMALL {
            true => Self(ObjectRepr::Small(ThinArc::from_header_and_iter(weight, entries))),
            false => Self::large(entries.collect()),
        }
    }

    fn small(entries: Vec<(Text, Value)>) -> Self {
        let bytes = entries.iter().map(|(key, value)| entry_weight(key, value).bytes).sum();
        Self::weighed(entries, bytes)
    }

    /// Of entries whose [`Weight::bytes`] are known: what a text is long is not counted again. O(entries).
    fn weighed(entries: Vec<(Text, Value)>, bytes: u64) -> Self {
        let weight = Weight { bytes, depth: Weight::deepest(entries.iter().map(|entry| &entry.1)) };
        Self(ObjectRepr::Small(ThinArc::from_header_and_iter(weight, entries.into_iter())))
    }

    fn large(entries: Vec<(Text, Value)>) -> Self {
        let mut large = Large { map: OrdMap::new(), bytes: 0, depths: Depths::default() };
        entries.into_iter().for_each(|(key, value)| large.put(key, value));
        Self(ObjectRepr::Large(Arc::new(large)))
    }

    /// Keys. O(1).
    pub fn len(&self) -> usize {
        match &self.0 {
            ObjectRepr::Small(entries) => entries.slice.len(),
            ObjectRepr::Large(large) => large.map.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn weight(&self) -> Weight {
        match &self.0 {
            ObjectRepr::Small(entries) => entries.header.header,
            ObjectRepr::Large(large) => Weight { bytes: large.bytes, depth: large.depths.deepest() },
        }
    }

    /// The value of `key`. O(log n).
    pub fn get(&self, key: &str) -> Option<&Value> {
        match &self.0 {
            ObjectRepr::Small(entries) => find(&entries.slice, key).ok().map(|at| &entries.slice[at].1),
            ObjectRepr::Large(large) => large.map.get(key).map(|value| &value.0),
        }
    }

    /// With `key` set to `value`. O(log n), and O(its length) for a text that comes or goes.
    #[must_use]
    pub fn with(&self, key: Text, value: Value) -> Self {
        match &self.0 {
            ObjectRepr::Small(small) => match find(&small.slice, &key) {
                Ok(at) => Self(ObjectRepr::Small(with_value(small, at, &value))),
                Err(at) => {
                    let bytes = small.header.header.bytes + entry_weight(&key, &value).bytes;
                    let mut entries = small.slice.to_vec();
                    entries.insert(at, (key, value));
                    if entries.len() <= SMALL { Self::weighed(entries, bytes) } else { Self::large(entries) }
                }
            },
            ObjectRepr::Large(large) => {
                let mut large = Large::clone(large);
                large.put(key, value);
                Self(ObjectRepr::Large(Arc::new(large)))
            }
        }
    }

    /// Without `key`. O(log n), and O(its length) for a text that goes.
    #[must_use]
    pub fn without(&self, key: &str) -> Self {
        match &self.0 {
            ObjectRepr::Small(small) => {
                let Ok(at) = find(&small.slice, key) else { return self.clone() };
                let mut entries = small.slice.to_vec();
                let (key, gone) = entries.remove(at);
                Self::weighed(entries, small.header.header.bytes - entry_weight(&key, &gone).bytes)
            }
            // Back to a slice only well below the limit, or one key coming and going would rebuild each time.
            ObjectRepr::Large(large) if large.map.len() <= SMALL / 2 => {
                let kept = large.map.iter().filter(|(name, _)| *name != key);
                Self::small(kept.map(|(key, value)| (key.clone(), value.0.clone())).collect())
            }
            ObjectRepr::Large(large) => {
                let mut large = Large::clone(large);
                large.take(key);
                Self(ObjectRepr::Large(Arc::new(large)))
            }
        }
    }

    /// Keys and values, sorted by the keys' bytes. O(1) amortised a key.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Text, &Value)> + '_ {
        let (small, large) = match &self.0 {
            ObjectRepr::Small(entries) => (Some(entries.slice.iter()), None),
            ObjectRepr::Large(large) => (None, Some(large.map.iter())),
        };
        let small = small.into_iter().flatten().map(|(key, value)| (key, value));
        small.chain(large.into_iter().flatten().map(|(key, value)| (key, &value.0)))
    }

    /// Keys and values from the first key not below `key` on. O(log n) to start.
    pub fn iter_from<'a>(&'a self, key: &str) -> impl Iterator<Item = (&'a Text, &'a Value)> + 'a {
        let (small, large) = match &self.0 {
            ObjectRepr::Small(entries) => {
                let start = find(&entries.slice, key).unwrap_or_else(|at| at);
                (Some(entries.slice[start..].iter()), None)
            }
            ObjectRepr::Large(large) => (
                None,
                Some(large.map.range::<(Bound<&str>, Bound<&str>), str>((Bound::Included(key), Bound::Unbounded))),
            ),
        };
        let small = small.into_iter().flatten().map(|(key, value)| (key, value));
        small.chain(large.into_iter().flatten().map(|(key, value)| (key, &value.0)))
    }

    /// The last key that sorts before `key`, with its value. O(log n).
    pub fn before(&self, key: &str) -> Option<(&Text, &Value)> {
        match &self.0 {
            ObjectRepr::Small(entries) => {
                let end = find(&entries.slice, key).unwrap_or_else(|at| at);
                entries.slice[..end].last().map(|(key, value)| (key, value))
            }
            ObjectRepr::Large(large) => large
                .map
                .range::<_, str>((Bound::Unbounded, Bound::Excluded(key)))
                .next_back()
                .map(|(key, value)| (key, &value.0)),
        }
    }

    /// How many keys sort before `key`. O(log n) up to 32 keys, O(n) above.
    pub fn rank(&self, key: &str) -> usize {
        match &self.0 {
            ObjectRepr::Small(entries) => find(&entries.slice, key).unwrap_or_else(|at| at),
            ObjectRepr::Large(large) => large.map.keys().take_while(|name| name.as_str() < key).count(),
        }
    }

    /// Whether both are the same memory. O(1).
    pub fn same(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (ObjectRepr::Small(left), ObjectRepr::Small(right)) => std::ptr::eq(left.as_ptr(), right.as_ptr()),
            (ObjectRepr::Large(left), ObjectRepr::Large(right)) => {
                Arc::ptr_eq(left, right) || left.map.ptr_eq(&right.map)
            }
            _ => false,
        }
    }

    /// Where it is in memory: as long as it lives, no other object is there.
    pub(crate) fn address(&self) -> usize {
        match &self.0 {
            ObjectRepr::Small(entries) => entries.as_ptr().addr(),
            ObjectRepr::Large(large) => Arc::as_ptr(large).addr(),
        }
    }

    /// The keys that differ, sorted; shared parts are skipped by pointer, so the cost follows what changed.
    pub fn differences<'a>(&'a self, newer: &'a Self) -> impl Iterator<Item = ObjectDiff<'a>> + 'a {
        let (trees, walk) = match (&self.0, &newer.0) {
            _ if self.same(newer) => (None, None),
            (ObjectRepr::Large(old), ObjectRepr::Large(new)) => (Some(old.map.diff(&new.map).map(from_tree)), None),
            _ => (None, Some(side_by_side(self.iter(), newer.iter()))),
        };
        trees.into_iter().flatten().chain(walk.into_iter().flatten())
    }

    /// The same by comparing key after key: quicker where many differ. O(keys).
    pub(crate) fn differences_by_key<'a>(&'a self, newer: &'a Self) -> Vec<ObjectDiff<'a>> {
        match (&self.0, &newer.0) {
            (ObjectRepr::Small(old), ObjectRepr::Small(new)) => small_differences(&old.slice, &new.slice),
            (ObjectRepr::Large(old), ObjectRepr::Large(new)) => {
                let members = |(key, value): (&'a Text, &'a Exact)| (key, &value.0);
                side_by_side(old.map.iter().map(members), new.map.iter().map(members)).collect()
            }
            _ => side_by_side(self.iter(), newer.iter()).collect(),
        }
    }

    pub(super) fn identical(&self, other: &Self) -> bool {
        let alike = |item| matches!(item, ObjectDiff::Both(_, left, right) if Value::identical(left, right));
        self.len() == other.len() && self.differences(other).all(alike)
    }

    /// Few differences: `older` with those put in. Many: built anew from parts that share.
    pub(super) fn sharing(self, older: &Self) -> Self {
        let differences: Vec<_> = older.differences(&self).collect();
        if differences.len() > older.len() / 4 + 1 {
            let part = |(key, value): (&Text, &Value)| (key.clone(), share_child(value, older.get(key)));
            let shared = Self::from_sorted(self.iter().map(part).collect());
            return if shared.has_members_of(older) { older.clone() } else { shared };
        }
        differences.into_iter().fold(older.clone(), |shared, difference| match difference {
            ObjectDiff::Added(key, value) => shared.with(key.clone(), value.clone()),
            ObjectDiff::Removed(key, _) => shared.without(key),
            ObjectDiff::Both(key, old, new) => shared.with_shared(key, old, new),
        })
    }

    /// Whether every member is the other's, in memory: then one object can stand for both.
    fn has_members_of(&self, other: &Self) -> bool {
        let pairs = self.iter().zip(other.iter());
        self.len() == other.len()
            && pairs.into_iter().all(|((key, value), (old_key, old))| key == old_key && value.same(old))
    }

    fn with_shared(self, key: &Text, old: &Value, new: &Value) -> Self {
        let value = new.clone().sharing(old);
        if value.same(old) { self } else { self.with(key.clone(), value) }
    }
}

/// Entries with the value at `at` exchanged. O(entries), one allocation.
fn with_value(small: &ThinArc<Weight, (Text, Value)>, at: usize, value: &Value) -> ThinArc<Weight, (Text, Value)> {
    let entries = small.slice.iter().enumerate().map(|(other, (key, old))| {
        let value = if other == at { value } else { old };
        (key.clone(), value.clone())
    });
    let (before, after) = (Weight::of(&small.slice[at].1), Weight::of(value));
    let bytes = small.header.header.bytes - before.bytes + after.bytes;
    let others = small.slice.iter().enumerate().filter(|(other, _)| *other != at);
    let depth = match before.depth == after.depth {
        true => small.header.header.depth,
        false => Weight::deepest(others.map(|(_, (_, value))| value)).max(after.depth),
    };
    ThinArc::from_header_and_iter(Weight { bytes, depth }, entries)
}

fn share_child(value: &Value, older: Option<&Value>) -> Value {
    match older {
        Some(older) => value.clone().sharing(older),
        None => value.clone(),
    }
}

fn find(entries: &[(Text, Value)], key: &str) -> Result<usize, usize> {
    entries.binary_search_by(|entry| entry.0.as_str().cmp(key))
}

fn from_tree<'a>(item: DiffItem<'a, 'a, Text, Exact>) -> ObjectDiff<'a> {
    match item {
        DiffItem::Add(key, value) => ObjectDiff::Added(key, &value.0),
        DiffItem::Remove(key, value) => ObjectDiff::Removed(key, &value.0),
        DiffItem::Update { old: (key, old), new: (_, new) } => ObjectDiff::Both(key, &old.0, &new.0),
    }
}

/// The differing members of two small objects.
fn small_differences<'a>(older: &'a [(Text, Value)], newer: &'a [(Text, Value)]) -> Vec<ObjectDiff<'a>> {
    let pairs = || older.iter().zip(newer);
    // Mostly a value has changed, and no key.
    if older.len() == newer.len() && pairs().all(|(old, new)| old.0 == new.0) {
        let others = pairs().filter(|(old, new)| !old.1.same(&new.1));
        return others.map(|(old, new)| ObjectDiff::Both(&old.0, &old.1, &new.1)).collect();
    }
    let members = |(key, value): &'a (Text, Value)| (key, value);
    side_by_side(older.iter().map(members), newer.iter().map(members)).collect()
}

/// The differing members of two objects, whose keys rise.
fn side_by_side<'a>(
    older: impl Iterator<Item = (&'a Text, &'a Value)>,
    newer: impl Iterator<Item = (&'a Text, &'a Value)>,
) -> impl Iterator<Item = ObjectDiff<'a>> {
    let (mut old, mut new) = (older.peekable(), newer.peekable());
    std::iter::from_fn(move || {
        loop {
            let order = match (old.peek(), new.peek()) {
                (None, None) => return None,
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (Some((left, _)), Some((right, _))) => left.cmp(right),
            };
            match order {
                std::cmp::Ordering::Less => return old.next().map(|(key, value)| ObjectDiff::Removed(key, value)),
                std::cmp::Ordering::Greater => return new.next().map(|(key, value)| ObjectDiff::Added(key, value)),
                std::cmp::Ordering::Equal => {
                    let ((key, left), (_, right)) = (old.next()?, new.next()?);
                    if !left.same(right) {
                        return Some(ObjectDiff::Both(key, left, right));
                    }
                }
            }
        }
    })
}

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len()
            && self.differences(other).all(|item| matches!(item, ObjectDiff::Both(_, left, right) if left == right))
    }
}

impl Eq for Object {}

/// The last of equal keys wins.
impl FromIterator<(Text, Value)> for Object {
    fn from_iter<I: IntoIterator<Item = (Text, Value)>>(entries: I) -> Self {
        let mut entries: Vec<_> = entries.into_iter().collect();
        if !entries.is_sorted_by(|left, right| left.0 < right.0) {
            entries.reverse();
            entries.sort_by(|left, right| left.0.cmp(&right.0));
            entries.dedup_by(|later, kept| later.0 == kept.0);
        }
        Self::from_sorted(entries)
    }
}
