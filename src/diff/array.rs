//! How the elements of two arrays line up: equal ends first, then by a key field, by longest common subsequence, or
//! by index, in this order. The one alignment behind [`super::diff`], [`super::align`] and `patch::between`.
//!
//! Must not know: paths, changes.

use super::order::{self, Partners};
use super::{Matching, Pair, gaps, keyed, lcs};
use crate::value::{Array, Value};

/// The rows between the equal ends of two arrays.
pub(super) struct Aligned {
    /// Equal elements before the rows.
    pub(super) prefix: usize,
    /// The elements between the equal ends, named by their index in the whole array.
    pub(super) rows: Vec<Pair<usize>>,
    /// Equal elements after the rows.
    pub(super) suffix: usize,
    /// How the rows came about; `None` where nothing had to be matched.
    pub(super) matching: Option<Matching>,
    /// Elements on the left and on the right.
    lengths: (usize, usize),
}

impl Aligned {
    /// The rows with those of the equal ends.
    pub(super) fn all_rows(&self) -> impl Iterator<Item = Pair<usize>> + '_ {
        let (left, right) = self.lengths;
        let before = (0..self.prefix).map(|at| Pair::Both(at, at));
        let after = (left - self.suffix..left).zip(right - self.suffix..right).map(|(at, to)| Pair::Both(at, to));
        before.chain(self.rows.iter().copied()).chain(after)
    }
}

/// Lines up two arrays.
pub(super) fn align(left: &Array, right: &Array) -> Aligned {
    let (prefix, suffix) = left.common_ends(right);
    let (old, new) = (middle(left, prefix, suffix), middle(right, prefix, suffix));
    let (partners, matching) = matched(&old, &new);
    let rows = order::rows(old.len(), &partners).into_iter().map(|row| row.map(|at| at + prefix)).collect();
    Aligned { prefix, rows, suffix, matching, lengths: (left.len(), right.len()) }
}

fn middle(array: &Array, prefix: usize, suffix: usize) -> Vec<&Value> {
    array.iter_from(prefix).take(array.len() - prefix - suffix).collect()
}

fn matched(left: &[&Value], right: &[&Value]) -> (Partners, Option<Matching>) {
    if left.is_empty() || right.is_empty() {
        return (vec![None; right.len()], None);
    }
    if let Some((field, partners)) = keyed::partners(left, right) {
        return (partners, Some(Matching::Key(field)));
    }
    if left.len() == 1 && right.len() == 1 {
        return (vec![Some(0)], None);
    }
    let ids = lcs::Ids::of(left, right);
    match lcs::partners(&ids) {
        Some(common) => (gaps::paired(left, right, &ids, common), Some(Matching::Lcs)),
        None => (by_index(left.len(), right.len()), Some(Matching::Index)),
    }
}

fn by_index(left: usize, right: usize) -> Partners {
    (0..right).map(|at| (at < left).then_some(at)).collect()
}
