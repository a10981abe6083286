//! A lineage against a plain list of parents.

use super::Lineage;
use super::branches::KeptNumber;
use super::tree::BranchId;
use crate::record::Version;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// What happens, by indexes of branches and versions.
#[derive(Debug, Clone)]
enum LineageStep {
    Grow(usize, u64),
    Return(usize, prop::sample::Index),
    Fork(prop::sample::Index),
    /// Holds a clone from here on.
    Hold,
}

fn step() -> impl Strategy<Value = LineageStep> {
    prop_oneof![
        4 => (0usize..4, 1u64..4).prop_map(|(branch, count)| LineageStep::Grow(branch, count)),
        4 => (0usize..4, any::<prop::sample::Index>()).prop_map(|(branch, to)| LineageStep::Return(branch, to)),
        1 => any::<prop::sample::Index>().prop_map(LineageStep::Fork),
        1 => Just(LineageStep::Hold),
    ]
}

/// Parent and maker of each version, and the head of each branch.
#[derive(Debug, Clone)]
struct Plain {
    parents: Vec<(u64, usize)>,
    heads: Vec<u64>,
}

impl Plain {
    fn make(&mut self, branch: usize, parent: u64) {
        self.parents.push((parent, branch));
        self.heads[branch] = self.parents.len() as u64 - 1;
    }

    fn line(&self, head: u64) -> BTreeSet<u64> {
        let before = |at: &u64| (*at > 0).then(|| self.parents[usize::try_from(*at).unwrap()].0);
        std::iter::successors(Some(head), before).collect()
    }

    /// Versions that are not on the line of the branch that made them.
    fn left(&self) -> Vec<u64> {
        let lines: Vec<_> = self.heads.iter().map(|head| self.line(*head)).collect();
        (1..).zip(&self.parents[1..]).filter(|(at, (_, maker))| !lines[*maker].contains(at)).map(|(at, _)| at).collect()
    }

    fn assert_same(&self, lineage: &Lineage) {
        let newest = lineage.tree.newest();
        assert_eq!(newest.0 as usize, self.parents.len() - 1);
        let found = lineage.left_behind(Version(1));
        assert_eq!(found.stretches().iter().cloned().flatten().collect::<Vec<_>>(), self.left());
        let heads: Vec<u64> = lineage.branches.growing().map(|(_, _, head)| head.0).collect();
        assert_eq!(heads, self.heads);
        let on_lines: BTreeSet<u64> =
            lineage.branches.list(&lineage.tree).iter().flat_map(|branch| self.line(branch.head.0)).collect();
        assert!(on_lines.into_iter().eq(0..=newest.0), "each version is on the line of some branch");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]
    #[test]
    fn what_is_left_behind_is_what_a_plain_walk_says(steps in prop::collection::vec(step(), 0..60)) {
        let (mut lineage, mut plain) = (Lineage::default(), Plain { parents: vec![(0, 0)], heads: vec![0] });
        let mut held = Vec::new();
        for step in steps {
            let newest = lineage.tree.newest();
            let owner = |branch: usize| BranchId(u32::try_from(branch % plain.heads.len()).unwrap());
            match step {
                LineageStep::Grow(branch, count) => {
                    let owner = owner(branch);
                    lineage.grow(owner, lineage.branches.head_of(owner), count);
                    for _ in 0..count {
                        plain.make(owner.0 as usize, plain.heads[owner.0 as usize]);
                    }
                }
                LineageStep::Return(branch, to) => {
                    let (owner, to) = (owner(branch), Version(to.index(newest.0 as usize + 1) as u64));
                    lineage.keep(owner, (to, Version(newest.0 + 1)), KeptNumber::Counted);
                    lineage.grow(owner, to, 1);
                    plain.make(owner.0 as usize, to.0);
                }
                LineageStep::Fork(from) => {
                    let from = Version(from.index(newest.0 as usize + 1) as u64);
                    lineage.branches.fork(ecow::eco_format!("fork {}", plain.heads.len()), from, None);
                    plain.heads.push(from.0);
                }
                // Asked in between, so that what is known then is worked out again later.
                LineageStep::Hold => {
                    plain.assert_same(&lineage);
                    held.push((lineage.clone(), plain.clone()));
                }
            }
        }
        held.push((lineage, plain));
        held.iter().for_each(|(lineage, plain)| plain.assert_same(lineage));
    }
}
