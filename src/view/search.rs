//! Searching a whole value, or the two of a diff, for text in keys and scalars, a bounded number of nodes at a time.

use super::marks::Trail;
use super::needle::{Needle, NeedleFit};
use super::{steps, text};
use crate::value::{Step, Value};

/// What is searched: a node, those below it in the order of rows, and what stands there.
pub trait SearchNode: Sized {
    /// The first and the last child.
    fn ends(&self) -> Option<(Step, Step)>;
    /// The child after one.
    fn after(&self, step: &Step) -> Option<Step>;
    /// The child before one.
    fn before(&self, step: &Step) -> Option<Step>;
    fn child(&self, step: &Step) -> Option<Self>;
    /// Its value, or that of each side.
    fn values(&self) -> [Option<&Value>; 2];
}

impl SearchNode for &Value {
    fn ends(&self) -> Option<(Step, Step)> {
        steps::first(self).zip(steps::last(self))
    }

    fn after(&self, step: &Step) -> Option<Step> {
        steps::after(self, step)
    }

    fn before(&self, step: &Step) -> Option<Step> {
        steps::before(self, step)
    }

    fn child(&self, step: &Step) -> Option<Self> {
        Value::child(self, step)
    }

    fn values(&self) -> [Option<&Value>; 2] {
        [Some(self), None]
    }
}

/// A view that is searched: the state tree, or the diff.
pub trait Searched {
    /// The search that is on, and the node that the cursor is on.
    fn search_at(&self) -> (Option<&NodeSearch>, &[Step]);
    /// Where the search is kept.
    fn search_mut(&mut self) -> &mut Option<NodeSearch>;
    /// Goes on to a hit, looking at no more than `budget` nodes in this call. The first one after [`search`](Self::search) may
    /// be where the cursor is.
    fn find(&mut self, towards: Towards, budget: usize) -> SearchOutcome;
    /// Counts hits of the search among the next `budget` nodes.
    fn count_hits(&mut self, budget: usize);

    /// Starts a search for `text` in keys and values (case matters only when it has capitals); empty ends it.
    fn search(&mut self, text: &str) {
        *self.search_mut() = NodeSearch::new(text);
    }

    /// What is searched for, while a search is on.
    fn needle(&self) -> Option<&Needle> {
        self.search_at().0.map(|search| &search.needle)
    }

    /// The text searched for, while a search is on.
    fn searching(&self) -> Option<&str> {
        self.needle().map(Needle::text)
    }

    /// Whether hits of a search are still to be counted.
    fn is_counting(&self) -> bool {
        self.search_at().0.is_some_and(NodeSearch::is_counting)
    }

    /// `hit 3/41`, `hit 3/41+` while they are counted; empty without a search.
    fn hit_words(&self) -> String {
        let (search, cursor) = self.search_at();
        search.map(|search| search.words(cursor)).unwrap_or_default()
    }
}

/// What one call of a search came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchOutcome {
    /// The cursor is on a hit.
    Hit,
    /// Not yet: call again to go on, or drop it.
    More,
    /// The whole value has been searched.
    Nothing,
}

/// Which way a search goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Towards {
    /// Downwards, from the top after the end.
    Next,
    /// Upwards, from the end after the top.
    Previous,
}

/// A text searched for, and how far the search has come.
#[derive(Debug, Clone)]
pub struct NodeSearch {
    needle: Needle,
    /// Nothing was looked for yet: the best hit is to be found, and the cursor's own row may be it.
    fresh: bool,
    pending: Option<PendingSearch>,
    census: Census,
}

/// Hits found so far by walking the value from its top, in the order of rows.
#[derive(Debug, Clone, Default)]
struct Census {
    hits: Vec<Trail>,
    /// The last node looked at; `None` before the root.
    at: Option<Trail>,
    end: bool,
}

/// How many hits there are, as far as they have been counted.
struct Hits {
    /// Which one the cursor is on, from 1, where that is known.
    at: Option<usize>,
    /// How many have been counted.
    counted: usize,
    /// Whether those are all.
    all: bool,
}

/// More hits than this are not told one from the other.
const MOST_HITS: usize = 10_000;

/// A search that ran out of budget.
#[derive(Debug, Clone)]
struct PendingSearch {
    start: Trail,
    at: Trail,
    towards: Towards,
    wrapped: bool,
    /// The best hit so far, where not just any is looked for.
    best: Option<BestHit>,
}

/// The first of the hits that are better than all others.
type BestHit = Option<(Rank, Trail)>;

/// Where a hit is, the best first: whoever types a word means a key before a text that happens to have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Key(NeedleFit),
    Value,
}

impl NodeSearch {
    fn new(text: &str) -> Option<Self> {
        Some(Self { needle: Needle::smart(text)?, fresh: true, pending: None, census: Census::default() })
    }

    pub(super) fn forget_pending(&mut self) {
        self.fresh |= self.pending.take().is_some_and(|pending| pending.best.is_some());
    }

    /// The value is another one.
    pub(super) fn forget_hits(&mut self) {
        self.census = Census::default();
    }

    /// Counts hits among the next `budget` nodes.
    pub(super) fn count(&mut self, root: impl SearchNode, budget: usize) {
        let mut census = std::mem::take(&mut self.census);
        let mut walk = NodeWalk::to(root, census.at.as_deref().unwrap_or_default());
        for _ in 0..budget {
            if census.end || census.hits.len() >= MOST_HITS {
                break;
            }
            census.end = census.at.is_some() && !walk.next();
            census.at.get_or_insert_default();
            if !census.end && self.rank(&walk).is_some() {
                census.hits.push(walk.path.clone());
            }
        }
        census.at = census.at.map(|_| walk.path);
        self.census = census;
    }

    /// Whether there is more to count.
    fn is_counting(&self) -> bool {
        !self.census.end && self.census.hits.len() < MOST_HITS
    }

    /// How many hits there are, and which one is at the cursor: `hit 3/41`.
    fn words(&self, cursor: &[Step]) -> String {
        let Hits { at, counted, all } = self.hits(cursor);
        let more = if all { "" } else { "+" };
        let of = format!("{}{more}", text::thousands(counted as u64));
        match at {
            Some(at) => format!("hit {}/{of}", text::thousands(at as u64)),
            None if all && counted == 0 => "no hits".to_owned(),
            None if all && counted == 1 => "1 hit".to_owned(),
            None => format!("{of} hits"),
        }
    }

    fn hits(&self, cursor: &[Step]) -> Hits {
        let at = self.census.hits.binary_search_by(|hit| hit.as_slice().cmp(cursor));
        Hits { at: at.ok().map(|at| at + 1), counted: self.census.hits.len(), all: self.census.end }
    }

    /// The next hit from `cursor`, or from where the last call stopped. The first time it is the best one: a key that is the
    /// text, then one that begins with it, one that has it, a value; of equal ones the next.
    pub(super) fn find(
        &mut self,
        root: impl SearchNode,
        cursor: &[Step],
        towards: Towards,
        budget: usize,
    ) -> (SearchOutcome, Option<Trail>) {
        let is_first = std::mem::take(&mut self.fresh);
        let pending = self.pending.take().filter(|pending| pending.towards == towards);
        let mut pending = pending.unwrap_or_else(|| PendingSearch::new(cursor, towards, is_first));
        let mut walk = NodeWalk::to(root, &pending.at);
        if is_first && pending.is_found(self.rank(&walk), &walk.path) {
            return (SearchOutcome::Hit, Some(walk.path));
        }
        for _ in 0..budget {
            pending.wrapped |= !walk.go(towards);
            if pending.is_found(self.rank(&walk), &walk.path) {
                return (SearchOutcome::Hit, Some(walk.path));
            }
            if pending.is_round(&walk.path) {
                let best = pending.best.flatten().map(|(_, trail)| trail);
                return (if best.is_some() { SearchOutcome::Hit } else { SearchOutcome::Nothing }, best);
            }
        }
        pending.at = walk.path;
        self.pending = Some(pending);
        (SearchOutcome::More, None)
    }

    /// Where the node has the text; `None` if nowhere.
    fn rank(&self, walk: &NodeWalk<impl SearchNode>) -> Option<Rank> {
        let key = match walk.path.last() {
            Some(Step::Key(key)) => self.needle.fit(key),
            _ => None,
        };
        let is_in = |value: &Value| match value {
            Value::Array(_) | Value::Object(_) => false,
            Value::String(text) => self.needle.is_in(text),
            scalar => self.needle.is_in(&scalar.to_json()),
        };
        key.map(Rank::Key).or_else(|| walk.node().values().into_iter().flatten().any(is_in).then_some(Rank::Value))
    }
}

impl PendingSearch {
    fn new(cursor: &[Step], towards: Towards, is_first: bool) -> Self {
        let best = is_first.then_some(None);
        Self { start: cursor.to_vec(), at: cursor.to_vec(), towards, wrapped: false, best }
    }

    /// Takes in a node; whether the search ends there.
    fn is_found(&mut self, rank: Option<Rank>, at: &Trail) -> bool {
        let Some(rank) = rank else { return false };
        let Some(best) = &mut self.best else { return true };
        if best.as_ref().is_none_or(|(other, _)| rank < *other) {
            *best = Some((rank, at.clone()));
        }
        rank == Rank::Key(NeedleFit::Whole)
    }

    /// Whether everything has been looked at. Trails sort in the order of rows.
    fn is_round(&self, at: &Trail) -> bool {
        self.wrapped
            && match self.towards {
                Towards::Next => *at >= self.start,
                Towards::Previous => *at <= self.start,
            }
    }
}

/// A walk over every node, open or not, in the order of rows.
struct NodeWalk<N> {
    path: Trail,
    root: N,
    /// The nodes below the root, down to where the walk is.
    below: Vec<N>,
}

impl<N: SearchNode> NodeWalk<N> {
    fn to(root: N, trail: &[Step]) -> Self {
        let mut walk = Self { path: Trail::new(), root, below: Vec::new() };
        trail.iter().all(|step| walk.enter(Some(step.clone())));
        walk
    }

    fn node(&self) -> &N {
        self.below.last().unwrap_or(&self.root)
    }

    fn enter(&mut self, step: Option<Step>) -> bool {
        let Some((step, node)) = step.and_then(|step| self.node().child(&step).map(|node| (step, node))) else {
            return false;
        };
        self.path.push(step);
        self.below.push(node);
        true
    }

    fn leave(&mut self) -> Option<Step> {
        let step = self.path.pop()?;
        self.below.pop();
        Some(step)
    }

    /// One node on; `false` when it went round from one end to the other.
    fn go(&mut self, towards: Towards) -> bool {
        match towards {
            Towards::Next => self.next(),
            Towards::Previous => self.previous(),
        }
    }

    fn next(&mut self) -> bool {
        if self.enter(self.node().ends().map(|(first, _)| first)) {
            return true;
        }
        while let Some(step) = self.leave() {
            if self.enter(self.node().after(&step)) {
                return true;
            }
        }
        false
    }

    fn previous(&mut self) -> bool {
        let left = self.leave();
        match &left {
            Some(step) if !self.enter(self.node().before(step)) => return true,
            _ => while self.enter(self.node().ends().map(|(_, last)| last)) {},
        }
        left.is_some()
    }
}
