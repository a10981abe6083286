//! Clones of a history: each goes on by itself, and what is not changed is shared. What one costs that is held beside writing is counted in `tests/memory`.

use super::hostile::{Sparse, entry, fold};
use super::stored::assert_same;
use crate::history::{Budget, History};
use proptest::prelude::*;

fn new() -> History {
    History::new("acme".into(), Budget::new(4_096))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, max_shrink_iters: 2_000, ..ProptestConfig::default() })]
    /// Whatever clones go on with, turn about, each answers as one that was folded alone, and one that is held as before.
    #[test]
    fn clones_that_go_on_differently_answer_as_those_folded_alone(
        before in prop::collection::vec(entry(), 0..40),
        turns in prop::collection::vec((any::<bool>(), entry()), 0..30),
    ) {
        let (mut first, mut records) = (new(), Sparse::default());
        fold(&mut first, &mut records, before.clone());
        let (held, mut second, mut others) = (first.clone(), first.clone(), Sparse(records.0.clone()));
        let at_first = records.0.clone();
        let (mut of_first, mut of_second) = (before.clone(), before.clone());
        for (is_first, entry) in turns {
            let (history, records, all) = match is_first {
                true => (&mut first, &mut records, &mut of_first),
                false => (&mut second, &mut others, &mut of_second),
            };
            let position = history.position();
            fold(history, records, vec![entry.clone()]);
            // One beyond the last position that there can be is not taken.
            all.extend((history.position() > position).then_some(entry));
            // Reading fills what the clones share: windows, lists made when they are asked for.
            let _read = (history.value(history.newest(), records), history.marks().listed().len(), history.left_behind());
        }
        for (history, entries, records) in [(&first, of_first, &records), (&second, of_second, &others)] {
            let (mut alone, mut stored) = (new(), Sparse::default());
            fold(&mut alone, &mut stored, entries);
            assert_same(&alone, history, records);
        }
        let (mut alone, mut stored) = (new(), Sparse::default());
        fold(&mut alone, &mut stored, before);
        assert_same(&alone, &held, &Sparse(at_first));
    }
}
