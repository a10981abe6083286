//! What somebody opened and closed, by trail: remembered whatever the tree becomes. Elements of arrays are remembered by
//! what names them, where something does, and so keep it wherever they stand.

use crate::value::{Step, Text};
use std::collections::HashMap;

/// What names an element of an array: the field of the array, and what is there, as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ElementName {
    pub field: Text,
    /// What is there.
    pub name: Text,
}

/// A step that leads to the same part of every value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum LastingStep {
    /// A key, or the index of an element that nothing names.
    Step(Step),
    /// An element by what names it.
    Named(ElementName),
}

/// What names the element that a trail leads to.
pub type NameOf<'a> = &'a dyn Fn(&[Step]) -> Option<ElementName>;

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
    named: HashMap<ElementName, Said>,
}

/// What was said of a trail: `open`, `closed`, `unfolded`, `below all`, `below 2`.
pub type KeptFold = (Vec<LastingStep>, String);

/// Most that is kept of one tree.
const MOST_KEPT: usize = 1_000;

impl Folds {
    /// What was said, for a later run; no more than a thousand places, those further up first.
    pub fn kept(&self) -> Vec<KeptFold> {
        let mut kept = Vec::new();
        let mut level = vec![(Vec::new(), &self.root)];
        while !level.is_empty() && kept.len() < MOST_KEPT {
            let mut below = Vec::new();
            for (trail, said) in level {
                kept.extend(said.words().map(|word| (trail.clone(), word)));
                below.extend(said.below().map(|(step, said)| {
                    let trail: Vec<_> = trail.iter().cloned().chain([step]).collect();
                    (trail, said)
                }));
            }
            below.sort_by(|(left, _), (right, _)| left.cmp(right));
            level = below;
        }
        kept.truncate(MOST_KEPT);
        kept
    }

    /// What an earlier run [kept](Self::kept); words that are not known are passed over.
    pub fn of(kept: &[KeptFold]) -> Self {
        let mut folds = Self::default();
        for (trail, word) in kept {
            let said = trail.iter().fold(&mut folds.root, |said, step| match step {
                LastingStep::Step(step) => said.children.entry(step.clone()).or_default(),
                LastingStep::Named(name) => said.named.entry(name.clone()).or_default(),
            });
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
    pub fn asked(&self, trail: &[Step], name: NameOf<'_>) -> Option<bool> {
        let mut said = Some(&self.root);
        let mut rule = None;
        for depth in 0..=trail.len() {
            let Some(here) = said else { break };
            rule = here.below.map(|levels| (depth, levels)).or(rule);
            if depth == trail.len() && here.open.is_some() {
                return here.open;
            }
            said = trail.get(..=depth).and_then(|trail| here.child(trail, name));
        }
        rule.map(|(depth, levels)| match levels {
            Levels::Some(levels) => trail.len() < depth + levels,
            Levels::All => true,
        })
    }

    fn at(&mut self, trail: &[Step], name: NameOf<'_>) -> &mut Said {
        (1..=trail.len()).map(|depth| &trail[..depth]).fold(&mut self.root, |said, trail| match name(trail) {
            Some(name) => said.named.entry(name).or_default(),
            None => said.children.entry(trail[trail.len() - 1].clone()).or_default(),
        })
    }

    /// Opens or closes one node.
    pub fn set(&mut self, trail: &[Step], open: bool, name: NameOf<'_>) {
        self.at(trail, name).open = Some(open);
    }

    /// Opens so many levels from a node on and closes the rest below it; forgets what was said of single ones.
    pub fn set_below(&mut self, trail: &[Step], levels: Levels, name: NameOf<'_>) {
        *self.at(trail, name) = Said { below: Some(levels), ..Said::default() };
    }

    /// Shows the children of a node that hide in runs.
    pub fn unfold(&mut self, trail: &[Step], name: NameOf<'_>) {
        self.at(trail, name).all_children = true;
    }

    /// Whether runs of children are shown child by child.
    pub fn shows_all(&self, trail: &[Step], name: NameOf<'_>) -> bool {
        let said = || (1..=trail.len()).try_fold(&self.root, |said, depth| said.child(&trail[..depth], name));
        self.everything || said().is_some_and(|said| said.all_children)
    }

    /// Remembers by its name what was said of an element by its index, where something names it by now. O(what was said).
    pub fn take_names(&mut self, name: NameOf<'_>) {
        self.root.take_names(&mut Vec::new(), name);
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
    fn child(&self, trail: &[Step], name: NameOf<'_>) -> Option<&Self> {
        let step = trail.last()?;
        let named = if matches!(step, Step::Index(_)) && !self.named.is_empty() { name(trail) } else { None };
        named.map_or_else(|| self.children.get(step), |name| self.named.get(&name))
    }

    fn below(&self) -> impl Iterator<Item = (LastingStep, &Self)> {
        let steps = self.children.iter().map(|(step, said)| (LastingStep::Step(step.clone()), said));
        steps.chain(self.named.iter().map(|(name, said)| (LastingStep::Named(name.clone()), said)))
    }

    /// Depth is bounded by that of a value.
    fn take_names(&mut self, trail: &mut Vec<Step>, name: NameOf<'_>) {
        let mut taken = Vec::new();
        for (step, said) in &mut self.children {
            trail.push(step.clone());
            said.take_names(trail, name);
            if let Some(name) = Some(&*trail).filter(|_| matches!(step, Step::Index(_))).and_then(|trail| name(trail)) {
                taken.push((step.clone(), name));
            }
            trail.pop();
        }
        for (step, name) in taken {
            let said = self.children.remove(&step).unwrap_or_default();
            self.named.entry(name).or_insert(said);
        }
    }

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
    said.children.values_mut().chain(said.named.values_mut()).for_each(fold);
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

    /// Every other index is named.
    fn name(trail: &[Step]) -> Option<ElementName> {
        match trail.last()? {
            Step::Index(index) if index % 4 == 0 => {
                Some(ElementName { field: "id".into(), name: index.to_string().into() })
            }
            _ => None,
        }
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
                    0 => folds.set(&trail, true, &name),
                    1 => folds.set(&trail, false, &name),
                    2 => folds.set_below(&trail, Levels::All, &name),
                    3 => folds.set_below(&trail, Levels::Some(steps.len()), &name),
                    _ => folds.unfold(&trail, &name),
                }
            }
            let again = Folds::of(&folds.kept());
            for trail in asked.iter().map(|steps| trail(steps)) {
                prop_assert_eq!(again.asked(&trail, &name), folds.asked(&trail, &name));
                prop_assert_eq!(again.shows_all(&trail, &name), folds.shows_all(&trail, &name));
            }
            prop_assert_eq!(again.kept(), folds.kept());
        }
    }

    #[test]
    fn few_are_kept_of_many_those_at_the_top_first() {
        let mut folds = Folds::of(&[(Vec::new(), "sideways".to_owned())]);
        (0..3_000).for_each(|at| folds.set(&[Step::Index(at), Step::Index(0)], true, &|_| None));
        folds.set(&[Step::Index(9)], false, &|_| None);
        let kept = folds.kept();
        assert_eq!(
            (kept.len(), &kept[0]),
            (MOST_KEPT, &(vec![LastingStep::Step(Step::Index(9))], "closed".to_owned()))
        );
    }
}
