//! Branches as bytes.

use super::{Branch, BranchSlot, Branches, GrowingBranch, MAIN};
use crate::bytes::{Binary, ByteReader, binary_struct};
use crate::history::lineage::tree::VersionTree;
use crate::record::Version;
use crate::value::Text;
use im::OrdMap;

binary_struct!(GrowingBranch { name, base, head, baseline, left });
binary_struct!(Branch { name, head, base, versions, current, kept_by, baseline, doubt });

impl Branches {
    /// As bytes.
    pub fn store(&self, out: &mut Vec<u8>) {
        self.live.encode(out);
        self.kept.encode(out);
        self.keepers.encode(out);
    }

    /// The branches of bytes, which must fit their tree.
    pub fn restore(from: &mut ByteReader<'_>, tree: &VersionTree) -> Option<Self> {
        let (live, kept, keepers) = Binary::decode(from)?;
        let mut branches = Self { live, kept, names: OrdMap::new(), keepers };
        branches.names = branches.named();
        branches.is_sound(tree).then_some(branches)
    }

    fn named(&self) -> OrdMap<Text, BranchSlot> {
        let live = self.live.iter().map(|(owner, live)| (live.name.clone(), BranchSlot::Live(owner)));
        let kept = self.kept.iter().enumerate().map(|(at, kept)| (kept.name.clone(), BranchSlot::Kept(at)));
        live.chain(kept).collect()
    }

    /// Whether what is asked of branches and their tree can be answered.
    fn is_sound(&self, tree: &VersionTree) -> bool {
        let there = |version: Version| version <= tree.newest();
        let lines = |base: Version, head: Version| there(base) && there(head) && tree.depth(base) <= tree.depth(head);
        let is_main = self.live.values().next().is_some_and(|main| main.name == MAIN);
        let live = self.live.values().all(|live| lines(live.base, live.head));
        let kept = self.kept.iter().all(|kept| lines(kept.base, kept.head) && kept.kept_by.is_some_and(there));
        // Whoever keeps more goes on below what was kept before.
        let below = |(from, index): &(u64, usize)| self.kept.get(*index).is_some_and(|kept| kept.base.0 < *from);
        is_main && live && kept && self.keepers.values().flatten().all(below)
    }
}
