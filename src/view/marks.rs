//! The changes of a diff as a tree, so that a row finds its sign without walking the list of changes.
//!
//! A node is reached by a *trail*: keys, and for arrays the place of an element among the aligned rows of both sides.
//! Both sides of a diff share one trail, so the state tree (the right side) and the diff agree about rows.

use super::Sign;
use crate::diff::{self, Change, ChangeKind, Diff, Matching, Pair};
use crate::value::{Path, Step, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The same place on both sides: where both are arrays, indexes count aligned rows.
pub type Trail = Vec<Step>;

/// What is at a trail on the left and on the right.
pub type Both<'a> = (Option<&'a Value>, Option<&'a Value>);

/// All changes of a diff.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    /// The whole value.
    pub root: Node,
    /// The trail of each change and its place in the diff, in the order of the rows.
    pub differences: Vec<(Trail, usize)>,
}

/// What a diff says of one place.
#[derive(Debug, Clone, Default)]
pub struct Node {
    /// The change here: its place in the diff, and its sign.
    pub own: Option<(usize, Sign)>,
    /// The move that took the value from here: its place in the diff.
    pub away: Option<usize>,
    /// What changed further down; a move only when nothing else did.
    pub below: Option<Sign>,
    /// Children with changes at or below them.
    pub children: BTreeMap<Step, Node>,
    /// How the elements of both sides line up, where both are arrays that differ.
    pub aligned: Option<Arc<Aligned>>,
}

/// The elements of two arrays, row by row.
#[derive(Debug)]
pub struct Aligned {
    /// The rows.
    pub pairs: Vec<Pair>,
    /// How they came about.
    pub matching: Option<Matching>,
    rows_of_left: Vec<usize>,
    rows_of_right: Vec<usize>,
}

/// One of two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// A.
    Left,
    /// B.
    Right,
}

impl Aligned {
    fn of(left: &Value, right: &Value) -> Self {
        let (pairs, matching) = diff::align(left, right);
        let mut rows = (vec![0; left.len()], vec![0; right.len()]);
        for (row, pair) in pairs.iter().enumerate() {
            let (old, new) = sides(pair);
            for (step, rows) in [(old, &mut rows.0), (new, &mut rows.1)] {
                if let Some(place) = step.and_then(index).and_then(|index| rows.get_mut(index)) {
                    *place = row;
                }
            }
        }
        Self { pairs, matching, rows_of_left: rows.0, rows_of_right: rows.1 }
    }

    /// The row of an element.
    pub fn row(&self, side: Side, index: usize) -> Option<usize> {
        match side {
            Side::Left => self.rows_of_left.get(index).copied(),
            Side::Right => self.rows_of_right.get(index).copied(),
        }
    }

    /// The element of a row on one side.
    pub fn element(&self, side: Side, row: usize) -> Option<&Step> {
        let (left, right) = sides(self.pairs.get(row)?);
        if side == Side::Left { left } else { right }
    }
}

fn index(step: &Step) -> Option<usize> {
    if let Step::Index(index) = step { Some(*index) } else { None }
}

/// The steps of a pair on the left and on the right.
fn sides(pair: &Pair) -> (Option<&Step>, Option<&Step>) {
    match pair {
        Pair::Both(left, right) | Pair::Moved(left, right) => (Some(left), Some(right)),
        Pair::Left(left) => (Some(left), None),
        Pair::Right(right) => (None, Some(right)),
    }
}

impl Marks {
    /// The changes between two values. O(changes), and the elements of arrays that differ.
    pub fn new(left: &Value, right: &Value, diff: &Diff) -> Self {
        let mut marks = Self::default();
        let both = (Some(left), Some(right));
        for (place, change) in diff.changes.iter().enumerate() {
            if let ChangeKind::Moved { from, .. } = &change.kind {
                marks.root.insert(from, Side::Left, both, &Mark::Away(place));
            }
            let mark = Mark::Own(place, Sign::from(&change.kind));
            if let Some(trail) = marks.root.insert(&change.path, side_of(change), both, &mark) {
                marks.differences.push((trail, place));
            }
        }
        marks.differences.sort();
        marks
    }

    /// The node at a trail, if anything changed there.
    pub fn at(&self, trail: &[Step]) -> Option<&Node> {
        trail.iter().try_fold(&self.root, |node, step| node.children.get(step))
    }

    /// The trail of a path on one side.
    pub fn trail(&self, path: &[Step], side: Side) -> Trail {
        let mut node = Some(&self.root);
        let step = |step: &Step| {
            let aligned = node.and_then(|node| node.aligned.as_deref());
            let step = aligned
                .zip(index(step))
                .and_then(|(rows, index)| rows.row(side, index))
                .map_or(step.clone(), Step::Index);
            node = node.and_then(|node| node.children.get(&step));
            step
        };
        path.iter().map(step).collect()
    }

    /// The path of a trail on one side; `None` where that side has nothing.
    pub fn path(&self, trail: &[Step], side: Side) -> Option<Path> {
        let mut node = Some(&self.root);
        let step = |step: &Step| {
            let here = match node.and_then(|node| node.aligned.as_deref()).zip(index(step)) {
                Some((aligned, row)) => aligned.element(side, row)?.clone(),
                None => step.clone(),
            };
            node = node.and_then(|node| node.children.get(step));
            Some(here)
        };
        trail.iter().map(step).collect::<Option<Vec<_>>>().map(Path)
    }
}

/// The side that a change's path is on.
pub fn side_of(change: &Change) -> Side {
    if matches!(change.kind, ChangeKind::Removed { .. }) { Side::Left } else { Side::Right }
}

enum Mark {
    Own(usize, Sign),
    Away(usize),
}

impl Node {
    /// Marks the place of a path, and what leads to it; answers its trail.
    fn insert(&mut self, path: &Path, side: Side, mut both: Both<'_>, mark: &Mark) -> Option<Trail> {
        let below = if let Mark::Own(_, Sign::Moved) = mark { Sign::Moved } else { Sign::Changed };
        let mut node = self;
        let mut trail = Trail::with_capacity(path.0.len());
        for step in &path.0 {
            node.below = Some(node.below.map_or(below, |was| if was == below { was } else { Sign::Changed }));
            node.align(both);
            let step = match (&node.aligned, index(step)) {
                (Some(aligned), Some(index)) => Step::Index(aligned.row(side, index)?),
                _ => step.clone(),
            };
            both = child(Some(node), both, &step);
            trail.push(step.clone());
            node = node.children.entry(step).or_default();
        }
        match mark {
            Mark::Own(place, sign) => node.own = Some((*place, *sign)),
            Mark::Away(place) => node.away = Some(*place),
        }
        Some(trail)
    }

    fn align(&mut self, both: Both<'_>) {
        if let (None, (Some(left @ Value::Array(_)), Some(right @ Value::Array(_)))) = (&self.aligned, both) {
            self.aligned = Some(Arc::new(Aligned::of(left, right)));
        }
    }

    /// The sign of a row here.
    pub fn sign(&self) -> Option<Sign> {
        self.own.map(|(_, sign)| sign).or(self.below)
    }

    /// The sign of a row that is new or gone as a whole.
    pub fn one_sided(&self) -> Option<Sign> {
        let (_, sign) = self.own?;
        matches!(sign, Sign::Added | Sign::Removed).then_some(sign)
    }
}

/// What is one step further on both sides; `node` is what the diff says of the place before the step.
pub fn child<'a>(node: Option<&Node>, both: Both<'a>, step: &Step) -> Both<'a> {
    let (left, right) = match (node.and_then(|node| node.aligned.as_deref()), index(step)) {
        (Some(aligned), Some(row)) => (aligned.element(Side::Left, row), aligned.element(Side::Right, row)),
        _ => (Some(step), Some(step)),
    };
    let below =
        |value: Option<&'a Value>, step: Option<&Step>| value.zip(step).and_then(|(value, step)| value.child(step));
    (below(both.0, left), below(both.1, right))
}
