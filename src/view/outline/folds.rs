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

impl Folds {
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

/// Depth is bounded by that of a value.
fn fold(said: &mut Said) {
    said.all_children = false;
    said.children.values_mut().for_each(fold);
}
