//! Parts of a value followed back through time by comparing, for arrays whose elements have no names.

use crate::diff::{DiffRules, Differ, Pair};
use crate::index::IndexedPath;
use crate::value::{Path, Step, Value};
use std::collections::HashSet;

/// Leaves that are followed, by where they are in the value come to.
#[derive(Debug, Clone, Default)]
pub(super) struct FollowedLeaves {
    root: FollowedNode,
    /// The arrays that answer for them.
    arrays: HashSet<IndexedPath>,
}

#[derive(Debug, Clone, Default)]
struct FollowedNode {
    /// Numbers of leaves that are here.
    leaves: Vec<usize>,
    parts: Vec<(Step, FollowedNode)>,
}

impl FollowedLeaves {
    /// Follows one more. In the order of the value, else O(children) more.
    pub fn add(&mut self, path: &Path, leaf: usize, array: IndexedPath) {
        self.arrays.insert(array);
        let mut node = &mut self.root;
        for step in &path.0 {
            let known = node.parts.iter().rposition(|(known, _)| known == step);
            let at = known.unwrap_or_else(|| {
                node.parts.push((step.clone(), FollowedNode::default()));
                node.parts.len() - 1
            });
            node = &mut node.parts[at].1;
        }
        node.leaves.push(leaf);
    }

    /// The arrays that answer for what is still followed.
    pub fn arrays(&self) -> impl Iterator<Item = &IndexedPath> {
        self.arrays.iter().filter(|_| !self.root.is_empty())
    }

    /// Ends with all that are still followed.
    pub fn all(&mut self, written: &mut dyn FnMut(usize)) {
        std::mem::take(&mut self.root).end(written);
    }

    /// Goes from a value to an older one. What is another there, or is not, is given to `written` and followed no more.
    pub fn go_back(&mut self, (older, newer): (&Value, &Value), keys: &DiffRules, written: &mut dyn FnMut(usize)) {
        self.root.go_back((&mut Path::default(), older, newer), Differ::by(keys), written);
    }
}

impl FollowedNode {
    fn is_empty(&self) -> bool {
        self.leaves.is_empty() && self.parts.is_empty()
    }

    fn end(self, written: &mut dyn FnMut(usize)) {
        self.leaves.into_iter().for_each(&mut *written);
        self.parts.into_iter().for_each(|(_, part)| part.end(written));
    }

    fn go_back(
        &mut self,
        (path, older, newer): (&mut Path, &Value, &Value),
        how: Differ<'_>,
        written: &mut dyn FnMut(usize),
    ) {
        if older.same(newer) {
            return;
        }
        if !self.leaves.is_empty() && how.differ(path, Some(older), Some(newer)) {
            self.leaves.drain(..).for_each(&mut *written);
        }
        if self.parts.is_empty() {
            return;
        }
        let is_one_kind =
            matches!((older, newer), (Value::Array(_), Value::Array(_)) | (Value::Object(_), Value::Object(_)));
        let before = if is_one_kind { steps_before(path, older, newer, how) } else { Vec::new() };
        for (step, mut part) in std::mem::take(&mut self.parts) {
            let old_step = match &step {
                _ if !is_one_kind => None,
                Step::Key(_) => older.child(&step).map(|_| step.clone()),
                Step::Index(at) => before.get(*at).copied().flatten().map(Step::Index),
            };
            let sides = old_step.as_ref().and_then(|old_step| Some((older.child(old_step)?, newer.child(&step)?)));
            let (Some(old_step), Some((old, new))) = (old_step, sides) else {
                part.end(written);
                continue;
            };
            path.0.push(step);
            part.go_back((path, old, new), how, written);
            path.0.pop();
            if !part.is_empty() {
                self.parts.push((old_step, part));
            }
        }
    }
}

/// Where each element of the newer array was in the older one.
fn steps_before(path: &Path, older: &Value, newer: &Value, how: Differ<'_>) -> Vec<Option<usize>> {
    let Value::Array(array) = newer else { return Vec::new() };
    let mut before = vec![None; array.len()];
    let pairs = how.align(&path.0, older, newer).map(|(pairs, _)| pairs).unwrap_or_default();
    for pair in pairs {
        if let Pair::Both(Step::Index(old), Step::Index(new)) | Pair::Moved(Step::Index(old), Step::Index(new)) = pair
            && let Some(place) = before.get_mut(new)
        {
            *place = Some(old);
        }
    }
    before
}
