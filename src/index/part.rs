//! The value of one part at a version, made of the records that touched it alone: the rest of the value is not made.

use super::PathIndex;
use super::column::LeftValue;
use super::find::IndexedPath;
use super::left::LeftAt;
use super::paths::{ROOT, StepName};
use crate::history::{History, ValueSource};
use crate::patch::{Op, Patch};
use crate::record::{Body, RecordSource, StateChange, Version};
use crate::value::{Limits, Pointer, Text, Value};

/// A part's value; `None` where nothing is there.
pub(crate) type PartValue = Option<Value>;

/// What an operation does to a part.
pub(crate) enum OpOnPart {
    Nothing,
    /// It leaves this there.
    Leaves(PartValue),
    /// It does this to something below it: paths are from the part on.
    Below(Op),
    /// What it leaves there is not told by the operation.
    Untold,
}

impl OpOnPart {
    /// Of an operation on the part below objects that these keys lead to.
    pub fn new(op: &Op, keys: &[Text]) -> Self {
        let Pointer(path) = op.path();
        if let Some(rest) = keys.strip_prefix(path.as_slice()) {
            return match op {
                Op::Add { value, .. } | Op::Replace { value, .. } => Self::Leaves(below(value, rest)),
                Op::Remove { .. } => Self::Leaves(None),
                Op::Move { .. } | Op::Copy { .. } => Self::Untold,
                Op::Test { .. } => Self::Nothing,
            };
        }
        let inside = |pointer: &Pointer| pointer.0.strip_prefix(keys).map(|rest| Pointer(rest.to_vec()));
        let Some(path) = inside(op.path()) else { return Self::elsewhere(op, keys) };
        match op {
            Op::Add { value, .. } => Self::Below(Op::Add { path, value: value.clone() }),
            Op::Replace { value, .. } => Self::Below(Op::Replace { path, value: value.clone() }),
            Op::Remove { .. } => Self::Below(Op::Remove { path }),
            Op::Move { from, .. } => inside(from).map_or(Self::Untold, |from| Self::Below(Op::Move { from, path })),
            Op::Copy { from, .. } => inside(from).map_or(Self::Untold, |from| Self::Below(Op::Copy { from, path })),
            Op::Test { .. } => Self::Nothing,
        }
    }

    /// Of an operation that puts or takes something where neither the part nor anything round it or below it is.
    fn elsewhere(op: &Op, keys: &[Text]) -> Self {
        let Op::Move { from: Pointer(from), .. } = op else { return Self::Nothing };
        match from.strip_prefix(keys) {
            _ if keys.starts_with(from) => Self::Leaves(None),
            Some(rest) => Self::Below(Op::Remove { path: Pointer(rest.to_vec()) }),
            None => Self::Nothing,
        }
    }
}

/// What these keys lead to, if anything.
fn below(value: &Value, keys: &[Text]) -> PartValue {
    keys.iter().try_fold(value, |here, key| here.as_object()?.get(key)).cloned()
}

/// Where a replay of a part begins, and the versions that are replayed on that, newest first.
struct PartReplayPlan {
    from: ReplayStart,
    steps: Vec<Version>,
}

enum ReplayStart {
    /// The part is this.
    Known(PartValue),
    /// The record of this version says all of it.
    Record(Version),
    /// The whole value of this version is at hand.
    Whole(Version),
}

/// Replays one part.
struct PartReplay<'a> {
    index: &'a PathIndex,
    history: &'a History,
    records: &'a dyn RecordSource,
    keys: &'a [Text],
    path: IndexedPath,
    left: LeftAt<'a>,
}

impl PathIndex {
    /// The part that these keys lead to through objects, at a version that is indexed; `None` where that takes more than the
    /// records that touched it: nothing is known of some, or something was moved or copied there. Reads those of them since
    /// the part was last written as a whole or the whole value is kept. O(log n), and what is read.
    pub(crate) fn part(
        &self,
        keys: &[Text],
        version: Version,
        (history, records): (&History, &dyn RecordSource),
    ) -> Option<PartValue> {
        let is_told = !keys.is_empty() && history.doubts().is_none() && self.newest() >= Some(version);
        is_told.then_some(())?;
        let id = keys.iter().try_fold(ROOT, |id, key| self.paths.get(id, &StepName::Key(key.clone())));
        let path = IndexedPath::exact(id);
        let left = LeftAt::new(self, path.clone());
        PartReplay { index: self, history, records, keys, path, left }.at(version)
    }
}

impl PartReplay<'_> {
    fn at(mut self, version: Version) -> Option<PartValue> {
        let PartReplayPlan { from, steps } = self.plan(version)?;
        let mut part = match from {
            ReplayStart::Known(part) => part,
            ReplayStart::Whole(kept) => below(&self.history.value(kept, self.records).ok()?, self.keys),
            ReplayStart::Record(writer) => self.replay(writer, None)?,
        };
        for step in steps.into_iter().rev() {
            part = self.replay(step, Some(part))?;
        }
        Some(part)
    }

    /// Goes back from a version, from one that touched the part to the next.
    fn plan(&mut self, version: Version) -> Option<PartReplayPlan> {
        let (mut at, mut steps) = (version, Vec::new());
        let from = loop {
            let Some(touch) = self.touch_up_to(at)? else { break ReplayStart::Known(None) };
            let source = self.history.value_source(touch);
            match (self.left.whole_at(touch), &source) {
                (Some(LeftValue::Nothing), _) | (_, ValueSource::Nothing) => break ReplayStart::Known(None),
                (Some(LeftValue::Scalar(value)), _) => break ReplayStart::Known(Some(value)),
                (Some(LeftValue::Untold), ValueSource::Record { .. }) => break ReplayStart::Record(touch),
                _ => {}
            }
            if let Some(kept) = self.history.kept_up_to(at).filter(|kept| *kept >= touch) {
                break ReplayStart::Whole(kept);
            }
            at = match source {
                ValueSource::Record { is_whole: true } => break ReplayStart::Record(touch),
                ValueSource::Record { is_whole: false } => {
                    steps.push(touch);
                    self.history.lineage().parent(touch)?
                }
                ValueSource::Version(other) => other,
                ValueSource::Nothing => break ReplayStart::Known(None),
            };
        };
        Some(PartReplayPlan { from, steps })
    }

    /// The last version up to this one that touched the part, of those that its branch had; `None` where one may have.
    #[expect(clippy::option_option, reason = "none is told from one that is not known")]
    fn touch_up_to(&self, version: Version) -> Option<Option<Version>> {
        let lineage = self.history.lineage();
        let mut end = version;
        while end.0 > 0 {
            let Some(last) = self.index.last_up_to(&self.path, end) else { return Some(None) };
            let found = if lineage.made_by(last) == lineage.made_by(end) {
                Some(last)
            } else {
                let course = self.history.course(Some(lineage.made_by(end)), self.history.first()..=end);
                let found = course.iter().rev().find_map(|stretch| {
                    let last = self.index.last_up_to(&self.path, Version(*stretch.end()))?;
                    (last.0 >= *stretch.start()).then_some(last)
                });
                if found.is_none() {
                    let first = course.first().map(|stretch| Version(*stretch.start()))?;
                    end = lineage.seen_before(first).unwrap_or_default();
                    continue;
                }
                found
            };
            return found.filter(|found| self.index.is_known(*found)).map(Some);
        }
        Some(None)
    }

    /// The part after a version, by its record; `before` where that may not say all of it.
    fn replay(&self, version: Version, before: Option<PartValue>) -> Option<PartValue> {
        let record = self.records.record(self.history.made_at(version)?).ok()?;
        let Body::Transition { change, .. } = &record.entry.body else { return None };
        match change {
            StateChange::State(state) => Some(below(state, self.keys)),
            StateChange::Deleted => Some(None),
            StateChange::Invalid { .. } => before,
            StateChange::Patch(patch) => self.patched(patch, before),
        }
    }

    fn patched(&self, Patch(ops): &Patch, before: Option<PartValue>) -> Option<PartValue> {
        // Where an array stands on the way between two operations, such a key is an index into it.
        let is_index = |key: &Text| Pointer::index(key).is_some() || key == "-";
        if ops.len() > 1 && self.keys.iter().any(is_index) {
            return None;
        }
        let mut part = before.map(Holder::new);
        for op in ops {
            match OpOnPart::new(op, self.keys) {
                OpOnPart::Nothing => {}
                OpOnPart::Untold => return None,
                OpOnPart::Leaves(left) => part = Some(Holder::new(left)),
                OpOnPart::Below(op) => {
                    // What is not known yet is written as a whole later on, or never.
                    if let Some(part) = &mut part {
                        part.apply(op)?;
                    }
                }
            }
        }
        part.map(Holder::into_part)
    }
}

/// A part as the only member of an object, so that operations that come to nothing below it can be told.
struct Holder(Value);

/// Its key.
const HELD: &str = "";

impl Holder {
    fn new(part: PartValue) -> Self {
        Self(Value::Object(part.map(|part| (Text::from(HELD), part)).into_iter().collect()))
    }

    fn apply(&mut self, op: Op) -> Option<()> {
        let patch = Patch(vec![op]).below(&Pointer(vec![HELD.into()]));
        let limits = Limits { depth: usize::MAX, size: u64::MAX };
        if !patch.apply_in_place(&mut self.0, limits) {
            self.0 = patch.apply_within(&self.0, limits).ok()?;
        }
        Some(())
    }

    fn into_part(self) -> PartValue {
        self.0.as_object().and_then(|object| object.get(HELD)).cloned()
    }
}
