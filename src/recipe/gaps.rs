//! Events that a source lost: what it says itself, and what its numbers say. A gap is never bridged unseen: it is told before
//! the event behind it.

use super::field::text;
use crate::error::counted;
use crate::value::{Text, Value};
use rustc_hash::FxHashMap;

/// What has been seen of a source, as far as its recipe says how gaps are known.
#[derive(Default)]
pub(super) struct SourceGaps {
    /// The number of the last event about each thing.
    numbers: FxHashMap<Text, EventNumber>,
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
struct EventNumber {
    number: u64,
    /// Which of the things that had this name; `None` once it is gone.
    of: Option<Text>,
}

impl SourceGaps {
    /// The source lost events with an event that is none itself, in its words.
    pub fn lose(&mut self, words: Text) {
        self.losses = (self.losses.0 + 1, words);
    }

    /// What is missing between the last event and this one, the `id` of `tenant`; `is_restart` is whether the source begins
    /// again with it, `is_there` whether the tenant holds anything.
    pub fn before(
        &mut self,
        (tenant, id): (&Option<Text>, &Option<Text>),
        numbered: Option<Numbered>,
        is_restart: bool,
        is_there: bool,
    ) -> Option<Text> {
        let jump = numbered.and_then(|numbered| self.jump(numbered));
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
    fn jump(&mut self, Numbered { what, now }: Numbered) -> Option<String> {
        let before = self.numbers.insert(what.clone(), now.clone())?;
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

/// An event about a thing, and which of those it is.
pub(super) struct Numbered {
    what: Text,
    now: EventNumber,
}

impl Numbered {
    /// Reads `[WHAT, NUMBER, WHICH]`.
    ///
    /// # Errors
    /// Why it is none.
    pub fn of(found: &Value) -> Result<Self, String> {
        let wrong = || format!("{} is not [WHAT, NUMBER, WHICH]", shown(found));
        let Value::Array(parts) = found else { return Err(wrong()) };
        let (what, number) = parts.get(0).and_then(text).zip(parts.get(1)).ok_or_else(wrong)?;
        let of = parts.get(2).filter(|of| !matches!(of, Value::Null)).map(|of| of.to_json().as_str().into());
        let number = whole(number).ok_or_else(|| format!("{} is not a whole number from 0 on", shown(number)))?;
        Ok(Self { what, now: EventNumber { number, of } })
    }
}

/// A number that counts, also one that is written as a text or with zeros behind the point.
fn whole(number: &Value) -> Option<u64> {
    let json = number.to_json();
    let digits = json.trim_matches('"');
    let digits = digits
        .split_once('.')
        .filter(|(_, rest)| rest.bytes().all(|byte| byte == b'0'))
        .map_or(digits, |(whole, _)| whole);
    digits.parse().ok()
}

fn shown(value: &Value) -> String {
    const SHOWN: usize = 40;
    value.to_json().chars().take(SHOWN).collect()
}
