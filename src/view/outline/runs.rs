//! Runs of siblings that are shown as one row: `… 98 unchanged`, `… 48 more added`.

use crate::value::Step;

/// Siblings that follow each other and are shown as one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The first of them.
    pub first: Step,
    /// The last of them.
    pub last: Step,
    /// How many.
    pub count: usize,
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

/// The children of one container, as far as folding them needs to know: sorted children that are not unchanged, each
/// with its rank among all children, and steps to the neighbours.
pub struct Runs<'a> {
    /// Child, rank, what happened.
    pub marked: Vec<(Step, usize, What)>,
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
    let mut found = Vec::new();
    let mut next = 0;
    for (at, (_, rank, _)) in children.marked.iter().enumerate() {
        found.extend(children.unchanged(at, rank - next, rule.context));
        next = rank + 1;
    }
    found.extend(children.unchanged(children.marked.len(), children.len - next, rule.context));
    found.extend(children.alike());
    found.sort_by(|left, right| left.first.cmp(&right.first));
    found
}

impl Runs<'_> {
    /// The run of unchanged children before the marked child `at`, or after the last one.
    fn unchanged(&self, at: usize, gap: usize, context: usize) -> Option<Run> {
        let count = gap.checked_sub(context).filter(|count| *count >= LEAST)?;
        let before = at.checked_sub(1).and_then(|at| self.marked.get(at));
        let start = before.map_or(Some(self.ends.0.clone()), |(step, _, _)| (self.after)(step))?;
        let first = (0..context).try_fold(start, |step, _| (self.after)(&step))?;
        let last = self.marked.get(at).map_or(Some(self.ends.1.clone()), |(step, _, _)| (self.before)(step))?;
        Some(Run { first, last, count, what: What::Unchanged })
    }

    /// Runs of marked children that are all new, or all gone, without the first ones.
    fn alike(&self) -> impl Iterator<Item = Run> + '_ {
        let together = |left: &(Step, usize, What), right: &(Step, usize, What)| {
            left.2 == right.2 && left.2 != What::Other && left.1 + 1 == right.1
        };
        self.marked.chunk_by(together).filter_map(|chunk| {
            let hidden = chunk.get(SHOWN..).filter(|hidden| hidden.len() >= LEAST)?;
            let ((first, _, what), (last, _, _)) = (hidden.first()?, hidden.last()?);
            Some(Run { first: first.clone(), last: last.clone(), count: hidden.len(), what: *what })
        })
    }
}
