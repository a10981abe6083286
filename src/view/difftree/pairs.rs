//! Two values as one forest: children of both sides, in the order of the rows.

use crate::diff::{DiffRules, Matching};
use crate::value::{Path, Step, Value};
use crate::view::Sign;
use crate::view::compared::Compared;
use crate::view::elements::RepeatedNames;
use crate::view::marks::{self, Both, DiffMarks, MarkNode, Side, Trail};
use crate::view::outline::{
    ChildRuns, Count, ElementName, FoldRule, Forest, KnownRuns, SiblingRun, SiblingWalk, SiblingsInCommon, keep, runs,
};
use crate::view::search::SearchNode;
use crate::view::steps;
use std::sync::Arc;

/// Everything unchanged folds.
const RULE: FoldRule = FoldRule { least_children: 0, context: 0 };

/// Two values, and how they differ.
#[derive(Debug, Default)]
pub struct Pairs {
    marks: Arc<DiffMarks>,
    /// A place that somebody went to, so that it is not folded away.
    pinned: Trail,
    runs: KnownRuns,
    names: RepeatedNames,
}

/// What is at a trail: both sides, and what the diff says.
pub(super) struct DiffSpot<'a> {
    pub(super) both: Both<'a>,
    pub(super) node: Option<&'a MarkNode>,
}

/// Siblings of a run that a frame looks through at most.
const LOOKED_THROUGH: usize = 500;

fn is_one(both: Both<'_>) -> bool {
    matches!(both, (Some(left), Some(right)) if left.is_one_with(right))
}

impl Pairs {
    /// O(changes), so away from the screen.
    pub fn new(marks: Arc<DiffMarks>) -> Self {
        let pairs = Self { marks, pinned: Trail::new(), runs: KnownRuns::default(), names: RepeatedNames::default() };
        pairs.marks.wide().iter().for_each(|trail| drop(pairs.runs(trail)));
        pairs
    }

    pub(super) fn compared(&self) -> &Compared {
        &self.marks.compared
    }

    pub(super) fn marks(&self) -> &DiffMarks {
        &self.marks
    }

    pub(super) fn sides(&self) -> (&Value, &Value) {
        (&self.compared().left, &self.compared().right)
    }

    pub(super) fn pin(&mut self, trail: Trail) {
        self.pinned = trail;
    }

    pub(super) fn root(&self) -> DiffSpot<'_> {
        let (left, right) = self.sides();
        DiffSpot { both: (Some(left), Some(right)), node: Some(&self.marks.root) }
    }

    pub(super) fn spot(&self, trail: &[Step]) -> DiffSpot<'_> {
        trail.iter().fold(self.root(), |spot, step| spot.below(step))
    }

    /// Whether both sides of a row are one place in memory. O(depth · log n).
    pub(super) fn is_shared(&self, trail: &[Step]) -> bool {
        is_one(self.spot(trail).both)
    }

    /// The same of all siblings of a run; of a long one nothing is claimed.
    pub(super) fn is_run_shared(&self, trail: &[Step], run: &SiblingRun) -> bool {
        let Some((_, parent)) = trail.split_last() else { return false };
        let count = match run.count {
            Count::Exactly(count) if run.what == SiblingsInCommon::Unchanged && count <= LOOKED_THROUGH => count,
            Count::Exactly(_) | Count::Over(_) => return false,
        };
        let spot = self.spot(parent);
        let steps = std::iter::successors(Some(run.first.clone()), |step| spot.after(step)).take(count);
        steps.into_iter().all(|step| is_one(marks::child(spot.node, spot.both, &step)))
    }

    /// The path of a trail: on the right, or on the left for what is gone.
    pub(super) fn path(&self, trail: &[Step]) -> Path {
        self.place(trail).0
    }

    /// The same, with its side.
    pub(super) fn place(&self, trail: &[Step]) -> (Path, Side) {
        let on = |side| Some((self.marks.path(trail, side)?, side));
        let right = on(Side::Right).filter(|(path, _)| self.compared().right.at(path).is_some());
        right.or_else(|| on(Side::Left)).unwrap_or((Path::default(), Side::Right))
    }

    /// How the elements of an array are matched: as they were, else as somebody chose.
    pub(super) fn matching(&self, trail: &[Step]) -> Option<Matching> {
        let found = self.marks.at(trail).and_then(MarkNode::matching);
        found.cloned().or_else(|| self.compared().chosen_at(&self.path(trail).0))
    }

    /// What names the element of a row: the one on the right, or on the left where it is gone.
    pub(super) fn name_by(&self, names: &RepeatedNames, keys: &DiffRules, trail: &[Step]) -> Option<ElementName> {
        let (Step::Index(_), parent) = trail.split_last()? else { return None };
        let ((old, new), (was, is)) = (self.spot(parent).both, self.spot(trail).both);
        let side = |array: Option<&Value>, element: Option<&Value>| {
            names.of((&self.path(parent).0, array?.as_array()?), element?, keys)
        };
        if is.is_some() { side(new, is) } else { side(old, was) }
    }

    fn find_runs(&self, trail: &[Step]) -> Vec<SiblingRun> {
        let spot = self.spot(trail);
        let marked = spot.marked();
        let Some(ends) = spot.ends().filter(|_| !marked.is_empty()) else { return Vec::new() };
        let len = spot.len(&marked);
        spot.walked(|walk| runs(&ChildRuns { marked, len, ends, walk }, RULE))
    }

    /// The runs without the place that somebody went to, where that is in one of them.
    fn around_pin(&self, trail: &[Step], runs: &[SiblingRun]) -> Option<Vec<SiblingRun>> {
        let pin = self.pinned.strip_prefix(trail)?.first()?;
        let spot = self.spot(trail);
        spot.child(pin).and_then(|_| spot.walked(|walk| keep(runs, pin, &walk)))
    }
}

/// The children of a row.
enum PairChildren<'a> {
    /// Nothing, or sides that cannot be compared child by child.
    None,
    /// Of one side, or of two arrays that are equal.
    One(&'a Value),
    /// Keys of two objects.
    Keys(&'a Value, &'a Value),
    /// So many rows of two arrays.
    Rows(usize),
}

impl DiffSpot<'_> {
    /// What is one step further on both sides.
    fn below(&self, step: &Step) -> Self {
        let node = self.node.and_then(|node| node.children.get(step));
        DiffSpot { both: marks::child(self.node, self.both, step), node }
    }
}

impl SearchNode for DiffSpot<'_> {
    fn ends(&self) -> Option<(Step, Step)> {
        DiffSpot::ends(self)
    }

    fn after(&self, step: &Step) -> Option<Step> {
        DiffSpot::after(self, step)
    }

    fn before(&self, step: &Step) -> Option<Step> {
        DiffSpot::before(self, step)
    }

    fn child(&self, step: &Step) -> Option<Self> {
        Some(self.below(step)).filter(|below| !matches!(below.both, (None, None)))
    }

    fn values(&self) -> [Option<&Value>; 2] {
        [self.both.0, self.both.1]
    }
}

impl DiffSpot<'_> {
    fn children(&self) -> PairChildren<'_> {
        match (self.both, self.node.and_then(|node| node.aligned.as_ref())) {
            ((Some(Value::Array(_)), Some(Value::Array(_))), Some(aligned)) => PairChildren::Rows(aligned.pairs.len()),
            ((Some(Value::Array(_)), Some(right @ Value::Array(_))), None) => PairChildren::One(right),
            ((Some(left @ Value::Object(_)), Some(right @ Value::Object(_))), _) => PairChildren::Keys(left, right),
            ((Some(value), None) | (None, Some(value)), _) => PairChildren::One(value),
            _ => PairChildren::None,
        }
    }

    fn ends(&self) -> Option<(Step, Step)> {
        match self.children() {
            PairChildren::None => None,
            PairChildren::One(value) => steps::first(value).zip(steps::last(value)),
            PairChildren::Keys(left, right) => {
                let first = nearest([steps::first(left), steps::first(right)], Step::min)?;
                Some((first, nearest([steps::last(left), steps::last(right)], Step::max)?))
            }
            PairChildren::Rows(len) => len.checked_sub(1).map(|last| (Step::Index(0), Step::Index(last))),
        }
    }

    fn after(&self, step: &Step) -> Option<Step> {
        match (self.children(), step) {
            (PairChildren::One(value), _) => steps::after(value, step),
            (PairChildren::Keys(left, right), _) => {
                nearest([steps::after(left, step), steps::after(right, step)], Step::min)
            }
            (PairChildren::Rows(len), Step::Index(row)) => (row + 1 < len).then_some(Step::Index(row + 1)),
            _ => None,
        }
    }

    fn before(&self, step: &Step) -> Option<Step> {
        match (self.children(), step) {
            (PairChildren::One(value), _) => steps::before(value, step),
            (PairChildren::Keys(left, right), _) => {
                nearest([steps::before(left, step), steps::before(right, step)], Step::max)
            }
            (PairChildren::Rows(_), Step::Index(row)) => row.checked_sub(1).map(Step::Index),
            _ => None,
        }
    }

    /// From child to child.
    fn walked<T>(&self, with: impl FnOnce(SiblingWalk<'_>) -> T) -> T {
        let (after, before) = (|step: &Step| self.after(step), |step: &Step| self.before(step));
        with(SiblingWalk { after: &after, before: &before, count: &|first, last, most| self.count(first, last, most) })
    }

    /// Children of a run: all of them are on both sides, or all on the one that its first is on.
    fn count(&self, first: &Step, last: &Step, most: usize) -> usize {
        let one = match self.children() {
            PairChildren::One(value) => value,
            PairChildren::Keys(left, right) => {
                if right.child(first).is_some() {
                    right
                } else {
                    left
                }
            }
            PairChildren::None | PairChildren::Rows(_) => return 0,
        };
        steps::count(one, first, last, most)
    }

    /// Children that something happened to, in order; nothing when nothing did.
    fn marked(&self) -> Vec<(Step, SiblingsInCommon)> {
        let children = self.node.into_iter().flat_map(|node| &node.children);
        children.map(|(step, child)| (step.clone(), what(child))).collect()
    }

    fn len(&self, marked: &[(Step, SiblingsInCommon)]) -> usize {
        match self.children() {
            PairChildren::None => 0,
            PairChildren::One(value) => value.len(),
            PairChildren::Keys(_, right) => {
                right.len() + marked.iter().filter(|(step, _)| right.child(step).is_none()).count()
            }
            PairChildren::Rows(len) => len,
        }
    }
}

fn nearest(steps: [Option<Step>; 2], choose: fn(Step, Step) -> Step) -> Option<Step> {
    steps.into_iter().flatten().reduce(choose)
}

fn what(node: &MarkNode) -> SiblingsInCommon {
    match node.one_sided() {
        Some(Sign::Added) => SiblingsInCommon::Added,
        Some(Sign::Removed) => SiblingsInCommon::Removed,
        _ => SiblingsInCommon::Other,
    }
}

impl Forest for Pairs {
    fn has_children(&self, trail: &[Step]) -> bool {
        self.spot(trail).ends().is_some()
    }

    fn exists(&self, trail: &[Step]) -> bool {
        !matches!(self.spot(trail).both, (None, None))
    }

    fn ends(&self, trail: &[Step]) -> Option<(Step, Step)> {
        self.spot(trail).ends()
    }

    fn after(&self, trail: &[Step], step: &Step) -> Option<Step> {
        self.spot(trail).after(step)
    }

    fn before(&self, trail: &[Step], step: &Step) -> Option<Step> {
        self.spot(trail).before(step)
    }

    fn opens_itself(&self, trail: &[Step]) -> bool {
        self.marks.at(trail).is_some_and(|node| node.below.is_some())
    }

    fn runs(&self, trail: &[Step]) -> Arc<[SiblingRun]> {
        self.runs.of(trail, &self.pinned, || self.find_runs(trail), |runs| self.around_pin(trail, runs))
    }
    fn name(&self, trail: &[Step]) -> Option<ElementName> {
        self.name_by(&self.names, self.compared().chosen(), trail)
    }
}
