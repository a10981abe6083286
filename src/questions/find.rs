//! When something held: first, last, all spans of versions, forth or back through time.

use super::course::Course;
use crate::query::{Budget, Query, ReadStep, Truth};
use crate::record::Version;
use crate::value::{Step, Text, Value};
use std::ops::ControlFlow;
use std::sync::atomic::Ordering;

/// What is looked for.
pub enum Condition {
    /// Versions whose value makes a predicate true.
    Holds(Box<Query>),
    /// Versions in whose value a text occurs: in a string, in a key, or as a number written so.
    Contains(Text),
    /// Versions with this text in their label.
    Label(Text),
    /// Versions of this author.
    Author(Text),
    /// Versions with a snapshot that has this tag.
    Tag(Text),
}

/// Which way through time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Oldest first.
    Forth,
    /// Newest first.
    Back,
}

/// Versions in a row that fulfil the condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first: what made it true.
    pub from: Version,
    /// The last.
    pub to: Version,
    /// How many they are.
    pub versions: u64,
}

/// What a search took, and what it could not judge.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stats {
    /// Versions passed.
    pub versions: u64,
    /// How often the predicate was evaluated: only where something that it reads had changed.
    pub evaluated: u64,
    /// Versions at which the predicate ended in an error, and so counted as false.
    pub errors: u64,
    /// The first of them met, and why.
    pub first_error: Option<(Version, Text)>,
    /// Versions that could not be read, and so counted as false.
    pub unreadable: u64,
}

/// A search through a course.
pub struct Search<'s> {
    /// Where.
    pub course: &'s Course<'s>,
    /// For what.
    pub condition: &'s Condition,
    /// What one evaluation may take, and what cancels the search.
    pub budget: &'s Budget,
}

/// What is known of the version looked at last.
struct Known {
    value: Value,
    holds: bool,
}

impl Search<'_> {
    /// Gives each span to `found` as it is complete, until that breaks off or the search is cancelled. O(versions), and an
    /// evaluation where something that is read had changed.
    pub fn spans(&self, direction: Direction, mut found: impl FnMut(Span) -> ControlFlow<()>) -> Stats {
        let mut open: Option<Span> = None;
        let mut broken = false;
        let stats = self.each(direction, |version, holds| {
            match (&mut open, holds) {
                (Some(span), true) => {
                    span.versions += 1;
                    match direction {
                        Direction::Forth => span.to = version,
                        Direction::Back => span.from = version,
                    }
                }
                (None, true) => open = Some(Span { from: version, to: version, versions: 1 }),
                (Some(_), false) => {
                    let flow = open.take().map_or(ControlFlow::Continue(()), &mut found);
                    broken = flow.is_break();
                    return flow;
                }
                (None, false) => {}
            }
            ControlFlow::Continue(())
        });
        if let Some(span) = open.filter(|_| !broken) {
            let _ = found(span);
        }
        stats
    }

    /// The first version that way that fulfils the condition.
    pub fn first(&self, direction: Direction) -> (Option<Version>, Stats) {
        let mut first = None;
        let stats = self.each(direction, |version, holds| {
            first = holds.then_some(version);
            if holds { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        (first, stats)
    }

    /// Says of each version whether it fulfils the condition; one that cannot be read does not.
    pub fn each(&self, direction: Direction, mut say: impl FnMut(Version, bool) -> ControlFlow<()>) -> Stats {
        let (mut stats, mut known) = (Stats::default(), None);
        let mut visit = |version| {
            stats.versions += 1;
            let holds = self.holds(version, &mut known, &mut stats);
            let cancelled = self.budget.cancelled.load(Ordering::Relaxed);
            say(version, holds).is_break() || cancelled
        };
        match direction {
            Direction::Forth => _ = self.course.forward().any(&mut visit),
            Direction::Back => _ = self.course.backward().any(&mut visit),
        }
        stats
    }

    fn holds(&self, version: Version, known: &mut Option<Known>, stats: &mut Stats) -> bool {
        let tenant = self.course.tenant();
        match self.condition {
            Condition::Holds(query) => {
                self.judged(version, known, stats, &|old, new| is_untouched(query, old, new), &|value| {
                    query.truth(value, self.budget)
                })
            }
            Condition::Contains(text) => self.judged(version, known, stats, &Value::same, &|value| {
                if contains(value, text) { Truth::Holds } else { Truth::Fails }
            }),
            Condition::Label(text) => {
                tenant.history().info(version).is_some_and(|info| info.label.contains(text.as_str()))
            }
            Condition::Author(name) => {
                tenant.history().info(version).is_some_and(|info| info.by.as_ref() == Some(name))
            }
            Condition::Tag(tag) => {
                let history = tenant.history();
                history.snapshots_within(version.0..version.0 + 1).iter().any(|snapshot| snapshot.tags.contains(tag))
            }
        }
    }

    /// What a predicate says, not asked again where what it reads is as it was.
    fn judged(
        &self,
        version: Version,
        known: &mut Option<Known>,
        stats: &mut Stats,
        is_untouched: &dyn Fn(&Value, &Value) -> bool,
        judge: &dyn Fn(&Value) -> Truth,
    ) -> bool {
        let Ok(value) = self.course.tenant().value_at(version) else {
            stats.unreadable += 1;
            *known = None;
            return false;
        };
        let before = known.take().filter(|before| is_untouched(&before.value, &value));
        let holds = if let Some(before) = before {
            before.holds
        } else {
            stats.evaluated += 1;
            match judge(&value) {
                Truth::Holds => true,
                Truth::Fails => false,
                Truth::Error(why) => {
                    stats.errors += 1;
                    stats.first_error.get_or_insert((version, why));
                    false
                }
            }
        };
        *known = Some(Known { value, holds });
        holds
    }
}

/// Whether nothing that a filter reads differs. O(what it reads), less where that is shared.
pub fn is_untouched(query: &Query, old: &Value, new: &Value) -> bool {
    query.reads().paths().iter().all(|path| is_same(path, Some(old), Some(new)))
}

fn is_same(path: &[ReadStep], old: Option<&Value>, new: Option<&Value>) -> bool {
    let (old, new) = match (old, new) {
        (None, None) => return true,
        (Some(old), Some(new)) if old.same(new) => return true,
        (Some(old), Some(new)) => (old, new),
        _ => return false,
    };
    let Some((step, rest)) = path.split_first() else { return old.identical(new) };
    let below = |step: &Step| is_same(rest, old.child(step), new.child(step));
    match (step, old, new) {
        (ReadStep::Key(key), Value::Object(_), Value::Object(_)) => below(&Step::Key(key.clone())),
        (ReadStep::Index(index), Value::Array(_), Value::Array(_)) => below(&Step::Index(*index)),
        (ReadStep::Each, Value::Array(left), Value::Array(right)) => {
            left.len() == right.len()
                && left.iter().zip(right.iter()).all(|(old, new)| is_same(rest, Some(old), Some(new)))
        }
        (ReadStep::Each, Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right.iter())
                    .all(|((a, old), (b, new))| a == b && is_same(rest, Some(old), Some(new)))
        }
        // Into a scalar, or into another kind of container: what it gives depends on what stands here.
        _ => old.identical(new),
    }
}

/// Whether a text occurs in a string, in a key or as a number. O(value).
fn contains(value: &Value, text: &str) -> bool {
    match value {
        Value::String(string) => string.contains(text),
        Value::Number(number) => number.to_string() == text,
        Value::Bool(bool) => text == if *bool { "true" } else { "false" },
        Value::Null => false,
        Value::Array(array) => array.iter().any(|inner| contains(inner, text)),
        Value::Object(object) => object.iter().any(|(key, inner)| key.contains(text) || contains(inner, text)),
    }
}
