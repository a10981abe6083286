//! The first bad version on a line, by halving: at most the logarithm of the versions between in tries.

use crate::record::Version;
use crate::recording::Tenant;
use std::ops::Range;

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
    /// The first bad version, or the first of those among which it is where tries were skipped.
    pub first: Version,
    /// The last of those; the same where it is known.
    pub last: Version,
    /// The last version known to be good.
    pub good: Version,
    /// Tries made.
    pub runs: u64,
    /// Tries that say otherwise than the answer.
    pub contradictions: Vec<Contradiction>,
}

/// A good version behind the first bad one, or a bad one before it.
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

    /// Tries versions until the first bad one is known, then `check` more, evenly over the rest. At most the binary logarithm
    /// of the versions in tries, rounded up, beside those skipped and checked.
    ///
    /// # Errors
    /// The first that `try_one` gives.
    pub fn run<E>(
        &self,
        check: u64,
        mut try_one: impl FnMut(Version) -> Result<BisectVerdict, E>,
    ) -> Result<Bisected, E> {
        // Steps: `good` is good, `bad` is bad.
        let (mut good, mut bad, mut runs) = (0, self.versions(), 0);
        let mut skipped = std::collections::BTreeSet::new();
        let mut tried = std::collections::BTreeMap::new();
        while let Some(step) = untried(good, bad, &skipped) {
            runs += 1;
            let answer = try_one(self.at(step))?;
            tried.insert(step, answer);
            match answer {
                BisectVerdict::Good => good = step,
                BisectVerdict::Bad => bad = step,
                BisectVerdict::Skipped => _ = skipped.insert(step),
            }
        }
        let all = self.versions();
        let mut contradictions = Vec::new();
        for probe in 1..=check {
            let step = u64::try_from(u128::from(all) * u128::from(probe) / u128::from(check + 1)).unwrap_or(all);
            if step == 0 || tried.contains_key(&step) || (good < step && step <= bad) {
                continue;
            }
            runs += 1;
            let answer = try_one(self.at(step))?;
            tried.insert(step, answer);
            let expected = if step <= good { BisectVerdict::Good } else { BisectVerdict::Bad };
            if answer != BisectVerdict::Skipped && answer != expected {
                contradictions.push(Contradiction { version: self.at(step), tried: answer });
            }
        }
        let first = if skipped.range(good + 1..bad.max(good + 1)).next().is_some() { good + 1 } else { bad };
        Ok(Bisected { first: self.at(first), last: self.at(bad), good: self.at(good), runs, contradictions })
    }
}

/// The step nearest to the middle that was not skipped.
fn untried(good: u64, bad: u64, skipped: &std::collections::BTreeSet<u64>) -> Option<u64> {
    let middle = good + (bad - good) / 2;
    let within = |step: &u64| good < *step && *step < bad && !skipped.contains(step);
    (0..=bad - good).flat_map(|off| [middle.checked_sub(off), middle.checked_add(off)]).flatten().find(within)
}
