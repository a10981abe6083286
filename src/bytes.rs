//! A compact binary form for files that asof derives and can make again: no names, no versions, checked when it is read.
//!
//! Reading never panics and never allocates more than in proportion to the bytes that are there, whatever they claim.
//! Must not name: files, `log`, `history`.

mod difference;
pub(crate) mod values;

pub(crate) use difference::{Effort, apply_difference, encode_difference};

use crate::value::{Number, Path, Step, Text, Value, parse};
use im::OrdMap;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

/// What has a binary form.
pub(crate) trait Binary: Sized {
    /// Appends its bytes.
    fn encode(&self, out: &mut Vec<u8>);

    /// Reads it back; `None` when the bytes are no such thing.
    fn decode(from: &mut ByteReader<'_>) -> Option<Self>;

    /// All of its bytes.
    fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.encode(&mut out);
        out
    }

    /// Reads it from bytes that hold nothing else.
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut from = ByteReader::new(bytes);
        Self::decode(&mut from).filter(|_| from.is_at_end())
    }
}

/// Bytes that are read from the front.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ByteReader<'a>(&'a [u8]);

impl<'a> ByteReader<'a> {
    /// At the first of these bytes.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Whether all have been read.
    pub fn is_at_end(&self) -> bool {
        self.0.is_empty()
    }

    /// How many are left.
    pub fn left(&self) -> usize {
        self.0.len()
    }

    /// The next so many; `None` when fewer are left.
    pub fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// A number of entries that are each at least one byte long.
    pub fn count(&mut self) -> Option<usize> {
        usize::try_from(u64::decode(self)?).ok().filter(|count| *count <= self.left())
    }
}

/// The first digits of the SHA-256 of some bytes, in lower case.
pub(crate) fn sha256_digits(bytes: &[u8], digits: usize) -> String {
    let hash = hmac_sha256::Hash::hash(bytes);
    hash.iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|four| char::from_digit(four.into(), 16))
        .take(digits)
        .collect()
}

/// Bytes that are read when they are needed.
pub(crate) trait LazyBytes: Send + Sync {
    /// Those of a range; `None` when they are not there.
    fn read(&self, range: Range<u64>) -> Option<Vec<u8>>;
}

/// Seven bits a byte, lowest first.
impl Binary for u64 {
    fn encode(&self, out: &mut Vec<u8>) {
        let mut left = *self;
        while left > 0x7F {
            out.push(left.to_le_bytes()[0] | 0x80);
            left >>= 7;
        }
        out.push(left.to_le_bytes()[0]);
    }

    #[inline]
    fn decode(from: &mut ByteReader<'_>) -> Option<Self> {
        // Most are lengths and distances of one byte.
        match from.byte()? {
            byte @ ..0x80 => Some(byte.into()),
            byte => decode_long(byte, from),
        }
    }
}

/// A number of several bytes, whose first was read.
fn decode_long(first: u8, from: &mut ByteReader<'_>) -> Option<u64> {
    let mut number = u64::from(first & 0x7F);
    for shift in (7..64).step_by(7) {
        let byte = from.byte()?;
        let bits = u64::from(byte & 0x7F);
        if bits.leading_zeros() < shift {
            return None;
        }
        number |= bits << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

macro_rules! binary_number {
    ($($type:ty),*) => {$(
        impl Binary for $type {
            #[allow(clippy::cast_lossless, reason = "of usize there is no other way")]
            fn encode(&self, out: &mut Vec<u8>) {
                (*self as u64).encode(out);
            }

            fn decode(from: &mut ByteReader<'_>) -> Option<Self> {
                u64::decode(from)?.try_into().ok()
            }
        }
    )*};
}
binary_number!(u16, u32, usize);

impl Binary for u8 {
    fn encode(&self, out: &mut Vec<u8>) {
        out.push(*self);
    }

    fn decode(from: &mut ByteReader<'_>) -> Option<Self> {
        from.byte()
    }
}

/// Small numbers of either sign are short.
impl Binary for i64 {
    fn encode(&self, out: &mut Vec<u8>) {
        ((self << 1) ^ (self >> 63)).cast_unsigned().encode(out);
    }

    fn decode(from: &mut ByteReader<'_>) -> Option<Self> {
        let folded = u64::decode(from)?;
        Some((folded >> 1).cast_signed() ^ -(folded & 1).cast_signed())
    }
}

impl Binary for bool {
    fn encode(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn decode(from: &mut ByteReader<'_>) -> Option<Self> {
        match from.byte()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

impl<const N: usize> Binary for [u8; N] {
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }

    fn decode(from: &mut ByteReader<'_>) -> Option<Self> {
        from.take(N)?.try_into().ok()
    }
}

/// Appends so many bytes, their number first.
pub(crate) fn encode_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    bytes.len().encode(out);
    out.extend_from_slice(bytes);
}

/// What [`encode_bytes`] wrote.
pub(crate) fn decode_bytes<'a>(from: &mut ByteReader<'a>) -> Option<&'a [u8]> {
    let count = from.count()?;
    from.take(count)
}

impl Binary for Text {
    fn encode(&self, out: &mut Vec<u8>) {
        encode_bytes(self.as_bytes(), out);
    }

    fn decode(from: &mut ByteReader<'_>) -> Option<Self> {
        std::str::from_utf8(decode_bytes(from)?).ok().map(Self::from)
    }
}

/// As its digits.
impl Binary for Number {
    fn encode(&self, out: &mut Vec<u8>) {
        encode_bytes(self.to_string().as_bytes(), out);
    }

    fn decode(from: &mut ByteReader<'_>) -> Option<Self> {
        Self::parse(std::str::from_utf8(decode_bytes(from)?).ok()?)
    }
}

/// As compact JSON.
impl Binary for Value {
    fn encode(&self, out: &mut Vec<u8>) {
        encode_bytes(self.to_json().as_bytes(), out);
    }

    fn decode(from: &mut ByteReader<'_>) -> Option<Self> {
        parse(decode_bytes(from)?).ok()
    }
}

impl Binary for chrono::DateTime<chrono::Utc> {
    fn encode(&self, out: &mut Vec<u8>) {
        self.timestamp().encode(out);
        self.timestamp_subsec_nanos().encode(out);
    }

    fn decode(from: &mut ByteReader<'_>) -> Option<Self> {
        Self::from_timestamp(i64::decode(from)?, u32::decode(from)?)
    }
}

impl<T: Binary> Binary for Option<T> {
    fn encode(&self, out: &mut Vec<u8>) {
        self.is_some().encode(out);
        if let Some(some) = self {
            some.encode(out);
        }
    }

    fn decode(from: &mut ByteReader<'_>) -> Option<Self> {
        if bool::decode(from)? { T::decode(from).map(Some) } else { Some(None) }
    }
}

impl<T: Binary> Binary for Box<T> {
    fn encode(&self, out: &mut Vec<u8>) {
        (**self).encode(out);
    }

    fn decode(from: &mut ByteReader<'_>) -> Option<Self> {
        T::decode(from).map(Self::new)
    }
}

impl<T: Binary> Binary for Arc<T> {
    fn encode(&self, out: &mut Vec<u8>) {
        (**self).encode(out);
    }

    fn decode(from: &mut ByteReader<'_>) -> Option<Self> {
        T::decode(from).map(Self::new)
    }
}

impl<T: Binary> Binary for Arc<[T]> {
    fn encode(&self, out: &mut Vec<u8>) {
        encode_all(self.iter(), out);
    }

    fn decode(from: &mut ByteReader<'_>) -> Option<Self> {
        Vec::decode(from).map(Self::from)
    }
}

/// Entries in order, after their number.
pub(crate) fn encode_all<'a, T: Binary + 'a>(all: impl ExactSizeIterator<Item = &'a T>, out: &mut Vec<u8>) {
    all.len().encode(out);
    all.for_each(|one| one.encode(out));
}

impl<T: Binary> Binary for Vec<T> {
    fn encode(&self, out: &mut Vec<u8>) {
        encode_all(self.iter(), out);
    }

    fn decode(from: &mut ByteReader<'_>) -> Option<Self> {
        // Not allocated at once: an entry may be larger in memory than the one byte it takes at least.
        let count = from.count()?;
        let mut all = Self::new();
        for _ in 0..count {
            all.push(T::decode(from)?);
        }
        Some(all)
    }
}

impl<T: Binary + Ord> Binary for BTreeSet<T> {
    fn encode(&self, out: &mut Vec<u8>) {
        encode_all(self.iter(), out);
    }

    fn decode(from: &mut ByteReader<'_>) -> Option<Self> {
        Vec::decode(from).map(Vec::into_iter).map(Iterator::collect)
    }
}

fn encode_pairs<'a, K: Binary + 'a, V: Binary + 'a>(
    pairs: impl ExactSizeIterator<Item = (&'a K, &'a V)>,
    out: &mut Vec<u8>,
) {
    pairs.len().encode(out);
    for (key, value) in pairs {
        key.encode(out);
        value.encode(out);
    }
}

impl<K: Binary + Ord, V: Binary> Binary for BTreeMap<K, V> {
    fn encode(&self, out: &mut Vec<u8>) {
        encode_pairs(self.iter(), out);
    }

    fn decode(from: &mut ByteReader<'_>) -> Option<Self> {
        Vec::decode(from).map(Vec::into_iter).map(Iterator::collect)
    }
}

impl<K: Binary + Ord + Clone, V: Binary + Clone> Binary for OrdMap<K, V> {
    fn encode(&self, out: &mut Vec<u8>) {
        encode_pairs(self.iter(), out);
    }

    fn decode(from: &mut ByteReader<'_>) -> Option<Self> {
        Vec::decode(from).map(Vec::into_iter).map(Iterator::collect)
    }
}

macro_rules! binary_tuple {
    ($($name:ident),*) => {
        impl<$($name: Binary),*> Binary for ($($name,)*) {
            #[allow(non_snake_case)]
            fn encode(&self, out: &mut Vec<u8>) {
                let ($($name,)*) = self;
                $($name.encode(out);)*
            }

            fn decode(from: &mut ByteReader<'_>) -> Option<Self> {
                Some(($($name::decode(from)?,)*))
            }
        }
    };
}
binary_tuple!(A, B);
binary_tuple!(A, B, C);
binary_tuple!(A, B, C, D);

/// Gives a struct a binary form: its fields in this order. All must be named, so that none is forgotten.
macro_rules! binary_struct {
    ($type:ident { $($field:ident),* $(,)? }) => {
        impl $crate::bytes::Binary for $type {
            fn encode(&self, out: &mut Vec<u8>) {
                let Self { $($field),* } = self;
                $($crate::bytes::Binary::encode($field, out);)*
            }

            fn decode(from: &mut $crate::bytes::ByteReader<'_>) -> Option<Self> {
                $(let $field = $crate::bytes::Binary::decode(from)?;)*
                Some(Self { $($field),* })
            }
        }
    };
    ($type:ident (_)) => {
        impl $crate::bytes::Binary for $type {
            fn encode(&self, out: &mut Vec<u8>) {
                $crate::bytes::Binary::encode(&self.0, out);
            }

            fn decode(from: &mut $crate::bytes::ByteReader<'_>) -> Option<Self> {
                $crate::bytes::Binary::decode(from).map(Self)
            }
        }
    };
}

/// Gives an enum a binary form: a byte for the variant, then its fields.
macro_rules! binary_enum {
    ($type:ident { $($tag:literal => $variant:ident $({ $($field:ident),* $(,)? })? $(( $inner:ident ))?),* $(,)? }) => {
        impl $crate::bytes::Binary for $type {
            fn encode(&self, out: &mut Vec<u8>) {
                match self {
                    $(Self::$variant $({ $($field),* })? $(( $inner ))? => {
                        out.push($tag);
                        $($($crate::bytes::Binary::encode($field, out);)*)?
                        $($crate::bytes::Binary::encode($inner, out);)?
                    })*
                }
            }

            fn decode(from: &mut $crate::bytes::ByteReader<'_>) -> Option<Self> {
                match <u8 as $crate::bytes::Binary>::decode(from)? {
                    $($tag => {
                        $($(let $field = $crate::bytes::Binary::decode(from)?;)*)?
                        $(let $inner = $crate::bytes::Binary::decode(from)?;)?
                        Some(Self::$variant $({ $($field),* })? $(( $inner ))?)
                    })*
                    _ => None,
                }
            }
        }
    };
}
pub(crate) use {binary_enum, binary_struct};

binary_struct!(Path(_));
binary_enum!(Step { 0 => Key(key), 1 => Index(index) });

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::fmt::Debug;

    #[derive(Debug, Clone, PartialEq)]
    struct Both {
        text: Text,
        number: i64,
    }
    binary_struct!(Both { text, number });

    #[derive(Debug, Clone, PartialEq)]
    enum Any {
        Nothing,
        Named { both: Both, list: Vec<Option<u32>> },
        Plain(Box<Both>),
    }
    binary_enum!(Any { 0 => Nothing, 3 => Named { both, list }, 7 => Plain(both) });

    fn both() -> impl Strategy<Value = Both> {
        (any::<String>(), any::<i64>()).prop_map(|(text, number)| Both { text: text.into(), number })
    }

    fn any_of() -> impl Strategy<Value = Any> {
        prop_oneof![
            Just(Any::Nothing),
            (both(), any::<Vec<Option<u32>>>()).prop_map(|(both, list)| Any::Named { both, list }),
            both().prop_map(|both| Any::Plain(Box::new(both))),
        ]
    }

    fn comes_back<T: Binary + PartialEq + Debug>(value: &T) -> Result<(), TestCaseError> {
        let bytes = value.to_bytes();
        let read = T::from_bytes(&bytes);
        prop_assert_eq!(read.as_ref(), Some(value));
        prop_assert!(bytes.is_empty() || T::from_bytes(&bytes[..bytes.len() - 1]).is_none());
        Ok(())
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            all in prop::collection::vec(any_of(), 0..9),
            map in prop::collection::btree_map(any::<u64>(), any::<bool>(), 0..9),
            (seconds, nanos) in (-9_000_000_000i64..9_000_000_000, 0u32..1_000_000_000),
            small in any::<(u16, u8, [u8; 4])>(),
        ) {
            comes_back(&all)?;
            comes_back(&map)?;
            comes_back(&map.iter().map(|(key, value)| (*key, *value)).collect::<OrdMap<u64, bool>>())?;
            comes_back(&Arc::new(map.clone()))?;
            comes_back(&map.keys().copied().collect::<Arc<[u64]>>())?;
            let set: BTreeSet<u64> = map.keys().copied().collect();
            comes_back(&set)?;
            comes_back(&chrono::DateTime::<chrono::Utc>::from_timestamp(seconds, nanos).unwrap())?;
            comes_back(&small)?;
        }

        /// Whatever bytes there are: no panic, and nothing that is longer than they are.
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..99)) {
            let read = <Vec<(Any, BTreeMap<Text, Vec<bool>>)>>::from_bytes(&bytes);
            prop_assert!(read.is_none_or(|all| all.len() <= bytes.len()));
            drop((Vec::<Value>::from_bytes(&bytes), Number::from_bytes(&bytes)));
        }
    }

    #[test]
    fn digits_are_kept() {
        for text in ["1", "1.0", "100.0", "1e400", "123456789012345678901234567890", "-0"] {
            let value = parse(text.as_bytes()).unwrap();
            assert_eq!(Value::from_bytes(&value.to_bytes()).unwrap().to_json(), text);
            let number = Number::parse(text).unwrap();
            assert_eq!(Number::from_bytes(&number.to_bytes()).unwrap().to_string(), text);
        }
    }

    #[test]
    fn claims_of_length_cost_nothing() {
        let huge = u64::MAX.to_bytes();
        assert_eq!(Vec::<u8>::from_bytes(&huge), None);
        assert_eq!(Text::from_bytes(&huge), None);
        assert_eq!(u64::from_bytes(&[0xFF; 11]), None);
        assert_eq!(u64::from_bytes(&[0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02]), None, "65 bits");
    }
}
