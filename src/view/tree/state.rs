//! The value of the state tree as a forest: its children, and which of them fold.

use crate::diff::{DiffRules, Matching};
use crate::value::{Path, Step, Value};
use crate::view::Sign;
use crate::view::elements::RepeatedNames;
use crate::view::marks::{DiffMarks, MarkNode, Side, Trail};
use crate::view::outline::{
    ChildRuns, ElementName, FoldRule, Forest, KnownRuns, SiblingRun, SiblingWalk, SiblingsInCommon, keep, runs,
};
use crate::view::steps;
use std::sync::Arc;

/// Changes up to here open the way to each of them, more where the screen has room for them; beyond, only the first level
/// opens.
const FEW: usize = 20;

/// A small container is shown whole; in a large one the changes count.
const RULE: FoldRule = FoldRule { least_children: 25, context: 1 };

/// A value, and what changed in it against another. Trails are its own paths.
#[derive(Debug, Default)]
pub struct TreeState {
    marks: Arc<DiffMarks>,
    /// Where the cursor was when the value came, so that it is not folded away.
    pinned: Trail,
    runs: KnownRuns,
    names: RepeatedNames,
    /// Rows on the screen.
    height: usize,
}

impl TreeState {
    /// The right one of two values. O(changes), so away from the screen.
    pub fn new(marks: Arc<DiffMarks>) -> Self {
        let state = Self { marks, ..Self::default() };
        let path = |trail: &Trail| state.marks.path(trail, Side::Right);
        let wide = state.marks.wide().into_iter().filter_map(|trail| path(&trail));
        wide.for_each(|path| drop(state.runs(&path.0)));
        state
    }

    pub(super) fn value(&self) -> &Value {
        &self.marks.compared.right
    }

    pub(super) fn resize(&mut self, height: usize) {
        self.height = height;
    }

    pub(super) fn pin(&mut self, trail: Trail) {
        self.pinned = trail;
    }

    pub(super) fn at(&self, trail: &[Step]) -> Option<&Value> {
        trail.iter().try_fold(self.value(), |value, step| value.child(step))
    }

    /// The same place on the left, where something changed there.
    pub(super) fn older(&self, trail: &[Step]) -> Option<&Value> {
        let path = self.marks.path(&self.marks.trail(trail, Side::Right), Side::Left)?;
        self.marks.compared.left.at(&path)
    }

    /// What names an element, by other choices than the state's own.
    pub(super) fn name_by(&self, keys: &DiffRules, trail: &[Step]) -> Option<ElementName> {
        RepeatedNames::default().at(trail, self.value(), keys)
    }

    pub(super) fn words(&self, path: &Path) -> String {
        self.marks.compared.keys.words(path, self.value())
    }

    pub(super) fn keys(&self) -> &DiffRules {
        self.marks.compared.chosen()
    }

    /// What the diff says of a place.
    pub(super) fn node(&self, trail: &[Step]) -> Option<&MarkNode> {
        self.marks.at(&self.marks.trail(trail, Side::Right))
    }

    /// How the elements of an array are matched: as they were, else as somebody chose.
    pub(super) fn matching(&self, trail: &[Step]) -> Option<Matching> {
        let found = self.node(trail).and_then(MarkNode::matching);
        found.cloned().or_else(|| self.marks.compared.chosen_at(trail))
    }

    /// Where the first changes are, in the order of rows; of what is gone, where it was in.
    pub(super) fn changed(&self, most: usize) -> Vec<Trail> {
        let path = |(trail, _): &(Trail, usize)| {
            let mut trails = (0..=trail.len()).rev().map(|depth| &trail[..depth]);
            trails.find_map(|trail| self.marks.path(trail, Side::Right)).map(|path| path.0)
        };
        self.marks.differences.iter().take(most).filter_map(path).filter(|path| !path.is_empty()).collect()
    }

    /// The sign of a row: its own, or that of what is new as a whole round it.
    pub(super) fn sign(&self, trail: &[Step]) -> Option<Sign> {
        let trail = self.marks.trail(trail, Side::Right);
        let mut node = &self.marks.root;
        for step in &trail {
            match node.children.get(step) {
                Some(child) => node = child,
                None => return node.own.map(|(_, sign)| sign).filter(|sign| matches!(sign, Sign::Added | Sign::Moved)),
            }
        }
        node.sign()
    }

    /// Children that something happened to, in order; nothing when nothing did.
    fn marked(&self, trail: &[Step], value: &Value) -> Vec<(Step, SiblingsInCommon)> {
        let Some(node) = self.node(trail).filter(|node| !node.children.is_empty()) else { return Vec::new() };
        node.children.iter().filter_map(|(step, child)| here(node, step, child, value)).collect()
    }

    fn find_runs(&self, trail: &[Step]) -> Vec<SiblingRun> {
        let Some(value) = self.at(trail).filter(|value| value.len() >= RULE.least_children) else { return Vec::new() };
        let marked = self.marked(trail, value);
        let Some(ends) = steps::first(value).zip(steps::last(value)).filter(|_| !marked.is_empty()) else {
            return Vec::new();
        };
        walked(value, |walk| runs(&ChildRuns { marked, len: value.len(), ends, walk }, RULE))
    }

    /// The runs without the place that somebody went to, where that is in one of them.
    fn around_pin(&self, trail: &[Step], runs: &[SiblingRun]) -> Option<Vec<SiblingRun>> {
        let pin = self.pinned.strip_prefix(trail)?.first()?;
        let value = self.at(trail)?;
        value.child(pin).and_then(|_| walked(value, |walk| keep(runs, pin, &walk)))
    }
}

/// From child to child of a value.
fn walked<T>(value: &Value, with: impl FnOnce(SiblingWalk<'_>) -> T) -> T {
    let (after, before) = (|step: &Step| steps::after(value, step), |step: &Step| steps::before(value, step));
    with(SiblingWalk {
        after: &after,
        before: &before,
        count: &|first, last, most| steps::count(value, first, last, most),
    })
}

/// A marked child by its own step, if it is still there.
fn here(node: &MarkNode, step: &Step, child: &MarkNode, value: &Value) -> Option<(Step, SiblingsInCommon)> {
    let step = match (&node.aligned, step) {
        (Some(aligned), Step::Index(row)) => aligned.element(Side::Right, *row)?,
        _ => step,
    };
    value.child(step)?;
    let what = if child.one_sided() == Some(Sign::Added) { SiblingsInCommon::Added } else { SiblingsInCommon::Other };
    Some((step.clone(), what))
}

impl Forest for TreeState {
    fn has_children(&self, trail: &[Step]) -> bool {
        self.at(trail).is_some_and(|value| !value.is_empty())
    }

    fn exists(&self, trail: &[Step]) -> bool {
        self.at(trail).is_some()
    }

    fn ends(&self, trail: &[Step]) -> Option<(Step, Step)> {
        let value = self.at(trail)?;
        steps::first(value).zip(steps::last(value))
    }

    fn after(&self, trail: &[Step], step: &Step) -> Option<Step> {
        steps::after(self.at(trail)?, step)
    }

    fn before(&self, trail: &[Step], step: &Step) -> Option<Step> {
        steps::before(self.at(trail)?, step)
    }

    fn opens_itself(&self, trail: &[Step]) -> bool {
        let few = trail.len() <= 1 || self.marks.differences.len() <= FEW.max(self.height);
        few && self.node(trail).is_some_and(|node| node.below.is_some())
    }

    fn runs(&self, trail: &[Step]) -> Arc<[SiblingRun]> {
        self.runs.of(trail, &self.pinned, || self.find_runs(trail), |runs| self.around_pin(trail, runs))
    }
    fn name(&self, trail: &[Step]) -> Option<ElementName> {
        self.names.at(trail, self.value(), self.keys())
    }
}
