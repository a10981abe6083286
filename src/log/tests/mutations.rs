//! Logs cut, copied and overwritten at random: a reader never panics, and never says what was not written.

use super::bytes::{Made, open};
use proptest::prelude::*;

/// One thing that may happen to a file.
#[derive(Debug, Clone)]
enum Mutation {
    Overwrite(usize, Vec<u8>),
    Remove(usize, usize),
    Insert(usize, Vec<u8>),
    /// Bytes from one place once more at another.
    Copy(usize, usize, usize),
    CopyLines(usize, usize, usize),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let at = || 0usize..64 * 1024;
    let bytes = || proptest::collection::vec(prop_oneof![any::<u8>(), Just(b'\n'), Just(b'"'), Just(0)], 0..40);
    prop_oneof![
        (at(), bytes()).prop_map(|(at, bytes)| Mutation::Overwrite(at, bytes)),
        (at(), 0usize..3000).prop_map(|(at, count)| Mutation::Remove(at, count)),
        (at(), bytes()).prop_map(|(at, bytes)| Mutation::Insert(at, bytes)),
        (at(), 0usize..3000, at()).prop_map(|(from, count, to)| Mutation::Copy(from, count, to)),
        (0usize..200, 1usize..9, 0usize..200).prop_map(|(from, count, to)| Mutation::CopyLines(from, count, to)),
    ]
}

fn mutate(made: &Made, bytes: &mut Vec<u8>, mutation: Mutation) {
    let within = |at: usize, bytes: &[u8]| at.min(bytes.len());
    match mutation {
        Mutation::Overwrite(at, new) => {
            let start = within(at, bytes);
            let end = within(start + new.len(), bytes);
            bytes.splice(start..end, new);
        }
        Mutation::Remove(at, count) => drop(bytes.drain(within(at, bytes)..within(at + count, bytes))),
        Mutation::Insert(at, new) => drop(bytes.splice(within(at, bytes)..within(at, bytes), new)),
        Mutation::Copy(from, count, to) => {
            let copied = bytes[within(from, bytes)..within(from + count, bytes)].to_vec();
            mutate(made, bytes, Mutation::Insert(to, copied));
        }
        Mutation::CopyLines(from, count, to) => {
            let start = |line: usize| made.starts[line % made.starts.len()];
            let (from, until) = (start(from), start(from + count));
            mutate(made, bytes, Mutation::Insert(start(to), made.bytes[from.min(until)..until].to_vec()));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    // `all` compares each record's words with those written at its position.
    #[test]
    fn nothing_is_invented(mutations in proptest::collection::vec(mutation(), 1..6)) {
        let made = Made::of_64_kib();
        let mut bytes = made.bytes.clone();
        mutations.into_iter().for_each(|mutation| mutate(&made, &mut bytes, mutation));
        let mut opened = open(&bytes, made.seed);
        let (positions, damage) = opened.all(50);
        prop_assert!(positions.is_sorted_by(|one, next| one < next));
        let covered: u64 = damage.iter().map(|damage| damage.length).sum();
        prop_assert!(covered <= bytes.len() as u64);
        let lost = made.last() - positions.len() as u64;
        prop_assert!(lost == 0 || !damage.is_empty() || positions.last() < Some(&made.last()));
        prop_assert_eq!(opened.last(), positions.last().copied().unwrap_or(0));
    }
}
