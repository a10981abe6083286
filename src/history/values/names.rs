//! The field that names the elements of each array, settled by the first version in which the array has two objects.
//!
//! Must not name: `marks`, `ledger`, `log`.

use crate::bytes::{Binary, ByteReader};
use crate::diff::{Settled, Settler};
use crate::history::chunked::Chunked;
use crate::patch::{Op, Patch};
use crate::record::{Base, StateChange, Version};
use crate::value::{Path, Pointer, Text, Value};
use std::collections::BTreeMap;

/// What the versions of a history settled.
#[derive(Clone, Default)]
pub struct ArrayNames {
    settler: Settler,
    /// Places of arrays with the version that settled each, oldest first.
    places: Chunked<(Version, Path)>,
}

/// What must be looked at when a change has been made, so that the value before need not be kept for every change.
pub(in crate::history) enum ArraysTouched<'c> {
    /// No array got an object.
    None,
    /// Those in what was put there, and the one it is an element of.
    Put(&'c Pointer),
    /// Those in which the new value differs from this.
    Since(Value),
}

impl<'c> ArraysTouched<'c> {
    /// By a change of `value`. O(operations).
    pub fn by(change: &'c StateChange, value: &Value) -> Self {
        match change {
            StateChange::Patch(Patch(ops)) => match ops.as_slice() {
                [Op::Add { path, value } | Op::Replace { path, value }] if value.is_container() => Self::Put(path),
                ops if ops.iter().any(brings_arrays) => Self::Since(value.clone()),
                _ => Self::None,
            },
            StateChange::State(_) => Self::Since(value.clone()),
            StateChange::Invalid { .. } | StateChange::Deleted => Self::None,
        }
    }
}

fn brings_arrays(op: &Op) -> bool {
    match op {
        Op::Add { value, .. } | Op::Replace { value, .. } => value.is_container(),
        Op::Move { .. } | Op::Copy { .. } => true,
        Op::Remove { .. } | Op::Test { .. } => false,
    }
}

impl ArrayNames {
    /// Of what compaction left.
    pub(crate) fn of_base(base: &Base) -> Self {
        let values: BTreeMap<Version, &Value> = base.values.iter().map(|(version, value)| (*version, value)).collect();
        let mut names = Self::default();
        values.into_iter().for_each(|(version, value)| names.take(version, ArraysTouched::Since(Value::Null), value));
        names
    }

    /// Takes the value of the next version. O(what was touched).
    pub(in crate::history) fn take(&mut self, version: Version, touched: ArraysTouched<'_>, value: &Value) {
        let places = match touched {
            ArraysTouched::None => return,
            ArraysTouched::Put(at) => self.settler.take_put(at, value),
            ArraysTouched::Since(before) => self.settler.take(&before, value),
        };
        places.into_iter().for_each(|place| self.places.push((version, place)));
    }

    /// All that is settled.
    pub fn settled(&self) -> &Settled {
        self.settler.settled()
    }

    /// The place that was settled behind this many others, by which version, and the field, if one names the elements.
    pub fn nth(&self, index: usize) -> Option<(Version, &Path, Option<&Text>)> {
        let (version, place) = self.places.get(index)?;
        Some((*version, place, self.settled().get(place)?.as_ref()))
    }

    /// What versions before this one settled.
    pub fn before(&self, version: Version) -> impl Iterator<Item = (&Path, Option<&Text>)> {
        let settled = (0..).map_while(|index| self.nth(index));
        settled.take_while(move |(since, ..)| *since < version).map(|(_, place, field)| (place, field))
    }

    /// As bytes, for a segment.
    pub(in crate::history) fn encode(&self, out: &mut Vec<u8>) {
        let rows = (0..).map_while(|index| self.nth(index));
        let rows: Vec<_> = rows.map(|(version, place, field)| (version, (place.clone(), field.cloned()))).collect();
        rows.encode(out);
    }

    /// What these bytes are of; `None` where they are no such thing, or claim to know versions beyond the newest.
    pub(in crate::history) fn decode(from: &mut ByteReader<'_>, newest: Version) -> Option<Self> {
        let rows: Vec<(Version, (Path, Option<Text>))> = Binary::decode(from)?;
        let is_ordered = rows.is_sorted_by_key(|(version, _)| *version);
        let is_known = rows.last().is_none_or(|(version, _)| *version <= newest);
        let settled: Settled = rows.iter().map(|(_, named)| named.clone()).collect();
        let mut names = Self { settler: Settler::going_on(settled), places: Chunked::default() };
        let are_single = names.settled().len() == rows.len();
        rows.into_iter().for_each(|(version, (place, _))| names.places.push((version, place)));
        (is_ordered && is_known && are_single).then_some(names)
    }
}
