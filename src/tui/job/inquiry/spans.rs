//! When something held: in pieces of the course, so that what is found is told early, and how far it has come.

use super::{AnswerPart, PartSender, SpansOf};
use crate::Result;
use crate::patch::{Op, Patch};
use crate::query::{Query, QueryBudget, ReadStep};
use crate::questions::{Course, Direction, FindCondition, FindSearch, Span, Stats};
use crate::record::Version;
use crate::recording::Tenant;
use crate::tui::task::Cancel;
use crate::value::{Path, Step, Value};
use crate::view::find::{Cause, FindHit, MOST_HITS};
use crate::view::found::brief;
use crate::view::path::printed;
use std::ops::{ControlFlow, Range, RangeInclusive};
use std::time::{Duration, Instant};

/// Versions of the first piece.
const FIRST: u64 = 500;
/// Versions of the largest.
const LARGEST: u64 = 100_000;
/// About how long a piece should take.
const PIECE: Duration = Duration::from_millis(100);

/// Tells spans as they become known: one that grew is told again.
pub(super) fn spans(tenant: &Tenant, of: &SpansOf, cancel: &Cancel, parts: &mut PartSender<'_>) -> Result<()> {
    let budget = QueryBudget { cancelled: cancel.flag().clone(), ..QueryBudget::default() };
    let before = of.first.0.checked_sub(1).and_then(|before| Course::new(tenant, Version(0)..=Version(before)).last());
    let mut walk = SpanWalk { tenant, of, budget, open: of.open, edge: before, told: None, found: 0 };
    let mut pieces = SpanPieces { left: of.first.0..of.last.0.saturating_add(1), back: of.newest_first, size: FIRST };
    let mut stats = Stats::default();
    while let Some(piece) = pieces.next() {
        let began = Instant::now();
        let piece = Version(*piece.start())..=Version(*piece.end());
        let (looked, reached) = walk.piece(piece, cancel, parts)?;
        add(&mut stats, looked);
        parts.reached(AnswerPart::Reached(reached, stats.clone()));
        if cancel.is_cancelled() || walk.found >= MOST_HITS {
            break;
        }
        pieces.fit(began.elapsed());
    }
    Ok(())
}

/// The stretches of versions to look at, one after the other.
struct SpanPieces {
    left: Range<u64>,
    back: bool,
    size: u64,
}

impl SpanPieces {
    fn next(&mut self) -> Option<RangeInclusive<u64>> {
        let Range { start, end } = self.left;
        if start >= end {
            return None;
        }
        let piece = match self.back {
            true => end.saturating_sub(self.size).max(start)..end,
            false => start..start.saturating_add(self.size).min(end),
        };
        self.left = if self.back { start..piece.start } else { piece.end..end };
        Some(piece.start..=piece.end - 1)
    }

    fn fit(&mut self, took: Duration) {
        let size = if took < PIECE / 2 {
            self.size * 2
        } else if took > PIECE * 2 {
            self.size / 2
        } else {
            self.size
        };
        self.size = size.clamp(1, LARGEST);
    }
}

struct SpanWalk<'w> {
    tenant: &'w Tenant,
    of: &'w SpansOf,
    budget: QueryBudget,
    /// The span found last.
    open: Option<Span>,
    /// The version looked at last: a span that reaches it goes on in the next piece.
    edge: Option<Version>,
    told: Option<(Version, Option<Cause>, bool)>,
    found: usize,
}

impl SpanWalk<'_> {
    /// Looks at a piece; answers what that took, and the version come to.
    fn piece(
        &mut self,
        piece: RangeInclusive<Version>,
        cancel: &Cancel,
        parts: &mut PartSender<'_>,
    ) -> Result<(Stats, Version)> {
        let (start, end) = (*piece.start(), *piece.end());
        let whole = Course::new(self.tenant, piece);
        let (Some(first), Some(last)) = (whole.first(), whole.last()) else {
            return Ok((Stats::default(), if self.of.newest_first { start } else { end }));
        };
        let (near, far) = if self.of.newest_first { (last, first) } else { (first, last) };
        let course = Course::new(self.tenant, start..=end).stopped_by(cancel.flag());
        let direction = if self.of.newest_first { Direction::Back } else { Direction::Forth };
        let (budget, condition) = (self.budget.clone(), self.of.condition.clone());
        let search = FindSearch { course: &course, condition: &condition.0, budget: &budget };
        let mut failed = Ok(());
        let stats = search.spans(direction, |span| {
            let span = self.joined(span, near);
            self.open = Some(span);
            match self.hit(span, &whole) {
                Ok(hit) => parts.hit(hit),
                Err(error) => failed = Err(error),
            }
            self.found += 1;
            if failed.is_err() || self.found >= MOST_HITS { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        failed?;
        self.edge = Some(far);
        let passed = usize::try_from(stats.versions).unwrap_or(usize::MAX);
        let reached = match cancel.is_cancelled() {
            true if self.of.newest_first => whole.backward().take(passed).last().unwrap_or(near),
            true => whole.forward().take(passed).last().unwrap_or(near),
            false => far,
        };
        Ok((stats, reached))
    }

    /// A span together with the one before, where that reached the end of its piece and this begins at the start.
    fn joined(&self, span: Span, near: Version) -> Span {
        let back = self.of.newest_first;
        let (begins, reaches) =
            if back { (span.to, self.open.map(|open| open.from)) } else { (span.from, self.open.map(|open| open.to)) };
        match self.open.filter(|_| begins == near && reaches.is_some() && reaches == self.edge) {
            Some(open) if back => Span { from: span.from, to: open.to, versions: open.versions + span.versions },
            Some(open) => Span { from: open.from, to: span.to, versions: open.versions + span.versions },
            None => span,
        }
    }

    fn hit(&mut self, span: Span, course: &Course<'_>) -> Result<FindHit> {
        let told = self.told.take().filter(|(from, ..)| *from == span.from);
        let (cause, by_null) = if let Some((_, cause, by_null)) = told {
            (cause, by_null)
        } else {
            let now = self.tenant.value_at(span.from)?;
            let before = course.value_before(span.from)?;
            let condition = &self.of.condition.0;
            (cause(condition, before.as_ref(), &now, &self.budget), by_null(condition, &now, &self.budget))
        };
        self.told = Some((span.from, cause.clone(), by_null));
        Ok(FindHit { span, cause, by_null })
    }
}

fn add(stats: &mut Stats, more: Stats) {
    stats.versions += more.versions;
    stats.evaluated += more.evaluated;
    stats.errors += more.errors;
    stats.unreadable += more.unreadable;
    stats.first_error = stats.first_error.take().or(more.first_error);
}

fn by_null(condition: &FindCondition, now: &Value, budget: &QueryBudget) -> bool {
    matches!(condition, FindCondition::Holds(query) if query.holds_by_null(now, budget))
}

/// Places that are compared for one cause.
const MOST_PLACES: usize = 10_000;

/// Places among which the one that decides is looked for.
const MOST_TRIED: usize = 256;

/// What differs between two values among what a condition is about: the place that made it true, where one did.
fn cause(condition: &FindCondition, before: Option<&Value>, now: &Value, budget: &QueryBudget) -> Option<Cause> {
    let told = |path: Path, more| {
        let words = |value: Option<&Value>| value.map_or_else(|| "nothing".into(), brief);
        let (before, after) = (words(before.and_then(|before| before.at(&path))), words(now.at(&path)));
        Cause { name: printed(&path).into(), path, before, after, more }
    };
    match condition {
        FindCondition::Holds(query) => {
            let mut places = Vec::new();
            differing(query, before, now, &mut places);
            let more = places.len().checked_sub(1)?;
            let decides = before.map_or(0, |before| deciding(query, (before, now), &places, budget));
            Some(told(places.swap_remove(decides), more))
        }
        FindCondition::Contains(text, ignored) => {
            let path = place_of(&ignored.without(now), text, &mut Path::default())?;
            let is_new = before.and_then(|before| before.at(&path)) != now.at(&path);
            is_new.then(|| told(path, 0))
        }
        FindCondition::Label(_) | FindCondition::Author(_) | FindCondition::Tag(_) => None,
    }
}

/// The place whose change makes a filter true once those before it have changed. O(log places) evaluations.
fn deciding(query: &Query, (before, now): (&Value, &Value), places: &[Path], budget: &QueryBudget) -> usize {
    let holds = |changed: usize| {
        let changes = places[..changed].iter().map(|path| change(before, now, path));
        let value = changes.collect::<Option<_>>().and_then(|changes| Patch(changes).apply(before).ok());
        value.is_some_and(|value| query.truth(&value, budget).holds())
    };
    let (mut fails, mut enough) = (0, places.len());
    if enough == 1 || enough > MOST_TRIED || !holds(enough) {
        return 0;
    }
    while enough - fails > 1 {
        let middle = usize::midpoint(fails, enough);
        if holds(middle) { enough = middle } else { fails = middle }
    }
    enough - 1
}

/// What one place became.
fn change(before: &Value, now: &Value, path: &Path) -> Option<Op> {
    let (place, value) = (path.to_pointer(), now.at(path).cloned());
    match (before.at(path), value) {
        (Some(_), Some(value)) => Some(Op::Replace { path: place, value }),
        (None, Some(value)) => Some(Op::Add { path: place, value }),
        (Some(_), None) => Some(Op::Remove { path: place }),
        (None, None) => None,
    }
}

fn differing(query: &Query, before: Option<&Value>, now: &Value, places: &mut Vec<Path>) {
    for read in query.reads().paths() {
        below(read, (before, Some(now)), &mut Path::default(), places);
    }
}

/// The leaves, or absent parts, that differ below a path that is read.
fn below(read: &[ReadStep], (old, new): (Option<&Value>, Option<&Value>), path: &mut Path, places: &mut Vec<Path>) {
    let same = match (old, new) {
        (Some(old), Some(new)) => old.same(new) || (read.is_empty() && old == new),
        (old, new) => old.is_none() && new.is_none(),
    };
    if same || places.len() >= MOST_PLACES {
        return;
    }
    let steps: Vec<Step> = match read.first() {
        Some(ReadStep::Key(key)) => vec![Step::Key(key.clone())],
        Some(ReadStep::Index(index)) => vec![Step::Index(*index)],
        // All of it is read: on to the parts that differ, where both sides have parts of one kind.
        Some(ReadStep::Each) | None => match (old, new) {
            (Some(Value::Object(old)), Some(Value::Object(new))) => {
                let gone = old.iter().map(|(key, _)| key).filter(|key| new.get(key).is_none());
                new.iter().map(|(key, _)| key).chain(gone).map(|key| Step::Key(key.clone())).collect()
            }
            (Some(Value::Array(old)), Some(Value::Array(new))) if read.is_empty() && old.len() != new.len() => {
                Vec::new()
            }
            (Some(Value::Array(old)), Some(Value::Array(new))) => {
                (0..old.len().max(new.len())).map(Step::Index).collect()
            }
            _ => Vec::new(),
        },
    };
    if steps.is_empty() {
        return places.push(path.clone());
    }
    let rest = read.get(1..).unwrap_or_default();
    for step in steps {
        let child = |value: Option<&Value>| value.and_then(|value| value.child(&step)).cloned();
        let (old, new) = (child(old), child(new));
        path.0.push(step);
        below(rest, (old.as_ref(), new.as_ref()), path, places);
        path.0.pop();
    }
}

/// The first part that has a text in it, or in its key.
fn place_of(value: &Value, text: &str, path: &mut Path) -> Option<Path> {
    let mut within = |step: Step, named: bool, inner: &Value| {
        path.0.push(step);
        let found = if named { Some(path.clone()) } else { place_of(inner, text, path) };
        path.0.pop();
        found
    };
    match value {
        Value::Object(object) => {
            object.iter().find_map(|(key, inner)| within(Step::Key(key.clone()), key.contains(text), inner))
        }
        Value::Array(array) => array.iter().enumerate().find_map(|(at, inner)| within(Step::Index(at), false, inner)),
        Value::String(string) => string.contains(text).then(|| path.clone()),
        Value::Null => None,
        scalar => (scalar.to_json() == text).then(|| path.clone()),
    }
}
