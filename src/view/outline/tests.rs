//! Work is counted, never timed: what a key press costs does not depend on how many children there are.

use super::{
    ChildRuns, Count, ElementName, FoldRule, Folds, Forest, Outline, SiblingRun, SiblingWalk, SiblingsInCommon,
    TreeMove, keep, runs,
};
use crate::value::Step;
use std::cell::Cell;
use std::sync::Arc;

/// A root with so many children, elements or keys, each with one child; every question is counted.
struct Wide {
    children: usize,
    keys: bool,
    asked: Cell<usize>,
}

impl Wide {
    fn step(&self, at: usize) -> Step {
        if self.keys { Step::Key(format!("k{at:07}").into()) } else { Step::Index(at) }
    }

    fn place(&self, step: &Step) -> usize {
        match step {
            Step::Index(at) => *at,
            Step::Key(key) => key[1..].parse().unwrap_or(0),
        }
    }

    fn len(&self, trail: &[Step]) -> usize {
        self.asked.set(self.asked.get() + 1);
        match trail.len() {
            0 => self.children,
            1 => 1,
            _ => 0,
        }
    }

    fn next(&self, len: usize, step: &Step) -> Option<Step> {
        self.asked.set(self.asked.get() + 1);
        Some(self.place(step) + 1).filter(|at| *at < len).map(|at| self.step(at))
    }

    fn previous(&self, step: &Step) -> Option<Step> {
        self.asked.set(self.asked.get() + 1);
        self.place(step).checked_sub(1).map(|at| self.step(at))
    }

    fn counted(&self, first: &Step, last: &Step, most: usize) -> usize {
        let counted = (self.place(last) + 1 - self.place(first)).min(most);
        self.asked.set(self.asked.get() + counted);
        counted
    }

    fn walked<T>(&self, with: impl FnOnce(SiblingWalk<'_>) -> T) -> T {
        with(SiblingWalk {
            after: &|step| self.next(self.children, step),
            before: &|step| self.previous(step),
            count: &|first, last, most| self.counted(first, last, most),
        })
    }
}

impl Forest for Wide {
    fn name(&self, _: &[Step]) -> Option<ElementName> {
        None
    }

    fn has_children(&self, trail: &[Step]) -> bool {
        self.len(trail) > 0
    }

    fn exists(&self, trail: &[Step]) -> bool {
        trail.last().is_none_or(|step| self.place(step) < self.len(&trail[..trail.len() - 1]))
    }

    fn ends(&self, trail: &[Step]) -> Option<(Step, Step)> {
        self.len(trail).checked_sub(1).map(|last| (self.step(0), self.step(last)))
    }

    fn after(&self, trail: &[Step], step: &Step) -> Option<Step> {
        self.next(self.len(trail), step)
    }

    fn before(&self, _: &[Step], step: &Step) -> Option<Step> {
        self.previous(step)
    }

    fn opens_itself(&self, _: &[Step]) -> bool {
        false
    }

    fn runs(&self, _: &[Step]) -> Arc<[SiblingRun]> {
        Arc::default()
    }
}

/// What each key costs, a frame with it.
fn costs(children: usize, keys: bool) -> Vec<usize> {
    use TreeMove as M;
    let forest = Wide { children, keys, asked: Cell::default() };
    let mut outline = Outline::default();
    outline.resize(30);
    let all = [
        M::Down(1),
        M::PageDown,
        M::Last,
        M::PageUp,
        M::Up(1),
        M::In,
        M::OpenBelow,
        M::NextSibling,
        M::PreviousSibling,
        M::HalfUp,
        M::CloseBelow,
        M::First,
        M::OpenAll,
        M::Last,
        M::ScrollUp(3),
        M::CloseAll,
        M::Level(2),
        M::Last,
        M::Unchanged,
        M::Close,
        M::Open,
        M::Centre,
        M::ToTop,
        M::Line(3),
        M::First,
        M::Toggle,
        M::Toggle,
    ];
    let cost = |step: M| {
        forest.asked.set(0);
        outline.act(&forest, step);
        let (rows, _) = outline.window(&forest, 30);
        assert!(rows.len() <= 30);
        forest.asked.get()
    };
    all.into_iter().map(cost).collect()
}

#[test]
fn a_key_costs_the_same_among_a_thousand_and_a_million_children() {
    for keys in [false, true] {
        let (few, many) = (costs(1_000, keys), costs(1_000_000, keys));
        assert_eq!(few, many);
        assert!(many.iter().all(|asked| *asked < 30 * 30), "{many:?}");
    }
}

/// The runs of a wide container, and what finding them cost.
fn found(children: usize, keys: bool, marked: &[usize]) -> (Vec<SiblingRun>, usize) {
    let forest = Wide { children, keys, asked: Cell::default() };
    let marked = marked.iter().map(|at| (forest.step(*at), SiblingsInCommon::Other)).collect();
    let ends = (forest.step(0), forest.step(children - 1));
    let rule = FoldRule { least_children: 0, context: 0 };
    let found = forest.walked(|walk| runs(&ChildRuns { marked, len: children, ends, walk }, rule));
    (found, forest.asked.get())
}

fn counts(runs: &[SiblingRun]) -> Vec<Count> {
    runs.iter().map(|run| run.count).collect()
}

#[test]
fn runs_are_counted_without_walking_over_all_of_them() {
    use Count::{Exactly, Over};
    for (children, keys, marked, expected) in [
        (100, true, &[7][..], &[Exactly(7), Exactly(92)][..]),
        (1_000_000, false, &[7, 500_000], &[Exactly(7), Exactly(499_992), Exactly(499_999)]),
        (1_000_000, true, &[7], &[Exactly(7), Exactly(999_992)]),
        (1_000_000, true, &[999_000], &[Exactly(999_000), Exactly(999)]),
        (1_000_000, true, &[7, 500_000], &[Exactly(7), Over(3_333), Over(3_333)]),
    ] {
        let (runs, asked) = found(children, keys, marked);
        assert_eq!(counts(&runs), expected, "{children} {keys} {marked:?}");
        assert!(asked < 11_000, "{asked} of {children}");
    }
    // What short gaps leave of their parts is spent on the long ones.
    let many: Vec<usize> = (0..250).map(|n| 11_000 + n * 3).collect();
    let (runs, asked) = found(12_046, true, &many);
    assert_eq!(counts(&runs), [Exactly(11_000), Exactly(298)]);
    assert!(asked < 11_000, "{asked}");
}

#[test]
fn a_place_kept_out_of_a_run_leaves_two_that_add_up() {
    use Count::{Exactly, Over};
    for (children, keys, place, expected) in [
        (1_000_000, false, 500, &[Exactly(500), Exactly(999_498)][..]),
        (1_000_000, true, 500, &[Exactly(500), Exactly(999_498)]),
        (1_000_000, true, 999_997, &[Exactly(999_997)]),
        (1_000_000, true, 500_000, &[Over(10_000), Over(10_000)]),
        (1_000_000, true, 0, &[Exactly(999_998)]),
        (100, true, 2, &[Exactly(96)]),
    ] {
        let forest = Wide { children, keys, asked: Cell::default() };
        // The last child changed: the others are one run.
        let (runs, _) = found(children, keys, &[children - 1]);
        let kept = forest.walked(|walk| keep(&runs, &forest.step(place), &walk)).unwrap_or_default();
        assert_eq!(counts(&kept), expected, "{children} {keys} {place}");
        assert!(forest.asked.get() < 21_000, "{}", forest.asked.get());
        assert!(forest.walked(|walk| keep(&runs, &forest.step(children - 1), &walk)).is_none(), "not in a run");
    }
}

#[test]
fn what_was_said_of_folds_costs_nothing_per_child() {
    let mut folds = Folds::default();
    folds.set_below(&[], super::Levels::All, &|_| None);
    folds.set(&[Step::Index(999_999)], false, &|_| None);
    assert_eq!(folds.asked(&[Step::Index(999_999)], &|_| None), Some(false));
    assert_eq!(folds.asked(&[Step::Index(5)], &|_| None), Some(true));
}
