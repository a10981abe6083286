//! What is about to be written, with the value it makes: checked against the tenant's limits, whole states as the patch
//! from the state before where that is smaller, so that a log of full states stays small.
//!
//! Now and then a whole state is written all the same: after damage, states are exact again from there on.

use crate::error::{Error, Result};
use crate::history::History;
use crate::patch;
use crate::record::{Body, Change, Entry, TenantLimits};
use crate::value::{Limits, MAX_SIZE, Text, Value};

/// A whole state is due when the patches since the last one outweigh it this often ...
const PATCHES_PER_STATE: u64 = 8;
/// ... and this much more, so that small states are not written again and again.
const SPARE: u64 = 64 * 1024;

/// Bytes of patches written since the last whole state.
#[derive(Debug, Clone, Copy)]
pub(super) struct SinceState(u64);

impl Default for SinceState {
    /// A log begins with a whole state.
    fn default() -> Self {
        Self(u64::MAX)
    }
}

/// An entry, and the value it makes where that is known.
pub(super) struct Prepared {
    pub entry: Entry,
    pub value: Option<Value>,
}

/// Follows the heads of the branches through entries that are not folded yet.
pub(super) struct Preparing<'a> {
    history: &'a History,
    since: &'a mut SinceState,
    /// Heads that have moved already.
    moved: Vec<(Option<Text>, Value)>,
    /// What the one transition to come makes of its branch's head.
    made: Option<Value>,
    limits: TenantLimits,
}

impl<'a> Preparing<'a> {
    /// Starts at the heads of `history`. `made` is what the only transition to come makes, where that is known.
    pub fn new(history: &'a History, since: &'a mut SinceState, made: Option<Value>) -> Self {
        Self { limits: history.settings().limits.clone(), history, since, moved: Vec::new(), made }
    }

    /// The next entry.
    ///
    /// # Errors
    /// When its value would be beyond the limits.
    pub fn prepare(&mut self, entry: Entry) -> Result<Prepared> {
        let Entry { body: Body::Transition { label, change }, .. } = entry else {
            return Ok(Prepared { entry, value: None });
        };
        let before = self.before(entry.branch.as_ref());
        let (change, value) = match change {
            Change::State(state) => self.state_or_patch(state, &before)?,
            // One that does not apply becomes an invalid version in the fold: the value stays.
            Change::Patch(patch) => {
                let value = self.made.take().or_else(|| patch.apply_within(&before, self.most()).ok());
                (Change::Patch(patch), value)
            }
            Change::Deleted => (Change::Deleted, Some(Value::Null)),
            invalid @ Change::Invalid { .. } => (invalid, None),
        };
        if let Some(value) = &value {
            self.check(value)?;
            self.moved.retain(|(branch, _)| *branch != entry.branch);
            self.moved.push((entry.branch.clone(), value.clone()));
        }
        Ok(Prepared { entry: Entry { body: Body::Transition { label, change }, ..entry }, value })
    }

    fn before(&self, branch: Option<&Text>) -> Value {
        if let Some((_, value)) = self.moved.iter().find(|(moved, _)| moved.as_ref() == branch) {
            return value.clone();
        }
        self.history.growing(branch.map(Text::as_str)).map(|(_, value)| value.clone()).unwrap_or_default()
    }

    /// What the fold allows; the tenant's own limits are checked on the result, so that they give an error.
    fn most(&self) -> Limits {
        Limits::default()
    }

    fn check(&self, value: &Value) -> Result<()> {
        let (size, depth) = (value.size(), value.depth() as u64);
        if size > self.limits.value_bytes {
            return Err(Error::TooLarge { size, limit: self.limits.value_bytes });
        }
        if depth > self.limits.depth {
            return Err(Error::TooDeep { limit: usize::try_from(self.limits.depth).unwrap_or(usize::MAX) });
        }
        Ok(())
    }

    fn state_or_patch(&mut self, state: Value, before: &Value) -> Result<(Change, Option<Value>)> {
        let state = state.within(self.most())?.sharing(before);
        let patch = patch::between(before, &state);
        let (patch_size, state_size) = (patch.to_value().size(), state.size());
        let due = self.since.0 > state_size.saturating_mul(PATCHES_PER_STATE).saturating_add(SPARE);
        if due || patch_size >= state_size {
            *self.since = SinceState(0);
            return Ok((Change::State(state.clone()), Some(state)));
        }
        *self.since = SinceState(self.since.0.saturating_add(patch_size).min(MAX_SIZE * PATCHES_PER_STATE * 2));
        Ok((Change::Patch(patch), Some(state)))
    }
}
