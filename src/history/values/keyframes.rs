//! Which versions' values stay in memory: all of them while they fit the budget, then every second, fourth, ...
//!
//! Must not name: `seek`.

mod chain;
mod stored;

use super::budget::{Account, Budget};
use super::lazy::LazyValue;
use crate::history::chunked::Chunked;
use crate::record::Version;
use crate::value::Value;
use chain::Chain;
use im::OrdMap;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use stored::StoredValues;

/// Bytes that changing one leaf of a large value copies: the way from the root down to it.
pub(in crate::history) const PATH_COPY: u64 = 2_500;

/// A whole value in memory takes about this many times its compact JSON.
const WIDTH: u64 = 3;

/// Versions that are loaded may take this part of what keyframes may: replaying those between is cheap.
const LOADING_SHARE: u64 = 8;

/// About how many bytes a value takes that shares nothing.
pub(in crate::history) fn whole_bytes(value: &Value) -> u64 {
    written(value.size())
}

/// About how many bytes values take that are so long as compact JSON and share nothing.
pub(in crate::history) fn written(json_bytes: u64) -> u64 {
    json_bytes.saturating_mul(WIDTH)
}

/// The values of versions a regular number of steps apart. Versions that follow each other with one value are kept
/// once, and cost nothing more.
///
/// A version is kept when its depth (steps from `#0` along its own line) is a multiple of the spacing, so from any
/// version fewer steps back than the spacing lead to a kept one (or `#0`), whatever was rolled back.
#[derive(Debug, Clone)]
pub(in crate::history) struct Keyframes {
    account: Account,
    /// A power of two.
    spacing: u64,
    /// Whether the versions that are offered were made before, or many at once.
    loading: bool,
    /// By version.
    kept: Chunked<Keyframe>,
    /// Bytes of versions since the last kept one: the next to be kept does not share them.
    pending: u64,
    /// Values that no record gives: those that compaction left of what it cut off.
    pinned: OrdMap<Version, LazyValue>,
    /// Values of versions that a segment covers.
    stored: Option<StoredValues>,
    /// Values of versions that were loaded, close together.
    chain: Chain,
    /// The share of all versions that are loaded that those so far are.
    share: f64,
}

#[derive(Debug, Clone)]
struct Keyframe {
    version: Version,
    depth: u64,
    value: Value,
    /// Bytes it does not share with the one kept before it; 4 GB if they are more.
    bytes: u32,
    run: DepthRun,
}

/// So many versions right behind one, each one deeper than the one before, have its value; and whether its record alone gives
/// it. In four bytes, since there are many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct DepthRun(u32);

impl DepthRun {
    const WHOLE: u32 = 1 << 31;

    fn new(is_whole: bool) -> Self {
        Self(if is_whole { Self::WHOLE } else { 0 })
    }

    fn is_whole(self) -> bool {
        self.0 & Self::WHOLE != 0
    }

    fn more(self) -> u32 {
        self.0 & !Self::WHOLE
    }

    /// The same with one version more, if it can have one.
    fn extended(self) -> Option<Self> {
        (self.more() < Self::WHOLE - 1).then(|| Self(self.0 + 1))
    }
}

const _: () = assert!(size_of::<Keyframe>() == 48);

/// What a kept version takes beside its value's bytes: its entry, and what memory of a value of its own begins with.
const ENTRY: u64 = 2 * size_of::<Keyframe>() as u64;

impl Keyframe {
    /// Takes in the newest version, if it goes on with this value.
    fn extend(&mut self, version: Version, depth: u64, value: &Value) -> bool {
        let next = u64::from(self.run.more()) + 1;
        let follows =
            version.0.checked_sub(self.version.0) == Some(next) && depth.checked_sub(self.depth) == Some(next);
        let extended = self.run.extended().filter(|_| follows && self.value.same(value));
        self.run = extended.unwrap_or(self.run);
        extended.is_some()
    }

    fn covers(&self, version: Version) -> bool {
        version.0.checked_sub(self.version.0).is_some_and(|behind| behind <= u64::from(self.run.more()))
    }

    /// Whether a depth among those of its versions is a multiple of `spacing`.
    fn is_on(&self, spacing: u64) -> bool {
        self.depth.checked_next_multiple_of(spacing).is_some_and(|next| next - self.depth <= u64::from(self.run.more()))
    }
}

/// Bytes as an entry holds them.
fn held(bytes: u64) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

impl Keyframes {
    pub fn new(budget: &Budget) -> Self {
        Self {
            account: budget.keyframes.account(),
            spacing: 1,
            loading: false,
            kept: Chunked::default(),
            pending: 0,
            pinned: OrdMap::new(),
            stored: None,
            chain: Chain::default(),
            share: 1.0,
        }
    }

    /// Says whether what is offered from now on was made before, or comes with many others: then a share of the memory must
    /// do, since keeping a version takes longer than folding it.
    pub fn set_loading(&mut self, loading: bool) {
        self.loading = loading;
        if !loading {
            self.chain.pause();
        }
    }

    /// Offers the newest version's value; `bytes` of it are new against the version before. `is_whole` says whether its record
    /// alone gives it.
    pub fn offer(&mut self, version: Version, depth: u64, value: &Value, (bytes, is_whole): (u64, bool)) {
        if self.loading {
            let most = self.account.share(2 * LOADING_SHARE);
            self.chain.offer(version, value, (bytes, is_whole), || part_of(most, self.share));
        }
        if bytes == 0 && self.kept.last_mut().is_some_and(|last| last.extend(version, depth, value)) {
            return;
        }
        self.pending = joined(self.pending, bytes, whole_bytes(value));
        if !depth.is_multiple_of(self.spacing) {
            return;
        }
        let bytes = held(std::mem::take(&mut self.pending));
        self.account.use_in_all(self.account.used() + u64::from(bytes) + ENTRY);
        self.kept.push(Keyframe { version, depth, value: value.clone(), bytes, run: DepthRun::new(is_whole) });
        // The head is in memory anyway, and what shares with it costs little: a value of any size has keyframes.
        let free = whole_bytes(value);
        let allowed = self.allowed();
        while self.account.used() > allowed.saturating_add(free) && !self.kept.is_empty() {
            self.thin();
        }
    }

    /// Says which share of all that are loaded the versions offered so far are: those that would be given up on the way are given
    /// up now, and the next ones not kept.
    #[expect(clippy::cast_precision_loss, reason = "a guess of what is to come")]
    pub fn expect(&mut self, share: f64) {
        self.share = share;
        let whole = self.kept.last().map_or(0, |last| whole_bytes(&last.value));
        let most = self.allowed() as f64 * share;
        while !self.kept.is_empty() && self.account.used().saturating_sub(whole) as f64 > most {
            self.thin();
        }
    }

    /// Bytes that kept values may take now.
    fn allowed(&self) -> u64 {
        let most = if self.loading { self.account.share(LOADING_SHARE) } else { u64::MAX };
        self.account.allowed().min(most.saturating_sub(self.chain.bytes()))
    }

    /// Keeps a value for good.
    pub fn pin(&mut self, version: Version, value: LazyValue) {
        self.pinned.insert(version, value);
    }

    /// Those kept for good, by version.
    pub fn pinned(&self) -> impl ExactSizeIterator<Item = (Version, &LazyValue)> {
        self.pinned.iter().map(|(version, value)| (*version, value))
    }

    /// The value of a version, if it is kept.
    pub fn get(&self, version: Version) -> Option<&Value> {
        let after = self.kept.partition_point(|kept| kept.version <= version);
        let kept = after.checked_sub(1).and_then(|last| self.kept.get(last)).filter(|kept| kept.covers(version));
        kept.map(|kept| &kept.value).or_else(|| self.pinned.get(&version).map(LazyValue::get))
    }

    /// The newest version up to this one whose value is kept or stored. O(log n).
    #[cfg(feature = "query")]
    pub fn last_up_to(&self, version: Version) -> Option<Version> {
        let last = |first: Version, more: u32| Version(first.0 + u64::from(more)).min(version);
        let after = self.kept.partition_point(|kept| kept.version <= version);
        let kept =
            after.checked_sub(1).and_then(|at| self.kept.get(at)).map(|kept| last(kept.version, kept.run.more()));
        let pinned = self.pinned.range(..=version).next_back().map(|(version, _)| *version);
        let stored = self.stored.as_ref().and_then(|stored| stored.last_up_to(version));
        let chained = self.chain.before_or_at(version).map(|link| (link.version, link.more));
        kept.into_iter()
            .chain(pinned)
            .chain(stored.into_iter().chain(chained).map(|(first, more)| last(first, more)))
            .max()
    }

    /// Doubles the spacing. What a dropped value did not share with the one before it, the next one now holds alone.
    fn thin(&mut self) {
        self.spacing = self.spacing.saturating_mul(2);
        let mut carried = 0u64;
        let all = std::mem::take(&mut self.kept);
        let kept = all.iter().filter_map(|kept| {
            let bytes = joined(carried, u64::from(kept.bytes), whole_bytes(&kept.value));
            let stays = kept.is_on(self.spacing);
            carried = if stays { 0 } else { bytes };
            stays.then(|| Keyframe { bytes: held(bytes), ..kept.clone() })
        });
        self.kept = kept.collect();
        self.pending = self.pending.saturating_add(carried);
        self.account.use_in_all(self.kept.iter().map(|kept| u64::from(kept.bytes) + ENTRY).sum());
    }
}

/// Such a share of some bytes, about.
#[expect(clippy::cast_precision_loss, clippy::cast_sign_loss, reason = "of a share from 0.0 to 1.0")]
fn part_of(bytes: u64, share: f64) -> u64 {
    (bytes as f64 * share) as u64
}

/// Bytes that two changes of a value of `whole` bytes copy together, if they fall anywhere in it.
fn joined(a: u64, b: u64, whole: u64) -> u64 {
    let (a, b) = (u128::from(a.min(whole)), u128::from(b.min(whole)));
    let both = a + b - a * b / u128::from(whole.max(1));
    u64::try_from(both).unwrap_or(whole)
}

/// Most versions a window holds.
const WINDOW: usize = 4_096;

/// Values of versions that were replayed lately, oldest out first, so that stepping to and fro costs one patch.
#[derive(Debug)]
pub(in crate::history) struct ReplayedValues {
    account: Account,
    values: FxHashMap<Version, Replayed>,
    order: VecDeque<Version>,
}

#[derive(Debug)]
struct Replayed {
    value: Value,
    bytes: u64,
}

impl ReplayedValues {
    pub fn new(budget: &Budget) -> Self {
        Self { account: budget.window.account(), values: FxHashMap::default(), order: VecDeque::new() }
    }

    /// The value of a version, if it is here.
    pub fn get(&self, version: Version) -> Option<&Value> {
        self.values.get(&version).map(|replayed| &replayed.value)
    }

    /// Takes in a value of which about `bytes` are shared with no other.
    pub fn put(&mut self, version: Version, value: &Value, bytes: u64) {
        let bytes = bytes.min(whole_bytes(value));
        if bytes > self.account.part()
            || self.values.insert(version, Replayed { value: value.clone(), bytes }).is_some()
        {
            return;
        }
        self.order.push_back(version);
        self.account.use_in_all(self.account.used() + bytes);
        while self.account.used() > self.account.allowed() || self.order.len() > WINDOW {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        let oldest = self.order.pop_front().and_then(|version| self.values.remove(&version));
        let bytes = oldest.map_or(self.account.used(), |replayed| replayed.bytes);
        self.account.use_in_all(self.account.used() - bytes);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn value(n: u64) -> Value {
        format!("value {n:0>90}").as_str().into()
    }

    fn kept(keyframes: &Keyframes) -> Vec<u64> {
        keyframes.kept.iter().map(|kept| kept.version.0).collect()
    }

    #[test]
    fn all_are_kept_until_the_budget_is_used_up() {
        let mut keyframes = Keyframes::new(&Budget::new(4_000));
        for n in 1..=30 {
            keyframes.offer(Version(n), n, &value(n), (100 - ENTRY, false));
        }
        assert_eq!(keyframes.spacing, 1);
        for n in 31..=34 {
            keyframes.offer(Version(n), n, &value(n), (100 - ENTRY, false));
        }
        assert_eq!(keyframes.spacing, 2);
        assert_eq!(kept(&keyframes).len(), 17);
        assert_eq!(keyframes.get(Version(32)), Some(&value(32)));
        assert_eq!(keyframes.get(Version(31)), None);
        assert!(kept(&keyframes).iter().all(|n| n % 2 == 0));
    }

    /// What is loaded leaves most of the memory to what is written then.
    #[test]
    fn loaded_versions_take_a_share_of_the_memory() {
        let budget = Budget::new(64_000);
        let mut keyframes = Keyframes::new(&budget);
        keyframes.set_loading(true);
        for n in 1..=1_000 {
            keyframes.offer(Version(n), n, &value(n), (100 - ENTRY, false));
            assert!(
                keyframes.account.used() <= budget.keyframes.account().share(LOADING_SHARE) + whole_bytes(&value(n))
            );
        }
        let loaded = keyframes.kept.len();
        assert!(loaded > 10, "{loaded}");
        keyframes.set_loading(false);
        (1_001..=2_000).for_each(|n| keyframes.offer(Version(n), n, &value(n), (100 - ENTRY, false)));
        assert_eq!(keyframes.kept.len(), loaded + kept(&keyframes).iter().filter(|n| **n > 1_000).count());
    }

    /// Who says how many versions come keeps as many of them, and gives up fewer on the way.
    #[test]
    #[expect(clippy::cast_precision_loss, reason = "few versions")]
    fn expected_versions_are_kept_as_far_apart_as_they_end_up() {
        for (budget, count) in [(64_000, 300), (64_000, 5_000), (640_000, 300), (640_000, 20_000)] {
            let [mut told, mut plain] = [(); 2].map(|()| Keyframes::new(&Budget::new(budget)));
            [&mut told, &mut plain].into_iter().for_each(|keyframes| keyframes.set_loading(true));
            let mut put = 0;
            for n in 1..=count {
                let before = told.kept.len();
                [&mut told, &mut plain].into_iter().for_each(|all| all.offer(Version(n), n, &value(n), (100, false)));
                put += usize::from(told.kept.len() > before);
                if n % 100 == 0 {
                    told.expect(n as f64 / count as f64);
                }
            }
            // One part of a guess apart.
            let apart = [plain.spacing / 2, plain.spacing, 2 * plain.spacing];
            assert!(apart.contains(&told.spacing), "{budget} {count}: {} and {}", told.spacing, plain.spacing);
            assert!(put <= 2 * told.kept.len() + 100, "{budget} {count}: {put}");
        }
        let mut none = Keyframes::new(&Budget::new(0));
        none.expect(0.0);
        none.offer(Version(1), 1, &value(1), (1, false));
        none.expect(0.5);
        assert_eq!(kept(&none), [1], "what the head takes is free");
    }

    #[test]
    fn dropped_versions_leave_their_bytes_to_the_next() {
        let mut keyframes = Keyframes::new(&Budget::new(u64::MAX));
        for n in 1..=5 {
            keyframes.offer(Version(n), n, &value(n), (10, false));
        }
        keyframes.thin();
        let bytes: Vec<_> = keyframes.kept.iter().map(|kept| (kept.version.0, kept.bytes)).collect();
        assert_eq!((bytes, keyframes.account.used(), keyframes.pending), (vec![(2, 20), (4, 20)], 40 + 2 * ENTRY, 10));
        keyframes.offer(Version(6), 6, &value(6), (10, false));
        assert_eq!(keyframes.account.used(), 60 + 3 * ENTRY);
    }

    /// Values that stay the same take one entry, at any budget, and every version that a plain list would find is found.
    #[test]
    fn equal_versions_are_kept_once() {
        for (budget, equal) in [(u64::MAX, 100_000), (u64::MAX, 3), (4_000, 7), (4_000, 1), (0, 50)] {
            let mut keyframes = Keyframes::new(&Budget::new(budget));
            let content = |n: u64| value(n / equal);
            for n in 1..=1_000 {
                let new = if n > 1 && content(n) == content(n - 1) { 0 } else { 100 };
                keyframes.offer(Version(n), n, &content(n), (new, false));
            }
            let (spacing, runs) = (keyframes.spacing, 1_000 / equal + 1);
            assert!(keyframes.kept.len() as u64 <= runs, "{budget} {equal}: {}", keyframes.kept.len());
            for n in 1..=1_000 {
                let found = keyframes.get(Version(n));
                assert!(found.is_none_or(|found| *found == content(n)), "{budget} {equal}: #{n}");
                assert!(found.is_some() || !n.is_multiple_of(spacing), "{budget} {equal}: #{n} at spacing {spacing}");
            }
            assert_eq!(keyframes.get(Version(1_001)), None);
        }
    }

    /// A version that goes back to an earlier one has another depth: it takes an entry of its own.
    #[test]
    fn a_version_of_another_depth_is_kept_for_itself() {
        let mut keyframes = Keyframes::new(&Budget::new(u64::MAX));
        for (n, depth) in [(1, 1), (2, 2), (3, 2), (4, 3)] {
            keyframes.offer(Version(n), depth, &value(1), (u64::from(n == 1), false));
        }
        assert_eq!(kept(&keyframes), [1, 3]);
        keyframes.thin();
        keyframes.thin();
        assert!(kept(&keyframes).is_empty());
    }

    #[test]
    fn changes_of_one_value_overlap() {
        for (a, b, whole, expected) in [
            (0, 0, 0, 0),
            (5, 0, 100, 5),
            (10, 10, 1_000_000, 20),
            (50, 50, 100, 75),
            (100, 50, 100, 100),
            (900, 900, 100, 100),
        ] {
            assert_eq!(joined(a, b, whole), expected);
        }
        assert_eq!(joined(u64::MAX, u64::MAX, u64::MAX), u64::MAX);
    }

    #[test]
    fn a_value_costs_no_more_than_it_is_long() {
        let mut keyframes = Keyframes::new(&Budget::new(u64::MAX));
        keyframes.offer(Version(1), 1, &value(1), (u64::MAX, false));
        keyframes.offer(Version(2), 2, &value(2), (u64::MAX, false));
        assert_eq!(keyframes.account.used(), whole_bytes(&value(1)) + whole_bytes(&value(2)) + 2 * ENTRY);
    }

    #[test]
    fn without_any_budget_little_is_kept() {
        let mut keyframes = Keyframes::new(&Budget::new(0));
        for n in 1..=1_000 {
            keyframes.offer(Version(n), n, &value(n), (1_000, false));
            assert!(keyframes.kept.len() <= 2);
        }
        let mut window = ReplayedValues::new(&Budget::new(0));
        window.put(Version(1), &value(1), 10);
        assert_eq!(window.get(Version(1)), None);
    }

    #[test]
    fn the_window_forgets_the_oldest_first() {
        let mut window = ReplayedValues::new(&Budget::new(400));
        for n in 1..=12 {
            window.put(Version(n), &value(n), 10);
            window.put(Version(n), &value(n), 10);
        }
        assert_eq!((window.get(Version(2)), window.get(Version(3))), (None, Some(&value(3))));
        assert_eq!((window.account.used(), window.order.len(), window.values.len()), (100, 10, 10));
        let mut window = ReplayedValues::new(&Budget::default());
        for n in 0..5_000 {
            window.put(Version(n), &value(n), 1);
        }
        assert_eq!(window.values.len(), WINDOW);
    }

    #[test]
    fn whoever_has_more_than_a_part_makes_room_when_it_grows() {
        let budget = Budget::new(40_000);
        let (mut large, mut small) = (Keyframes::new(&budget), Keyframes::new(&budget));
        (1..=300).for_each(|n| large.offer(Version(n), n, &value(n), (100 - ENTRY, false)));
        assert_eq!((large.spacing, large.account.used()), (1, 30_000));
        (1..=100).for_each(|n| small.offer(Version(n), n, &value(n), (100 - ENTRY, false)));
        assert_eq!((small.spacing, kept(&small).len()), (1, 100), "it has less than half");
        (301..=310).for_each(|n| large.offer(Version(n), n, &value(n), (100 - ENTRY, false)));
        assert!(large.spacing > 1 && large.account.used() + small.account.used() <= 30_000 + whole_bytes(&value(1)));
        assert_eq!(large.get(Version(256)), Some(&value(256)));
    }
}
