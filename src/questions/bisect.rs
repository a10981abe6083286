//! The first bad version on a line, by halving: at most the logarithm of the versions between in tries.

use crate::record::Version;
use crate::recording::Tenant;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Range, RangeInclusive};

/// What a try says of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BisectVerdict {
    /// As it should be.
    Good,
    /// Not as it should be.
    Bad,
    /// It cannot be told.
    Skipped,
}

/// The versions behind a good one up to a bad one, along the line of the bad one.
pub struct Bisection {
    /// Stretches of versions, oldest first; the first begins behind the good one.
    stretches: Vec<Range<u64>>,
    good: Version,
}

/// What a bisection found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bisected {
    /// Where it went bad; `None` where an end is not what it was taken for, as a contradiction says.
    pub found: Option<FirstBad>,
    /// Tries made.
    pub runs: u64,
    /// Tries that say otherwise than the answer.
    pub contradictions: Vec<Contradiction>,
}

/// The step from good to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FirstBad {
    /// The first bad version, or the first of those among which it is where tries were skipped.
    pub first: Version,
    /// The last of those; the same where it is known.
    pub last: Version,
    /// The last version known to be good.
    pub good: Version,
}

/// A good version behind the first bad one, or a bad one before it; an end that is not what it was taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contradiction {
    pub version: Version,
    /// What the try said.
    pub tried: BisectVerdict,
}

impl Bisection {
    /// Between two versions of one line; `None` when `good` is not before `bad` on the line of `bad`.
    pub fn between(tenant: &Tenant, good: Version, bad: Version) -> Option<Self> {
        let history = tenant.history();
        let is_before = good < bad && history.lineage().on_line(good, bad);
        let cut = |stretch: Range<u64>| stretch.start.max(good.0 + 1)..stretch.end;
        let stretches =
            history.lineage().line(bad).into_iter().map(cut).filter(|stretch| !stretch.is_empty()).collect();
        is_before.then_some(Self { stretches, good })
    }

    /// How many versions it is about.
    pub fn versions(&self) -> u64 {
        self.stretches.iter().map(|stretch| stretch.end - stretch.start).sum()
    }

    /// The version to try next, of those that were not skipped; `None` where all between are known or skipped.
    pub fn next(&self, skipped: &[Version]) -> Option<Version> {
        let skipped = skipped.iter().filter_map(|version| self.step_of(*version)).collect();
        untried(0, self.versions(), &skipped).map(|step| self.at(step))
    }

    /// How many tries are left at most, where none is skipped.
    pub fn tries(&self) -> u32 {
        let versions = self.versions().max(1);
        versions.ilog2() + u32::from(!versions.is_power_of_two())
    }

    /// How many steps a version is behind the good one.
    fn step_of(&self, version: Version) -> Option<u64> {
        let before = self.stretches.iter().take_while(|stretch| stretch.end <= version.0);
        let before: u64 = before.map(|stretch| stretch.end - stretch.start).sum();
        let holding = self.stretches.iter().find(|stretch| stretch.contains(&version.0))?;
        Some(before + version.0 - holding.start + 1)
    }

    /// The version so many steps behind the good one, the good one at 0.
    fn at(&self, step: u64) -> Version {
        let Some(mut left) = step.checked_sub(1) else { return self.good };
        for stretch in &self.stretches {
            let length = stretch.end - stretch.start;
            if left < length {
                return Version(stretch.start + left);
            }
            left -= length;
        }
        self.stretches.last().map_or(self.good, |stretch| Version(stretch.end - 1))
    }

    /// Tries versions until the first bad one is known; then the end that nobody tried, where the answer rests on it; then
    /// `check` others, evenly over the rest. At most the binary logarithm of the versions in tries, the good one among them,
    /// rounded up, and one, beside those skipped and checked. None twice.
    ///
    /// # Errors
    /// The first that `try_one` gives.
    pub fn run<E>(&self, check: u64, try_one: impl FnMut(Version) -> Result<BisectVerdict, E>) -> Result<Bisected, E> {
        let mut run = BisectRun { of: self, tried: BTreeMap::new(), contradictions: Vec::new(), try_one };
        // Steps: `good` is good, `bad` is bad.
        let (mut good, mut bad) = (0, self.versions());
        let mut skipped = BTreeSet::new();
        while let Some(step) = untried(good, bad, &skipped) {
            match run.try_step(step)? {
                BisectVerdict::Good => good = step,
                BisectVerdict::Bad => bad = step,
                BisectVerdict::Skipped => _ = skipped.insert(step),
            }
        }
        for (end, taken_for) in [(good, BisectVerdict::Good), (bad, BisectVerdict::Bad)] {
            run.expect(end, taken_for)?;
        }
        if !run.contradictions.is_empty() {
            return Ok(run.ended(None));
        }
        let all = self.versions();
        for probe in 1..=check {
            let even = u64::try_from(u128::from(all) * u128::from(probe) / u128::from(check + 1)).unwrap_or(all);
            let is_other = |step: &u64| (*step <= good || *step > bad) && !run.tried.contains_key(step);
            let Some(step) = nearest(even, 0..=all, is_other) else { break };
            run.expect(step, if step <= good { BisectVerdict::Good } else { BisectVerdict::Bad })?;
        }
        let first = if skipped.range(good + 1..bad.max(good + 1)).next().is_some() { good + 1 } else { bad };
        Ok(run.ended(Some(FirstBad { first: self.at(first), last: self.at(bad), good: self.at(good) })))
    }
}

/// The tries of a bisection.
struct BisectRun<'b, T> {
    of: &'b Bisection,
    /// By step.
    tried: BTreeMap<u64, BisectVerdict>,
    contradictions: Vec<Contradiction>,
    try_one: T,
}

impl<E, T: FnMut(Version) -> Result<BisectVerdict, E>> BisectRun<'_, T> {
    fn try_step(&mut self, step: u64) -> Result<BisectVerdict, E> {
        let verdict = (self.try_one)(self.of.at(step))?;
        self.tried.insert(step, verdict);
        Ok(verdict)
    }

    /// Tries a step, if that was not done; what it should say otherwise is a contradiction.
    fn expect(&mut self, step: u64, expected: BisectVerdict) -> Result<(), E> {
        if self.tried.contains_key(&step) {
            return Ok(());
        }
        let tried = self.try_step(step)?;
        if tried != BisectVerdict::Skipped && tried != expected {
            self.contradictions.push(Contradiction { version: self.of.at(step), tried });
        }
        Ok(())
    }

    fn ended(self, found: Option<FirstBad>) -> Bisected {
        Bisected { found, runs: self.tried.len() as u64, contradictions: self.contradictions }
    }
}

/// The step nearest to the middle that was not skipped.
fn untried(good: u64, bad: u64, skipped: &BTreeSet<u64>) -> Option<u64> {
    let within = |step: &u64| good < *step && *step < bad && !skipped.contains(step);
    nearest(good + (bad - good) / 2, good..=bad, within)
}

/// The step nearest to another, in a range, that fits.
fn nearest(to: u64, range: RangeInclusive<u64>, fits: impl Fn(&u64) -> bool) -> Option<u64> {
    let farthest = range.end() - range.start();
    let beside = (0..=farthest).flat_map(|off| [to.checked_sub(off), to.checked_add(off)]);
    beside.flatten().find(|step| range.contains(step) && fits(step))
}
