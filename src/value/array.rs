//! Arrays as counted trees: leaves of up to 64 elements, branches of up to 32 children, all leaves equally deep.
//!
//! `im`'s vectors are not used: cutting into their middle is where that family of crates has been wrong, and their
//! leaves do not survive it shared. Here every change copies one leaf and the way down to it, so versions of one array
//! share the rest, and comparing two versions skips shared subtrees by pointer.

mod in_place;
mod splices;

use super::{Value, Weight};
use triomphe::ThinArc;

const LEAF: usize = 64;
const FANOUT: usize = 32;

/// An immutable array. Clone is O(1); get, with, inserted and removed are O(log n).
#[derive(Clone)]
pub struct Array(ArrayNode);

#[derive(Clone)]
enum ArrayNode {
    Leaf(ThinArc<Weight, Value>),
    Branch(ThinArc<NodeSummary, ArrayNode>),
}

#[derive(Clone, Copy, Default)]
struct NodeSummary {
    len: usize,
    weight: Weight,
}

impl ArrayNode {
    fn leaf_of(elements: Vec<Value>) -> Self {
        let bytes = elements.iter().map(Value::size).sum();
        Self::leaf_weighed(elements, bytes)
    }

    /// Of elements that weigh this together.
    fn leaf_drained(elements: std::vec::Drain<'_, Value>, weight: Weight) -> Self {
        Self::Leaf(ThinArc::from_header_and_iter(weight, elements))
    }

    /// Of elements whose [`Weight::bytes`] are known: what a text is long is not counted again. O(elements).
    fn leaf_weighed(elements: Vec<Value>, bytes: u64) -> Self {
        let weight = Weight { bytes, depth: Weight::deepest(elements.iter()) };
        Self::Leaf(ThinArc::from_header_and_iter(weight, elements.into_iter()))
    }

    fn branch(children: Vec<Self>) -> Self {
        let sum = children.iter().fold(NodeSummary::default(), |sum, child| NodeSummary {
            len: sum.len + child.len(),
            weight: sum.weight.and(child.weight()),
        });
        Self::Branch(ThinArc::from_header_and_iter(sum, children.into_iter()))
    }

    fn len(&self) -> usize {
        match self {
            Self::Leaf(leaf) => leaf.slice.len(),
            Self::Branch(branch) => branch.header.header.len,
        }
    }

    fn weight(&self) -> Weight {
        match self {
            Self::Leaf(leaf) => leaf.header.header,
            Self::Branch(branch) => branch.header.header.weight,
        }
    }

    /// Direct parts: elements of a leaf, children of a branch.
    fn width(&self) -> usize {
        match self {
            Self::Leaf(leaf) => leaf.slice.len(),
            Self::Branch(branch) => branch.slice.len(),
        }
    }

    fn capacity(&self) -> usize {
        match self {
            Self::Leaf(_) => LEAF,
            Self::Branch(_) => FANOUT,
        }
    }

    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Leaf(left), Self::Leaf(right)) => std::ptr::eq(left.as_ptr(), right.as_ptr()),
            (Self::Branch(left), Self::Branch(right)) => std::ptr::eq(left.as_ptr(), right.as_ptr()),
            _ => false,
        }
    }

    fn get(&self, mut index: usize) -> Option<&Value> {
        let mut node = self;
        loop {
            match node {
                Self::Leaf(leaf) => return leaf.slice.get(index),
                Self::Branch(branch) => {
                    let (child, inner) = locate(&branch.slice, index)?;
                    (node, index) = (&branch.slice[child], inner);
                }
            }
        }
    }

    fn summary(&self) -> NodeSummary {
        match self {
            Self::Leaf(leaf) => NodeSummary { len: leaf.slice.len(), weight: leaf.header.header },
            Self::Branch(branch) => branch.header.header,
        }
    }

    /// What takes this node's place when `change` is done at `index`.
    fn changed(&self, index: usize, change: &Splice) -> Spliced {
        match self {
            Self::Leaf(leaf) => match change {
                Splice::Insert(value) if leaf.slice.len() == LEAF => {
                    let mut elements = leaf.slice.to_vec();
                    elements.insert(index, value.clone());
                    Spliced::Many(split(elements, LEAF, Self::leaf_of))
                }
                _ => Spliced::One(leaf_changed(leaf, index, change)),
            },
            Self::Branch(branch) => {
                let (at, inner) = locate_or_end(&branch.slice, index);
                replaced(&branch.slice, branch.header.header, at, branch.slice[at].changed(inner, change))
            }
        }
    }

    /// Both nodes, of equal height, as one.
    fn joined(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Leaf(left), Self::Leaf(right)) => {
                let bytes = left.header.header.bytes + right.header.header.bytes;
                Self::leaf_weighed([&left.slice[..], &right.slice[..]].concat(), bytes)
            }
            (Self::Branch(left), Self::Branch(right)) => Self::branch([&left.slice[..], &right.slice[..]].concat()),
            _ => unreachable!("siblings have one height"),
        }
    }
}

/// One change of one element.
enum Splice {
    Set(Value),
    Insert(Value),
    Remove,
}

/// What takes a node's place.
enum Spliced {
    One(ArrayNode),
    /// None, or two after a split.
    Many(Vec<ArrayNode>),
}

/// A leaf after a change. O(elements), one allocation.
fn leaf_changed(leaf: &ThinArc<Weight, Value>, index: usize, change: &Splice) -> ArrayNode {
    let elements = &leaf.slice;
    let (old, new) = match change {
        Splice::Set(value) => (Some(&elements[index]), Some(value)),
        Splice::Insert(value) => (None, Some(value)),
        Splice::Remove => (Some(&elements[index]), None),
    };
    let weight = exchanged_weight(leaf.header.header, (old, new), || {
        let others = elements.iter().enumerate().filter(|(at, _)| *at != index);
        Weight::deepest(others.map(|(_, element)| element))
    });
    let (skipped, put) = (usize::from(old.is_some()), usize::from(new.is_some()));
    let len = elements.len() + put - skipped;
    let element = |at: usize| match new {
        _ if at < index => elements[at].clone(),
        Some(value) if at == index => value.clone(),
        _ => elements[at + skipped - put].clone(),
    };
    ArrayNode::Leaf(ThinArc::from_header_and_iter(weight, (0..len).map(element)))
}

/// What children weigh once `old` is exchanged for `new`. `others` says how deep those are that stay.
fn exchanged_weight(
    weight: Weight,
    (old, new): (Option<&Value>, Option<&Value>),
    others: impl FnOnce() -> u8,
) -> Weight {
    let (gone, come) = (old.map(Weight::of).unwrap_or_default(), new.map(Weight::of).unwrap_or_default());
    let staying = if gone.depth < weight.depth || gone.depth == 0 { weight.depth } else { others() };
    Weight { bytes: weight.bytes - gone.bytes + come.bytes, depth: staying.max(come.depth) }
}

/// A branch with one of its children exchanged.
fn replaced(children: &[ArrayNode], sum: NodeSummary, at: usize, changed: Spliced) -> Spliced {
    let nodes = match changed {
        Spliced::One(node) if children.len() == 1 || node.width() > node.capacity() / 4 => {
            return Spliced::One(with_child(children, sum, at, &node));
        }
        Spliced::One(node) => vec![node],
        Spliced::Many(nodes) => nodes,
    };
    let mut children = children.to_vec();
    children.splice(at..=at, nodes);
    merge_small(&mut children, at);
    Spliced::Many(split(children, FANOUT, ArrayNode::branch))
}

fn with_child(children: &[ArrayNode], sum: NodeSummary, at: usize, node: &ArrayNode) -> ArrayNode {
    let (before, after) = (children[at].summary(), node.summary());
    let others = children.iter().enumerate().filter(|(other, _)| *other != at);
    let depth = others.map(|(_, child)| child.weight().depth).max().unwrap_or(0).max(after.weight.depth);
    let bytes = sum.weight.bytes - before.weight.bytes + after.weight.bytes;
    let sum = NodeSummary { len: sum.len - before.len + after.len, weight: Weight { bytes, depth } };
    let child = |(other, child): (usize, &ArrayNode)| if other == at { node.clone() } else { child.clone() };
    ArrayNode::Branch(ThinArc::from_header_and_iter(sum, children.iter().enumerate().map(child)))
}

/// The child to go into; an insertion at the very end goes into the last.
fn locate_or_end(children: &[ArrayNode], index: usize) -> (usize, usize) {
    locate(children, index).unwrap_or_else(|| {
        let last = children.len() - 1;
        (last, children[last].len())
    })
}

/// The child that holds `index`, and the index within it.
fn locate(children: &[ArrayNode], mut index: usize) -> Option<(usize, usize)> {
    for (at, child) in children.iter().enumerate() {
        if index < child.len() {
            return Some((at, index));
        }
        index -= child.len();
    }
    None
}

/// One node of `parts`, or two halves when they are too many; none when there is nothing.
fn split<T: Clone>(mut parts: Vec<T>, limit: usize, node: fn(Vec<T>) -> ArrayNode) -> Vec<ArrayNode> {
    if parts.len() <= limit {
        return vec![node(parts)];
    }
    let right = parts.split_off(parts.len() / 2);
    vec![node(parts), node(right)]
}

/// Joins the child at `at` with a neighbour when it has become small and both fit into one.
fn merge_small(children: &mut Vec<ArrayNode>, at: usize) {
    let child = &children[at];
    if child.width() > child.capacity() / 4 || children.len() < 2 {
        return;
    }
    let left = if at == 0 { 0 } else { at - 1 };
    let (one, other) = (&children[left], &children[left + 1]);
    if one.width() + other.width() <= one.capacity() {
        let joined = one.joined(other);
        children.splice(left..=left + 1, [joined]);
    }
}

/// An array that is made element by element. The newest elements wait at the end of a list that several share.
pub(super) struct ArrayBuilder {
    leaves: Vec<ArrayNode>,
    /// Where its elements begin in the list.
    start: usize,
    /// What those weigh together.
    waiting: Weight,
}

impl ArrayBuilder {
    /// Of the elements that are put in the list from `start` on.
    pub fn new(start: usize) -> Self {
        Self { leaves: Vec::new(), start, waiting: Weight::default() }
    }

    /// Says that the last element of the list is one of its own, which weighs so much.
    pub fn pushed(&mut self, list: &mut Vec<Value>, weight: Weight) {
        self.waiting = self.waiting.and(weight);
        if list.len() - self.start == LEAF {
            self.close_leaf(list);
        }
    }

    fn close_leaf(&mut self, list: &mut Vec<Value>) {
        let weight = std::mem::take(&mut self.waiting);
        self.leaves.push(ArrayNode::leaf_drained(list.drain(self.start..), weight));
    }

    /// The array, once its elements are all there. They leave the list.
    pub fn finish(mut self, list: &mut Vec<Value>) -> Array {
        if self.leaves.is_empty() {
            return Array(ArrayNode::leaf_drained(list.drain(self.start..), self.waiting));
        }
        if list.len() > self.start {
            self.close_leaf(list);
        }
        Array::of_leaves(self.leaves)
    }
}

impl Array {
    /// Of so many elements, each made in its turn; `None` as soon as one cannot be made. O(elements).
    pub(crate) fn of_each(count: usize, mut next: impl FnMut() -> Option<Value>) -> Option<Self> {
        let (mut list, mut array) = (Vec::with_capacity(count.min(LEAF)), ArrayBuilder::new(0));
        for _ in 0..count {
            let element = next()?;
            let weight = Weight::of(&element);
            list.push(element);
            array.pushed(&mut list, weight);
        }
        Some(array.finish(&mut list))
    }

    /// Of leaves of which there is one at least.
    fn of_leaves(mut nodes: Vec<ArrayNode>) -> Self {
        while nodes.len() > 1 {
            nodes = nodes.chunks(FANOUT).map(|chunk| ArrayNode::branch(chunk.to_vec())).collect();
        }
        Self(nodes.pop().unwrap_or_else(|| ArrayNode::leaf_of(Vec::new())))
    }

    fn changed(&self, index: usize, change: &Splice) -> Self {
        Self::of_changed(self.0.changed(index, change))
    }

    fn of_changed(changed: Spliced) -> Self {
        let mut root = match changed {
            Spliced::One(node) => node,
            Spliced::Many(mut nodes) if nodes.len() == 1 => nodes.remove(0),
            Spliced::Many(nodes) => ArrayNode::branch(nodes),
        };
        while let ArrayNode::Branch(branch) = &root
            && let [only] = &branch.slice
        {
            root = only.clone();
        }
        Self(root)
    }

    /// Elements. O(1).
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn weight(&self) -> Weight {
        self.0.weight()
    }

    /// The element at `index`. O(log n).
    pub fn get(&self, index: usize) -> Option<&Value> {
        self.0.get(index)
    }

    /// With the element at `index` replaced. Unchanged when there is none. O(log n).
    #[must_use]
    pub fn with(&self, index: usize, value: Value) -> Self {
        if index < self.len() { self.changed(index, &Splice::Set(value)) } else { self.clone() }
    }

    /// With `value` put before `index`; at the end when `index` is beyond it. O(log n).
    #[must_use]
    pub fn inserted(&self, index: usize, value: Value) -> Self {
        self.changed(index.min(self.len()), &Splice::Insert(value))
    }

    /// Without the element at `index`. Unchanged when there is none. O(log n).
    #[must_use]
    pub fn removed(&self, index: usize) -> Self {
        if index < self.len() { self.changed(index, &Splice::Remove) } else { self.clone() }
    }

    /// The elements in order. O(1) amortised an element.
    pub fn iter(&self) -> impl Iterator<Item = &Value> + '_ {
        self.iter_from(0)
    }

    /// The elements from `start` on, without walking the ones before. O(log n) to start.
    pub fn iter_from(&self, start: usize) -> impl Iterator<Item = &Value> + '_ {
        let mut pending: Vec<std::slice::Iter<'_, ArrayNode>> = Vec::new();
        let mut leaf = descend(&self.0, start, &mut pending);
        std::iter::from_fn(move || {
            loop {
                if let Some(element) = leaf.next() {
                    return Some(element);
                }
                let node = loop {
                    match pending.last_mut()?.next() {
                        Some(node) => break node,
                        None => drop(pending.pop()),
                    }
                };
                leaf = descend(node, 0, &mut pending);
            }
        })
    }

    /// Whether both are the same memory. O(1).
    pub fn same(&self, other: &Self) -> bool {
        self.0.same(&other.0)
    }

    /// Where it is in memory: as long as it lives, no other array is there.
    pub(crate) fn address(&self) -> usize {
        match &self.0 {
            ArrayNode::Leaf(leaf) => leaf.as_ptr().addr(),
            ArrayNode::Branch(branch) => branch.as_ptr().addr(),
        }
    }

    pub(super) fn identical(&self, other: &Self) -> bool {
        self.len() == other.len() && run(self, other, ArrayEnd::Front, self.len(), Value::identical) == self.len()
    }

    /// Length of the longest common prefix and suffix (not overlapping) of [identical](Value::identical) elements.
    /// Shared subtrees are skipped by pointer: O(log n) between versions that differ in one place.
    pub fn common_ends(&self, other: &Self) -> (usize, usize) {
        let shorter = self.len().min(other.len());
        let front = run(self, other, ArrayEnd::Front, shorter, Value::identical);
        let back = run(self, other, ArrayEnd::Back, shorter - front, Value::identical);
        (front, back)
    }

    /// Few elements between the common ends: `older` with those exchanged. Many: built anew from parts that share.
    pub(super) fn sharing(self, older: &Self) -> Self {
        let (front, back) = self.common_ends(older);
        let (new, old) = (self.len() - front - back, older.len() - front - back);
        let replaced: Vec<&Value> = older.iter_from(front).take(old).collect();
        let middle = shared_middle(self.iter_from(front).take(new), &replaced);
        if new + old > older.len() / 8 + 8 {
            let ends = older.iter().take(front).cloned().chain(middle);
            return ends.chain(older.iter_from(older.len() - back).cloned()).collect();
        }
        let cut = (0..old).fold(older.clone(), |array, _| array.removed(front));
        middle.into_iter().enumerate().fold(cut, |array, (at, value)| array.inserted(front + at, value))
    }
}

/// Elements that take over the memory of an identical old one wherever it stood, else of the one at the same place.
fn shared_middle<'a>(new: impl Iterator<Item = &'a Value>, old: &[&Value]) -> Vec<Value> {
    let containers = old.iter().filter(|value| value.is_container());
    let by_content: rustc_hash::FxHashMap<u64, &Value> = containers.map(|value| (value.hash64(), *value)).collect();
    let share = |(at, value): (usize, &Value)| match by_content.get(&value.hash64()) {
        Some(known) if known.identical(value) => (*known).clone(),
        _ => old.get(at).map_or_else(|| value.clone(), |beside| value.clone().sharing(beside)),
    };
    new.enumerate().map(share).collect()
}

fn descend<'a>(
    mut node: &'a ArrayNode,
    mut start: usize,
    pending: &mut Vec<std::slice::Iter<'a, ArrayNode>>,
) -> std::slice::Iter<'a, Value> {
    loop {
        match node {
            ArrayNode::Leaf(leaf) => return leaf.slice[start.min(leaf.slice.len())..].iter(),
            ArrayNode::Branch(branch) => match locate(&branch.slice, start) {
                Some((at, inner)) => {
                    pending.push(branch.slice[at + 1..].iter());
                    (node, start) = (&branch.slice[at], inner);
                }
                None => return [].iter(),
            },
        }
    }
}

#[derive(Clone, Copy)]
enum ArrayEnd {
    Front,
    Back,
}

/// What a walk from one end has still before it: whole nodes, or elements of an opened leaf.
enum PendingNode<'a> {
    Node(&'a ArrayNode),
    Elements(&'a [Value]),
}

impl PendingNode<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Node(node) => node.len(),
            Self::Elements(elements) => elements.len(),
        }
    }
}

/// A walk over one array from one end; the next piece is on top.
struct ArrayWalk<'a> {
    pieces: Vec<PendingNode<'a>>,
    end: ArrayEnd,
}

impl<'a> ArrayWalk<'a> {
    fn new(array: &'a Array, end: ArrayEnd) -> Self {
        Self { pieces: vec![PendingNode::Node(&array.0)], end }
    }

    /// Puts the parts of a node in its place.
    fn open(&mut self, node: &'a ArrayNode) {
        match (node, self.end) {
            (ArrayNode::Leaf(leaf), _) => self.pieces.push(PendingNode::Elements(&leaf.slice)),
            (ArrayNode::Branch(branch), ArrayEnd::Front) => {
                self.pieces.extend(branch.slice.iter().rev().map(PendingNode::Node));
            }
            (ArrayNode::Branch(branch), ArrayEnd::Back) => {
                self.pieces.extend(branch.slice.iter().map(PendingNode::Node));
            }
        }
    }

    /// Takes `count` elements off a slice; the rest stays on top.
    fn take(&mut self, elements: &'a [Value], count: usize) -> &'a [Value] {
        let (taken, rest) = match self.end {
            ArrayEnd::Front => elements.split_at(count),
            ArrayEnd::Back => {
                let (rest, taken) = elements.split_at(elements.len() - count);
                (taken, rest)
            }
        };
        if !rest.is_empty() {
            self.pieces.push(PendingNode::Elements(rest));
        }
        taken
    }
}

/// How many elements from one end are pairwise `alike`, at most `limit`.
fn run(left: &Array, right: &Array, end: ArrayEnd, limit: usize, alike: fn(&Value, &Value) -> bool) -> usize {
    let (mut lefts, mut rights) = (ArrayWalk::new(left, end), ArrayWalk::new(right, end));
    let mut count = 0;
    while count < limit {
        let (Some(one), Some(other)) = (lefts.pieces.pop(), rights.pieces.pop()) else { break };
        match (one, other) {
            (PendingNode::Node(one), PendingNode::Node(other)) if one.same(other) => count += one.len(),
            (PendingNode::Node(one), other) if !matches!(other, PendingNode::Node(_)) || one.len() >= other.len() => {
                lefts.open(one);
                rights.pieces.push(other);
            }
            (one, PendingNode::Node(other)) => {
                lefts.pieces.push(one);
                rights.open(other);
            }
            (PendingNode::Elements(one), PendingNode::Elements(other)) => {
                let together = one.len().min(other.len());
                let matched = matching(lefts.take(one, together), rights.take(other, together), end, alike);
                count += matched;
                if matched < together {
                    break;
                }
            }
            (PendingNode::Node(_), PendingNode::Elements(_)) => unreachable!("opened above"),
        }
    }
    count.min(limit)
}

fn matching(left: &[Value], right: &[Value], end: ArrayEnd, alike: fn(&Value, &Value) -> bool) -> usize {
    let pairs = left.iter().zip(right);
    match end {
        ArrayEnd::Front => pairs.take_while(|(one, other)| alike(one, other)).count(),
        ArrayEnd::Back => pairs.rev().take_while(|(one, other)| alike(one, other)).count(),
    }
}

/// By value: shared subtrees are skipped.
impl PartialEq for Array {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && run(self, other, ArrayEnd::Front, self.len(), Value::eq) == self.len()
    }
}

impl Eq for Array {}

impl FromIterator<Value> for Array {
    fn from_iter<I: IntoIterator<Item = Value>>(elements: I) -> Self {
        let mut elements = elements.into_iter().peekable();
        let mut nodes = Vec::new();
        while elements.peek().is_some() {
            nodes.push(ArrayNode::leaf_of(elements.by_ref().take(LEAF).collect()));
        }
        Self::of_leaves(nodes)
    }
}
