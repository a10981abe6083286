//! Every path that was ever touched, with a number: a trie by what a step is called.

use super::postings::Postings;
use crate::value::{Text, Value};
use std::collections::HashMap;
use std::hash::{Hash, Hasher};

/// What a step down is called, the same at every version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Name {
    /// Into an object.
    Key(Text),
    /// Into an array, to the element with this value in the field that its elements are matched by.
    Element(Value),
}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Key(key) => key.hash(state),
            // Equal numbers hash alike, whatever their digits.
            Self::Element(value) => state.write_u64(value.hash64()),
        }
    }
}

/// A path in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PathId(u32);

/// The whole value.
pub(super) const ROOT: PathId = PathId(0);

/// The paths, each with the versions that touched it.
#[derive(Debug, Clone)]
pub(super) struct Paths {
    below: HashMap<(PathId, Name), PathId>,
    postings: Vec<Postings>,
}

impl Default for Paths {
    fn default() -> Self {
        Self { below: HashMap::new(), postings: vec![Postings::default()] }
    }
}

impl Paths {
    /// The path one step further; `None` when nothing ever touched it.
    pub fn get(&self, parent: PathId, name: &Name) -> Option<PathId> {
        // A tuple of references is no key of the map: names are cheap to clone.
        self.below.get(&(parent, name.clone())).copied()
    }

    /// The path one step further, put into the table when it is new; `None` when the table is full.
    pub fn get_or_add(&mut self, parent: PathId, name: Name) -> Option<PathId> {
        let next = PathId(u32::try_from(self.postings.len()).ok()?);
        let id = *self.below.entry((parent, name)).or_insert(next);
        if id == next {
            self.postings.push(Postings::default());
        }
        Some(id)
    }

    pub fn postings(&self, id: PathId) -> Option<&Postings> {
        self.postings.get(id.0 as usize)
    }

    pub fn postings_mut(&mut self, id: PathId) -> Option<&mut Postings> {
        self.postings.get_mut(id.0 as usize)
    }
}
