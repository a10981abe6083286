//! The value of a part below objects at a version, from the record that wrote it last: no whole value is made.

use crate::diff::DiffRules;
use crate::history::History;
use crate::index::{IndexedPath, LeftAt, LeftValue, OpOnPart, PathIndex};
use crate::patch::Patch;
use crate::query::{ReadPath, ReadStep, Reads};
use crate::record::{Body, StateChange, Version};
use crate::recording::Tenant;
use crate::value::{Path, Step, Text, Value};
use std::sync::Arc;

/// A part that is followed by keys alone.
pub(super) struct Leaf<'t> {
    tenant: &'t Tenant,
    history: Arc<History>,
    paths: &'t PathIndex,
    left: LeftAt<'t>,
    keys: Vec<Text>,
    /// What was read last, and the version that wrote it.
    last: Option<(Version, LeafValue)>,
}

/// What is at a place, if anything.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LeafValue(pub Option<Value>);

impl<'t> Leaf<'t> {
    /// The part at a path; `None` for the whole value, and where an array is on the way.
    pub fn new(tenant: &'t Tenant, paths: &'t PathIndex, path: &Path) -> Option<Self> {
        let key = |step: &Step| match step {
            Step::Key(key) => Some(key.clone()),
            Step::Index(_) => None,
        };
        let keys: Vec<Text> = path.0.iter().map(key).collect::<Option<_>>()?;
        let found = paths.find(path, &Value::Null, &DiffRules::default());
        let left = LeftAt::new(paths, found);
        (!keys.is_empty()).then(|| Self { tenant, history: tenant.history(), paths, left, keys, last: None })
    }

    /// What was there before a version that touched it, and what it left. `None` as for [`at`](Self::at).
    pub fn change(&mut self, version: Version) -> Option<(Option<Value>, Option<Value>)> {
        let LeafValue(new) = self.at(version)?;
        let before = self.history.lineage().seen_before(version).filter(|before| before.0 > 0);
        let before = before.filter(|before| self.history.existing(*before).is_ok());
        let LeafValue(old) = before.map_or(Some(LeafValue(None)), |before| self.at(before))?;
        Some((old, new))
    }

    /// Where the index keeps what touched it.
    pub fn found(&self) -> &IndexedPath {
        self.left.path()
    }

    /// The keys that lead to it.
    pub fn keys(&self) -> &[Text] {
        &self.keys
    }

    /// What is there at a version: from the index where that is a scalar, else from the record that wrote it. `None` where
    /// neither tells that: another branch brought it, it is a container that a rollback brought or that was changed below,
    /// an array or a move is in it. O(log n), and reading a record where it is no scalar.
    pub fn at(&mut self, version: Version) -> Option<LeafValue> {
        let (writer, left) = self.left.at(version)?;
        let history = &self.history;
        if writer != version && history.lineage().made_by(writer) != history.lineage().made_by(version) {
            return None;
        }
        match left {
            LeftValue::Nothing => return Some(LeafValue(None)),
            LeftValue::Scalar(value) => return Some(LeafValue(Some(value))),
            LeftValue::Untold => {}
        }
        let wrote = history.lineage().parent(writer) == history.lineage().seen_before(writer);
        (wrote && self.paths.is_known(writer)).then_some(())?;
        if let Some((_, value)) = self.last.as_ref().filter(|(known, _)| *known == writer) {
            return Some(value.clone());
        }
        let record = self.tenant.record_of(writer).ok()??;
        let Body::Transition { change, .. } = &record.entry.body else { return None };
        let value = written(change, &self.keys)?;
        self.last = Some((writer, value.clone()));
        Some(value)
    }
}

/// What a change leaves at a place; `None` where it does not tell that.
fn written(change: &StateChange, keys: &[Text]) -> Option<LeafValue> {
    match change {
        StateChange::State(state) => Some(LeafValue(below(state, keys))),
        StateChange::Deleted => Some(LeafValue(None)),
        StateChange::Invalid { .. } => None,
        StateChange::Patch(Patch(ops)) => {
            let mut effects = ops.iter().rev().map(|op| OpOnPart::new(op, keys));
            match effects.find(|effect| !matches!(effect, OpOnPart::Nothing)) {
                Some(OpOnPart::Leaves(there)) => Some(LeafValue(there)),
                _ => None,
            }
        }
    }
}

fn below(value: &Value, keys: &[Text]) -> Option<Value> {
    keys.iter().try_fold(value, |here, key| here.as_object()?.get(key)).cloned()
}

/// A value that holds only some parts, for whoever reads no others.
pub(super) struct Sparse<'t>(Vec<Leaf<'t>>);

impl<'t> Sparse<'t> {
    /// With the parts that a filter reads; `None` where it reads more than parts below objects.
    pub fn new(tenant: &'t Tenant, paths: &'t PathIndex, reads: &Reads) -> Option<Self> {
        let leaf = |path: &ReadPath| {
            let step = |step: &ReadStep| match step {
                ReadStep::Key(key) => Some(Step::Key(key.clone())),
                _ => None,
            };
            Leaf::new(tenant, paths, &Path(path.iter().map(step).collect::<Option<_>>()?))
        };
        reads.paths().iter().map(leaf).collect::<Option<_>>().map(Self)
    }

    /// The value at a version; `None` where a part is not there, or its record does not tell it.
    pub fn at(&mut self, version: Version) -> Option<Value> {
        self.0.iter_mut().try_fold(Value::Object(std::iter::empty().collect()), |whole, leaf| {
            let value = leaf.at(version)?.0?;
            Some(with(&whole, leaf.keys(), value))
        })
    }
}

/// A value with a part put in below objects.
fn with(value: &Value, keys: &[Text], part: Value) -> Value {
    let Some((key, rest)) = keys.split_first() else { return part };
    let object = value.as_object().cloned().unwrap_or_else(|| std::iter::empty().collect());
    let inner = with(object.get(key).unwrap_or(&Value::Null), rest, part);
    Value::Object(object.with(key.clone(), inner))
}
