//! What the versions that touched a path left there, where that is a scalar: in blocks, beside the list of the versions.
//!
//! An entry is a byte that says what it is, and what that needs: an integer takes two to four bytes, a short text its bytes.
//! Long texts and containers are not told here but by the records.

use super::postings::BLOCK;
use crate::bytes::values::{CONTAINERS, FIRST, decode_value, encode_value};
use crate::bytes::{Binary, ByteReader};
use crate::value::Value;

/// Bytes of a text, or digits of a number, from which on it is left to its record.
const LONG: usize = 64;

const UNTOLD: u8 = 0;
const NOTHING: u8 = 1;
const _: () = assert!(NOTHING < FIRST);

/// What a version left at a path.
#[derive(Debug, Clone, PartialEq)]
pub enum LeftValue {
    /// Nothing is there.
    Nothing,
    /// A scalar, as it is written.
    Scalar(Value),
    /// Something that is not in the column.
    Untold,
}

/// One entry for each version of a list, in its order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ScalarColumn {
    bytes: Vec<u8>,
    /// Where each block but the first begins.
    blocks: Vec<usize>,
    count: usize,
}

impl ScalarColumn {
    /// One that tells nothing of so many versions.
    pub fn untold(count: usize) -> Self {
        let mut column = Self::default();
        (0..count).for_each(|_| column.add(|bytes| bytes.push(UNTOLD)));
        column
    }

    /// Adds what the next version left. O(its length).
    pub fn push(&mut self, left: Option<&Value>) {
        self.add(|bytes| encode(left, bytes));
    }

    fn add(&mut self, entry: impl FnOnce(&mut Vec<u8>)) {
        if self.count > 0 && self.count.is_multiple_of(BLOCK) {
            self.blocks.push(self.bytes.len());
        }
        entry(&mut self.bytes);
        self.count += 1;
    }

    /// The entries of a block; fewer than it has where the bytes are no entries.
    pub fn decoded(&self, block: usize) -> Vec<LeftValue> {
        let start = block.checked_sub(1).map_or(Some(0), |before| self.blocks.get(before).copied());
        let end = self.blocks.get(block).copied().unwrap_or(self.bytes.len());
        let bytes = start.and_then(|start| self.bytes.get(start..end)).unwrap_or_default();
        let mut from = ByteReader::new(bytes);
        std::iter::from_fn(|| decode(&mut from)).collect()
    }

    /// Whether there is an entry for each of so many versions, and nothing else. O(n).
    pub fn is_sound(&self, count: usize) -> bool {
        let in_block = |block: usize| (count - block * BLOCK).min(BLOCK);
        let reads_whole = |block: usize| {
            let start = block.checked_sub(1).map_or(0, |before| self.blocks[before]);
            let end = self.blocks.get(block).copied().unwrap_or(self.bytes.len());
            let Some(bytes) = self.bytes.get(start..end) else { return false };
            let mut from = ByteReader::new(bytes);
            (0..in_block(block)).all(|_| decode(&mut from).is_some()) && from.is_at_end()
        };
        self.count == count
            && self.blocks.len() + 1 == count.div_ceil(BLOCK)
            && (0..=self.blocks.len()).all(reads_whole)
    }
}

fn encode(left: Option<&Value>, out: &mut Vec<u8>) {
    match left {
        None => out.push(NOTHING),
        Some(value) if is_told(value) => encode_value(value, out),
        Some(_) => out.push(UNTOLD),
    }
}

fn is_told(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) => true,
        Value::Number(number) => number.plain_integer().is_some() || number.to_string().len() < LONG,
        Value::String(text) => text.len() < LONG,
        Value::Array(_) | Value::Object(_) => false,
    }
}

fn decode(from: &mut ByteReader<'_>) -> Option<LeftValue> {
    Some(match u8::decode(from)? {
        UNTOLD => LeftValue::Untold,
        NOTHING => LeftValue::Nothing,
        tag @ FIRST..CONTAINERS => LeftValue::Scalar(decode_value(tag, from, 0)?),
        _ => return None,
    })
}

/// Read without trust: [`is_sound`](Column::is_sound) says whether it is a column for a list.
impl Binary for ScalarColumn {
    fn encode(&self, out: &mut Vec<u8>) {
        (self.count, self.bytes.len()).encode(out);
        out.extend_from_slice(&self.bytes);
        let mut before = 0;
        for start in &self.blocks {
            (start - before).encode(out);
            before = *start;
        }
    }

    fn decode(from: &mut ByteReader<'_>) -> Option<Self> {
        let count = usize::decode(from)?;
        let length = from.count()?;
        let mut column = Self { bytes: from.take(length)?.to_vec(), blocks: Vec::new(), count };
        // An entry is one byte at least.
        (1..=length).contains(&count).then_some(())?;
        let mut start = 0_usize;
        for _ in 0..(count - 1) / BLOCK {
            start = start.checked_add(usize::decode(from)?)?;
            column.blocks.push(start);
        }
        Some(column)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::value::parse;
    use proptest::prelude::*;

    fn column(entries: &[Option<Value>]) -> ScalarColumn {
        let mut column = ScalarColumn::default();
        entries.iter().for_each(|entry| column.push(entry.as_ref()));
        column
    }

    fn left_value(entry: Option<&Value>) -> LeftValue {
        match entry {
            None => LeftValue::Nothing,
            Some(value) if value.is_container() || value.to_json().len() >= LONG => LeftValue::Untold,
            Some(value) => LeftValue::Scalar(value.clone()),
        }
    }

    fn scalar() -> impl Strategy<Value = Option<Value>> {
        let text = prop_oneof![
            Just("null".to_owned()),
            Just("true".to_owned()),
            Just("false".to_owned()),
            Just("-0".to_owned()),
            Just("1.0".to_owned()),
            Just("1e400".to_owned()),
            Just("9".repeat(30)),
            Just("9".repeat(90)),
            Just("-9223372036854775808".to_owned()),
            Just("{\"a\":1}".to_owned()),
            Just("[]".to_owned()),
            any::<i64>().prop_map(|number| number.to_string()),
            "\"[a-zé\u{202e} ]{0,9}\"",
            Just(format!("\"{}\"", "x".repeat(99))),
        ];
        prop::option::weighted(0.9, text.prop_map(|text| parse(text.as_bytes()).unwrap()))
    }

    proptest! {
        #[test]
        fn entries_come_back_with_their_digits(entries in prop::collection::vec(scalar(), 1..300)) {
            let column = column(&entries);
            let blocks = entries.chunks(BLOCK).enumerate();
            for (block, expected) in blocks {
                let expected: Vec<LeftValue> = expected.iter().map(|entry| left_value(entry.as_ref())).collect();
                let found = column.decoded(block);
                prop_assert_eq!(format!("{found:?}"), format!("{expected:?}"));
            }
            prop_assert!(column.is_sound(entries.len()) && !column.is_sound(entries.len() + 1));
            prop_assert_eq!(ScalarColumn::from_bytes(&column.to_bytes()), Some(column));
        }
    }

    #[test]
    fn an_integer_takes_few_bytes() {
        let entries: Vec<_> = (0..64_000_i64).map(|n| Some(Value::Number((n % 8_000).into()))).collect();
        assert!(column(&entries).to_bytes().len() < 64_000 * 3 + 4_000);
    }

    /// Whatever the bytes say, a column that is taken for sound has an entry for each version.
    #[test]
    fn bytes_that_are_no_column_are_refused() {
        let entries: Vec<_> = (0..200_i64).map(|n| Some(Value::Number((n * 37).into()))).collect();
        let bytes = column(&entries).to_bytes();
        for at in 0..bytes.len() {
            for flip in [1, 0x80, 0xFF] {
                let mut changed = bytes.clone();
                changed[at] ^= flip;
                if let Some(read) = ScalarColumn::from_bytes(&changed).filter(|read| read.is_sound(200)) {
                    let count: usize = (0..4).map(|block| read.decoded(block).len()).sum();
                    assert_eq!(count, 200, "byte {at}");
                }
            }
        }
        (0..bytes.len()).for_each(|end| assert!(ScalarColumn::from_bytes(&bytes[..end]).is_none(), "{end}"));
    }
}
