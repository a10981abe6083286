//! Where records have gone that were copied from one log to another, whose positions differ.
//!
//! Must not name: files, `codec`.

use crate::bytes::{Binary as _, binary_struct};
use crate::record::Position;

/// Positions of the same records in two logs: one run for records that follow each other in both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PositionRuns {
    /// The last record, in the log copied from and in the other.
    last: (u64, u64),
    /// Where runs start, in the log copied from and in the other.
    runs: Vec<(u64, u64)>,
}
binary_struct!(PositionRuns { last, runs });

impl PositionRuns {
    /// Of records that have the same positions in both logs, which begin at 1.
    #[cfg(feature = "import")]
    pub fn same_through(last: Position) -> Self {
        Self { last: (last.0, last.0), runs: vec![(1, 1)] }
    }

    /// Those of bytes that [`to_bytes`](crate::bytes::Binary::to_bytes) made; `None` where both logs do not increase.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let read = Self::from_bytes(bytes)?;
        let increases = |pair: &[(u64, u64)]| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1;
        let starts = [read.runs.as_slice(), &[(read.last.0.checked_add(1)?, read.last.1.checked_add(1)?)]].concat();
        let fits = starts.windows(2).all(|pair| increases(pair) && pair[1].1 - pair[0].1 <= pair[1].0 - pair[0].0);
        fits.then_some(read)
    }

    /// The last record in the log copied from; 0 where there is none.
    pub fn last(&self) -> Position {
        Position(self.last.0)
    }

    /// The last record in the log copied to; 0 where there is none.
    pub fn last_copy(&self) -> Position {
        Position(self.last.1)
    }

    /// Whether each record has the same position in both.
    #[cfg(feature = "import")]
    pub fn are_same(&self) -> bool {
        self.runs.iter().all(|(from, to)| from == to)
    }

    /// Notes that the next record has gone to a position.
    pub fn note(&mut self, from: Position, to: Position) {
        let goes_on = self.last.0 + 1 == from.0 && !self.runs.is_empty();
        if !goes_on {
            self.runs.push((from.0, to.0));
        }
        self.last = (from.0, to.0);
    }

    /// Where a record has gone; 0, where no record is, for one that was not there. O(log runs).
    pub fn copy_of(&self, from: Position) -> Position {
        let at = self.copy_through(from);
        if self.source_of(at) == from { at } else { Position(0) }
    }

    /// Where the last record up to a position has gone; 0 where there is none. O(log runs).
    pub fn copy_through(&self, from: Position) -> Position {
        let run = self.runs.partition_point(|(start, _)| *start <= from.0);
        let Some((start, to)) = run.checked_sub(1).map(|run| self.runs[run]) else { return Position(0) };
        let end = self.runs.get(run).map_or(self.last.1 + 1, |(_, next)| *next);
        Position((to + (from.0 - start)).min(end - 1))
    }

    /// Where the record at a position of the copy was; 0 for one that is not there. O(log runs).
    pub fn source_of(&self, to: Position) -> Position {
        let run = self.runs.partition_point(|(_, start)| *start <= to.0);
        let of = run.checked_sub(1).map(|run| self.runs[run]).filter(|_| to.0 <= self.last.1);
        Position(of.map_or(0, |(from, start)| from + (to.0 - start)))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn positions_lead_there_and_back() {
        for positions in [&[][..], &[1], &[1, 2, 3], &[7, 8, 20, 21, 22, 1_000_000], &[2, 4, 6, 7]] {
            let mut runs = PositionRuns::default();
            for (from, to) in positions.iter().zip(1..) {
                runs.note(Position(*from), Position(to));
            }
            for at in 0..30 {
                let there = positions.iter().position(|from| *from == at).map_or(0, |index| index as u64 + 1);
                assert_eq!(runs.copy_of(Position(at)).0, there, "{positions:?}: {at}");
                let before = positions.iter().filter(|from| **from <= at).count() as u64;
                assert_eq!(runs.copy_through(Position(at)).0, before, "{positions:?}: {at}");
                let back = (at as usize).checked_sub(1).and_then(|index| positions.get(index)).copied();
                assert_eq!(runs.source_of(Position(at)).0, back.unwrap_or(0), "{positions:?}: {at}");
            }
            assert_eq!(runs.last().0, positions.last().copied().unwrap_or(0));
            assert_eq!(runs.last_copy().0, positions.len() as u64);
            assert_eq!(PositionRuns::read(&runs.to_bytes()), Some(runs));
        }
    }

    #[test]
    fn runs_that_contradict_each_other_are_not_read() {
        for (last, runs) in [
            ((3, 3), vec![(2, 1), (2, 2)]),
            ((3, 3), vec![(5, 1)]),
            ((3, 9), vec![(1, 1)]),
            ((u64::MAX, 3), vec![(1, 1)]),
            ((9, 9), vec![(1, 1), (3, 8)]),
        ] {
            assert_eq!(PositionRuns::read(&PositionRuns { last, runs }.to_bytes()), None);
        }
    }
}
