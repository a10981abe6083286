//! When something held: first, last, all spans of versions, forth or back through time.

use super::blocks::{JudgedBlocks, Judgement};
use super::course::Course;
use super::leaf::Sparse;
use crate::diff::IgnoredPaths;
use crate::index::PathIndex;
use crate::query::{Query, QueryBudget, ReadStep, Reads, Truth};
use crate::record::Version;
use crate::value::{Step, Text, Value};
use std::ops::{ControlFlow, RangeInclusive};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// What is looked for.
pub enum FindCondition {
    /// Versions whose value makes a predicate true.
    Holds(Arc<Query>),
    /// Versions in whose value a text occurs outside of these paths: in a string, in a key, or as a number written so.
    Contains(Text, IgnoredPaths),
    /// Versions with this text in their label.
    Label(Text),
    /// Versions of this author.
    Author(Text),
    /// Versions with a snapshot that has this tag.
    Tag(Text),
}

impl FindCondition {
    /// Whether it is about values, and not about who wrote them or how they are marked.
    pub fn reads_values(&self) -> bool {
        matches!(self, Self::Holds(_) | Self::Contains(..))
    }
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

/// A search through a course. Only versions that touched what the condition reads are looked at.
pub struct FindSearch<'s> {
    pub course: &'s Course<'s>,
    /// For what.
    pub condition: &'s FindCondition,
    /// What one evaluation may take, and what cancels the search.
    pub budget: &'s QueryBudget,
}

/// Versions in a row for which a condition is the same.
struct Steady {
    /// The first and the last.
    versions: RangeInclusive<Version>,
    holds: bool,
}

impl FindSearch<'_> {
    /// Gives each span to `found` as it is complete, until that breaks off or the search is cancelled. O(log n), and reading
    /// and judging a value for each version that touched what is read.
    pub fn spans(&self, direction: Direction, mut found: impl FnMut(Span) -> ControlFlow<()>) -> Stats {
        let mut open: Option<Span> = None;
        let mut broken = false;
        let stats = self.steady(direction, |steady| {
            let (from, to) = (*steady.versions.start(), *steady.versions.end());
            match (&mut open, steady.holds) {
                (Some(span), true) => {
                    span.versions += self.course.count_within(&steady.versions);
                    (span.from, span.to) = (span.from.min(from), span.to.max(to));
                }
                (None, true) => {
                    open = Some(Span { from, to, versions: self.course.count_within(&steady.versions) });
                }
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
        let mut stats = self.steady(direction, |steady| {
            first = steady.holds.then(|| direction.first_of(&steady.versions));
            if steady.holds { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if let Some(found) = first {
            let passed = match direction {
                Direction::Forth => self.course.first().unwrap_or(found)..=found,
                Direction::Back => found..=self.course.last().unwrap_or(found),
            };
            stats.versions = self.course.count_within(&passed);
        }
        (first, stats)
    }

    /// Says of versions in a row whether they fulfil the condition, those that cannot be read not. Whether it is judged by
    /// values or not, every version of the course is in one of them.
    fn steady(&self, direction: Direction, mut say: impl FnMut(Steady) -> ControlFlow<()>) -> Stats {
        let mut stats = Stats::default();
        let judged: Option<ValueCondition<'_>> = match self.condition {
            FindCondition::Holds(query) => Some(ValueCondition {
                reads: Some(query.reads()),
                is_untouched: Box::new(|old, new| is_untouched(query, old, new)),
                truth: Box::new(|value| query.truth(value, self.budget)),
            }),
            FindCondition::Contains(text, ignored) => Some(ValueCondition {
                reads: None,
                is_untouched: Box::new(Value::same),
                truth: Box::new(
                    |value| if contains(&ignored.without(value), text) { Truth::Holds } else { Truth::Fails },
                ),
            }),
            FindCondition::Label(_) | FindCondition::Author(_) | FindCondition::Tag(_) => None,
        };
        let Some(judge) = judged else {
            let mut visit = |version| {
                stats.versions += 1;
                let flow = say(Steady { versions: version..=version, holds: self.is_told(version) });
                flow.is_break() || self.is_cancelled()
            };
            match direction {
                Direction::Forth => _ = self.course.forward().any(&mut visit),
                Direction::Back => _ = self.course.backward().any(&mut visit),
            }
            return stats;
        };
        let Ok(paths) = self.course.paths(&|| self.is_cancelled()) else {
            stats.unreadable = if self.is_cancelled() { 0 } else { self.course.count() };
            return stats;
        };
        let everything = Reads::everything();
        let touches = paths.reads(judge.reads.unwrap_or(&everything));
        let sparse = judge.reads.and_then(|reads| Sparse::new(self.course.tenant(), &paths, reads));
        let judging = Judging { search: self, judge, paths: &paths, is_exact: touches.is_exact() };
        let Some(first) = self.course.first() else { return stats };
        let later = |version: &Version| *version > first;
        match (direction, sparse) {
            (Direction::Forth, Some(mut sparse)) => {
                let touches = self.course.forward_of(|stretch| touches.forward(stretch));
                judging.forth(judging.by_parts(touches.filter(later), &mut sparse), &mut stats, &mut say);
            }
            (Direction::Back, Some(mut sparse)) => {
                let touches = self.course.backward_of(|stretch| touches.backward(stretch));
                judging.back(judging.by_parts(touches.filter(later), &mut sparse), &mut stats, &mut say);
            }
            (Direction::Forth, None) => {
                let touches = self.course.forward_of(|stretch| touches.forward(stretch));
                judging.forth(judging.by_values(touches.filter(later)), &mut stats, &mut say);
            }
            (Direction::Back, None) => {
                let touches = self.course.backward_of(|stretch| touches.backward(stretch));
                judging.back(judging.by_values(touches.filter(later)), &mut stats, &mut say);
            }
        }
        stats
    }

    fn is_cancelled(&self) -> bool {
        self.budget.cancelled.load(Ordering::Relaxed) || self.course.is_stopped()
    }

    /// Whether a version fulfils a condition that is not about its value.
    fn is_told(&self, version: Version) -> bool {
        let history = self.course.tenant().history();
        let info = || history.info(version);
        match self.condition {
            FindCondition::Label(text) => info().is_some_and(|info| info.label.contains(text.as_str())),
            FindCondition::Author(name) => info().is_some_and(|info| info.by.as_ref() == Some(name)),
            FindCondition::Tag(tag) => {
                history.marks().within(version.0..version.0 + 1).iter().any(|snapshot| snapshot.tags.contains(tag))
            }
            FindCondition::Holds(_) | FindCondition::Contains(..) => false,
        }
    }
}

impl Direction {
    /// The one that is met first.
    fn first_of(self, versions: &RangeInclusive<Version>) -> Version {
        match self {
            Self::Forth => *versions.start(),
            Self::Back => *versions.end(),
        }
    }
}

/// Whether nothing that counts differs between two values.
type Untouched<'s> = Box<dyn Fn(&Value, &Value) -> bool + Sync + 's>;

/// A condition that is about values.
struct ValueCondition<'s> {
    /// What it reads; `None` is all.
    reads: Option<&'s Reads>,
    /// Whether it says the same of two values.
    is_untouched: Untouched<'s>,
    truth: Box<dyn Fn(&Value) -> Truth + Sync + 's>,
}

/// A search that judges values where something that is read was touched.
struct Judging<'s> {
    search: &'s FindSearch<'s>,
    judge: ValueCondition<'s>,
    paths: &'s PathIndex,
    /// Whether what touched is known to have changed what is read.
    is_exact: bool,
}

/// What a version that touched what is read makes of the condition.
enum VersionTruth {
    /// The same as before: it changed nothing that is read.
    Same,
    /// This.
    Truth(Truth),
    /// It cannot be read.
    Unreadable,
}

impl Judgement for Judging<'_> {
    type Answer = VersionTruth;

    fn judge(&self, version: Version, before: Option<&Value>, now: crate::Result<&Value>) -> VersionTruth {
        let Ok(now) = now else { return VersionTruth::Unreadable };
        let is_same = || before.is_some_and(|before| (self.judge.is_untouched)(before, now));
        if !self.is_exact && self.paths.is_known(version) && is_same() {
            return VersionTruth::Same;
        }
        VersionTruth::Truth((self.judge.truth)(now))
    }

    fn before(&self, version: Version) -> Option<Version> {
        self.search.course.before(version).filter(|_| !self.is_exact)
    }

    fn is_stopped(&self) -> bool {
        self.search.is_cancelled()
    }
}

impl Judging<'_> {
    /// Judges versions by their whole values.
    fn by_values(&self, touches: impl Iterator<Item = Version>) -> impl Iterator<Item = (Version, VersionTruth)> {
        JudgedBlocks::new(self.search.course.tenant(), self, touches)
    }

    /// Judges versions by the parts that are read, where the index or one record tells them.
    fn by_parts(
        &self,
        touches: impl Iterator<Item = Version>,
        sparse: &mut Sparse<'_>,
    ) -> impl Iterator<Item = (Version, VersionTruth)> {
        let tenant = self.search.course.tenant();
        touches.map(move |version| {
            let value = sparse.at(version).map_or_else(|| tenant.value_at(version), Ok);
            (version, value.map_or(VersionTruth::Unreadable, |value| VersionTruth::Truth((self.judge.truth)(&value))))
        })
    }

    fn forth(
        &self,
        touches: impl Iterator<Item = (Version, VersionTruth)>,
        stats: &mut Stats,
        say: &mut dyn FnMut(Steady) -> ControlFlow<()>,
    ) {
        let course = self.search.course;
        let Some(first) = course.first() else { return };
        let mut open = Steady { versions: first..=first, holds: stats.take(first, self.at(first)) };
        for (version, verdict) in touches {
            if self.search.is_cancelled() {
                return;
            }
            if matches!(verdict, VersionTruth::Same) {
                continue;
            }
            open.versions = *open.versions.start()..=course.before(version).unwrap_or(first);
            stats.versions += course.count_within(&open.versions);
            if say(open).is_break() {
                return;
            }
            open = Steady { versions: version..=version, holds: stats.take(version, verdict) };
        }
        if self.search.is_cancelled() {
            return;
        }
        open.versions = *open.versions.start()..=course.last().unwrap_or(first);
        stats.versions += course.count_within(&open.versions);
        let _ = say(open);
    }

    fn back(
        &self,
        touches: impl Iterator<Item = (Version, VersionTruth)>,
        stats: &mut Stats,
        say: &mut dyn FnMut(Steady) -> ControlFlow<()>,
    ) {
        let course = self.search.course;
        let (Some(first), Some(last)) = (course.first(), course.last()) else { return };
        let mut end = last;
        let changed = touches.filter(|(_, verdict)| !matches!(verdict, VersionTruth::Same));
        // What nothing touched since is as in the first version.
        let begins = std::iter::once_with(|| (first, self.at(first)));
        for (start, verdict) in changed.chain(begins) {
            if self.search.is_cancelled() {
                return;
            }
            let steady = Steady { versions: start..=end, holds: stats.take(start, verdict) };
            stats.versions += course.count_within(&steady.versions);
            if say(steady).is_break() {
                return;
            }
            match course.before(start).filter(|_| start > first) {
                Some(before) => end = before,
                None => return,
            }
        }
    }

    /// Judges a version by itself.
    fn at(&self, version: Version) -> VersionTruth {
        match self.search.course.tenant().value_at(version) {
            Ok(value) => VersionTruth::Truth((self.judge.truth)(&value)),
            Err(_) => VersionTruth::Unreadable,
        }
    }
}

impl Stats {
    /// Counts a verdict; whether the condition holds.
    fn take(&mut self, version: Version, verdict: VersionTruth) -> bool {
        match verdict {
            VersionTruth::Unreadable => self.unreadable += 1,
            VersionTruth::Same => {}
            VersionTruth::Truth(truth) => {
                self.evaluated += 1;
                if let Truth::Error(why) = truth {
                    self.errors += 1;
                    self.first_error.get_or_insert((version, why));
                } else {
                    return truth == Truth::Holds;
                }
            }
        }
        false
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
