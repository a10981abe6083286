//! Chunks that are bytes until they are asked for, and whole lists as bytes.
//!
//! Must not name: `record`, values.

use super::{CHUNK, Chunked};
use crate::bytes::{Binary, ByteReader};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// A chunk that does not grow any more.
pub(super) enum Sealed<T> {
    /// In memory.
    Held(Arc<[T]>),
    /// Decoded when it is asked for, once for all clones.
    Packed(Arc<PackedChunk<T>>),
}

/// The bytes of a chunk, among those of others, and what decodes them.
pub(super) struct PackedChunk<T> {
    elements: OnceLock<Arc<[T]>>,
    all: Arc<Vec<u8>>,
    own: Range<usize>,
    decode: Decode<T>,
}

/// Decodes so many elements.
type Decode<T> = fn(&[u8], usize) -> Option<Vec<T>>;

impl<T> Clone for Sealed<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Held(elements) => Self::Held(Arc::clone(elements)),
            Self::Packed(packed) => Self::Packed(Arc::clone(packed)),
        }
    }
}

impl<T> Sealed<T> {
    fn packed(all: &Arc<Vec<u8>>, own: Range<usize>, decode: Decode<T>) -> Self {
        Self::Packed(Arc::new(PackedChunk { elements: OnceLock::new(), all: Arc::clone(all), own, decode }))
    }

    /// Its elements: none, where it cannot be decoded.
    pub fn elements(&self) -> &[T] {
        match self {
            Self::Held(elements) => elements,
            Self::Packed(packed) => packed.elements(),
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
        if let Self::Packed(packed) = self {
            packed.elements();
            *self = Self::Held(packed.elements.get().map_or_else(|| Arc::from([]), Arc::clone));
        }
        match self {
            Self::Held(elements) => Arc::make_mut(elements),
            Self::Packed(_) => &mut [],
        }
    }
}

impl<T> PackedChunk<T> {
    fn bytes(&self) -> &[u8] {
        self.all.get(self.own.clone()).unwrap_or_default()
    }

    fn elements(&self) -> &[T] {
        self.elements.get_or_init(|| {
            let decoded = (self.decode)(self.bytes(), CHUNK).filter(|elements| elements.len() == CHUNK);
            decoded.unwrap_or_default().into()
        })
    }
}

impl<T> Chunked<T> {
    /// The bytes of the chunk of a number, where it has not been changed since they were made.
    pub fn packed(&self, chunk: usize) -> Option<&[u8]> {
        match self.sealed.get(chunk)? {
            Sealed::Packed(packed) => Some(packed.bytes()),
            Sealed::Held(_) => None,
        }
    }

    /// Keeps the sealed chunk of a number as bytes from now on, which `decode` makes its elements of.
    pub fn pack(&mut self, chunk: usize, encode: impl FnOnce(&[T]) -> Vec<u8>, decode: Decode<T>) {
        let Some(Sealed::Held(elements)) = self.sealed.get(chunk) else { return };
        let bytes = Arc::new(encode(elements));
        let packed = Sealed::packed(&bytes, 0..bytes.len(), decode);
        if let Some(sealed) = Arc::make_mut(&mut self.sealed).get_mut(chunk) {
            *sealed = packed;
        }
    }
}

impl<T: Clone> Chunked<T> {
    /// A list of so many elements, whose chunks end at these places of the bytes. They are decoded when they are asked for,
    /// but for the last elements, which fill no chunk: those are decoded now. `None` when they cannot be.
    pub fn stored(count: usize, bytes: &Arc<Vec<u8>>, ends: &[usize], decode: Decode<T>) -> Option<Self> {
        let (chunks, left) = (count / CHUNK, count % CHUNK);
        let range = |chunk: usize| {
            Some(chunk.checked_sub(1).map_or(Some(0), |before| ends.get(before).copied())?..*ends.get(chunk)?)
        };
        let open = if left == 0 { Some(Vec::new()) } else { decode(bytes.get(range(chunks)?)?, left) };
        let open = open.filter(|open| open.len() == left)?;
        let sealed = (0..chunks).map(|chunk| Some(Sealed::packed(bytes, range(chunk)?, decode)));
        let mut list = Self { sealed: sealed.collect::<Option<_>>()?, ..Self::default() };
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

    const BROKEN: u8 = 255;

    /// The numbers from the one written as eight bytes on.
    fn decode(bytes: &[u8], length: usize) -> Option<Vec<usize>> {
        let first = usize::from_le_bytes(bytes.try_into().ok()?);
        Some((first..first + length).collect())
    }

    /// The numbers up to `count`; the bytes of one chunk are no such thing.
    fn numbers(count: usize, broken: usize) -> Chunked<usize> {
        let (mut bytes, mut ends) = (Vec::new(), Vec::new());
        for chunk in 0..count.div_ceil(CHUNK) {
            bytes.extend((chunk * CHUNK).to_le_bytes());
            if chunk == broken {
                bytes.push(BROKEN);
            }
            ends.push(bytes.len());
        }
        Chunked::stored(count, &Arc::new(bytes), &ends, decode).unwrap()
    }

    /// Chunks that are decoded.
    fn decoded(list: &Chunked<usize>) -> usize {
        let is_decoded = |sealed: &&Sealed<usize>| match sealed {
            Sealed::Held(_) => true,
            Sealed::Packed(packed) => packed.elements.get().is_some(),
        };
        list.sealed.iter().filter(is_decoded).count()
    }

    #[test]
    fn chunks_are_decoded_when_they_are_asked_for() {
        for count in [0, 1, CHUNK - 1, CHUNK, 3 * CHUNK, 3 * CHUNK + 100] {
            let mut list = numbers(count, usize::MAX);
            assert_eq!((list.len(), decoded(&list)), (count, 0));
            let clone = list.clone();
            assert!(list.iter().copied().eq(0..count));
            assert_eq!(decoded(&clone), count / CHUNK, "once for both");
            assert!(clone.iter().copied().eq(0..count), "{count}");
            (count..count + 2 * CHUNK).for_each(|n| list.push(n));
            list.get_mut(7).into_iter().for_each(|n| *n = 0);
            assert!(list.iter().skip(8).copied().eq(8..count + 2 * CHUNK) && list.get(7) == Some(&0));
            assert!(clone.iter().copied().eq(0..count), "{count}");
        }
    }

    #[test]
    fn packed_chunks_hold_what_they_held() {
        let mut list: Chunked<usize> = (0..4 * CHUNK + 5).collect();
        let clone = list.clone();
        let encode = |elements: &[usize]| elements[0].to_le_bytes().to_vec();
        (0..9).for_each(|chunk| list.pack(chunk, encode, decode));
        assert_eq!((list.len(), decoded(&list), clone.packed(0)), (clone.len(), 0, None));
        assert_eq!(list.packed(1), Some(&CHUNK.to_le_bytes()[..]));
        assert_eq!((list.get(2 * CHUNK), decoded(&list)), (Some(&(2 * CHUNK)), 1));
        *list.get_mut(CHUNK).unwrap() = 0;
        assert_eq!((list.packed(1), list[CHUNK], clone[CHUNK]), (None, 0, CHUNK));
        list.pack(1, |elements| elements[1].to_le_bytes().to_vec(), decode);
        assert_eq!(list[CHUNK], CHUNK + 1, "it is what its bytes say");
    }

    #[test]
    fn a_list_goes_back_into_what_was_stored() {
        let mut list = numbers(2 * CHUNK, usize::MAX);
        (0..CHUNK + 3).for_each(|_| _ = list.pop());
        list.push(9);
        assert_eq!((list.len(), list.last(), list.get(5)), (CHUNK - 2, Some(&9), Some(&5)));
    }

    #[test]
    fn a_chunk_that_cannot_be_decoded_holds_nothing() {
        let mut list = numbers(3 * CHUNK + 5, 1);
        assert_eq!((list.len(), list.get(CHUNK), list.get(2 * CHUNK)), (3 * CHUNK + 5, None, Some(&(2 * CHUNK))));
        assert!(list.get_mut(CHUNK).is_none());
        assert_eq!(list.iter().count(), CHUNK);
        assert_eq!(list.to_vec().len(), CHUNK);
        let none = Arc::new(Vec::new());
        for (count, ends) in [(5, &[][..]), (5, &[0]), (5, &[8]), (CHUNK, &[]), (2 * CHUNK, &[0])] {
            assert!(Chunked::stored(count, &none, ends, decode).is_none(), "{count} {ends:?}");
        }
        assert!(Chunked::stored(5, &none, &[0], |_, _| Some(vec![1; 4])).is_none());
    }

    #[test]
    fn lists_come_back() {
        let list: Chunked<u64> = (0..9_000).map(|n| n * n).collect();
        assert_eq!(Chunked::from_bytes(&list.to_bytes()), Some(list));
        assert_eq!(Chunked::<u64>::from_bytes(&u64::MAX.to_bytes()), None);
    }
}
