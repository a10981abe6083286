//! Runs of siblings that are shown as one row: `… 98 unchanged`, `… 48 more added`.

use crate::value::Step;
use crate::view::marks::Trail;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

/// Siblings that follow each other and are shown as one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiblingRun {
    /// The first of them.
    pub first: Step,
    /// The last of them.
    pub last: Step,
    pub count: Count,
    /// What they have in common.
    pub what: SiblingsInCommon,
}

/// How many siblings a run has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// So many.
    Exactly(usize),
    /// More than so many: counting on would have meant to walk over all of them.
    Over(usize),
}

/// What the siblings of a run have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SiblingsInCommon {
    /// Nothing at or below them changed.
    Unchanged,
    /// They are new.
    Added,
    /// They are gone.
    Removed,
    /// Something below them changed: never hidden.
    Other,
}

/// When siblings fold.
#[derive(Debug, Clone, Copy)]
pub struct FoldRule {
    /// Containers with fewer children never fold.
    pub least_children: usize,
    /// Unchanged siblings shown before a fold, so that one sees what the others look like.
    pub context: usize,
}

/// Fewest siblings that one row stands for: fewer stay.
const LEAST: usize = 3;
/// New or gone siblings shown before the others fold.
const SHOWN: usize = 2;

/// Children that are looked at in a container to count its runs, where their places do not tell.
const LOOKED: usize = 10_000;
/// But so many in each run, however many runs there are.
const LEAST_LOOKED: usize = 8;

/// The children of one container, as far as folding them needs to know.
pub struct ChildRuns<'a> {
    /// Children that are not unchanged, in order.
    pub marked: Vec<(Step, SiblingsInCommon)>,
    /// Children in all.
    pub len: usize,
    /// The first and the last child.
    pub ends: (Step, Step),
    /// From child to child.
    pub walk: SiblingWalk<'a>,
}

/// From child to child of one container.
#[derive(Clone, Copy)]
pub struct SiblingWalk<'a> {
    /// The child after one.
    pub after: &'a dyn Fn(&Step) -> Option<Step>,
    /// The child before one.
    pub before: &'a dyn Fn(&Step) -> Option<Step>,
    /// How many children there are from one to another; no more than so many are counted.
    pub count: &'a dyn Fn(&Step, &Step, usize) -> usize,
}

/// The unchanged children between two marked ones.
struct Gap {
    ends: Option<(Step, Step)>,
    count: Count,
}

/// The runs of a container, in order. O(marked children), and at most [`LOOKED`] others, however many there are.
pub fn runs(children: &ChildRuns<'_>, rule: FoldRule) -> Vec<SiblingRun> {
    if children.len < rule.least_children {
        return Vec::new();
    }
    let budget = (LOOKED / (children.marked.len() + 1)).max(LEAST_LOOKED);
    let gaps: Vec<Gap> = (0..=children.marked.len()).map(|at| children.gap(at, budget)).collect();
    let unchanged =
        children.infer_gap(children.count_on(gaps)).into_iter().filter_map(|gap| children.unchanged(gap, rule.context));
    let mut found: Vec<SiblingRun> = unchanged.chain(children.alike()).collect();
    found.sort_by(|left, right| left.first.cmp(&right.first));
    found
}

/// Keeps one child, which is there, out of its run: what comes before it and what comes after it hide on their own.
pub fn keep(runs: &[SiblingRun], child: &Step, walk: &SiblingWalk<'_>) -> Option<Vec<SiblingRun>> {
    let at = runs.partition_point(|run| run.first <= *child).checked_sub(1)?;
    let run = runs.get(at).filter(|run| *child <= run.last)?;
    let mut kept = runs.to_vec();
    kept.splice(at..=at, pieces(run, child, walk));
    Some(kept)
}

fn pieces(run: &SiblingRun, child: &Step, walk: &SiblingWalk<'_>) -> Vec<SiblingRun> {
    let before = (run.first != *child).then(|| (walk.before)(child)).flatten();
    let after = (run.last != *child).then(|| (walk.after)(child)).flatten();
    let counted = |first: &Step, last: &Step| walk.counted(first, last, LOOKED);
    let above = before.as_ref().map_or(Count::Exactly(0), |last| counted(&run.first, last));
    let below = || after.as_ref().map_or(Count::Exactly(0), |first| counted(first, &run.last));
    let (above, below) = match (run.count, above) {
        (Count::Exactly(all), Count::Exactly(above)) => (above.into(), (all - above - 1).into()),
        (Count::Exactly(all), Count::Over(_)) => match below() {
            Count::Exactly(below) => ((all - below - 1).into(), below.into()),
            below @ Count::Over(_) => (above, below),
        },
        (Count::Over(_), _) => (above, below()),
    };
    let piece = |first: Option<Step>, last: Option<Step>, count: Count| {
        first.zip(last).filter(|_| count.least() >= LEAST).map(|(first, last)| SiblingRun {
            first,
            last,
            count,
            ..run.clone()
        })
    };
    let above = piece(Some(run.first.clone()), before, above);
    above.into_iter().chain(piece(after, Some(run.last.clone()), below)).collect()
}

impl SiblingWalk<'_> {
    /// Children from one to another.
    fn counted(&self, first: &Step, last: &Step, budget: usize) -> Count {
        if let (Step::Index(first), Step::Index(last)) = (first, last) {
            return Count::Exactly(last + 1 - first);
        }
        match (self.count)(first, last, budget + 1) {
            more if more > budget => Count::Over(budget),
            all => Count::Exactly(all),
        }
    }
}

impl Count {
    /// At least so many.
    pub fn least(self) -> usize {
        match self {
            Self::Exactly(count) | Self::Over(count) => count,
        }
    }

    fn less(self, by: usize) -> Self {
        match self {
            Self::Exactly(count) => Self::Exactly(count.saturating_sub(by)),
            Self::Over(count) => Self::Over(count.saturating_sub(by)),
        }
    }
}

impl From<usize> for Count {
    fn from(count: usize) -> Self {
        Self::Exactly(count)
    }
}

/// The runs found so far, by container: once for each, whatever place is kept out of them afterwards.
#[derive(Debug, Default)]
pub struct KnownRuns {
    found: RefCell<ByContainer>,
    /// The runs round the place kept out, and which place that is.
    pinned: RefCell<(Trail, ByContainer)>,
}

type ByContainer = HashMap<Trail, Arc<[SiblingRun]>>;

impl KnownRuns {
    /// The runs of a container; `find` is asked once, `keep` once for each `pin`.
    pub fn of(
        &self,
        trail: &[Step],
        pin: &[Step],
        find: impl FnOnce() -> Vec<SiblingRun>,
        keep: impl FnOnce(&[SiblingRun]) -> Option<Vec<SiblingRun>>,
    ) -> Arc<[SiblingRun]> {
        let mut found = self.found.borrow_mut();
        if !found.contains_key(trail) {
            found.insert(trail.to_vec(), find().into());
        }
        let runs = found.get(trail).map(Arc::clone).unwrap_or_default();
        if !pin.starts_with(trail) || runs.is_empty() {
            return runs;
        }
        let (of, known) = &mut *self.pinned.borrow_mut();
        if of != pin {
            (*of, *known) = (pin.to_vec(), HashMap::new());
        }
        let kept = || keep(&runs).map_or_else(|| Arc::clone(&runs), Into::into);
        Arc::clone(known.entry(trail.to_vec()).or_insert_with(kept))
    }
}

impl ChildRuns<'_> {
    /// The unchanged children before the marked child `at`, or after the last one.
    fn gap(&self, at: usize, budget: usize) -> Gap {
        let before = at.checked_sub(1).and_then(|at| self.marked.get(at));
        let next = self.marked.get(at).map(|(step, _)| step);
        let first = before.map_or(Some(self.ends.0.clone()), |(step, _)| (self.walk.after)(step));
        let last = next.map_or(Some(self.ends.1.clone()), |step| (self.walk.before)(step));
        let ends = first.zip(last).filter(|(first, last)| first <= last);
        let count = ends.as_ref().map_or(Count::Exactly(0), |(first, last)| self.walk.counted(first, last, budget));
        Gap { ends, count }
    }

    /// Counts on in the gaps that are longer than their part, with what the others have left of theirs.
    fn count_on(&self, mut gaps: Vec<Gap>) -> Vec<Gap> {
        let looked: usize = gaps.iter().map(|gap| gap.count.least()).sum();
        let mut open: Vec<_> = gaps.iter_mut().filter(|gap| matches!(gap.count, Count::Over(_))).collect();
        let budget = LOOKED.saturating_sub(looked) / open.len().max(1);
        for gap in &mut open {
            if let (Count::Over(least), Some((first, last))) = (gap.count, &gap.ends)
                && least < budget
            {
                gap.count = self.walk.counted(first, last, budget);
            }
        }
        gaps
    }

    /// Of all gaps but one the number is known: so is that of the one.
    fn infer_gap(&self, mut gaps: Vec<Gap>) -> Vec<Gap> {
        let known: usize = gaps.iter().map(|gap| if let Count::Exactly(count) = gap.count { count } else { 0 }).sum();
        let mut open = gaps.iter_mut().filter(|gap| matches!(gap.count, Count::Over(_)));
        if let (Some(one), None) = (open.next(), open.next()) {
            one.count = self.len.saturating_sub(self.marked.len() + known).into();
        }
        gaps
    }

    fn unchanged(&self, gap: Gap, context: usize) -> Option<SiblingRun> {
        let count = Some(gap.count.less(context)).filter(|count| count.least() >= LEAST)?;
        let (first, last) = gap.ends?;
        let first = std::iter::successors(Some(first), |step| (self.walk.after)(step)).nth(context)?;
        Some(SiblingRun { first, last, count, what: SiblingsInCommon::Unchanged })
    }

    /// Whether no child is between the marked child `at` and the one after it.
    fn adjoins(&self, at: usize) -> bool {
        (self.walk.after)(&self.marked[at].0).as_ref() == self.marked.get(at + 1).map(|(step, _)| step)
    }

    /// Runs of marked children that are all new, or all gone, without the first ones.
    fn alike(&self) -> Vec<SiblingRun> {
        let places: Vec<usize> = (0..self.marked.len()).collect();
        let together = |left: &usize, right: &usize| {
            let what = self.marked[*left].1;
            what == self.marked[*right].1 && what != SiblingsInCommon::Other && self.adjoins(*left)
        };
        let hidden =
            places.chunk_by(together).filter_map(|chunk| chunk.get(SHOWN..)).filter(|hidden| hidden.len() >= LEAST);
        hidden.filter_map(|hidden| self.run(*hidden.first()?, *hidden.last()?)).collect()
    }

    fn run(&self, first: usize, last: usize) -> Option<SiblingRun> {
        let ((first_step, what), (last_step, _)) = (self.marked.get(first)?, self.marked.get(last)?);
        let count = Count::Exactly(last - first + 1);
        Some(SiblingRun { first: first_step.clone(), last: last_step.clone(), count, what: *what })
    }
}
