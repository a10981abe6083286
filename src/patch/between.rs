//! The patch that leads from one value to another.
//!
//! Recursion is bounded by the depth limit of values.

use super::{Op, Patch};
use crate::diff::{Pair, align_elements};
use crate::value::{Array, Object, ObjectDiff, Pointer, Text, Value};

/// A patch that makes `right` of `left`, exact in digits: `100` becomes `100.0`, though [`crate::diff`] calls them equal.
/// Along the alignment of the diff; one `replace` where that is shorter. O(what differs) where the two share memory.
pub fn between(left: &Value, right: &Value) -> Patch {
    let mut writer = PatchWriter::default();
    writer.compare(left, right);
    Patch(writer.ops)
}

/// The same, where it is of few operations on members of objects. O(what differs) too where the two share nothing of what is
/// equal, but for arrays: where these are not the same in memory, there is no answer.
pub(crate) fn between_members(left: &Value, right: &Value) -> Option<Patch> {
    let mut writer = PatchWriter { members_only: true, ..PatchWriter::default() };
    writer.compare(left, right);
    let is_of_member = |op: &Op| !matches!(op, Op::Replace { value: Value::Object(_) | Value::Array(_), .. });
    (!writer.given_up && writer.ops.iter().all(is_of_member)).then_some(Patch(writer.ops))
}

/// Most operations of [`between_members`].
const FEW: usize = 16;

/// What one operation takes as JSON beside its path and value.
const OP_BYTES: u64 = 30;

/// How many bytes a replaced container must save: below, the single changes say more to a reader.
const WORTH_REPLACING: u64 = 256;

#[derive(Default)]
struct PatchWriter {
    path: Pointer,
    /// Bytes of `path`.
    path_bytes: u64,
    ops: Vec<Op>,
    /// Bytes of `ops` as JSON, about.
    bytes: u64,
    /// Whether it gives up at arrays, and at many operations.
    members_only: bool,
    given_up: bool,
}

impl PatchWriter {
    fn compare(&mut self, left: &Value, right: &Value) {
        let (ops, bytes) = (self.ops.len(), self.bytes);
        match (left, right) {
            _ if self.given_up || left.same(right) => {}
            (Value::Object(old), Value::Object(new)) => self.objects(old, new),
            (Value::Array(_), Value::Array(_)) if self.members_only => self.given_up = true,
            (Value::Array(old), Value::Array(new)) => self.arrays(old, new),
            _ => self.push(Op::Replace { path: self.path.clone(), value: right.clone() }, right.size()),
        }
        if self.bytes - bytes > right.size() + WORTH_REPLACING {
            self.ops.truncate(ops);
            self.bytes = bytes;
            self.push(Op::Replace { path: self.path.clone(), value: right.clone() }, right.size());
        }
    }

    fn objects(&mut self, left: &Object, right: &Object) {
        for difference in left.differences(right) {
            if self.given_up {
                return;
            }
            match difference {
                ObjectDiff::Added(key, new) => self.at(key.clone(), |writer| writer.add(new)),
                ObjectDiff::Removed(key, _) => self.at(key.clone(), Self::remove),
                ObjectDiff::Both(key, old, new) => self.at(key.clone(), |writer| writer.compare(old, new)),
            }
        }
    }

    /// Removes from the end, so that indexes on the left still hold; adds from the start, so that those on the right
    /// already do; then what stayed is where it is on the right.
    fn arrays(&mut self, left: &Array, right: &Array) {
        let rows = align_elements(left, right);
        let mut gone: Vec<usize> = rows.iter().filter_map(gone).collect();
        gone.sort_unstable();
        for index in gone.into_iter().rev() {
            self.at(token(index), Self::remove);
        }
        for (index, value) in rows.iter().filter_map(new).filter_map(|index| Some((index, right.get(index)?))) {
            self.at(token(index), |writer| writer.add(value));
        }
        for row in rows {
            let Pair::Both(old, new) = row else { continue };
            if let (Some(left), Some(right)) = (left.get(old), right.get(new)) {
                self.at(token(new), |writer| writer.compare(left, right));
            }
        }
    }

    /// Does `what` one step further down.
    fn at(&mut self, token: Text, what: impl FnOnce(&mut Self)) {
        let bytes = token.len() as u64 + 1;
        self.path.0.push(token);
        self.path_bytes += bytes;
        what(self);
        self.path_bytes -= bytes;
        self.path.0.pop();
    }

    fn add(&mut self, value: &Value) {
        self.push(Op::Add { path: self.path.clone(), value: value.clone() }, value.size());
    }

    fn remove(&mut self) {
        self.push(Op::Remove { path: self.path.clone() }, 0);
    }

    fn push(&mut self, op: Op, value_bytes: u64) {
        self.bytes += OP_BYTES + self.path_bytes + value_bytes;
        self.ops.push(op);
        self.given_up |= self.members_only && self.ops.len() > FEW;
    }
}

fn gone(row: &Pair<usize>) -> Option<usize> {
    match *row {
        Pair::Left(at) | Pair::Moved(at, _) => Some(at),
        Pair::Both(..) | Pair::Right(_) => None,
    }
}

fn new(row: &Pair<usize>) -> Option<usize> {
    match *row {
        Pair::Right(at) | Pair::Moved(_, at) => Some(at),
        Pair::Both(..) | Pair::Left(_) => None,
    }
}

fn token(index: usize) -> Text {
    index.to_string().into()
}
