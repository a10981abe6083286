//! Runs of siblings that are shown as one row: `… 98 unchanged`, `… 48 more added`.

use crate::value::Step;

/// Siblings that follow each other and are shown as one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The first of them.
    pub first: Step,
    /// The last of them.
    pub last: Step,
    /// How many; `None` when they were not counted.
    pub count: Option<usize>,
    /// What they have in common.
    pub what: What,
}

/// What the siblings of a run have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
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

/// Among more children than this the rows of a run are not counted: counting walks over all of them.
pub const COUNTED: usize = 200_000;

/// The children of one container, as far as folding them needs to know.
pub struct Runs<'a> {
    /// Children that are not unchanged, in order.
    pub marked: Vec<(Step, What)>,
    /// How many children come before each of these; `None` where there are too many to count.
    pub ranks: Option<Vec<usize>>,
    /// Children in all.
    pub len: usize,
    /// The first and the last child.
    pub ends: (Step, Step),
    /// The child after one.
    pub after: &'a dyn Fn(&Step) -> Option<Step>,
    /// The child before one.
    pub before: &'a dyn Fn(&Step) -> Option<Step>,
}

/// Keeps one child out of every run.
pub fn keep(marked: &mut Vec<(Step, What)>, child: &Step) {
    match marked.binary_search_by(|(step, _)| step.cmp(child)) {
        Ok(at) => marked[at].1 = What::Other,
        Err(at) => marked.insert(at, (child.clone(), What::Other)),
    }
}

/// The runs of a container, in order.
pub fn runs(children: &Runs<'_>, rule: FoldRule) -> Vec<Run> {
    if children.len < rule.least_children {
        return Vec::new();
    }
    let unchanged = (0..=children.marked.len()).filter_map(|at| children.unchanged(at, rule.context));
    let mut found: Vec<Run> = unchanged.chain(children.alike()).collect();
    found.sort_by(|left, right| left.first.cmp(&right.first));
    found
}

impl Runs<'_> {
    /// The run of unchanged children before the marked child `at`, or after the last one.
    fn unchanged(&self, at: usize, context: usize) -> Option<Run> {
        let before = at.checked_sub(1).and_then(|at| self.marked.get(at));
        let start = before.map_or(Some(self.ends.0.clone()), |(step, _)| (self.after)(step))?;
        let next = self.marked.get(at).map(|(step, _)| step);
        let mut gap =
            std::iter::successors(Some(start), |step| (self.after)(step)).take_while(|step| Some(step) != next);
        let first = gap.nth(context)?;
        if gap.take(LEAST - 1).count() < LEAST - 1 {
            return None;
        }
        let last = next.map_or(Some(self.ends.1.clone()), |step| (self.before)(step))?;
        Some(Run { first, last, count: self.gap(at).map(|gap| gap.saturating_sub(context)), what: What::Unchanged })
    }

    /// Unchanged children before the marked child `at`, or after the last one.
    fn gap(&self, at: usize) -> Option<usize> {
        let ranks = self.ranks.as_ref()?;
        let start = at.checked_sub(1).and_then(|at| ranks.get(at)).map_or(0, |rank| rank + 1);
        ranks.get(at).unwrap_or(&self.len).checked_sub(start)
    }

    /// Whether no child is between the marked child `at` and the one after it.
    fn adjoins(&self, at: usize) -> bool {
        match &self.ranks {
            Some(_) => self.gap(at + 1) == Some(0),
            None => (self.after)(&self.marked[at].0).as_ref() == self.marked.get(at + 1).map(|(step, _)| step),
        }
    }

    /// Runs of marked children that are all new, or all gone, without the first ones.
    fn alike(&self) -> Vec<Run> {
        let places: Vec<usize> = (0..self.marked.len()).collect();
        let together = |left: &usize, right: &usize| {
            let what = self.marked[*left].1;
            what == self.marked[*right].1 && what != What::Other && self.adjoins(*left)
        };
        let hidden =
            places.chunk_by(together).filter_map(|chunk| chunk.get(SHOWN..)).filter(|hidden| hidden.len() >= LEAST);
        hidden.filter_map(|hidden| self.run(*hidden.first()?, *hidden.last()?)).collect()
    }

    fn run(&self, first: usize, last: usize) -> Option<Run> {
        let ((first_step, what), (last_step, _)) = (self.marked.get(first)?, self.marked.get(last)?);
        let count = Some(last - first + 1);
        Some(Run { first: first_step.clone(), last: last_step.clone(), count, what: *what })
    }
}
