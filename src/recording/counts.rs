//! How many keys a version changed, by the rules that comparisons go by: what arrays are matched by, which paths are left out.
//!
//! A history counts each version by itself, as it folds it. Where a rule says otherwise, what is shown is counted here.

use super::{Tenant, kept_array_keys};
use crate::diff::{Counts, DiffRules, Differ, is_named_otherwise};
use crate::record::Version;
use crate::value::Value;

/// What a version changed, by the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RuleCounts {
    /// Keys by what happened to them.
    pub counts: Counts,
    /// Differences left out.
    pub ignored: usize,
}

impl Tenant {
    /// The newest state, where counts are those of the history; `None` where they may be others by the choices, by what the
    /// recording keeps, or by what the history settled: by a field that is not the one its newest state would be matched by.
    /// `known` is a state of which the same was found out before, or null. O(what differs from that).
    pub fn state_with_plain_counts(&self, chosen: &DiffRules, known: &Value) -> Option<Value> {
        if chosen.is_customized() || kept_array_keys(self.folded().ledger().settings()).is_customized() {
            return None;
        }
        let head = self.history().head();
        let Ok(value) = self.value_at(head) else { return Some(known.clone()) };
        let rules = self.diff_rules(chosen);
        (!is_named_otherwise(&rules, known, &value)).then_some(value)
    }

    /// What a version changed, by the choices, by what the recording keeps and by what the history settled; `None` where a
    /// value cannot be read, or it was stopped.
    pub fn counts_of(&self, version: Version, chosen: &DiffRules, stop: &dyn Fn() -> bool) -> Option<RuleCounts> {
        let before = self.history().lineage().seen_before(version);
        let now = self.value_at(version).ok()?;
        let before = before.map_or(Ok(Value::Null), |before| self.value_at(before)).ok()?;
        let rules = self.diff_rules(chosen);
        let diff = Differ::by(&rules).diff(&before, &now).filter(|_| !stop())?;
        Some(RuleCounts { counts: diff.counts(), ignored: diff.ignored })
    }
}
