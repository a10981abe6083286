//! A list that grows at its end and is cheap to clone: clones share all but what was pushed since.
//!
//! Elements lie in sealed chunks of `CHUNK`, then in blocks of `BLOCK`, then in one open block. All three are shared by
//! clones; a push copies at most the open block, and changing an element copies the block or chunk it is in.
//!
//! Must not name: `record`, values.

mod stored;

use std::iter::FusedIterator;
use std::ops::{Index, Range};
use std::sync::Arc;
use stored::Sealed;

/// Elements of a sealed chunk.
pub(crate) const CHUNK: usize = 4_096;
/// Elements of a block behind the sealed chunks.
const BLOCK: usize = 64;

/// A list that is appended to, in chunks that its clones share. `clone` is O(1), `push` O(1) amortised, whoever holds a
/// clone.
pub struct Chunked<T> {
    sealed: Arc<[Sealed<T>]>,
    /// Fewer than make two chunks: the first are sealed when there are so many, so that pushes and pops in turns cost
    /// no more than elsewhere.
    blocks: Option<Arc<Blocks<T>>>,
    /// Fewer elements than make a block.
    open: Option<Arc<Vec<T>>>,
}

type Blocks<T> = Vec<Arc<Vec<T>>>;

impl<T> Clone for Chunked<T> {
    fn clone(&self) -> Self {
        Self { sealed: Arc::clone(&self.sealed), blocks: self.blocks.clone(), open: self.open.clone() }
    }
}

impl<T> Default for Chunked<T> {
    fn default() -> Self {
        Self { sealed: Arc::default(), blocks: None, open: None }
    }
}

impl<T> Chunked<T> {
    /// How many elements there are. O(1).
    pub fn len(&self) -> usize {
        self.sealed.len() * CHUNK + self.blocks().len() * BLOCK + self.open().len()
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The element at an index. O(1).
    pub fn get(&self, index: usize) -> Option<&T> {
        if let Some(chunk) = self.sealed.get(index / CHUNK) {
            return chunk.elements().get(index % CHUNK);
        }
        let behind = index - self.sealed.len() * CHUNK;
        let (block, within) = (behind / BLOCK, behind % BLOCK);
        match self.blocks().get(block) {
            Some(block) => block.get(within),
            None if block == self.blocks().len() => self.open().get(within),
            None => None,
        }
    }

    /// The first element.
    pub fn first(&self) -> Option<&T> {
        self.get(0)
    }

    /// The last element.
    pub fn last(&self) -> Option<&T> {
        self.open().last().or_else(|| self.get(self.len().checked_sub(1)?))
    }

    /// How many elements are before the first one that `holds` is false of; it must be false of all behind that. O(log n)
    /// calls.
    pub fn partition_point(&self, holds: impl Fn(&T) -> bool) -> usize {
        let (mut first, mut end) = (0, self.len());
        while first < end {
            let middle = first.midpoint(end);
            match self.get(middle).is_some_and(&holds) {
                true => first = middle + 1,
                false => end = middle,
            }
        }
        first
    }

    /// The index of the element of a key, in a list sorted by that key. O(log n).
    ///
    /// # Errors
    /// Where it would be, when it is not there.
    pub fn binary_search_by_key<K: Ord>(&self, key: &K, key_of: impl Fn(&T) -> K) -> Result<usize, usize> {
        let at = self.partition_point(|element| key_of(element) < *key);
        if self.get(at).is_some_and(|element| key_of(element) == *key) { Ok(at) } else { Err(at) }
    }

    /// All elements, in order.
    pub fn iter(&self) -> Iter<'_, T> {
        self.range(0..self.len())
    }

    /// Those of a range that are there.
    pub fn range(&self, range: Range<usize>) -> Iter<'_, T> {
        let end = range.end.min(self.len());
        Iter { list: self, range: range.start.min(end)..end }
    }

    /// The elements as a plain list. O(n).
    pub fn to_vec(&self) -> Vec<T>
    where
        T: Clone,
    {
        self.iter().cloned().collect()
    }

    fn blocks(&self) -> &[Arc<Vec<T>>] {
        self.blocks.as_deref().map_or(&[], Vec::as_slice)
    }

    fn open(&self) -> &[T] {
        self.open.as_deref().map_or(&[], Vec::as_slice)
    }
}

impl<T: Clone> Chunked<T> {
    /// O(1) amortised; with a clone beside it, the open block is copied first.
    pub fn push(&mut self, element: T) {
        // Of a list that has filled blocks before, the next will be filled too.
        let room = if self.blocks.is_some() { BLOCK } else { 0 };
        let open = Arc::make_mut(self.open.get_or_insert_with(|| Arc::new(Vec::with_capacity(room))));
        open.push(element);
        if open.len() == BLOCK {
            self.close_block();
        }
    }

    fn close_block(&mut self) {
        let Some(block) = self.open.take() else { return };
        let blocks = Arc::make_mut(self.blocks.get_or_insert_default());
        blocks.push(block);
        if blocks.len() == 2 * CHUNK / BLOCK {
            let mut chunk = Vec::with_capacity(CHUNK);
            blocks.drain(..CHUNK / BLOCK).for_each(|block| chunk.extend(Arc::unwrap_or_clone(block)));
            self.sealed = self.sealed.iter().cloned().chain([Sealed::Held(chunk.into())]).collect();
        }
    }

    /// The element at an index, to be changed. O(1); with a clone beside it, O(`CHUNK` + n / `CHUNK`).
    pub fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        if index >= self.len() {
            return None;
        }
        let Some(behind) = index.checked_sub(self.sealed.len() * CHUNK) else {
            let chunk = Arc::make_mut(&mut self.sealed).get_mut(index / CHUNK)?;
            return chunk.elements_mut().get_mut(index % CHUNK);
        };
        let (block, within) = (behind / BLOCK, behind % BLOCK);
        if block < self.blocks().len() {
            let block = Arc::make_mut(self.blocks.as_mut()?).get_mut(block)?;
            return Arc::make_mut(block).get_mut(within);
        }
        Arc::make_mut(self.open.as_mut()?).get_mut(within)
    }

    /// The last element, to be changed. As [`get_mut`](Self::get_mut).
    pub fn last_mut(&mut self) -> Option<&mut T> {
        match self.open().is_empty() {
            true => self.get_mut(self.len().checked_sub(1)?),
            false => Arc::make_mut(self.open.as_mut()?).last_mut(),
        }
    }

    /// Takes out the last element. O(1) amortised.
    pub fn pop(&mut self) -> Option<T> {
        if self.open().is_empty() {
            self.reopen();
        }
        Arc::make_mut(self.open.as_mut()?).pop()
    }

    /// Makes the last block the open one.
    fn reopen(&mut self) {
        if self.blocks().is_empty() {
            let Some((last, rest)) = self.sealed.split_last() else { return };
            let blocks: Blocks<T> = last.elements().chunks(BLOCK).map(|block| Arc::new(block.to_vec())).collect();
            (self.blocks, self.sealed) = (Some(Arc::new(blocks)), rest.into());
        }
        self.open = self.blocks.as_mut().and_then(|blocks| Arc::make_mut(blocks).pop());
    }

    /// Puts an element where `index` is, before those from there on. O(n - `index`), so for what comes late only.
    pub fn insert(&mut self, index: usize, element: T) {
        let mut later = Vec::new();
        while self.len() > index {
            later.extend(self.pop());
        }
        self.push(element);
        later.into_iter().rev().for_each(|element| self.push(element));
    }
}

impl<T> Index<usize> for Chunked<T> {
    type Output = T;

    fn index(&self, index: usize) -> &T {
        match self.get(index) {
            Some(element) => element,
            None => &self.open()[index - (self.len() - self.open().len())],
        }
    }
}

impl<T: Clone> Extend<T> for Chunked<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, elements: I) {
        elements.into_iter().for_each(|element| self.push(element));
    }
}

impl<T: Clone> FromIterator<T> for Chunked<T> {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        let mut list = Self::default();
        list.extend(elements);
        list
    }
}

impl<T: std::fmt::Debug> std::fmt::Debug for Chunked<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self).finish()
    }
}

impl<T: PartialEq> PartialEq for Chunked<T> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other)
    }
}

impl<T: Eq> Eq for Chunked<T> {}

impl<T: PartialEq> PartialEq<[T]> for Chunked<T> {
    fn eq(&self, other: &[T]) -> bool {
        self.len() == other.len() && self.iter().eq(other)
    }
}

impl<T: PartialEq<U>, U, const N: usize> PartialEq<[U; N]> for &Chunked<T> {
    fn eq(&self, other: &[U; N]) -> bool {
        self.len() == N && self.iter().zip(other).all(|(own, other)| own == other)
    }
}

impl<'a, T> IntoIterator for &'a Chunked<T> {
    type Item = &'a T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

/// Elements of a list, from either end.
pub struct Iter<'a, T> {
    list: &'a Chunked<T>,
    range: Range<usize>,
}

impl<T> Clone for Iter<'_, T> {
    fn clone(&self) -> Self {
        Self { list: self.list, range: self.range.clone() }
    }
}

impl<'a, T> Iterator for Iter<'a, T> {
    type Item = &'a T;

    fn next(&mut self) -> Option<&'a T> {
        self.list.get(self.range.next()?)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.range.size_hint()
    }
}

impl<T> DoubleEndedIterator for Iter<'_, T> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.list.get(self.range.next_back()?)
    }
}

impl<T> ExactSizeIterator for Iter<'_, T> {}
impl<T> FusedIterator for Iter<'_, T> {}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What is done to a list.
    #[derive(Debug, Clone)]
    enum ChunkedChange {
        Push(usize),
        Pop(usize),
        Set(prop::sample::Index),
        Insert(usize),
        /// Holds a clone from here on.
        Hold,
    }

    fn step() -> impl Strategy<Value = ChunkedChange> {
        let many = || prop_oneof![1usize..5, Just(BLOCK - 1), Just(BLOCK), 60usize..200, Just(CHUNK), Just(CHUNK + 1)];
        prop_oneof![
            5 => many().prop_map(ChunkedChange::Push),
            2 => many().prop_map(ChunkedChange::Pop),
            2 => any::<prop::sample::Index>().prop_map(ChunkedChange::Set),
            1 => (0usize..100).prop_map(ChunkedChange::Insert),
            2 => Just(ChunkedChange::Hold),
        ]
    }

    fn same(list: &Chunked<usize>, plain: &[usize]) -> bool {
        let forth = list.iter().eq(plain) && list.iter().rev().eq(plain.iter().rev());
        let ends = (list.len(), list.first(), list.last()) == (plain.len(), plain.first(), plain.last());
        let each = plain.iter().enumerate().all(|(at, element)| list.get(at) == Some(element) && list[at] == *element);
        forth && ends && each && list.get(plain.len()).is_none() && list.get(plain.len() + CHUNK).is_none()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]
        /// Whatever is done to a list, clones made before keep what they held.
        #[test]
        fn a_list_and_its_clones_are_what_plain_lists_hold(steps in prop::collection::vec(step(), 0..24)) {
            let (mut list, mut plain, mut next) = (Chunked::default(), Vec::new(), 0);
            let mut held: Vec<(Chunked<usize>, Vec<usize>)> = Vec::new();
            for step in steps {
                next += 1;
                match step {
                    ChunkedChange::Push(many) => (0..many).for_each(|n| { list.push(next + n); plain.push(next + n); }),
                    ChunkedChange::Pop(many) => (0..many).for_each(|_| assert_eq!(list.pop(), plain.pop())),
                    ChunkedChange::Set(at) if !plain.is_empty() => {
                        let at = at.index(plain.len());
                        *list.get_mut(at).unwrap() = next;
                        plain[at] = next;
                    }
                    ChunkedChange::Set(_) => prop_assert!(list.get_mut(0).is_none()),
                    ChunkedChange::Insert(before) => {
                        let at = plain.len().saturating_sub(before);
                        list.insert(at, next);
                        plain.insert(at, next);
                    }
                    ChunkedChange::Hold => held.push((list.clone(), plain.clone())),
                }
            }
            prop_assert!(same(&list, &plain));
            for (list, plain) in &held {
                prop_assert!(same(list, plain));
            }
            prop_assert_eq!(plain.iter().copied().collect::<Chunked<_>>(), list);
        }

        #[test]
        fn parts_and_places_are_those_of_a_plain_list(
            length in prop_oneof![0usize..200, CHUNK - 3..CHUNK + 200], ends in any::<[prop::sample::Index; 2]>(), at in 0usize..9_000,
        ) {
            let plain: Vec<usize> = (0..length).map(|n| n * 2).collect();
            let list: Chunked<usize> = plain.iter().copied().collect();
            let [start, end] = ends.map(|end| end.index(length + 1));
            let expected = plain.get(start..end).unwrap_or_default();
            prop_assert!(list.range(start..end).eq(expected));
            prop_assert!(list.range(start..end + CHUNK).rev().eq(plain[start.min(length)..].iter().take(end + CHUNK - start.min(end + CHUNK)).rev()));
            prop_assert_eq!(list.partition_point(|n| *n < at), plain.partition_point(|n| *n < at));
            prop_assert_eq!(list.binary_search_by_key(&at, |n| *n), plain.binary_search_by_key(&at, |n| *n));
        }
    }

    /// A held clone shares all that was there: a push beside it copies no more than a block.
    #[test]
    fn clones_share_what_they_hold() {
        let mut list: Chunked<usize> = (0..CHUNK * 3 + BLOCK * 5 + 7).collect();
        let held = list.clone();
        (0..2 * CHUNK).for_each(|n| list.push(n));
        assert!(held.sealed.iter().zip(list.sealed.iter()).all(|(a, b)| a.is_same(b)));
        *list.get_mut(0).unwrap() = 9;
        let shared = held.sealed.iter().zip(list.sealed.iter()).map(|(a, b)| a.is_same(b));
        assert_eq!((shared.collect::<Vec<_>>(), held[0], list[0]), (vec![false, true], 0, 9));
    }

    /// Pushes and pops in turns copy no chunk, wherever they meet.
    #[test]
    fn turns_of_pushes_and_pops_seal_nothing_again() {
        let mut list: Chunked<usize> = (0..2 * CHUNK).collect();
        let sealed = list.sealed[0].clone();
        for _ in 0..CHUNK / 2 {
            list.pop();
            list.push(0);
            list.pop();
        }
        assert!(sealed.is_same(&list.sealed[0]));
    }
}
