//! One thing for each branch that grows, in the order they were forked.
//!
//! Must not name: `record`, values.

use super::tree::BranchId;
use crate::bytes::{Binary, ByteReader, encode_all};
use im::OrdMap;
use std::ops::{Index, IndexMut};

/// One `T` for each branch that grows. `clone` is O(1), everything else O(log branches), whoever holds a clone.
#[derive(Debug, Clone)]
pub(in crate::history) struct ByOwner<T>(OrdMap<BranchId, T>);

impl<T: Clone> ByOwner<T> {
    /// Adds what the next branch has; answers which that is.
    pub fn push(&mut self, of_next: T) -> BranchId {
        let next = BranchId(u32::try_from(self.0.len()).unwrap_or(u32::MAX));
        self.0.insert(next, of_next);
        next
    }
}

impl<T> ByOwner<T> {
    /// All, in order.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &T> {
        self.0.values()
    }

    /// All with whose they are, in order.
    pub fn iter(&self) -> impl Iterator<Item = (BranchId, &T)> {
        self.0.iter().map(|(owner, of_it)| (*owner, of_it))
    }
}

/// Of a branch that there is.
impl<T> Index<BranchId> for ByOwner<T> {
    type Output = T;

    fn index(&self, owner: BranchId) -> &T {
        &self.0[&owner]
    }
}

impl<T: Clone> IndexMut<BranchId> for ByOwner<T> {
    fn index_mut(&mut self, owner: BranchId) -> &mut T {
        &mut self.0[&owner]
    }
}

impl<T: Clone> FromIterator<T> for ByOwner<T> {
    fn from_iter<I: IntoIterator<Item = T>>(all: I) -> Self {
        Self((0..).map(BranchId).zip(all).collect())
    }
}

impl<T: Binary + Clone> Binary for ByOwner<T> {
    fn encode(&self, out: &mut Vec<u8>) {
        encode_all(self.values(), out);
    }

    fn decode(from: &mut ByteReader<'_>) -> Option<Self> {
        Vec::decode(from).map(Vec::into_iter).map(Iterator::collect)
    }
}
