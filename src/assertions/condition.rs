//! A condition: a filter with `changed(...)` in it, compiled, and judged from version to version.
//!
//! Each `changed(...)` is true or false, so the filter is compiled once for each way these may be, with the words `true` and
//! `false` in their places. So a filter without them is as it was written, and reads what it reads.

use super::WrongAssertion;
use super::scan::{self, ChangedCall};
use crate::query::{Query, QueryBudget, Reads, Truth, WrongQuery};
use crate::questions::is_untouched;
use crate::record::Version;
use crate::value::{Text, Value};

/// Most `changed(...)` in one condition: there is a filter for each set of them.
const MOST_CHANGED: usize = 6;

/// A condition, compiled.
pub(super) struct AssertionCondition {
    /// As it was written.
    pub text: Text,
    /// What is in each `changed(...)`.
    changed: Vec<Query>,
    /// By the set of those that are true, as bits.
    filters: Vec<Query>,
}

impl AssertionCondition {
    /// Compiles what is in the brackets that open at a byte; answers where they close.
    pub fn compile(text: &str, open: usize) -> Result<(Self, usize), WrongAssertion> {
        let (close, found) = scan::closed(text, open).map_err(|unclosed| {
            let excerpt: String = text[unclosed.at..].chars().take(24).collect();
            let closes = excerpt.starts_with([')', ']', '}']);
            let why = if closes {
                format!("{excerpt:?} has no opening bracket")
            } else {
                format!("{excerpt:?} is not closed")
            };
            WrongAssertion::at(text, unclosed.at, why)
        })?;
        if found.len() > MOST_CHANGED {
            let wrong = WrongAssertion::at(text, found[MOST_CHANGED].start, "too many changed(...) in one filter");
            return Err(wrong.hinted("one changed(...) can name several parts: changed(.a, .b)"));
        }
        if let Some(nested) = found.iter().find(|changed| !changed.reads_whole) {
            let wrong = WrongAssertion::at(text, nested.start, "changed(...) gets only a part of the state here");
            return Err(
                wrong.hinted("it compares whole states: write it before |, and outside of [], {} and arguments")
            );
        }
        let changed = found.iter().map(|changed| inner(text, changed)).collect::<Result<Vec<_>, _>>()?;
        let filters = (0..1_u32 << found.len()).map(|set| filter(text, (open, close), &found, set));
        let filters = filters.collect::<Result<Vec<_>, _>>()?;
        Ok((Self { text: text[open + 1..close].trim().into(), changed, filters }, close))
    }

    /// Whether `null` is compared with a number where it is judged of this value.
    pub fn compares_null(&self, value: &Value, budget: &QueryBudget) -> bool {
        self.filters.iter().any(|filter| filter.compares_null(value, budget))
    }

    /// What it reads.
    pub fn reads(&self) -> impl Iterator<Item = &Reads> {
        self.filters.iter().chain(&self.changed).map(Query::reads)
    }
}

/// The filter in a `changed(...)`.
fn inner(text: &str, changed: &ChangedCall) -> Result<Query, WrongAssertion> {
    let at = changed.open + 1;
    if let Ok((_, nested)) = scan::closed(text, changed.open)
        && let Some(nested) = nested.first()
    {
        return Err(WrongAssertion::at(text, nested.start, "changed(...) cannot contain changed(...)"));
    }
    Query::value(&text[at..changed.close]).map_err(|wrong| wrong_filter(text, at, wrong))
}

/// The filter in brackets with `true` for those of the set and `false` for the others, each as long as what it stands for.
fn filter(text: &str, (open, close): (usize, usize), found: &[ChangedCall], set: u32) -> Result<Query, WrongAssertion> {
    let (mut filter, mut at) = (String::with_capacity(close - open), open + 1);
    for (bit, changed) in found.iter().enumerate() {
        filter.push_str(&text[at..changed.start]);
        let word = if set >> bit & 1 == 1 { "(true)" } else { "(false)" };
        at = changed.close + 1;
        filter.push_str(word);
        filter.extend(std::iter::repeat_n(' ', at - changed.start - word.len()));
    }
    filter.push_str(&text[at..close]);
    Query::condition(&filter).map_err(|wrong| wrong_filter(text, open + 1, wrong))
}

/// What is wrong with a filter that begins at a byte of the assertion.
fn wrong_filter(text: &str, start: usize, wrong: WrongQuery) -> WrongAssertion {
    WrongAssertion { text: text.into(), at: start + wrong.at, why: wrong.why, hint: wrong.hint }
}

/// The version to be judged.
#[derive(Clone, Copy)]
pub(super) struct JudgedVersion<'v> {
    pub version: Version,
    pub value: &'v Value,
    /// The value of the version before it.
    pub before: Option<&'v Value>,
    /// The same two without the ignored paths: what `changed` looks at.
    pub compared: (&'v Value, Option<&'v Value>),
    pub budget: &'v QueryBudget,
}

/// What the evaluations of one assertion took.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Took {
    pub evaluated: u64,
    pub errors: u64,
    pub first_error: Option<(Version, Text)>,
}

impl Took {
    fn error(&mut self, version: Version, why: &Text) {
        self.errors += 1;
        self.first_error.get_or_insert_with(|| (version, why.clone()));
    }
}

type Outputs = Result<Vec<Value>, Text>;

/// What is known of a condition from the versions before.
pub(super) struct ConditionState<'c> {
    condition: &'c AssertionCondition,
    /// By filter, for which value, and what it said.
    truths: Vec<Option<(Value, Truth)>>,
    /// By `changed`.
    outputs: Vec<Option<(Value, Outputs)>>,
}

impl<'c> ConditionState<'c> {
    pub fn new(condition: &'c AssertionCondition) -> Self {
        let (truths, outputs) = (condition.filters.len(), condition.changed.len());
        Self { condition, truths: vec![None; truths], outputs: vec![None; outputs] }
    }

    pub fn condition(&self) -> &'c AssertionCondition {
        self.condition
    }

    /// Whether it is true here. At the first version of a run nothing has changed.
    pub fn is_true(&mut self, here: JudgedVersion<'_>, is_first: bool, took: &mut Took) -> bool {
        let mut set = 0;
        for bit in 0..self.outputs.len() {
            if !is_first && self.has_changed(bit, here, took) {
                set |= 1 << bit;
            }
        }
        let Some((query, known)) = self.condition.filters.get(set).zip(self.truths.get_mut(set)) else { return false };
        let old = known.take().filter(|(value, _)| is_untouched(query, value, here.value));
        let truth = old.map_or_else(
            || {
                took.evaluated += 1;
                query.truth(here.value, here.budget)
            },
            |(_, truth)| truth,
        );
        if let Truth::Error(why) = &truth {
            took.error(here.version, why);
        }
        let holds = truth.holds();
        *known = Some((here.value.clone(), truth));
        holds
    }

    /// Whether what a filter gives is another than at the version before; not where it ends in an error at either.
    fn has_changed(&mut self, bit: usize, here: JudgedVersion<'_>, took: &mut Took) -> bool {
        let Some((query, known)) = self.condition.changed.get(bit).zip(self.outputs.get_mut(bit)) else { return false };
        let (now, Some(before)) = here.compared else { return false };
        if is_untouched(query, before, now) {
            return false;
        }
        let mut outputs = |value: &Value| {
            took.evaluated += 1;
            query.outputs(value, here.budget)
        };
        let old = known.take().filter(|(value, _)| is_untouched(query, value, before)).map(|(_, outputs)| outputs);
        let old = old.unwrap_or_else(|| outputs(before));
        let new = outputs(now);
        if let Some(why) = new.as_ref().err().or(old.as_ref().err()) {
            took.error(here.version, why);
        }
        let differs = old.ok().zip(new.as_ref().ok()).is_some_and(|(old, new)| old != *new);
        *known = Some((now.clone(), new));
        differs
    }
}
