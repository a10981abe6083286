//! One thing for each branch that grows, in the order they were forked.
//!
//! Must not name: `record`, values.

use super::tree::BranchId;
use crate::bytes::{Binary, ByteReader};
use im::OrdMap;
use std::ops::{Index, IndexMut};

/// One `T` for each branch that grows. `clone` is that of one `T`, what `main` has is found in O(1), everything else in
/// O(log branches), whoever holds a clone.
#[derive(Debug, Clone)]
pub(in crate::history) struct ByOwner<T> {
    /// What the first branch has, `main`, where nearly all versions are made.
    main: Option<T>,
    others: OrdMap<BranchId, T>,
}

impl<T: Clone> ByOwner<T> {
    /// Adds what the next branch has; answers which that is.
    pub fn push(&mut self, of_next: T) -> BranchId {
        let next = BranchId(u32::try_from(self.len()).unwrap_or(u32::MAX));
        match self.main {
            None => self.main = Some(of_next),
            Some(_) => _ = self.others.insert(next, of_next),
        }
        next
    }
}

impl<T> ByOwner<T> {
    fn len(&self) -> usize {
        usize::from(self.main.is_some()) + self.others.len()
    }

    /// All, in order.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.main.iter().chain(self.others.values())
    }

    /// All with whose they are, in order.
    pub fn iter(&self) -> impl Iterator<Item = (BranchId, &T)> {
        (0..).map(BranchId).zip(self.values())
    }
}

/// Of a branch that there is.
impl<T> Index<BranchId> for ByOwner<T> {
    type Output = T;

    fn index(&self, owner: BranchId) -> &T {
        match &self.main {
            Some(main) if owner == BranchId::default() => main,
            _ => &self.others[&owner],
        }
    }
}

impl<T: Clone> IndexMut<BranchId> for ByOwner<T> {
    fn index_mut(&mut self, owner: BranchId) -> &mut T {
        match &mut self.main {
            Some(main) if owner == BranchId::default() => main,
            _ => &mut self.others[&owner],
        }
    }
}

impl<T: Clone> FromIterator<T> for ByOwner<T> {
    fn from_iter<I: IntoIterator<Item = T>>(all: I) -> Self {
        let mut all = all.into_iter();
        Self { main: all.next(), others: (1..).map(BranchId).zip(all).collect() }
    }
}

impl<T: Binary + Clone> Binary for ByOwner<T> {
    fn encode(&self, out: &mut Vec<u8>) {
        self.len().encode(out);
        self.values().for_each(|one| one.encode(out));
    }

    fn decode(from: &mut ByteReader<'_>) -> Option<Self> {
        Vec::decode(from).map(Vec::into_iter).map(Iterator::collect)
    }
}
