//! Columns of numbers as bytes: runs where a column repeats itself, else one number after the other.
//!
//! Must not name: `record`, values.

use crate::bytes::{Binary, ByteReader};

const PLAIN: u8 = 0;
const RUNS: u8 = 1;

/// Appends a column in its shorter form.
pub(in crate::history) fn put(column: &[u64], out: &mut Vec<u8>) {
    let start = out.len();
    out.push(RUNS);
    for run in column.chunk_by(|a, b| a == b) {
        run[0].encode(out);
        run.len().encode(out);
        if out.len() - start > column.len() {
            break;
        }
    }
    // As many bytes as there are numbers: plain is no longer, or little.
    if out.len() - start > column.len() {
        out.truncate(start);
        out.push(PLAIN);
        column.iter().for_each(|number| number.encode(out));
    }
}

/// The next column, of so many numbers; `None` when the bytes are no such thing.
pub(in crate::history) fn take(from: &mut ByteReader<'_>, count: usize) -> Option<Vec<u64>> {
    match u8::decode(from)? {
        PLAIN if count <= from.left() => (0..count).map(|_| u64::decode(from)).collect(),
        RUNS => {
            let mut column = Vec::new();
            while column.len() < count {
                let (number, times) = <(u64, usize)>::decode(from)?;
                if times == 0 || times > count - column.len() {
                    return None;
                }
                column.resize(column.len() + times, number);
            }
            Some(column)
        }
        _ => None,
    }
}

/// Each number as its distance from the one before it, small ones of either sign short.
pub(in crate::history) fn deltas(numbers: impl Iterator<Item = u64>) -> Vec<u64> {
    let mut before = 0u64;
    let delta = |number: u64| fold(number.wrapping_sub(std::mem::replace(&mut before, number)).cast_signed());
    numbers.map(delta).collect()
}

/// The numbers whose distances these are.
pub(in crate::history) fn sums(mut deltas: Vec<u64>) -> Vec<u64> {
    let mut before = 0u64;
    for delta in &mut deltas {
        before = before.wrapping_add(unfold(*delta).cast_unsigned());
        *delta = before;
    }
    deltas
}

/// Appends signed numbers as distances in the largest unit that divides them all, without signs where they increase: times
/// of a clock that ticks in micro- or milliseconds take one to three bytes less than in nanoseconds.
pub(in crate::history) fn put_multiples(numbers: &[u64], out: &mut Vec<u8>) {
    let divisor = numbers.iter().fold(0, |unit, number| gcd(unit, number.cast_signed().unsigned_abs()));
    let unit = i64::try_from(divisor).unwrap_or(1).max(1);
    let ticks: Vec<i64> = numbers.iter().map(|number| number.cast_signed() / unit).collect();
    let increase = ticks.first() >= Some(&0) && ticks.is_sorted();
    (unit.cast_unsigned() << 1 | u64::from(increase)).encode(out);
    let signed = deltas(ticks.iter().map(|tick| tick.cast_unsigned()));
    let plain = |delta: &u64| unfold(*delta).cast_unsigned();
    put(&if increase { signed.iter().map(plain).collect() } else { signed }, out);
}

/// The next numbers of that kind; `None` when the bytes are no such thing.
pub(in crate::history) fn take_multiples(from: &mut ByteReader<'_>, count: usize) -> Option<Vec<u64>> {
    let head = u64::decode(from)?;
    let (unit, increase) = (head >> 1, head & 1 == 1);
    let mut column = take(from, count)?;
    if increase {
        column.iter_mut().for_each(|delta| *delta = fold(delta.cast_signed()));
    }
    let mut numbers = sums(column);
    numbers.iter_mut().for_each(|number| *number = number.wrapping_mul(unit));
    Some(numbers)
}

fn gcd(mut one: u64, mut other: u64) -> u64 {
    while other > 0 {
        (one, other) = (other, one % other);
    }
    one
}

fn fold(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
}

fn unfold(folded: u64) -> i64 {
    (folded >> 1).cast_signed() ^ -(folded & 1).cast_signed()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn columns_come_back(runs in prop::collection::vec((prop_oneof![0u64..3, any::<u64>()], 1usize..40), 0..20)) {
            let column: Vec<u64> = runs.into_iter().flat_map(|(number, times)| std::iter::repeat_n(number, times)).collect();
            let mut bytes = Vec::new();
            put(&column, &mut bytes);
            let mut from = ByteReader::new(&bytes);
            prop_assert_eq!(take(&mut from, column.len()), Some(column.clone()));
            prop_assert!(from.is_at_end());
            prop_assert_eq!(sums(deltas(column.iter().copied())), column.clone());
            for unit in [1, 1_000, i64::MAX.cast_unsigned(), i64::MIN.cast_unsigned()] {
                let numbers: Vec<u64> = column.iter().map(|number| number.wrapping_mul(unit)).collect();
                bytes.clear();
                put_multiples(&numbers, &mut bytes);
                let mut from = ByteReader::new(&bytes);
                prop_assert_eq!(take_multiples(&mut from, numbers.len()), Some(numbers));
                prop_assert!(from.is_at_end());
            }
        }

        #[test]
        fn any_bytes_are_a_column_of_that_length_or_none(bytes in prop::collection::vec(any::<u8>(), 0..40), count in 0usize..5_000) {
            prop_assert!(take(&mut ByteReader::new(&bytes), count).is_none_or(|column| column.len() == count));
        }
    }

    #[test]
    fn times_take_what_their_clock_tells() {
        // A tick in nanoseconds, how many of them between two times, how far these scatter, bytes for each.
        for (tick, apart, scatter, most) in
            [(1, 10_600, 900, 2), (1_000, 10_600, 900, 2), (1_000_000, 100, 20, 1), (1_000_000, 10, 200, 2)]
        {
            let times = (0..4_096u64).map(|n| 1_760_011_200_000_000_000 + (n * apart + n * 7_919 % scatter) * tick);
            let mut bytes = Vec::new();
            put_multiples(&times.collect::<Vec<_>>(), &mut bytes);
            assert!(bytes.len() <= 4_096 * most + 40, "{tick} {apart}: {} bytes", bytes.len());
        }
    }

    #[test]
    fn a_column_that_repeats_itself_is_short() {
        for (column, most) in [(vec![7; 4_096], 4), ((0..4_096).map(|n| n % 3).collect(), 4_097), (vec![], 1)] {
            let mut bytes = Vec::new();
            put(&column, &mut bytes);
            assert!(bytes.len() <= most, "{} bytes", bytes.len());
        }
        assert_eq!(take(&mut ByteReader::new(&[PLAIN]), usize::MAX), None);
        assert_eq!(take(&mut ByteReader::new(&[RUNS, 1, 0]), usize::MAX), None);
    }
}
