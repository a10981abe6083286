//! What somebody opened and closed, by trail: remembered whatever the tree becomes.

use crate::value::Step;
use std::collections::HashMap;

/// How far down a subtree is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Levels {
    /// This many levels from where it was said.
    Some(usize),
    /// All.
    All,
}

/// What is open, closed, and shown unfolded.
#[derive(Debug, Clone, Default)]
pub struct Folds {
    root: Said,
    everything: bool,
}

/// What was said of a node and of what is below it.
#[derive(Debug, Clone, Default)]
struct Said {
    open: Option<bool>,
    below: Option<Levels>,
    all_children: bool,
    children: HashMap<Step, Said>,
}

/// What was said of a trail: `open`, `closed`, `unfolded`, `below all`, `below 2`.
pub type Kept = (Vec<Step>, String);

/// Most that is kept of one tree.
const MOST_KEPT: usize = 1_000;

impl Folds {
    /// What was said, for a later run; no more than a thousand places, those further up first.
    pub fn kept(&self) -> Vec<Kept> {
        let mut kept = Vec::new();
        let mut level = vec![(Vec::new(), &self.root)];
        while !level.is_empty() && kept.len() < MOST_KEPT {
            let mut below = Vec::new();
            for (trail, said) in level {
                kept.extend(said.words().map(|word| (trail.clone(), word)));
                below.extend(
                    said.children.iter().map(|(step, said)| ([&trail[..], std::slice::from_ref(step)].concat(), said)),
                );
            }
            below.sort_by(|(left, _), (right, _)| left.cmp(right));
            level = below;
        }
        kept.truncate(MOST_KEPT);
        kept
    }

    /// What an earlier run [kept](Self::kept); words that are not known are passed over.
    pub fn of(kept: &[Kept]) -> Self {
        let mut folds = Self::default();
        for (trail, word) in kept {
            let said = folds.at(trail);
            match (word.as_str(), word.strip_prefix("below ")) {
                ("open", _) => said.open = Some(true),
                ("closed", _) => said.open = Some(false),
                ("unfolded", _) => said.all_children = true,
                (_, Some("all")) => said.below = Some(Levels::All),
                (_, Some(levels)) => said.below = levels.parse().ok().map(Levels::Some),
                _ => {}
            }
        }
        folds
    }

    /// Whether somebody opened or closed a node; `None` when nobody did.
    pub fn asked(&self, trail: &[Step]) -> Option<bool> {
        let mut said = Some(&self.root);
        let mut rule = None;
        for depth in 0..=trail.len() {
            let Some(here) = said else { break };
            rule = here.below.map(|levels| (depth, levels)).or(rule);
            if depth == trail.len() && here.open.is_some() {
                return here.open;
            }
            said = trail.get(depth).and_then(|step| here.children.get(step));
        }
        rule.map(|(depth, levels)| match levels {
            Levels::Some(levels) => trail.len() < depth + levels,
            Levels::All => true,
        })
    }

    fn at(&mut self, trail: &[Step]) -> &mut Said {
        trail.iter().fold(&mut self.root, |said, step| said.children.entry(step.clone()).or_default())
    }

    /// Opens or closes one node.
    pub fn set(&mut self, trail: &[Step], open: bool) {
        self.at(trail).open = Some(open);
    }

    /// Opens so many levels from a node on and closes the rest below it; forgets what was said of single ones.
    pub fn set_below(&mut self, trail: &[Step], levels: Levels) {
        *self.at(trail) = Said { below: Some(levels), ..Said::default() };
    }

    /// Shows the children of a node that hide in runs.
    pub fn unfold(&mut self, trail: &[Step]) {
        self.at(trail).all_children = true;
    }

    /// Whether runs of children are shown child by child.
    pub fn shows_all(&self, trail: &[Step]) -> bool {
        let said = || trail.iter().try_fold(&self.root, |said, step| said.children.get(step));
        self.everything || said().is_some_and(|said| said.all_children)
    }

    /// Whether runs are shown child by child everywhere.
    pub fn shows_everything(&self) -> bool {
        self.everything
    }

    /// Shows all runs child by child, or folds them all again.
    pub fn toggle_everything(&mut self) {
        self.everything = !self.everything;
        if !self.everything {
            fold(&mut self.root);
        }
    }
}

impl Said {
    fn words(&self) -> impl Iterator<Item = String> {
        let open = self.open.map(|open| if open { "open" } else { "closed" }.to_owned());
        let below = self.below.map(|levels| match levels {
            Levels::All => "below all".to_owned(),
            Levels::Some(levels) => format!("below {levels}"),
        });
        let unfolded = self.all_children.then(|| "unfolded".to_owned());
        [open, below, unfolded].into_iter().flatten()
    }
}

/// Depth is bounded by that of a value.
fn fold(said: &mut Said) {
    said.all_children = false;
    said.children.values_mut().for_each(fold);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn trail(steps: &[u8]) -> Vec<Step> {
        let step = |step: &u8| match step % 2 {
            0 => Step::Index(usize::from(*step)),
            _ => Step::Key(format!("k{step}").into()),
        };
        steps.iter().map(step).collect()
    }

    proptest! {
        #[test]
        fn what_is_kept_says_the_same(
            said in prop::collection::vec((prop::collection::vec(0u8..4, 0..4), 0u8..5), 0..30),
            asked in prop::collection::vec(prop::collection::vec(0u8..4, 0..5), 1..20),
        ) {
            let mut folds = Folds::default();
            for (steps, what) in &said {
                let trail = trail(steps);
                match what {
                    0 => folds.set(&trail, true),
                    1 => folds.set(&trail, false),
                    2 => folds.set_below(&trail, Levels::All),
                    3 => folds.set_below(&trail, Levels::Some(steps.len())),
                    _ => folds.unfold(&trail),
                }
            }
            let again = Folds::of(&folds.kept());
            for trail in asked.iter().map(|steps| trail(steps)) {
                prop_assert_eq!(again.asked(&trail), folds.asked(&trail));
                prop_assert_eq!(again.shows_all(&trail), folds.shows_all(&trail));
            }
            prop_assert_eq!(again.kept(), folds.kept());
        }
    }

    #[test]
    fn few_are_kept_of_many_those_at_the_top_first() {
        let mut folds = Folds::of(&[(Vec::new(), "sideways".to_owned())]);
        (0..3_000).for_each(|at| folds.set(&[Step::Index(at), Step::Index(0)], true));
        folds.set(&[Step::Index(9)], false);
        let kept = folds.kept();
        assert_eq!((kept.len(), &kept[0]), (MOST_KEPT, &(vec![Step::Index(9)], "closed".to_owned())));
    }
}
