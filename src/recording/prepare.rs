//! What is about to be written, with the value it makes: patches applied to the head, values checked against the tenant's
//! limits, whole states as the patch from the state before where that is smaller, so that a log of full states stays small.
//!
//! The only place where a change from outside meets a head before it is written. Now and then a whole state is written all
//! the same: after damage, states are exact again from there on.

use crate::diff::Counts;
use crate::error::{Error, Result};
use crate::history::History;
use crate::patch::{self, Patch};
use crate::record::{Body, Entry, StateChange, TenantLimits, Version};
use crate::value::{Limits, Text, Value};
use std::num::NonZeroU64;

/// A whole state is due when the patches since the last one outweigh it this often ...
const PATCHES_PER_STATE: u64 = 8;
/// ... and this much more, so that small states are not written again and again.
const SPARE: u64 = 64 * 1024;

/// Bytes of a patch that does not apply that are kept to be shown.
const RAW: usize = 64 * 1024;

/// What became of an entry that was handed over to be appended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Appended {
    /// It made a version with another value than before.
    Applied(Version),
    /// It made a version with the value as before.
    Unchanged(Version),
    /// It made an invalid version, with the value as before.
    Invalid {
        /// The version that is invalid.
        version: Version,
        /// Why: its patch does not apply to the head, or what it names is not there, or its source said so.
        why: Text,
    },
    /// It makes no version.
    NoVersion,
    /// It does not apply to the head and was not written, nor was what follows it.
    Refused {
        /// Why the entry is refused.
        why: Text,
    },
}

impl Appended {
    /// The version it made.
    pub fn version(&self) -> Option<Version> {
        match self {
            Self::Applied(version) | Self::Unchanged(version) | Self::Invalid { version, .. } => Some(*version),
            Self::NoVersion | Self::Refused { .. } => None,
        }
    }
}

/// An entry, and the value it makes where that is known.
pub(super) struct Prepared {
    pub entry: Entry,
    pub value: Option<Value>,
    /// Bytes of the value of the version that a transition makes.
    pub size: Option<NonZeroU64>,
    /// What a transition changes, where that costs no comparison.
    pub counts: Option<Counts>,
    /// Why it does not apply to the head: it is an invalid version now.
    pub refused: Option<Text>,
    /// Whether the value is as before.
    pub unchanged: bool,
}

impl Prepared {
    fn without_value(entry: Entry) -> Self {
        Self { entry, value: None, size: None, counts: None, refused: None, unchanged: false }
    }
}

/// Follows the heads of the branches through entries that are not folded yet.
pub(super) struct Preparing<'a> {
    history: &'a History,
    /// Heads that have moved already.
    moved: Vec<MovedHead>,
    /// What the one transition to come makes of its branch's head.
    made: Option<Value>,
    /// Whether something on its way moves heads in ways that only the fold knows: what follows is left to it.
    unknown: bool,
    limits: TenantLimits,
}

/// A head that is on its way.
struct MovedHead {
    branch: Option<Text>,
    /// Whether there is such a branch.
    is_there: bool,
    value: Value,
    /// Bytes of patches since it was last recorded whole.
    patched: u64,
}

impl<'a> Preparing<'a> {
    /// Starts at the heads of `history`. `made` is what the only transition to come makes, where that is known.
    pub fn new(history: &'a History, made: Option<Value>) -> Self {
        let limits = history.ledger().settings().limits.clone();
        Self { limits, history, moved: Vec::new(), made, unknown: false }
    }

    /// The next entry.
    ///
    /// # Errors
    /// When its value would be beyond the limits.
    pub fn prepare(&mut self, entry: Entry) -> Result<Prepared> {
        let Entry { body: Body::Transition { label, change }, .. } = entry else {
            self.unknown |= moves_heads(&entry.body);
            return Ok(Prepared::without_value(entry));
        };
        if self.unknown {
            return Ok(Prepared::without_value(Entry { body: Body::Transition { label, change }, ..entry }));
        }
        let mut before = self.take_head(entry.branch.as_ref());
        let (change, made) = match change {
            StateChange::State(state) => self.state_or_patch(state, &before)?,
            StateChange::Patch(patch) => self.patched(patch, &before),
            StateChange::Deleted => (StateChange::Deleted, Ok(Some(Value::Null))),
            invalid @ StateChange::Invalid { .. } => (invalid, Ok(None)),
        };
        let patched = match &change {
            StateChange::State(_) | StateChange::Deleted => 0,
            StateChange::Patch(patch) => before.patched.saturating_add(patch.size()),
            StateChange::Invalid { .. } => before.patched,
        };
        let counts = History::quick_counts(&change, &before.value);
        let entry = Entry { body: Body::Transition { label, change }, ..entry };
        let (value, refused) = match made {
            Ok(value) => (value, None),
            Err(why) => (None, Some(why)),
        };
        let unchanged = refused.is_none() && value.as_ref().is_none_or(|value| value.same(&before.value));
        if let Some(value) = &value {
            self.check(value)?;
            before = MovedHead { value: value.clone(), patched, ..before };
        }
        let stays = before.is_there || value.is_some();
        let size = NonZeroU64::new(before.value.size()).filter(|_| stays);
        self.moved.push(before);
        Ok(Prepared { entry, value, size, counts, refused, unchanged })
    }

    /// The head of a branch, which who takes it pushes again.
    fn take_head(&mut self, branch: Option<&Text>) -> MovedHead {
        if let Some(at) = self.moved.iter().position(|moved| moved.branch.as_ref() == branch) {
            return self.moved.swap_remove(at);
        }
        let name = branch.map(Text::as_str);
        let value = self.history.growing_value(name).cloned();
        MovedHead {
            branch: branch.cloned(),
            is_there: value.is_some(),
            value: value.unwrap_or_default(),
            patched: self.history.patched_since_whole(name),
        }
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

    /// One that does not apply is written as the invalid version that it makes, so that no reader tries it again.
    fn patched(&mut self, patch: Patch, before: &MovedHead) -> (StateChange, Result<Option<Value>, Text>) {
        let made = match self.made.take() {
            Some(made) => Ok(made),
            None => patch.apply_within(&before.value, self.most()),
        };
        match made {
            Ok(value) => (StateChange::Patch(patch), Ok(Some(value))),
            Err(error) => {
                let why = Text::from(error.to_string());
                (StateChange::Invalid { raw: start_of(&patch), why: why.clone() }, Err(why))
            }
        }
    }

    fn state_or_patch(&self, state: Value, before: &MovedHead) -> Result<(StateChange, Result<Option<Value>, Text>)> {
        let (patch, state) = shared(state.within(self.most())?, &before.value, self.most());
        let size = state.size();
        let due = before.patched > size.saturating_mul(PATCHES_PER_STATE).saturating_add(SPARE);
        let whole = due || patch.size() >= size;
        let change = if whole { StateChange::State(state.clone()) } else { StateChange::Patch(patch) };
        Ok((change, Ok(Some(state))))
    }
}

/// A state that shares with the one before what the two have in common, and the patch that leads to it.
fn shared(state: Value, before: &Value, most: Limits) -> (Patch, Value) {
    // Of few single values the patch makes a state that shares all else, for less than looking for what can be shared.
    let made = patch::between_members(before, &state).and_then(|patch| {
        let made = patch.apply_within(before, most).ok()?;
        Some((patch, made))
    });
    made.unwrap_or_else(|| {
        let state = state.sharing(before);
        (patch::between(before, &state), state)
    })
}

fn moves_heads(body: &Body) -> bool {
    let known = matches!(body, Body::Rollback { .. } | Body::Promote { .. } | Body::Undo { .. } | Body::Fork { .. });
    known || matches!(body, Body::Base(_) | Body::Unknown { .. })
}

/// The first part of a patch as JSON.
fn start_of(patch: &Patch) -> Text {
    let text = patch.to_value().to_json();
    let end = (0..=RAW.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
    text[..end].into()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::value::parse;
    use proptest::prelude::*;
    use serde_json::{Value as Json, json};
    use std::sync::atomic::AtomicBool;

    /// A member that is changed, and to what: `None` takes it away.
    type Edit = (usize, Option<Json>);

    fn member() -> impl Strategy<Value = Json> {
        let leaf = || {
            prop_oneof![
                Just(json!(null)),
                any::<i32>().prop_map(Json::from),
                "[a-c]{0,3}".prop_map(Json::from),
                Just(json!(1.5))
            ]
        };
        let list = prop::collection::vec(leaf(), 0..4).prop_map(Json::from);
        let object = prop::collection::btree_map("[a-d]", leaf(), 0..4).prop_map(|members| json!(members));
        prop_oneof![4 => leaf(), 1 => list, 2 => object]
    }

    fn edited(base: &serde_json::Map<String, Json>, edits: &[Edit]) -> Json {
        let mut state = base.clone();
        for (at, value) in edits {
            let key = format!("k{at}");
            match value {
                Some(value) => state.insert(key, value.clone()),
                None => state.remove(&key),
            };
        }
        Json::Object(state)
    }

    fn value(json: &Json) -> Value {
        parse(json.to_string().as_bytes()).unwrap()
    }

    proptest! {
        /// Both ways of sharing lead to the same state, by the same patch, and share as much.
        #[test]
        fn a_state_is_shared_with_the_one_before(
            members in prop::collection::vec(member(), 0..120),
            edits in prop::collection::vec((0..130_usize, prop::option::of(member())), 0..24),
            wrapped in any::<bool>(),
        ) {
            let base: serde_json::Map<_, _> = members.into_iter().enumerate().map(|(n, member)| (format!("k{n}"), member)).collect();
            let around = |state: Json| if wrapped { json!({"items": state, "n": 1}) } else { state };
            let (old, new) = (value(&around(Json::Object(base.clone()))), value(&around(edited(&base, &edits))));
            let (patch, state) = shared(new.clone(), &old, Limits::default());
            let plainly = new.clone().sharing(&old);
            prop_assert!(state.identical(&new));
            prop_assert_eq!(&patch, &patch::between(&old, &plainly));
            let held = |state: &Value| state.shared_with(&old, &AtomicBool::new(false)).unwrap();
            prop_assert!(held(&state).shared_bytes >= held(&plainly).shared_bytes, "{:?} {:?}", held(&state), held(&plainly));
            prop_assert_eq!(state.same(&old), new.identical(&old));
        }
    }
}
