//! The walk down two values at once: emits a change wherever they part, in the order of the right value.
//!
//! Recursion is bounded by the depth limit of values. Must not name: `lcs`, `moves`.

use super::{Change, ChangeKind, Diff, Differ, Pair, SizeChange, array};
use crate::value::{Array, Object, ObjectDiff, Path, Step, Value};

/// All differences, with a value that moved across the tree still as one removed and one added. What is found ends where
/// the comparison is stopped.
pub(super) fn differences(
    (left_path, left): (&Path, &Value),
    (right_path, right): (&Path, &Value),
    how: Differ<'_>,
) -> Diff {
    let mut walk = DiffWalk { how, left: left_path.clone(), right: right_path.clone(), found: Diff::default() };
    if how.ignores(&left_path.0) || how.ignores(&right_path.0) {
        walk.found.ignored = usize::from(left != right);
    } else {
        walk.compare(left, right);
    }
    walk.found
}

/// The rows of two arrays where they differ, as this walk takes them where no key was chosen.
pub(super) fn rows_of(left: &Array, right: &Array, how: Differ<'_>) -> Vec<Pair<usize>> {
    array::align(left, right, None, how).rows().collect()
}

struct DiffWalk<'a> {
    how: Differ<'a>,
    /// Where the walk stands on the left and on the right; they part below arrays.
    left: Path,
    right: Path,
    found: Diff,
}

impl DiffWalk<'_> {
    fn compare(&mut self, left: &Value, right: &Value) {
        match (left, right) {
            _ if left.same(right) => {}
            (Value::Object(old), Value::Object(new)) => self.objects(old, new),
            (Value::Array(old), Value::Array(new)) => self.arrays(old, new),
            _ if left == right => {}
            _ => self.changed(left, right),
        }
    }

    fn objects(&mut self, left: &Object, right: &Object) {
        let (mut old_size, mut new_size) = (left.len(), right.len());
        for difference in left.differences(right) {
            if self.how.is_stopped() {
                return;
            }
            match difference {
                ObjectDiff::Added(key, new) => new_size -= self.added(Step::Key(key.clone()), new),
                ObjectDiff::Removed(key, old) => old_size -= self.removed(Step::Key(key.clone()), old),
                ObjectDiff::Both(key, old, new) => {
                    self.below(Step::Key(key.clone()), Step::Key(key.clone()), |walk| walk.compare(old, new));
                }
            }
        }
        self.size(old_size, new_size);
    }

    fn arrays(&mut self, left: &Array, right: &Array) {
        let aligned = array::align(left, right, self.how.key_at(&self.right.0).as_ref(), self.how);
        if let Some(matching) = &aligned.matching {
            self.found.arrays.push((self.right.clone(), matching.clone()));
        }
        let (mut old_size, mut new_size) = (left.len(), right.len());
        for row in aligned.rows() {
            if self.how.is_stopped() {
                return;
            }
            let ignored = self.element(row, left, right);
            old_size -= ignored.0;
            new_size -= ignored.1;
        }
        self.size(old_size, new_size);
    }

    /// Answers how many elements of the left and of the right were left out.
    fn element(&mut self, row: Pair<usize>, left: &Array, right: &Array) -> (usize, usize) {
        let (old, new) = match row {
            Pair::Both(old, new) | Pair::Moved(old, new) => (left.get(old), right.get(new)),
            Pair::Left(old) => (left.get(old), None),
            Pair::Right(new) => (None, right.get(new)),
        };
        match (row.map(Step::Index), old, new) {
            (Pair::Both(at, to), Some(old), Some(new)) => self.below(at, to, |walk| walk.compare(old, new)),
            (Pair::Moved(at, to), Some(old), Some(new)) => self.below(at, to, |walk| {
                walk.moved(new);
                walk.compare(old, new);
            }),
            (Pair::Left(at), Some(old), _) => return (self.removed(at, old), 0),
            (Pair::Right(at), _, Some(new)) => return (0, self.added(at, new)),
            _ => {}
        }
        (0, 0)
    }

    /// Does `what` one step further down on both sides, unless that is left out.
    fn below(&mut self, left: Step, right: Step, what: impl FnOnce(&mut Self)) {
        self.left.0.push(left);
        self.right.0.push(right);
        if self.how.ignores(&self.right.0) || self.how.ignores(&self.left.0) {
            self.found.ignored += 1;
        } else {
            what(self);
        }
        self.left.0.pop();
        self.right.0.pop();
    }

    /// Answers 1 where it is left out.
    fn added(&mut self, step: Step, new: &Value) -> usize {
        self.one_sided(self.right.join(step), ChangeKind::Added { new: new.clone() })
    }

    fn removed(&mut self, step: Step, old: &Value) -> usize {
        self.one_sided(self.left.join(step), ChangeKind::Removed { old: old.clone() })
    }

    fn one_sided(&mut self, path: Path, kind: ChangeKind) -> usize {
        if self.how.ignores(&path.0) {
            self.found.ignored += 1;
            return 1;
        }
        self.push(path, kind);
        0
    }

    fn moved(&mut self, value: &Value) {
        self.push(self.right.clone(), ChangeKind::Moved { from: self.left.clone(), value: value.clone() });
    }

    fn changed(&mut self, old: &Value, new: &Value) {
        let delta = match (old, new) {
            (Value::Number(old), Value::Number(new)) => new.minus(old),
            _ => None,
        };
        self.push(self.right.clone(), ChangeKind::Changed { old: old.clone(), new: new.clone(), delta });
    }

    fn push(&mut self, path: Path, kind: ChangeKind) {
        self.found.changes.push(Change { path, kind });
    }

    fn size(&mut self, old: usize, new: usize) {
        if old != new {
            self.found.sizes.push(SizeChange { path: self.right.clone(), old, new });
        }
    }
}
