//! Events that a source lost: what it says itself, and what its numbers say. A gap is never bridged unseen: it is told before
//! the event behind it.

use super::Recipe;
use crate::error::counted;
use crate::value::{Text, Value};
use rustc_hash::FxHashMap;

/// What has been seen of a source, as far as its recipe says how gaps are known.
#[derive(Default)]
pub(super) struct Gaps {
    /// The number of the last event about each thing.
    numbers: FxHashMap<Text, Number>,
    /// The last event of each tenant.
    seen: FxHashMap<Option<Text>, Seen>,
    /// How often the source has said that it lost events, and its words for the last time.
    losses: (u64, Text),
}

#[derive(Default)]
struct Seen {
    /// Its id, until the tenant ends.
    id: Option<Text>,
    /// The losses that were said before it.
    losses: u64,
}

/// Which of the events about one thing an event is.
#[derive(Clone, PartialEq)]
struct Number {
    number: u64,
    /// Which of the things that had this name; `None` once it is gone.
    of: Option<Text>,
}

impl Gaps {
    /// What the source says it lost with this event, which is then no event itself.
    pub fn loss(&mut self, recipe: &Recipe, event: &Value) -> Option<Text> {
        let words = recipe.lost.as_ref()?.text_of(event)?;
        self.losses = (self.losses.0 + 1, words.clone());
        Some(words)
    }

    /// What is missing between the last event and this one, the `id` of `tenant`; `is_there` is whether the tenant holds
    /// anything.
    pub fn before(
        &mut self,
        recipe: &Recipe,
        event: &Value,
        (tenant, id): (&Option<Text>, &Option<Text>),
        is_there: bool,
    ) -> Option<Text> {
        if recipe.lost.is_none() && recipe.sequence.is_none() && recipe.restarts.is_none() {
            return None;
        }
        let jump = self.jump(recipe, event);
        let losses = self.losses.0;
        let is_known = self.seen.contains_key(tenant) && is_there;
        let before = self.seen.entry(tenant.clone()).or_default();
        // The same event again: nothing happened in between.
        let is_next = is_known && (before.id != *id || id.is_none());
        let between = || match (&before.id, id) {
            (None, None) => "what happened before this event is missing".to_owned(),
            (before, id) => {
                let end = |id: &Option<Text>| id.clone().unwrap_or_else(|| "an unknown one".into());
                format!("what happened between {} and {} is missing", end(before), end(id))
            }
        };
        let is_restart = recipe.restarts.as_ref().and_then(|field| field.of(event).ok()?).is_some_and(is_true);
        let said = if !is_next {
            None
        } else if before.losses < losses {
            Some(format!("the source lost events ({}): {}", self.losses.1, between()))
        } else if is_restart && before.id.is_some() {
            Some(format!("the source began again: {}", between()))
        } else {
            None
        };
        *before = Seen { id: id.clone(), losses };
        match (jump, said) {
            (Some(jump), Some(said)) => Some(format!("{jump}; {said}").into()),
            (jump, said) => jump.or(said).map(Into::into),
        }
    }

    /// The tenants that `is_there` of which nothing came since events were lost, by name, with what is missing.
    pub fn open(&self, is_there: impl Fn(&Option<Text>) -> bool) -> Vec<(Option<Text>, Text)> {
        let (losses, words) = &self.losses;
        let is_open = |(tenant, seen): &(&Option<Text>, &Seen)| seen.losses < *losses && is_there(tenant);
        let told = |(tenant, seen): (&Option<Text>, &Seen)| {
            let last = seen.id.clone().unwrap_or_else(|| "the last event".into());
            (tenant.clone(), format!("the source lost events ({words}): what happened after {last} is missing").into())
        };
        let mut open: Vec<_> = self.seen.iter().filter(is_open).map(told).collect();
        open.sort();
        open
    }

    /// What the numbers of the events about one thing say: they go up by one.
    fn jump(&mut self, recipe: &Recipe, event: &Value) -> Option<String> {
        let found = recipe.sequence.as_ref()?.of(event).ok()??;
        let Value::Array(parts) = &found else { return None };
        let what = parts.get(0).and_then(Value::as_str)?;
        let number = parts.get(1)?.to_json().trim_matches('"').parse().ok()?;
        let of = parts.get(2).filter(|of| !matches!(of, Value::Null)).map(|of| of.to_json().as_str().into());
        let now = Number { number, of };
        let before = self.numbers.insert(what.into(), now.clone())?;
        let ends_twice = before.of.is_none() && now.of.is_none() && now.number == 0;
        let is_other = before.of.is_some() && now.of.is_some() && before.of != now.of;
        match now.number.checked_sub(before.number) {
            _ if is_other => Some(format!("the end of {what} is missing: another one of this name follows")),
            _ if ends_twice => Some(format!("{what} ends twice: what made it again is missing")),
            Some(more @ 2..) => Some(format!(
                "at least {} of {what} missing: {} is followed by {}",
                counted(more - 1, "change"),
                before.number,
                now.number
            )),
            _ => None,
        }
    }
}

fn is_true(value: Value) -> bool {
    !matches!(value, Value::Null | Value::Bool(false))
}
