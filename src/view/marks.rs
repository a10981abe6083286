//! The changes of a diff as a tree, so that a row finds its sign without walking the list of changes.
//!
//! A node is reached by a *trail*: keys, and for arrays the place of an element among the aligned rows of both sides.
//! Both sides of a diff share one trail, so the state tree (the right side) and the diff agree about rows.

use super::Sign;
use super::compared::Compared;
use crate::diff::{Change, ChangeKind, Differ, Matching, Pair};
use crate::value::{Path, Step, Value};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// The same place on both sides: where both are arrays, indexes count aligned rows.
pub type Trail = Vec<Step>;

/// What is at a trail on the left and on the right.
pub type Both<'a> = (Option<&'a Value>, Option<&'a Value>);

/// Children with changes that are not looked through while a frame waits.
const WIDE: usize = 500;

/// All changes of a diff.
#[derive(Debug, Clone, Default)]
pub struct DiffMarks {
    /// The whole value.
    pub root: MarkNode,
    /// The trail of each change and its place in the diff, in the order of the rows.
    pub differences: Vec<(Trail, usize)>,
    /// What was compared.
    pub compared: Arc<Compared>,
}

/// What a diff says of one place.
#[derive(Debug, Clone, Default)]
pub struct MarkNode {
    /// The change here: its place in the diff, and its sign.
    pub own: Option<(usize, Sign)>,
    /// The move that took the value from here: its place in the diff.
    pub away: Option<usize>,
    /// What changed further down; a move only when nothing else did.
    pub below: Option<Sign>,
    /// Children with changes at or below them.
    pub children: BTreeMap<Step, MarkNode>,
    /// How the elements of both sides line up, where both are arrays that differ.
    pub aligned: Option<Arc<AlignedElements>>,
}

/// The elements of two arrays, row by row.
#[derive(Debug)]
pub struct AlignedElements {
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

impl AlignedElements {
    fn of(path: &[Step], left: &Value, right: &Value, how: Differ<'_>) -> Option<Self> {
        let (pairs, matching) = how.align(path, left, right)?;
        let mut rows = (vec![0; left.len()], vec![0; right.len()]);
        for (row, pair) in pairs.iter().enumerate() {
            let (old, new) = sides(pair);
            for (step, rows) in [(old, &mut rows.0), (new, &mut rows.1)] {
                if let Some(place) = step.and_then(index).and_then(|index| rows.get_mut(index)) {
                    *place = row;
                }
            }
        }
        Some(Self { pairs, matching, rows_of_left: rows.0, rows_of_right: rows.1 })
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

impl DiffMarks {
    /// The changes between two values. O(changes), and the elements of arrays that differ. Where comparing was stopped,
    /// there are none.
    pub fn new(compared: Arc<Compared>) -> Arc<Self> {
        Self::unless_stopped(compared, &AtomicBool::new(false))
    }

    /// The same, until `stop` is set: then as if comparing had been stopped.
    pub fn unless_stopped(compared: Arc<Compared>, stop: &AtomicBool) -> Arc<Self> {
        let found = Self::found(&compared, Differ::new(compared.chosen(), stop));
        let unknown = || Compared::uncompared(&compared.left, &compared.right, compared.chosen());
        Arc::new(match found {
            Some(marks) => Self { compared, ..marks },
            None => Self { compared: unknown(), ..Self::default() },
        })
    }

    fn found(compared: &Compared, how: Differ<'_>) -> Option<Self> {
        let mut marks = Self::default();
        let both = (Some(&compared.left), Some(&compared.right));
        for (place, change) in compared.diff.changes.iter().enumerate() {
            if let ChangeKind::Moved { from, .. } = &change.kind {
                marks.root.insert((from, Side::Left), both, &ChangeMark::Away(place), how);
            }
            let mark = ChangeMark::Own(place, Sign::from(&change.kind));
            if let Some(trail) = marks.root.insert((&change.path, side_of(change)), both, &mark, how) {
                marks.differences.push((trail, place));
            }
            if how.is_stopped() {
                return None;
            }
        }
        marks.differences.sort();
        Some(marks)
    }

    /// Places with so many children that something happened to that whoever shows them should not be the first to ask.
    pub fn wide(&self) -> Vec<Trail> {
        let mut wide = Vec::new();
        self.root.find_wide(&mut Trail::new(), &mut wide);
        wide
    }

    /// The node at a trail, if anything changed there.
    pub fn at(&self, trail: &[Step]) -> Option<&MarkNode> {
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

enum ChangeMark {
    Own(usize, Sign),
    Away(usize),
}

impl MarkNode {
    /// Marks the place of a path, and what leads to it; answers its trail.
    fn insert(
        &mut self,
        (path, side): (&Path, Side),
        mut both: Both<'_>,
        mark: &ChangeMark,
        how: Differ<'_>,
    ) -> Option<Trail> {
        let below = if let ChangeMark::Own(_, Sign::Moved) = mark { Sign::Moved } else { Sign::Changed };
        let mut node = self;
        let mut trail = Trail::with_capacity(path.0.len());
        for (depth, step) in path.0.iter().enumerate() {
            node.below = Some(node.below.map_or(below, |was| if was == below { was } else { Sign::Changed }));
            node.align(&path.0[..depth], both, how);
            let step = match (&node.aligned, index(step)) {
                (Some(aligned), Some(index)) => Step::Index(aligned.row(side, index)?),
                _ => step.clone(),
            };
            both = child(Some(node), both, &step);
            trail.push(step.clone());
            node = node.children.entry(step).or_default();
        }
        match mark {
            ChangeMark::Own(place, sign) => node.own = Some((*place, *sign)),
            ChangeMark::Away(place) => node.away = Some(*place),
        }
        Some(trail)
    }

    /// `path` leads here, on the right or the left: for choices these are the same place.
    fn align(&mut self, path: &[Step], both: Both<'_>, how: Differ<'_>) {
        if let (None, (Some(left @ Value::Array(_)), Some(right @ Value::Array(_)))) = (&self.aligned, both) {
            self.aligned = AlignedElements::of(path, left, right, how).map(Arc::new);
        }
    }

    /// Depth is bounded by that of a value.
    fn find_wide(&self, trail: &mut Trail, wide: &mut Vec<Trail>) {
        if self.children.len() >= WIDE {
            wide.push(trail.clone());
        }
        for (step, child) in &self.children {
            trail.push(step.clone());
            child.find_wide(trail, wide);
            trail.pop();
        }
    }

    /// How the elements here were matched, where they had to be.
    pub fn matching(&self) -> Option<&Matching> {
        self.aligned.as_ref()?.matching.as_ref()
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
pub fn child<'a>(node: Option<&MarkNode>, both: Both<'a>, step: &Step) -> Both<'a> {
    let (left, right) = match (node.and_then(|node| node.aligned.as_deref()), index(step)) {
        (Some(aligned), Some(row)) => (aligned.element(Side::Left, row), aligned.element(Side::Right, row)),
        _ => (Some(step), Some(step)),
    };
    let below =
        |value: Option<&'a Value>, step: Option<&Step>| value.zip(step).and_then(|(value, step)| value.child(step));
    (below(both.0, left), below(both.1, right))
}
