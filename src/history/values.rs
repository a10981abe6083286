//! The values of versions: the heads', those kept within a budget of memory, and those replayed from records.
//!
//! Must not name: `marks`, `ledger`, `log`.

pub(super) mod budget;
pub(super) mod keyframes;
pub(super) mod lazy;
pub(super) mod names;
mod replays;
pub(super) mod seek;
pub(super) mod step;

use super::lineage::owners::ByOwner;
use super::lineage::tree::BranchId;
use crate::record::Version;
use crate::value::{Limits, Text, Value};
use budget::Budget;
use keyframes::Keyframes;
use lazy::LazyValue;
use names::ArrayNames;
use replays::Replays;

/// The value at the head of a branch that grows.
#[derive(Clone, Default)]
pub(super) struct HeadValue {
    pub value: LazyValue,
    /// Why it may be wrong: records are missing before it.
    pub suspect: Option<Text>,
    /// Bytes of patches since its value was last recorded whole.
    pub patched: u64,
}

/// The values of versions, as far as they are in memory.
#[derive(Clone)]
pub(super) struct Values {
    pub heads: ByOwner<HeadValue>,
    pub keyframes: Keyframes,
    pub names: ArrayNames,
    window: Replays,
    pub budget: Budget,
    pub limits: Limits,
}

impl Values {
    /// Those of a history without versions.
    pub fn new(budget: Budget) -> Self {
        Self {
            heads: [HeadValue::default()].into_iter().collect(),
            keyframes: Keyframes::new(&budget),
            names: ArrayNames::default(),
            window: Replays::new(&budget),
            budget,
            limits: Limits::default(),
        }
    }

    /// Says which versions are made next: of clones each has values of its own from here on.
    pub fn make(&mut self, first: Version, last: Version) {
        self.window.make(first, last, &self.budget);
    }

    /// Says why every head may be wrong.
    pub fn suspect_all(&mut self, why: &Text) {
        let heads = self.heads.values().map(|head| HeadValue { suspect: Some(why.clone()), ..head.clone() });
        self.heads = heads.collect();
    }

    /// The value at the head of `main`.
    pub fn of_main(&self) -> &Value {
        self.heads[BranchId::default()].value.get()
    }
}
