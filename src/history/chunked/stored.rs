//! Chunks that are decoded when they are asked for, and whole lists as bytes.
//!
//! Must not name: `record`, values.

use super::{CHUNK, Chunked};
use crate::bytes::{Binary, ByteReader};
use std::sync::{Arc, OnceLock};

/// A chunk that does not grow any more.
pub(super) enum Sealed<T> {
    /// In memory.
    Held(Arc<[T]>),
    /// Decoded when it is asked for, once for all clones.
    Stored(Arc<StoredChunk<T>>),
}

/// Which chunk it is, and what decodes it.
pub(super) struct StoredChunk<T> {
    elements: OnceLock<Arc<[T]>>,
    number: usize,
    decode: Arc<Decode<T>>,
}

/// Decodes the chunk of a number, which has so many elements.
type Decode<T> = dyn Fn(usize, usize) -> Option<Vec<T>> + Send + Sync;

impl<T> Clone for Sealed<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Held(elements) => Self::Held(Arc::clone(elements)),
            Self::Stored(stored) => Self::Stored(Arc::clone(stored)),
        }
    }
}

impl<T> Sealed<T> {
    /// Its elements: none, where it cannot be decoded.
    pub fn elements(&self) -> &[T] {
        match self {
            Self::Held(elements) => elements,
            Self::Stored(stored) => stored.elements(),
        }
    }

    /// Whether it is in memory, and in the same place as another.
    #[cfg(test)]
    pub fn is_same(&self, other: &Self) -> bool {
        matches!((self, other), (Self::Held(one), Self::Held(other)) if Arc::ptr_eq(one, other))
    }
}

impl<T: Clone> Sealed<T> {
    /// Its elements, to be changed: copied, where others have them too.
    pub fn elements_mut(&mut self) -> &mut [T] {
        if let Self::Stored(stored) = self {
            stored.elements();
            *self = Self::Held(stored.elements.get().map_or_else(|| Arc::from([]), Arc::clone));
        }
        match self {
            Self::Held(elements) => Arc::make_mut(elements),
            Self::Stored(_) => &mut [],
        }
    }
}

impl<T> StoredChunk<T> {
    fn elements(&self) -> &[T] {
        self.elements.get_or_init(|| {
            let decoded = (self.decode)(self.number, CHUNK).filter(|elements| elements.len() == CHUNK);
            decoded.unwrap_or_default().into()
        })
    }
}

impl<T: Clone + Send + Sync + 'static> Chunked<T> {
    /// A list of so many elements. Its chunks are decoded when they are asked for, but for the last elements, which fill
    /// none: those are decoded now. `None` when they cannot be.
    pub fn stored(
        count: usize,
        decode: impl Fn(usize, usize) -> Option<Vec<T>> + Send + Sync + 'static,
    ) -> Option<Self> {
        let (chunks, left) = (count / CHUNK, count % CHUNK);
        let decode: Arc<Decode<T>> = Arc::new(decode);
        let open = if left == 0 { Some(Vec::new()) } else { decode(chunks, left) };
        let open = open.filter(|open| open.len() == left)?;
        let stored = |number| StoredChunk { elements: OnceLock::new(), number, decode: Arc::clone(&decode) };
        let sealed = (0..chunks).map(|number| Sealed::Stored(Arc::new(stored(number)))).collect();
        let mut list = Self { sealed, ..Self::default() };
        list.extend(open);
        Some(list)
    }
}

impl<T: Binary + Clone> Binary for Chunked<T> {
    fn encode(&self, out: &mut Vec<u8>) {
        crate::bytes::encode_all(self.iter(), out);
    }

    fn decode(from: &mut ByteReader<'_>) -> Option<Self> {
        let count = from.count()?;
        let mut list = Self::default();
        for _ in 0..count {
            list.push(T::decode(from)?);
        }
        Some(list)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// The numbers up to `count`, and how often a chunk of them was decoded.
    fn numbers(count: usize, broken: usize) -> (Chunked<usize>, Arc<AtomicUsize>) {
        let decoded = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&decoded);
        let decode = move |number: usize, length: usize| {
            counter.fetch_add(1, Ordering::Relaxed);
            (number != broken).then(|| (number * CHUNK..number * CHUNK + length).collect())
        };
        (Chunked::stored(count, decode).unwrap(), decoded)
    }

    #[test]
    fn chunks_are_decoded_when_they_are_asked_for() {
        for count in [0, 1, CHUNK - 1, CHUNK, 3 * CHUNK, 3 * CHUNK + 100] {
            let (mut list, decoded) = numbers(count, usize::MAX);
            let open = usize::from(count % CHUNK > 0);
            assert_eq!((list.len(), decoded.load(Ordering::Relaxed)), (count, open));
            let clone = list.clone();
            assert!(list.iter().copied().eq(0..count) && clone.iter().copied().eq(0..count), "{count}");
            assert_eq!(decoded.load(Ordering::Relaxed), count / CHUNK + open, "once for both");
            (count..count + 2 * CHUNK).for_each(|n| list.push(n));
            list.get_mut(7).into_iter().for_each(|n| *n = 0);
            assert!(list.iter().skip(8).copied().eq(8..count + 2 * CHUNK) && list.get(7) == Some(&0));
            assert!(clone.iter().copied().eq(0..count), "{count}");
        }
    }

    #[test]
    fn a_list_goes_back_into_what_was_stored() {
        let (mut list, _) = numbers(2 * CHUNK, usize::MAX);
        (0..CHUNK + 3).for_each(|_| _ = list.pop());
        list.push(9);
        assert_eq!((list.len(), list.last(), list.get(5)), (CHUNK - 2, Some(&9), Some(&5)));
    }

    #[test]
    fn a_chunk_that_cannot_be_decoded_holds_nothing() {
        let (mut list, _) = numbers(3 * CHUNK + 5, 1);
        assert_eq!((list.len(), list.get(CHUNK), list.get(2 * CHUNK)), (3 * CHUNK + 5, None, Some(&(2 * CHUNK))));
        assert!(list.get_mut(CHUNK).is_none());
        assert_eq!(list.iter().count(), CHUNK);
        assert_eq!(list.to_vec().len(), CHUNK);
        assert!(Chunked::<usize>::stored(5, |_, _| None).is_none());
        assert!(Chunked::<usize>::stored(5, |_, _| Some(vec![1; 4])).is_none());
    }

    #[test]
    fn lists_come_back() {
        let list: Chunked<u64> = (0..9_000).map(|n| n * n).collect();
        assert_eq!(Chunked::from_bytes(&list.to_bytes()), Some(list));
        assert_eq!(Chunked::<u64>::from_bytes(&u64::MAX.to_bytes()), None);
    }
}
